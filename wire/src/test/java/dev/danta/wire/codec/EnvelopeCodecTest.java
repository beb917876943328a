package dev.danta.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import dev.danta.wire.MessageGenerator;
import dev.danta.wire.WireLimits;
import dev.danta.wire.proto.DataProto;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.MessageProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeCodecTest {
    private static final int ROUNDS = 300;
    private static final ClientId CLIENT = new ClientId(1, 2);
    private static final Timestamp ID = new Timestamp(10, CLIENT);

    private final EnvelopeCodec codec = new EnvelopeCodec(WireLimits.DEFAULT);

    static Stream<Class<?>> messages() {
        return MessageGenerator.leavesOf(IrMessage.class).stream();
    }

    static Stream<Class<?>> families() {
        return Stream.of(
                Address.class,
                Decision.class,
                IrMessage.class,
                ReadAnswer.class,
                ReadQuery.class,
                RelaxedState.class,
                Result.class,
                TxnRefusal.class,
                Vote.class);
    }

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void every_kind_of_message_comes_back_as_it_was(Class<? extends IrMessage> type) throws Exception {
        MessageGenerator generator = new MessageGenerator(type.getName().hashCode());
        for (int i = 0; i < ROUNDS; i++) {
            Envelope sent = generator.envelope(type);
            byte[] bytes = codec.encode(sent).toByteArray();
            assertThat(codec.decode(MessageProto.Envelope.parseFrom(bytes))).isEqualTo(sent);
        }
    }

    /** Fails as soon as a family gets a member that the generator, and so perhaps the codec, does not know. */
    @ParameterizedTest
    @MethodSource("families")
    void every_member_of_every_family_is_generated(Class<?> family) {
        List<Class<?>> leaves = MessageGenerator.leavesOf(family);
        assertThat(leaves).hasSizeGreaterThan(1);
        MessageGenerator generator = new MessageGenerator(1);
        for (Class<?> leaf : leaves) {
            assertThat(generator.any(leaf)).isInstanceOf(leaf);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_batch_keeps_its_order(long seed) throws Exception {
        MessageGenerator generator = new MessageGenerator(seed);
        List<Envelope> sent = Stream.generate(generator::envelope).limit(50).toList();
        FrameProto.Batch.Builder batch = FrameProto.Batch.newBuilder();
        sent.forEach(envelope -> batch.addEnvelopes(codec.encode(envelope)));
        byte[] bytes = batch.build().toByteArray();
        assertThat(codec.decode(FrameProto.Batch.parseFrom(bytes))).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void random_bytes_are_malformed_or_a_batch(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            decodeOrRefuse(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spoilt_bytes_are_malformed_or_a_batch(long seed) {
        Random random = new Random(seed);
        MessageGenerator generator = new MessageGenerator(seed);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = batchOf(generator).toByteArray();
            int changes = 1 + random.nextInt(3);
            for (int change = 0; change < changes; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            decodeOrRefuse(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void spoilt_structures_are_malformed_or_a_batch(long seed) throws Exception {
        FrameMutator mutator = new FrameMutator(seed);
        MessageGenerator generator = new MessageGenerator(seed);
        int refused = 0;
        for (int i = 0; i < 1000; i++) {
            FrameProto.Batch spoilt = (FrameProto.Batch) mutator.spoil(mutator.spoil(batchOf(generator)));
            refused += decodeOrRefuse(spoilt.toByteArray()) ? 0 : 1;
        }
        assertThat(refused).as("or the spoiling does nothing").isBetween(100, 999);
    }

    private FrameProto.Batch batchOf(MessageGenerator generator) {
        return FrameProto.Batch.newBuilder()
                .addEnvelopes(codec.encode(generator.envelope()))
                .addEnvelopes(codec.encode(generator.envelope()))
                .build();
    }

    /** Whether it was decoded; what was decoded must be encodable, and come back the same. */
    private boolean decodeOrRefuse(byte[] bytes) {
        try {
            List<Envelope> decoded = codec.decode(FrameProto.Batch.parseFrom(bytes));
            for (Envelope envelope : decoded) {
                assertThat(codec.decode(codec.encode(envelope))).isEqualTo(envelope);
            }
            return true;
        } catch (InvalidProtocolBufferException notProtobuf) {
            return false;
        } catch (MalformedMessageException malformed) {
            assertThat(malformed.getMessage()).isNotBlank().doesNotContain("\n");
            return false;
        }
    }

    @Test
    void the_complaint_names_message_field_and_reason() {
        MessageProto.Envelope good = codec.encode(proposal(List.of(read("a"), read("b")), List.of()));
        MessageProto.Envelope.Builder bad = good.toBuilder();
        bad.getProposeBuilder()
                .getBodyBuilder()
                .getPrepareBuilder()
                .getReadsBuilder(1)
                .clearKey();
        FrameProto.Batch batch = FrameProto.Batch.newBuilder()
                .addEnvelopes(good)
                .addEnvelopes(bad)
                .build();
        assertThatThrownBy(() -> codec.decode(batch))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("envelope 1: Propose.body.reads[1].key has 0 bytes, an encoded key has 1 to 480");
    }

    @Test
    void keys_that_are_not_ascending_or_stand_twice_are_malformed() {
        MessageProto.Envelope good = codec.encode(proposal(List.of(), List.of(write("a"), write("b"))));
        var writes = good.getPropose().getBody().getPrepare().getWritesList();

        MessageProto.Envelope.Builder swapped = good.toBuilder();
        swapped.getProposeBuilder()
                .getBodyBuilder()
                .getPrepareBuilder()
                .setWrites(0, writes.get(1))
                .setWrites(1, writes.get(0));
        assertMalformed(swapped.build(), "Propose.body.writes[1].key is not above the one before it");

        MessageProto.Envelope.Builder twice = good.toBuilder();
        twice.getProposeBuilder().getBodyBuilder().getPrepareBuilder().setWrites(1, writes.get(0));
        assertMalformed(twice.build(), "Propose.body.writes[1].key stands twice");
    }

    @Test
    void elements_that_are_not_ascending_or_stand_twice_are_malformed() {
        Bytes a = Bytes.utf8("a");
        Bytes b = Bytes.utf8("b");
        MessageProto.Envelope set = joining(LwwSet.change(List.of(a, b), List.of(a, b), ID));
        MessageProto.Envelope.Builder addedTwice = set.toBuilder();
        var added = change(addedTwice).getLwwSetBuilder();
        added.setAdded(1, added.getAdded(0));
        assertMalformed(addedTwice.build(), "Execute.change[1].element stands twice");
        MessageProto.Envelope.Builder removedBefore = set.toBuilder();
        var removed = change(removedBefore).getLwwSetBuilder();
        removed.addRemoved(removed.getRemoved(0));
        assertMalformed(removedBefore.build(), "Execute.change[2].element is not above the one before it");

        MessageProto.Envelope.Builder fieldTwice =
                joining(LwwMap.change(Map.of(a, a, b, b), List.of(), ID)).toBuilder();
        var fields = change(fieldTwice).getLwwMapBuilder();
        fields.setFields(1, fields.getFields(0));
        assertMalformed(fieldTwice.build(), "Execute.change[1].name stands twice");

        MessageProto.Envelope.Builder elementTwice = joining(GrowSet.of(List.of(a, b))).toBuilder();
        var elements = change(elementTwice).getGrowSetBuilder();
        elements.setElements(1, elements.getElements(0));
        assertMalformed(elementTwice.build(), "Execute.change[1].element stands twice");
    }

    private MessageProto.Envelope joining(RelaxedState change) {
        return codec.encode(joined(change));
    }

    private static Envelope joined(RelaxedState change) {
        return envelope(new IrMessage.Execute(new OpId(CLIENT, 1), new RelaxedUpdate(key("k"), change)));
    }

    private static DataProto.RelaxedState.Builder change(MessageProto.Envelope.Builder envelope) {
        return envelope.getExecuteBuilder().getRelaxedUpdateBuilder().getChangeBuilder();
    }

    /** Keys that stand beside each other have most of their bytes in common. */
    @Test
    void of_the_ends_of_ranges_only_what_differs_is_sent() {
        StateView view = new StateView(new OpId(CLIENT, 1), null, ID);
        List<RangeHash> parts = IntStream.range(0, 100)
                .mapToObj(i -> new RangeHash(Bytes.utf8("k".repeat(300) + (1_000 + i)), i))
                .toList();
        Envelope compare = envelope(new IrMessage.Compare(view, Bytes.EMPTY, parts, true));
        MessageProto.Envelope good = codec.encode(compare);
        assertThat(good.getSerializedSize()).isLessThan(300 + 100 * 24);
        assertThat(codec.decode(good)).isEqualTo(compare);

        MessageProto.Envelope.Builder first = good.toBuilder();
        first.getUpkeepBuilder().getCompareBuilder().getPartsBuilder(0).setShared(1);
        assertMalformed(first.build(), "Compare.parts.shared is 1, and the one before has 0 bytes");
        MessageProto.Envelope.Builder tooLong = good.toBuilder();
        tooLong.getUpkeepBuilder()
                .getCompareBuilder()
                .getPartsBuilder(1)
                .setShared(304)
                .setUpTo(ByteString.copyFromUtf8("k".repeat(177)));
        assertMalformed(tooLong.build(), "Compare.parts.up_to has 481 bytes, over the limit of 480");
    }

    @Test
    void what_is_missing_unknown_or_out_of_range_is_malformed() {
        MessageProto.Envelope good = codec.encode(proposal(List.of(), List.of()));
        assertMalformed(good.toBuilder().clearMessage().build(), "Envelope.message is of no known kind");
        assertMalformed(good.toBuilder().clearFrom().build(), "Envelope.from is missing");
        assertMalformed(good.toBuilder().setReplica(0).build(), "Envelope.from is 0, replicas count from 1");
        assertMalformed(good.toBuilder().setEpoch(0).build(), "Envelope.epoch is 0, epochs start at 1");
        assertMalformed(good.toBuilder().setShard(-1).build(), "Envelope.shard is the negative number -1");

        MessageProto.Envelope.Builder timeless = good.toBuilder();
        timeless.getProposeBuilder().getIdBuilder().setTimeMicros(-5);
        assertMalformed(timeless.build(), "Propose.id has the negative time -5");

        MessageProto.Envelope.Builder bodiless = good.toBuilder();
        bodiless.getProposeBuilder().getBodyBuilder().clearPrepare();
        assertMalformed(bodiless.build(), "Propose.body is of no known kind");

        MessageProto.Envelope.Builder alone = good.toBuilder();
        alone.getProposeBuilder().getBodyBuilder().getPrepareBuilder().clearParticipants();
        assertMalformed(alone.build(), "Propose.body.participants is empty, there is at least one participant");
    }

    @Test
    void an_unknown_enumeration_value_is_malformed() {
        MessageProto.Envelope.Builder wire =
                MessageProto.Envelope.newBuilder().setEpoch(1).setReplica(1);
        wire.getVotedBuilder()
                .setId(IdCodec.encode(ID))
                .getVoteBuilder()
                .getNoBuilder()
                .setBarredValue(77);
        assertMalformed(wire.build(), "Voted.vote.no is barred for no known reason");
    }

    @Test
    void lists_and_values_over_their_bound_are_refused_at_both_ends() {
        WireLimits small = new WireLimits(8192, 8192, 100, 3, 2, 2, 2, 16);
        EnvelopeCodec strict = new EnvelopeCodec(small);

        List<Envelope> tooLarge = List.of(
                proposal(List.of(read("a"), read("b")), List.of(write("a"), write("b"))),
                proposal(List.of(), List.of(new Write(key("a"), Bytes.wrap(new byte[101])))),
                envelope(new IrMessage.Propose(
                        ID,
                        new PrepareBody(
                                List.of(new ShardId(0), new ShardId(1), new ShardId(2)),
                                new AccessSet(List.of(), List.of())))),
                envelope(new IrMessage.Ask(
                        new OpId(CLIENT, 1), new ReadQuery.Versions(List.of(key("a"), key("b"), key("c"), key("d"))))),
                joined(counterOf(3)),
                joined(LwwSet.change(List.of(Bytes.wrap(new byte[101])), List.of(), ID)),
                joined(LwwSet.change(List.of(), List.of(Bytes.wrap(new byte[101])), ID)),
                joined(LwwMap.change(Map.of(Bytes.wrap(new byte[101]), Bytes.EMPTY), List.of(), ID)),
                joined(LwwMap.change(Map.of(Bytes.EMPTY, Bytes.wrap(new byte[101])), List.of(), ID)),
                joined(GrowSet.of(List.of(Bytes.wrap(new byte[101])))));
        for (Envelope envelope : tooLarge) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> strict.encode(envelope))
                    .withMessageContaining("over the limit of");
            assertThatThrownBy(() -> strict.decode(codec.encode(envelope)))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessageContaining("over the limit of");
        }
    }

    @Test
    void a_frame_with_too_many_envelopes_or_none_is_malformed() {
        EnvelopeCodec strict = new EnvelopeCodec(new WireLimits(8192, 8192, 100, 3, 2, 2, 2, 16));
        MessageProto.Envelope one = codec.encode(proposal(List.of(), List.of()));
        FrameProto.Batch three = FrameProto.Batch.newBuilder()
                .addEnvelopes(one)
                .addEnvelopes(one)
                .addEnvelopes(one)
                .build();
        assertThatThrownBy(() -> strict.decode(three))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Batch.envelopes has 3 entries, over the limit of 2");
        assertThatThrownBy(() -> codec.decode(FrameProto.Batch.getDefaultInstance()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Batch.envelopes is empty");
    }

    @Test
    void an_explanation_that_is_too_long_arrives_cut() {
        String text = "x".repeat(1500);
        Envelope sent = envelope(new IrMessage.ExecuteRefused(new OpId(CLIENT, 1), text));
        IrMessage.ExecuteRefused got =
                (IrMessage.ExecuteRefused) codec.decode(codec.encode(sent)).message();
        assertThat(got.reason()).isEqualTo(text.substring(0, 1000));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void a_transaction_without_complaint_can_be_sent(long seed) {
        Random random = new Random(seed);
        WireLimits limits = new WireLimits(64 * 1024, 64 * 1024, 30_000, 500, 100, 10, 10, 100);
        EnvelopeCodec strict = new EnvelopeCodec(limits);
        List<ShardId> most = IntStream.range(0, 100)
                .mapToObj(i -> new ShardId(Integer.MAX_VALUE - 100 + i))
                .toList();
        AccessSet fitting = new AccessSet(List.of(), List.of());
        AccessSet next = fitting;
        // Grown until there is a complaint: what stood before it is as large as what is allowed can be.
        while (limits.complaintAbout(next).isEmpty()) {
            fitting = next;
            next = grown(fitting, random);
        }
        Timestamp late = new Timestamp(Long.MAX_VALUE, CLIENT);
        strict.encode(new Envelope(
                new ShardId(Integer.MAX_VALUE),
                new Epoch(Long.MAX_VALUE),
                new Address.Client(CLIENT),
                new IrMessage.Finalize(
                        late,
                        new Ballot(Long.MAX_VALUE, Integer.MAX_VALUE, CLIENT),
                        new Result.Ok(late),
                        new PrepareBody(most, fitting))));
        assertThat(fitting.isEmpty()).isFalse();
    }

    private static AccessSet grown(AccessSet accesses, Random random) {
        Key key = key("k" + (accesses.reads().size() + accesses.writes().size()));
        List<Read> reads = new ArrayList<>(accesses.reads());
        List<Write> writes = new ArrayList<>(accesses.writes());
        if (random.nextBoolean()) {
            reads.add(new Read(key, new Timestamp(Long.MAX_VALUE, CLIENT), true));
        } else {
            writes.add(new Write(key, Bytes.wrap(new byte[random.nextInt(200)])));
        }
        return new AccessSet(reads, writes);
    }

    private void assertMalformed(MessageProto.Envelope wire, String message) {
        assertThatThrownBy(() -> codec.decode(wire))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(message);
    }

    private static Envelope envelope(IrMessage message) {
        return new Envelope(new ShardId(0), Epoch.FIRST, new Address.Client(CLIENT), message);
    }

    private static Envelope proposal(List<Read> reads, List<Write> writes) {
        return envelope(
                new IrMessage.Propose(ID, new PrepareBody(List.of(new ShardId(0)), new AccessSet(reads, writes))));
    }

    private static Counter counterOf(int clients) {
        TreeMap<ClientId, Counter.Total> totals = new TreeMap<>();
        for (int i = 1; i <= clients; i++) {
            totals.put(new ClientId(0, i), new Counter.Total(1, 1));
        }
        return new Counter(totals);
    }

    private static Key key(String text) {
        return new Key(Bytes.utf8(text));
    }

    private static Read read(String key) {
        return new Read(key(key), ID, false);
    }

    private static Write write(String key) {
        return new Write(key(key), Bytes.utf8("v"));
    }
}
