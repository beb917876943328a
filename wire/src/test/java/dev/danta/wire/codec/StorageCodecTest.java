package dev.danta.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.replica.LogEntry;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.wire.MessageGenerator;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StorageCodecTest {
    private static final Timestamp ID = new Timestamp(10, new ClientId(1, 2));

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_is_stored_is_read_as_it_was(long seed) {
        MessageGenerator generator = new MessageGenerator(seed);
        for (int i = 0; i < 200; i++) {
            OpRecord known = generator.opRecord();
            assertThat(StorageCodec.decodeRecord(known.id(), StorageCodec.encodeRecord(known)))
                    .isEqualTo(known);
            Version version = generator.version();
            assertThat(StorageCodec.decodeVersion(version.timestamp(), StorageCodec.encodeVersion(version)))
                    .isEqualTo(version);
            RelaxedState state = generator.relaxedState();
            assertThat(StorageCodec.decodeRelaxed(StorageCodec.encodeRelaxed(state)))
                    .isEqualTo(state);
            Watermarks watermarks = generator.watermarks();
            assertThat(StorageCodec.decodeWatermarks(StorageCodec.encodeWatermarks(watermarks)))
                    .isEqualTo(watermarks);
            EpochState epoch = generator.epochState();
            assertThat(StorageCodec.decodeEpoch(StorageCodec.encodeEpoch(epoch)))
                    .isEqualTo(epoch);
            LogEntry entry = generator.logEntry();
            assertThat(StorageCodec.decodeLogEntry(StorageCodec.encodeLogEntry(entry)))
                    .isEqualTo(entry);
            LogPosition position = generator.position();
            assertThat(StorageCodec.decodePosition(StorageCodec.encodePosition(position)))
                    .isEqualTo(position);
        }
    }

    @Test
    void an_empty_value_is_not_a_deletion() {
        Version empty = new Version(ID, Bytes.EMPTY);
        Version deletion = new Version(ID, null);
        assertThat(StorageCodec.decodeVersion(ID, StorageCodec.encodeVersion(empty)))
                .isEqualTo(empty);
        assertThat(StorageCodec.decodeVersion(ID, StorageCodec.encodeVersion(deletion)))
                .isEqualTo(deletion);
    }

    @Test
    void a_value_over_the_limit_of_what_travels_can_be_stored() {
        Version large = new Version(ID, Bytes.wrap(new byte[5 << 20]));
        assertThat(StorageCodec.decodeVersion(ID, StorageCodec.encodeVersion(large))
                        .value())
                .isEqualTo(large.value());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damaged_bytes_are_malformed_or_a_value(long seed) {
        Random random = new Random(seed);
        MessageGenerator generator = new MessageGenerator(seed);
        for (int i = 0; i < 300; i++) {
            readOrRefuse(
                    damaged(StorageCodec.encodeRecord(generator.opRecord()), random),
                    bytes -> StorageCodec.decodeRecord(ID, bytes));
            readOrRefuse(damaged(StorageCodec.encodeEpoch(generator.epochState()), random), StorageCodec::decodeEpoch);
            readOrRefuse(
                    damaged(StorageCodec.encodeWatermarks(generator.watermarks()), random),
                    StorageCodec::decodeWatermarks);
            readOrRefuse(
                    damaged(StorageCodec.encodeLogEntry(generator.logEntry()), random), StorageCodec::decodeLogEntry);
            readOrRefuse(
                    damaged(StorageCodec.encodePosition(generator.position()), random), StorageCodec::decodePosition);
            readOrRefuse(
                    damaged(StorageCodec.encodeVersion(generator.version()), random),
                    bytes -> StorageCodec.decodeVersion(ID, bytes));
            readOrRefuse(
                    damaged(StorageCodec.encodeRelaxed(generator.relaxedState()), random), StorageCodec::decodeRelaxed);
        }
    }

    private static void readOrRefuse(byte[] bytes, Consumer<byte[]> decoder) {
        try {
            decoder.accept(bytes);
        } catch (MalformedMessageException malformed) {
            assertThat(malformed.getMessage()).contains("stored").doesNotContain("\n");
        }
    }

    private static byte[] damaged(byte[] stored, Random random) {
        byte[] bytes = Arrays.copyOf(stored, Math.max(1, stored.length - random.nextInt(3)));
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return bytes;
    }

    @Test
    void the_complaint_names_the_record_and_the_field() {
        assertThatThrownBy(() -> StorageCodec.decodeRecord(ID, new byte[0]))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("the stored record of " + ID + ".promised is missing");
        assertThatThrownBy(() -> StorageCodec.decodeRelaxed(new byte[] {1, 2, 3}))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("a stored relaxed value cannot be read: ");
    }
}
