package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static dev.danta.txn.client.Bench.key;
import static dev.danta.txn.client.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.txn.client.TinyCluster.ClientProcess;
import dev.danta.txn.coordinator.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole clients against whole replicas in memory: what applications are told, and what is left when all is quiet. */
class ClientsAndReplicasTest {
    private static final Key X = key("x");
    private static final Key Y = key("y");

    static Stream<Arguments> seedsAndSizes() {
        return LongStream.rangeClosed(1, 25)
                .boxed()
                .flatMap(seed -> Stream.of(1, 3, 5).map(n -> Arguments.of(seed, n)));
    }

    /** A workload whose transactions read a few keys and write what they have read plus one. */
    private static final class Incrementers {
        private final TinyCluster cluster;
        private final List<Key> keys;
        private final long deadlineNanos;
        private final Map<Timestamp, long[]> spans = new TreeMap<>();
        private final List<Timestamp> unknown = new ArrayList<>();
        private final List<Timestamp> aborted = new ArrayList<>();
        private final Map<Timestamp, Timestamp> committed = new TreeMap<>();
        private int left;

        Incrementers(TinyCluster cluster, int keyCount, int transactions, long deadlineNanos) {
            this.cluster = cluster;
            this.deadlineNanos = deadlineNanos;
            this.left = transactions;
            this.keys = new ArrayList<>();
            for (int i = 0; i < keyCount; i++) {
                keys.add(key("k" + i));
            }
        }

        void next(ClientProcess client) {
            if (left == 0) {
                return;
            }
            left--;
            List<Key> some = keys.stream()
                    .filter(key -> cluster.random.nextInt(keys.size()) < 2)
                    .toList();
            List<Key> touched = some.isEmpty() ? keys.subList(0, 1) : some;
            long began = cluster.nowNanos();
            client.call(new ClientCall.ReadVersions(touched), deadlineNanos, (same, outcome) -> {
                if (outcome instanceof CallOutcome.Versions read) {
                    commit(same, touched, read.versions(), began);
                } else {
                    next(same);
                }
            });
        }

        private void commit(ClientProcess client, List<Key> touched, List<Version> versions, long began) {
            List<Read> reads = new ArrayList<>();
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < touched.size(); i++) {
                reads.add(Read.of(touched.get(i), versions.get(i)));
                if (cluster.random.nextInt(4) > 0) {
                    Bytes value = versions.get(i).value();
                    long sum = value == null ? 0 : Long.parseLong(value.toUtf8());
                    writes.add(new Write(touched.get(i), Bytes.utf8(Long.toString(sum + 1))));
                }
            }
            client.call(new ClientCall.Commit(reads, writes), deadlineNanos, (same, outcome) -> {
                long ended = cluster.nowNanos();
                if (outcome instanceof CallOutcome.Committed done) {
                    committed.put(done.txn(), done.timestamp());
                    spans.put(done.txn(), new long[] {began, ended});
                } else if (outcome instanceof CallOutcome.Unknown lost) {
                    unknown.add(lost.txn());
                    spans.put(lost.txn(), new long[] {began, Long.MAX_VALUE});
                } else if (outcome instanceof CallOutcome.Aborted no) {
                    aborted.add(no.txn());
                }
                next(same);
            });
        }

        /** What clients were told agrees with what replicas keep, and everything is strictly serializable. */
        void check() {
            CommittedHistory history = new CommittedHistory(cluster);
            committed
                    .keySet()
                    .forEach(
                            txn -> cluster.assertHolds(history.hasCommitted(txn), txn + " was told to have committed"));
            aborted.forEach(txn -> cluster.assertHolds(!history.hasCommitted(txn), txn + " was told to have aborted"));
            spans.forEach((one, span) -> spans.forEach((other, later) -> {
                if (span[1] < later[0]) {
                    history.finishedBefore(one, other);
                }
            }));
            List<Timestamp> circle = history.circle();
            cluster.assertHolds(circle.isEmpty(), "not strictly serializable: " + circle);
        }
    }

    @ParameterizedTest
    @MethodSource("seedsAndSizes")
    void underLossAndDuplicationEveryCallIsAnsweredOnceAndEverythingConverges(long seed, int n) {
        TinyCluster cluster = new TinyCluster(seed, n, 3).losing(0.1).duplicating(0.1);
        Incrementers work = new Incrementers(cluster, 5, 60, 5 * SECOND);
        List<ClientProcess> clients = Stream.of(1, 2, 3, 4).map(cluster::client).toList();
        clients.forEach(work::next);
        cluster.runUntilQuiet();
        work.check();
        cluster.checkConverged();
        clients.forEach(client -> {
            client.checkEveryCallIsAnswered();
            cluster.assertHolds(client.machine.left() == 0, "left: " + client.machine.left());
        });
        assertThat(work.committed.size() + work.aborted.size() + work.unknown.size())
                .as("seed %d", seed)
                .isBetween(50, 60);
        assertThat(work.committed).as("seed %d", seed).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("seedsAndSizes")
    void throughCrashesNothingAcknowledgedIsLostAndEveryReplicaGetsItsDecisions(long seed, int n) {
        TinyCluster cluster = new TinyCluster(seed, n, 2).losing(0.05).duplicating(0.05);
        Incrementers work = new Incrementers(cluster, 4, 80, 3 * SECOND);
        List<ClientProcess> clients = Stream.of(1, 2, 3).map(cluster::client).toList();
        clients.forEach(work::next);
        for (int round = 0; round < 4; round++) {
            cluster.runFor(SECOND / 50);
            int victim = 1 + cluster.random.nextInt(n);
            cluster.crash(victim);
            cluster.runFor(SECOND / 4);
            cluster.restart(victim);
        }
        cluster.runFor(SECOND / 50);
        for (int replica = 1; replica <= n; replica++) {
            cluster.crash(replica);
        }
        cluster.runFor(SECOND / 10);
        for (int replica = 1; replica <= n; replica++) {
            cluster.restart(replica);
        }
        cluster.runUntilQuiet();
        work.check();
        cluster.checkConverged();
        clients.forEach(client -> {
            client.checkEveryCallIsAnswered();
            cluster.assertHolds(client.machine.left() == 0, "left: " + client.machine.left());
        });
        assertThat(work.committed).as("seed %d", seed).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void withTightDeadlinesAnOutcomeThatWasUnknownCanBeAwaited(long seed) {
        TinyCluster cluster = new TinyCluster(seed, 3, 2).losing(0.3);
        ClientProcess client = cluster.client(1);
        Map<Timestamp, CallOutcome> settled = new TreeMap<>();
        List<Timestamp> unknown = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            client.call(write(key("k" + i), "v"), SECOND / 2_000, (same, outcome) -> {
                if (outcome instanceof CallOutcome.Unknown lost) {
                    unknown.add(lost.txn());
                    same.call(
                            new ClientCall.AwaitOutcome(lost.txn(), lost.participants()),
                            60 * SECOND,
                            (again, known) -> settled.put(lost.txn(), known));
                }
            });
        }
        cluster.runUntilQuiet();
        CommittedHistory history = new CommittedHistory(cluster);
        assertThat(unknown).as("seed %d", seed).isNotEmpty();
        for (Timestamp txn : unknown) {
            CallOutcome outcome = settled.get(txn);
            assertThat(outcome)
                    .as("seed %d", seed)
                    .isInstanceOfAny(CallOutcome.Committed.class, CallOutcome.Aborted.class);
            assertThat(outcome instanceof CallOutcome.Committed)
                    .as("seed %d, %s", seed, txn)
                    .isEqualTo(history.hasCommitted(txn));
            long later = client.call(new ClientCall.AwaitOutcome(txn, List.of()), SECOND);
            assertThat(client.answer(later)).as("seed %d", seed).isEqualTo(outcome);
        }
    }

    @ParameterizedTest
    @MethodSource("seedsAndSizes")
    void countersHoldEveryAdditionThatWasAcknowledgedAndNoneTwice(long seed, int n) {
        TinyCluster cluster = new TinyCluster(seed, n, 2).losing(0.15).duplicating(0.15);
        List<ClientProcess> clients = Stream.of(1, 2, 3).map(cluster::client).toList();
        List<CallOutcome> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.forEach(client -> client.call(
                    new ClientCall.AddToCounter(X, 1), 30 * SECOND, (same, outcome) -> answers.add(outcome)));
            cluster.runFor(SECOND / 1_000);
        }
        cluster.runUntilQuiet();
        cluster.checkConverged();
        assertThat(answers).as("seed %d", seed).hasSize(60).allMatch(CallOutcome.Updated.class::isInstance);
        long read = clients.get(0).call(new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM), 30 * SECOND);
        cluster.runUntilQuiet();
        assertThat(clients.get(0).answer(read))
                .as("seed %d", seed)
                .isInstanceOfSatisfying(
                        CallOutcome.Relaxed.class,
                        found -> assertThat(((Counter) found.state()).value()).isEqualTo(60));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aQuorumReadSeesEveryUpdateThatWasAcknowledgedBefore(long seed) {
        TinyCluster cluster = new TinyCluster(seed, 3, 1).losing(0.2);
        ClientProcess writer = cluster.client(1);
        ClientProcess reader = cluster.client(2);
        for (int i = 1; i <= 20; i++) {
            String value = "v" + i;
            long put = writer.call(new ClientCall.PutRegister(X, Bytes.utf8(value)), 30 * SECOND);
            cluster.runUntil(all -> writer.answerOrNull(put) != null);
            long read = reader.call(new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM), 30 * SECOND);
            cluster.runUntil(all -> reader.answerOrNull(read) != null);
            assertThat(reader.answer(read).toString()).as("seed %d", seed).contains("value=" + value);
        }
    }

    @Test
    void withoutTroubleEveryTransactionTakesOneRoundTrip() {
        TinyCluster cluster = new TinyCluster(1, 3, 2);
        ClientProcess client = cluster.client(1);
        for (int i = 0; i < 10; i++) {
            long call = client.call(write(key("k" + i), "v"), SECOND);
            cluster.runUntilQuiet();
            assertThat(client.answer(call))
                    .isInstanceOfSatisfying(
                            CallOutcome.Committed.class,
                            done -> assertThat(done.path()).isEqualTo(Outcome.Path.FAST));
        }
    }

    @Test
    void withOneOfThreeDownTransactionsCommitOnTheSlowPath() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.crash(3);
        long began = cluster.nowNanos();
        long call = client.call(write(X, "v"), SECOND);
        cluster.runUntil(all -> client.answerOrNull(call) != null);
        assertThat(client.answer(call))
                .isInstanceOfSatisfying(
                        CallOutcome.Committed.class,
                        done -> assertThat(done.path()).isEqualTo(Outcome.Path.SLOW));
        assertThat(cluster.nowNanos() - began).isLessThan(SECOND / 100);
        cluster.restart(3);
        cluster.runUntilQuiet();
        cluster.checkConverged();
    }

    @Test
    void aReplicaThatFallsSilentDelaysOneTransactionAndIsTakenBackOnceItSpeaks() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.stop(TinyCluster.to(3));
        long began = cluster.nowNanos();
        assertPath(cluster, client, "a", Outcome.Path.SLOW);
        assertThat(cluster.nowNanos() - began).isGreaterThan(ClientSettings.DEFAULTS.fastPathMinNanos());
        began = cluster.nowNanos();
        assertPath(cluster, client, "b", Outcome.Path.SLOW);
        assertThat(cluster.nowNanos() - began).isLessThan(ClientSettings.DEFAULTS.fastPathMinNanos());
        cluster.stop(parcel -> false);
        cluster.runUntilQuiet();
        assertPath(cluster, client, "c", Outcome.Path.FAST);
        cluster.runUntilQuiet();
        cluster.checkConverged();
    }

    private static void assertPath(TinyCluster cluster, ClientProcess client, String name, Outcome.Path path) {
        long call = client.call(write(key(name), "v"), SECOND);
        cluster.runUntil(all -> client.answerOrNull(call) != null);
        assertThat(client.answer(call))
                .isInstanceOfSatisfying(
                        CallOutcome.Committed.class,
                        done -> assertThat(done.path()).isEqualTo(path));
    }

    @ParameterizedTest
    @MethodSource("seedsAndSizes")
    void throughPartitionsThatHealEverythingIsSettledAndStrict(long seed, int n) {
        TinyCluster cluster = new TinyCluster(seed, n, 2).losing(0.02).duplicating(0.05);
        Incrementers work = new Incrementers(cluster, 4, 60, 2 * SECOND);
        List<ClientProcess> clients = Stream.of(1, 2, 3).map(cluster::client).toList();
        clients.forEach(work::next);
        for (int round = 0; round < 6; round++) {
            int cut = cluster.random.nextInt(1 << n);
            Address cutOff = new Address.Client(clients.get(round % 3).id);
            cluster.stop(parcel -> {
                boolean toCutReplica = parcel.to() instanceof Address.Replica replica
                        && (cut >> (replica.id().number() - 1) & 1) == 1;
                return parcel.to().equals(cutOff)
                        || (toCutReplica && parcel.envelope().from().equals(cutOff));
            });
            cluster.runFor(SECOND / 3);
        }
        cluster.stop(parcel -> false);
        cluster.runUntilQuiet();
        work.check();
        cluster.checkConverged();
        clients.forEach(ClientProcess::checkEveryCallIsAnswered);
        assertThat(work.committed).as("seed %d", seed).isNotEmpty();
    }

    @Test
    void withOneOfThreeDownAConflictDoesNotWaitUntilSomebodyGivesUp() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess one = cluster.client(1);
        ClientProcess two = cluster.client(2);
        cluster.crash(3);
        long first = one.call(write(X, "one"), 10 * SECOND);
        long second = two.call(write(X, "two"), 10 * SECOND);
        cluster.bag().stream()
                .filter(parcel -> TinyCluster.to(1).test(parcel)
                        == parcel.envelope().from().equals(new Address.Client(one.id)))
                .forEach(cluster::deliver);
        long began = cluster.nowNanos();
        cluster.runUntil(all -> one.answerOrNull(first) != null && two.answerOrNull(second) != null);
        assertThat(one.answer(first)).isInstanceOf(CallOutcome.Aborted.class);
        assertThat(two.answer(second)).isInstanceOf(CallOutcome.Aborted.class);
        assertThat(cluster.nowNanos() - began).isLessThan(SECOND / 10);
    }

    @Test
    void writeSkewIsRefusedWhicheverOrderTheMessagesTake() {
        for (long seed = 1; seed <= 200; seed++) {
            TinyCluster cluster = new TinyCluster(seed, 3, 2);
            ClientProcess one = cluster.client(1);
            ClientProcess two = cluster.client(2);
            Read x = new Read(X, Timestamp.ZERO, false);
            Read y = new Read(Y, Timestamp.ZERO, false);
            ClientCall.Commit takesX = new ClientCall.Commit(List.of(x, y), List.of(new Write(X, Bytes.utf8("1"))));
            ClientCall.Commit takesY = new ClientCall.Commit(List.of(x, y), List.of(new Write(Y, Bytes.utf8("1"))));
            long first = one.call(takesX, 10 * SECOND);
            long second = two.call(takesY, 10 * SECOND);
            cluster.runUntilQuiet();
            boolean both = one.answer(first) instanceof CallOutcome.Committed
                    && two.answer(second) instanceof CallOutcome.Committed;
            assertThat(both).as("seed %d", seed).isFalse();
        }
    }

    @Test
    void ofTwoUpdatesOfTheSameReadAtMostOneIsNotLost() {
        for (long seed = 1; seed <= 200; seed++) {
            TinyCluster cluster = new TinyCluster(seed, 3, 1).losing(0.1);
            Read x = new Read(X, Timestamp.ZERO, false);
            List<CallOutcome> answers = new ArrayList<>();
            BiConsumer<ClientProcess, CallOutcome> note = (client, outcome) -> answers.add(outcome);
            for (int client = 1; client <= 3; client++) {
                ClientCall.Commit add =
                        new ClientCall.Commit(List.of(x), List.of(new Write(X, Bytes.utf8("c" + client))));
                cluster.client(client).call(add, 10 * SECOND, note);
            }
            cluster.runUntilQuiet();
            assertThat(answers).as("seed %d", seed).hasSize(3);
            assertThat(answers.stream().filter(CallOutcome.Committed.class::isInstance))
                    .as("seed %d", seed)
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void aCommitThatOvertakesItsPrepareIsAppliedAndThePrepareIsToldSo() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.stop(TinyCluster.to(3).and(TinyCluster.carrying(IrMessage.Propose.class)));
        long call = client.call(write(X, "v"), 10 * SECOND);
        cluster.runUntil(all -> client.machine.left() == 0);
        assertThat(client.answer(call)).isInstanceOf(CallOutcome.Committed.class);
        assertThat(cluster.store(0, 3).newest(X).value()).isEqualTo(Bytes.utf8("v"));
        cluster.stop(parcel -> false);
        cluster.runUntilQuiet();
        cluster.checkConverged();
    }

    @Test
    void anAbortThatOvertakesItsPrepareKeepsThePrepareFromHolding() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.stop(TinyCluster.carrying(IrMessage.Propose.class));
        long call = client.call(write(X, "v"), 10 * SECOND);
        cluster.runUntil(all -> client.machine.left() == 0);
        assertThat(client.answer(call))
                .isInstanceOfSatisfying(
                        CallOutcome.Aborted.class,
                        no -> assertThat(no.reason()).isEqualTo(CallOutcome.AbortReason.GAVE_UP));
        cluster.stop(parcel -> false);
        cluster.runUntilQuiet();
        cluster.checkConverged();
        assertThat(cluster.store(0, 1).newest(X)).isEqualTo(Version.NEVER_THERE);
    }

    @Test
    void aClientWithoutAQuorumOfConnectionsIsToldSoSoon() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.crash(1);
        cluster.crash(2);
        long call = client.call(write(X, "v"), 10 * SECOND);
        cluster.runUntil(all -> client.answerOrNull(call) != null);
        assertThat(client.answer(call)).isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
            assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.UNAVAILABLE);
            assertThat(failed.causes()).hasSize(2).containsValue("connection lost");
        });
        cluster.runUntilQuiet();
        assertThat(client.machine.left()).isZero();
    }

    @Test
    void aCallWithoutAnyTimeIsAnsweredAllTheSame() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        List<ClientCall> calls = List.of(
                write(X, "v"),
                new ClientCall.ReadVersions(List.of(X)),
                new ClientCall.ReadVersions(List.of()),
                new ClientCall.PutRegister(Y, Bytes.utf8("v")),
                new ClientCall.AddToCounter(key("c"), 1),
                new ClientCall.ReadRelaxed(Y, ClientCall.Level.QUORUM),
                new ClientCall.AwaitOutcome(new Timestamp(1, client.id), List.of()),
                new ClientCall.Drain());
        calls.forEach(call -> client.call(call, 0));
        calls.forEach(call -> client.call(call, -5));
        cluster.runUntilQuiet();
        client.checkEveryCallIsAnswered();
        assertThat(client.machine.left()).isZero();
        cluster.checkConverged();
    }

    @Test
    void aDrainEndsWhenTheLastReplicaHasAcknowledged() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.crash(3);
        client.call(write(X, "v"), SECOND);
        long drain = client.call(new ClientCall.Drain(), 600 * SECOND);
        cluster.runFor(20 * SECOND);
        assertThat(client.answerOrNull(drain)).isNull();
        cluster.restart(3);
        long restarted = cluster.nowNanos();
        cluster.runUntil(all -> client.answerOrNull(drain) != null);
        assertThat(client.answer(drain)).isEqualTo(new CallOutcome.Drained(0));
        assertThat(cluster.nowNanos() - restarted).isLessThan(SECOND);
        assertThat(cluster.store(0, 3).newest(X).value()).isEqualTo(Bytes.utf8("v"));
        cluster.runUntilQuiet();
        assertThat(cluster.armedTimers()).isZero();
    }

    @Test
    void whatIsNotRememberedHereIsFoundAtTheReplicas() {
        ClientSettings d = ClientSettings.DEFAULTS;
        ClientSettings two = new ClientSettings(
                d.fastPathMinNanos(),
                d.fastPathMaxNanos(),
                d.resendMinNanos(),
                d.resendMaxNanos(),
                d.giveUpNanos(),
                d.quorumWaitNanos(),
                d.spreadWindow(),
                d.spreadBytesMax(),
                2,
                d.settling(),
                d.knownVersionsMax(),
                d.knownVersionBytesMax(),
                d.counterLeaseNanos(),
                d.laxLeaseNanos());
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1, two);
        List<Timestamp> unknown = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            long call = client.call(write(key("k" + i), "v"), 0);
            cluster.runUntil(all -> client.answerOrNull(call) != null);
            unknown.add(((CallOutcome.Unknown) client.answer(call)).txn());
            cluster.runUntilQuiet();
        }
        List<CallOutcome> later = new ArrayList<>();
        for (Timestamp txn : unknown) {
            long call = client.call(new ClientCall.AwaitOutcome(txn, List.of()), SECOND);
            cluster.runUntil(all -> client.answerOrNull(call) != null);
            later.add(client.answer(call));
        }
        CommittedHistory history = new CommittedHistory(cluster);
        for (int i = 0; i < 3; i++) {
            assertThat(later.get(i)).isNotInstanceOf(CallOutcome.Unknown.class);
            assertThat(later.get(i) instanceof CallOutcome.Committed).isEqualTo(history.hasCommitted(unknown.get(i)));
        }
    }

    @Test
    void aClockFarAheadOfTheReplicasIsToldAtOnceAndHoldsNothing() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        Timestamp future = new Timestamp(TinyCluster.START_MICROS * 2, client.id);
        ClientCall.Commit commit =
                new ClientCall.Commit(List.of(new Read(X, future, false)), List.of(new Write(X, Bytes.utf8("v"))));
        long asked = cluster.nowNanos();
        long call = client.call(commit, 10 * SECOND);
        cluster.runUntil(all -> client.answerOrNull(call) != null);
        assertThat(cluster.nowNanos() - asked)
                .as("long before it gives up")
                .isLessThan(ClientSettings.DEFAULTS.giveUpNanos());
        cluster.runUntilQuiet();
        assertThat(client.answer(call))
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.CLOCK_AHEAD));
        cluster.checkConverged();
        assertThat(client.machine.left()).isZero();
    }

    @Test
    void whatWasUnderWayWhenAllReplicasDiedIsSettledAsSoonAsTheyAreBack() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        long call = client.call(write(X, "v"), 60 * SECOND);
        long read = client.call(new ClientCall.ReadVersions(List.of(Y)), 60 * SECOND);
        for (int replica = 1; replica <= 3; replica++) {
            cluster.crash(replica);
        }
        cluster.runFor(30 * SECOND);
        for (int replica = 1; replica <= 3; replica++) {
            cluster.restart(replica);
        }
        long restarted = cluster.nowNanos();
        cluster.runUntil(all -> client.answerOrNull(call) != null && client.answerOrNull(read) != null);
        assertThat(cluster.nowNanos() - restarted).isLessThan(SECOND / 100);
        assertThat(client.answer(read)).isInstanceOf(CallOutcome.Versions.class);
    }

    @Test
    void aDrainWithoutSuccessTellsHowMuchIsLeft() {
        TinyCluster cluster = new TinyCluster(1, 3, 1);
        ClientProcess client = cluster.client(1);
        cluster.crash(3);
        client.call(write(X, "v"), SECOND);
        long drain = client.call(new ClientCall.Drain(), 5 * SECOND);
        cluster.runFor(10 * SECOND);
        assertThat(client.answer(drain)).isEqualTo(new CallOutcome.Drained(1));
    }
}
