package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.txn.client.TinyCluster.ClientProcess;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Protocol.md 6 for clients: whoever asks for the outcome of a transaction has it settled and is told the truth, after
 * whichever of its messages the transaction's own client has died.
 */
final class Section6AskingTest {
    private static final List<ShardId> BOTH = List.of(new ShardId(0), new ShardId(1));

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void afterEveryCutWhoeverAsksIsToldTheTruthAndTheKeysAreFree(int replicas) {
        Set<String> told = new TreeSet<>();
        for (int cut = 0; cut <= 8 * replicas; cut++) {
            for (long seed = 0; seed < 12; seed++) {
                told.add(new Cut(replicas, cut, seed).run());
            }
        }
        assertThat(told).containsExactlyInAnyOrder("Aborted", "Committed", "Unknown");
    }

    /** One transaction over two shards whose client dies when {@code cut} of its messages have arrived. */
    private static final class Cut {
        private final String place;
        private final int replicas;
        private final int cut;
        private final TinyCluster cluster;
        private final ClientProcess owner;
        private final Key first;
        private final Key second;

        Cut(int replicas, int cut, long seed) {
            this.place = "replicas " + replicas + ", cut " + cut + ", seed " + seed;
            this.replicas = replicas;
            this.cut = cut;
            this.cluster = new TinyCluster(seed * 1_000 + cut, replicas, 2);
            this.owner = cluster.client(1);
            this.first = keyOn(0);
            this.second = keyOn(1);
        }

        private Key keyOn(int shard) {
            for (int i = 0; ; i++) {
                Key key = Bench.key("k" + i);
                if (cluster.shards.shardOf(key).number() == shard) {
                    return key;
                }
            }
        }

        String run() {
            long call = owner.call(
                    new ClientCall.Commit(
                            List.of(), List.of(new Write(first, Bytes.utf8("a")), new Write(second, Bytes.utf8("b")))),
                    10 * SECOND);
            Timestamp txn = cluster.bag().stream()
                    .filter(TinyCluster.carrying(IrMessage.Propose.class))
                    .map(parcel -> ((IrMessage.Propose) parcel.envelope().message()).id())
                    .findFirst()
                    .orElseThrow();
            letArrive();
            CallOutcome toldToOwner = owner.answerOrNull(call);
            cluster.kill(owner);
            boolean someoneKnows = knows(txn);

            long returnedNanos = cluster.nowNanos();
            ClientProcess returning = cluster.client(2);
            boolean byIdAlone = cluster.random.nextBoolean();
            long question = returning.call(new ClientCall.AwaitOutcome(txn, byIdAlone ? List.of() : BOTH), 2 * SECOND);
            cluster.runUntil(all -> returning.answerOrNull(question) != null && nothingIsHeld());
            assertThat(cluster.nowNanos() - returnedNanos).as(place).isLessThanOrEqualTo(2 * SECOND + SECOND / 1_000);
            CallOutcome answer = returning.answer(question);
            cluster.runUntilQuiet();
            cluster.checkConverged();
            check(txn, answer, toldToOwner, someoneKnows || !byIdAlone);
            return answer.getClass().getSimpleName();
        }

        private void letArrive() {
            for (int arrived = 0; arrived < cut; ) {
                int before = sent();
                if (!cluster.event()) {
                    return;
                }
                arrived += sent() < before ? 1 : 0;
            }
        }

        private int sent() {
            return (int) cluster.bag().stream()
                    .filter(parcel -> parcel.envelope().from().equals(new Address.Client(owner.id)))
                    .count();
        }

        private boolean knows(Timestamp txn) {
            for (int shard = 0; shard < 2; shard++) {
                for (int replica = 1; replica <= replicas; replica++) {
                    if (cluster.store(shard, replica).record(txn) != null) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean nothingIsHeld() {
            for (int shard = 0; shard < 2; shard++) {
                for (int replica = 1; replica <= replicas; replica++) {
                    if (!cluster.participant(shard, replica).holders().isEmpty()) {
                        return false;
                    }
                }
            }
            return true;
        }

        private void check(Timestamp txn, CallOutcome answer, CallOutcome toldToOwner, boolean mustBeKnown) {
            assertThat(answer)
                    .as(place)
                    .isInstanceOfAny(CallOutcome.Committed.class, CallOutcome.Aborted.class, CallOutcome.Unknown.class);
            assertThat(answer instanceof CallOutcome.Unknown)
                    .as(place + ": only what no replica has heard of, by its id alone, is unknown")
                    .isEqualTo(!mustBeKnown);
            if (toldToOwner != null) {
                assertThat(answer.getClass())
                        .as(place + ": as its owner was told")
                        .isEqualTo(toldToOwner.getClass());
            }
            for (int shard = 0; shard < 2; shard++) {
                for (int replica = 1; replica <= replicas; replica++) {
                    OpRecord record = cluster.store(shard, replica).record(txn);
                    if (answer instanceof CallOutcome.Committed committed) {
                        assertThat(record).as(place).isNotNull();
                        assertThat(record.decision()).as(place).isEqualTo(new Decision.Commit(committed.timestamp()));
                    } else if (record != null) {
                        assertThat(record.decision()).as(place).isEqualTo(new Decision.Abort());
                    }
                }
            }
        }
    }

    @Test
    void aTransactionThatComesLateIsFoundWhileSomebodyWaitsForIt() {
        TinyCluster cluster = new TinyCluster(1, 3, 2);
        ClientProcess owner = cluster.client(1);
        ClientProcess asking = cluster.client(2);
        cluster.stop(parcel -> parcel.envelope().from().equals(new Address.Client(owner.id)));
        owner.call(new ClientCall.Commit(List.of(), List.of(new Write(Bench.key("k"), Bytes.utf8("v")))), 60 * SECOND);
        Timestamp txn = cluster.bag().stream()
                .filter(TinyCluster.carrying(IrMessage.Propose.class))
                .map(parcel -> ((IrMessage.Propose) parcel.envelope().message()).id())
                .findFirst()
                .orElseThrow();
        long question = asking.call(new ClientCall.AwaitOutcome(txn, List.of()), 30 * SECOND);
        cluster.runFor(SECOND / 2);
        assertThat(asking.answerOrNull(question)).isNull();
        cluster.stop(parcel -> false);
        cluster.runUntilQuiet();
        assertThat(asking.answer(question)).isInstanceOfAny(CallOutcome.Committed.class, CallOutcome.Aborted.class);
        cluster.checkConverged();
    }

    @Test
    void whoeverIsInTheWayForLongIsSettledByTheWriterThatItStops() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        Key key = Bench.key("k");
        ClientProcess dead = cluster.client(1);
        dead.call(new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("v")))), 10 * SECOND);
        for (TinyCluster.Parcel parcel : cluster.bag()) {
            cluster.deliver(parcel);
        }
        cluster.kill(dead);
        ClientProcess writer = cluster.client(2);
        CallOutcome outcome = null;
        long begunNanos = cluster.nowNanos();
        while (!(outcome instanceof CallOutcome.Committed)) {
            long call = writer.call(
                    new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("w")))), 10 * SECOND);
            cluster.runUntil(all -> writer.answerOrNull(call) != null);
            outcome = writer.answer(call);
            cluster.runFor(SECOND / 20);
            assertThat(cluster.nowNanos() - begunNanos).isLessThan(5 * SECOND);
        }
        cluster.runUntilQuiet();
        cluster.checkConverged();
        assertThat(cluster.store(0, 1).newest(key).value()).isEqualTo(Bytes.utf8("w"));
    }

    @Test
    void aStrictReaderHasTheWriterSettledThatHoldsItUp() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        Key key = Bench.key("k");
        ClientProcess dead = cluster.client(1);
        dead.call(new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("v")))), 10 * SECOND);
        for (TinyCluster.Parcel parcel : cluster.bag()) {
            cluster.deliver(parcel);
        }
        cluster.kill(dead);
        ClientProcess reader = cluster.client(2);
        long read = reader.call(new ClientCall.ReadStrict(List.of(key)), 10 * SECOND);
        cluster.runUntilQuiet();
        assertThat(reader.answer(read))
                .isInstanceOfSatisfying(
                        CallOutcome.StrictlyRead.class,
                        seen -> assertThat(seen.versions().get(0).value()).isEqualTo(Bytes.utf8("v")));
        cluster.checkConverged();
    }
}
