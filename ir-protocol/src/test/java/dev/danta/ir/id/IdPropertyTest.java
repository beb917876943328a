package dev.danta.ir.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The orders of the ids against dumb second opinions, and their texts there and back. */
class IdPropertyTest {
    private static final int SAMPLES = 300;

    /** Numbers from the places where comparisons go wrong, so that equal parts and both signs are frequent. */
    private static long tricky(Random random) {
        long[] places = {0, 1, 2, -1, -2, Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE + 1};
        return random.nextInt(4) == 0 ? random.nextLong() : places[random.nextInt(places.length)];
    }

    private static ClientId client(Random random) {
        return new ClientId(tricky(random), tricky(random));
    }

    private static Timestamp timestamp(Random random) {
        return new Timestamp(tricky(random) & Long.MAX_VALUE, client(random));
    }

    private static Ballot ballot(Random random) {
        return new Ballot(tricky(random) & Long.MAX_VALUE, (int) tricky(random) & Integer.MAX_VALUE, client(random));
    }

    private static BigInteger number(ClientId id) {
        return new BigInteger(id.toString(), 16);
    }

    private static <T extends Comparable<T>> void checkOrder(List<T> samples, Comparator<T> dumb, long seed) {
        for (T one : samples) {
            for (T other : samples) {
                assertThat(Integer.signum(one.compareTo(other)))
                        .as("seed %d: %s against %s", seed, one, other)
                        .isEqualTo(Integer.signum(dumb.compare(one, other)));
                assertThat(one.compareTo(other) == 0)
                        .as("seed %d: %s equals %s", seed, one, other)
                        .isEqualTo(one.equals(other));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void clientIdsAreOrderedAsUnsignedNumbersOf128Bits(long seed) {
        Random random = new Random(seed);
        List<ClientId> samples = new ArrayList<>(List.of(ClientId.NONE));
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(client(random));
        }
        checkOrder(samples, Comparator.comparing(IdPropertyTest::number), seed);
        samples.forEach(id ->
                assertThat(ClientId.parse(id.toString())).as("seed %d", seed).isEqualTo(id));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void timestampsAreOrderedByTimeAndThenByClient(long seed) {
        Random random = new Random(seed);
        List<Timestamp> samples = new ArrayList<>(List.of(Timestamp.ZERO));
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(timestamp(random));
        }
        checkOrder(samples, Comparator.comparing(Timestamp::timeMicros).thenComparing(t -> number(t.client())), seed);
        for (Timestamp one : samples) {
            assertThat(Timestamp.parse(one.toString())).as("seed %d", seed).isEqualTo(one);
            for (Timestamp other : samples) {
                assertThat(one.isAbove(other)).as("seed %d", seed).isEqualTo(one.compareTo(other) > 0);
                assertThat(one.isAtOrBelow(other)).as("seed %d", seed).isNotEqualTo(one.isAbove(other));
                assertThat(Timestamp.max(one, other)).as("seed %d", seed).isEqualTo(one.isAbove(other) ? one : other);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aRaisedTimestampIsTheSmallestOfItsClientAboveTheFloor(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Timestamp one = new Timestamp(random.nextInt(4), client(random));
            Timestamp floor = new Timestamp(random.nextInt(4), client(random));
            Timestamp raised = one.raisedAbove(floor);
            long expected = one.timeMicros();
            while (!new Timestamp(expected, one.client()).isAbove(floor)) {
                expected++;
            }
            assertThat(raised)
                    .as("seed %d: %s above %s", seed, one, floor)
                    .isEqualTo(new Timestamp(expected, one.client()));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void ballotsAreOrderedByEpochThenRoundThenProposer(long seed) {
        Random random = new Random(seed);
        List<Ballot> samples = new ArrayList<>(List.of(Ballot.ZERO));
        for (int i = 0; i < SAMPLES; i++) {
            samples.add(ballot(random));
        }
        checkOrder(
                samples,
                Comparator.comparing(Ballot::epoch)
                        .thenComparing(Ballot::round)
                        .thenComparing(b -> number(b.proposer())),
                seed);
        for (Ballot ballot : samples) {
            assertThat(ballot).as("seed %d", seed).isGreaterThanOrEqualTo(Ballot.ZERO);
        }
    }

    @Test
    void theOwnersBallotIsAboveNothingPromisedAndBelowEveryOtherRound() {
        Ballot owner = Ballot.ofOwner(Epoch.FIRST, new ClientId(-1, -1));
        assertThat(owner).isGreaterThan(Ballot.ZERO).isLessThan(new Ballot(1, 1, ClientId.NONE));
        assertThat(owner).isLessThan(Ballot.ofOwner(new Epoch(2), ClientId.NONE));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void bytesAreOrderedAsUnsignedStringsOfBytes(long seed) {
        Random random = new Random(seed);
        List<Bytes> samples = new ArrayList<>(List.of(Bytes.EMPTY));
        for (int i = 0; i < SAMPLES; i++) {
            byte[] content = new byte[random.nextInt(4)];
            for (int at = 0; at < content.length; at++) {
                content[at] = (byte) tricky(random);
            }
            samples.add(Bytes.copyOf(content));
        }
        checkOrder(samples, IdPropertyTest::compareByteByByte, seed);
        for (Bytes bytes : samples) {
            assertThat(Bytes.wrap(bytes.toArray()))
                    .as("seed %d", seed)
                    .isEqualTo(bytes)
                    .hasSameHashCodeAs(bytes);
        }
    }

    private static int compareByteByByte(Bytes one, Bytes other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            int order = Integer.compare(one.at(i) & 0xff, other.at(i) & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    @Test
    void bytesAreNotChangedThroughTheArraysTheyCameFromOrGiveOut() {
        byte[] given = {1, 2};
        Bytes bytes = Bytes.copyOf(given);
        given[0] = 9;
        bytes.toArray()[1] = 9;
        assertThat(bytes).isEqualTo(Bytes.wrap(new byte[] {1, 2}));
    }

    @Test
    void bytesCopyThemselvesIntoAPlaceOfAnArray() {
        byte[] target = new byte[4];
        Bytes.wrap(new byte[] {5, 6}).copyInto(target, 1);
        assertThat(target).containsExactly(0, 5, 6, 0);
    }

    @Test
    void bytesShowPrintableAsciiAndCutWhatIsLong() {
        assertThat(Bytes.utf8("a b"))
                .hasToString("a b")
                .extracting(Bytes::toUtf8)
                .isEqualTo("a b");
        assertThat(Bytes.wrap(new byte[] {'\\', 0, (byte) 0xff})).hasToString("\\x5c\\x00\\xff");
        assertThat(Bytes.utf8("x".repeat(65))).hasToString("x".repeat(64) + "...(65 bytes)");
    }

    @Test
    void operationsAreOrderedByClientAndThenBySequence() {
        OpId first = new OpId(new ClientId(0, 1), 9);
        OpId second = new OpId(new ClientId(0, 2), 3);
        OpId third = new OpId(new ClientId(0, 2), 4);
        assertThat(List.of(third, first, second).stream().sorted()).containsExactly(first, second, third);
        assertThat(third).hasToString("00000000000000000000000000000002#4");
    }

    @Test
    void numbersThatNameNothingAreRefused() {
        assertThatThrownBy(() -> new Timestamp(-1, ClientId.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Epoch(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ReplicaId(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ShardId(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OpId(ClientId.NONE, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ballot(-1, 0, ClientId.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ballot(0, -1, ClientId.NONE)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "5",
                "@00000000000000000000000000000001",
                "5@1",
                "x@00000000000000000000000000000001",
                "-5@00000000000000000000000000000001",
                "5@0000000000000000000000000000000g"
            })
    void whatIsNoTimestampIsRefused(String text) {
        assertThatThrownBy(() -> Timestamp.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
