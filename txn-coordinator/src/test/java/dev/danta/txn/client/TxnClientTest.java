package dev.danta.txn.client;

import static dev.danta.txn.client.Bench.SECOND;
import static dev.danta.txn.client.Bench.key;
import static dev.danta.txn.client.Bench.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.key.ShardMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A client's machine, input by input. */
class TxnClientTest {
    private static final Key X = key("x");

    private static ClientSettings bytesMax(long spreadBytesMax) {
        ClientSettings d = ClientSettings.DEFAULTS;
        return new ClientSettings(
                d.fastPathMinNanos(),
                d.fastPathMaxNanos(),
                d.resendMinNanos(),
                d.resendMaxNanos(),
                d.giveUpNanos(),
                d.quorumWaitNanos(),
                d.spreadWindow(),
                spreadBytesMax,
                d.unknownsKept(),
                d.settling(),
                d.knownVersionsMax(),
                d.knownVersionBytesMax(),
                d.counterLeaseNanos(),
                d.laxLeaseNanos());
    }

    private static OpId updateId(Bench bench) {
        List<IrMessage.Execute> sent = bench.sent(IrMessage.Execute.class);
        return sent.get(sent.size() - 1).id();
    }

    private static IrMessage.Reply refused(OpId id) {
        return new IrMessage.ExecuteRefused(id, "the key holds a counter, not a register");
    }

    @Test
    void aClientWhoseClockIsBehindLearnsHowFarItMustBe() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        Timestamp barred = new Timestamp(Long.MAX_VALUE / 2, ClientId.NONE);
        bench.call(write(X, "too late"));
        bench.reply(0, 1, new IrMessage.Marked(Watermarks.NONE.barring(barred)));
        bench.call(write(X, "in time"));

        List<IrMessage.Propose> proposed = bench.sent(IrMessage.Propose.class);
        assertThat(proposed.get(0).id().isAtOrBelow(barred)).isTrue();
        assertThat(proposed.get(proposed.size() - 1).id().isAbove(barred)).isTrue();
    }

    @Test
    void transactionsThatNoReplicaAnswersAreBoundedInBytes() {
        Bench bench = new Bench(3, 1, bytesMax(10_000)).connected(1, 2, 3);
        for (int i = 0; i < 200; i++) {
            long call = bench.call(write(X, "v".repeat(100)), 0);
            bench.fire(new Turn.Deadline(call));
        }
        assertThat(bench.machine.left()).isLessThan(60);
        assertThat(bench.answers()).hasSize(200);
        assertThat(bench.answers().get(199).outcome())
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.OVERLOADED));
    }

    @Test
    void transactionsThatWaitForConnectionsAreBoundedInBytes() {
        Bench bench = new Bench(3, 1, bytesMax(10_000));
        for (int i = 0; i < 200; i++) {
            bench.call(write(X, "v".repeat(100)));
        }
        assertThat(bench.machine.left()).isLessThan(60);
    }

    @Test
    void updatesAreBoundedByTheSizeOfTheirValues() {
        Bench bench = new Bench(3, 1, bytesMax(10_000)).connected(1, 2, 3);
        for (int i = 0; i < 20; i++) {
            bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v".repeat(5_000))));
        }
        assertThat(bench.machine.left()).isEqualTo(4);
    }

    @Test
    void aTransactionAcknowledgedEverywhereLeavesNothingBehind() {
        Bench bench = new Bench(1, 1, bytesMax(1_000)).connected(1);
        for (int i = 0; i < 50; i++) {
            bench.call(write(X, "v"));
            List<IrMessage.Propose> proposed = bench.sent(IrMessage.Propose.class);
            Timestamp id = proposed.get(proposed.size() - 1).id();
            bench.reply(0, 1, new IrMessage.Voted(id, new Vote.Ok(id)));
            bench.reply(0, 1, new IrMessage.DecisionAcknowledged(id));
        }
        assertThat(bench.answers()).hasSize(50).allMatch(told -> told.outcome() instanceof CallOutcome.Committed);
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void anUpdateThatOneReplicaHasDoneHasNotFailedThoughTheOthersRefuseIt() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, new IrMessage.Executed(id));
        bench.reply(0, 2, refused(id));
        bench.reply(0, 3, refused(id));
        assertThat(bench.answers()).hasSize(1);
        assertThat(bench.answers().get(0).outcome())
                .isInstanceOfSatisfying(
                        CallOutcome.UpdateUnknown.class,
                        unknown -> assertThat(unknown.causes())
                                .containsOnlyKeys(new ReplicaId(2), new ReplicaId(3))
                                .containsValue("the key holds a counter, not a register"));
    }

    @Test
    void anUpdateIsAnsweredByTheFirstReplicaIfOneIsEnoughAndGoesOnToTheOthers() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v"), Timestamp.ZERO, ClientCall.Ack.ONE));
        OpId id = updateId(bench);
        bench.reply(0, 1, refused(id));
        assertThat(bench.answers()).isEmpty();
        bench.reply(0, 2, new IrMessage.Executed(id));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOf(CallOutcome.Updated.class);
        assertThat(bench.machine.left())
                .as("what the third has not acknowledged")
                .isEqualTo(1);
        bench.reply(0, 3, new IrMessage.Executed(id));
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void whatOnlyOneReplicaHasAcknowledgedIsNotRememberedAsWhatQuorumsShow() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        ClientCall cached = new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM, null, SECOND);
        bench.call(cached);
        answerNothing(bench);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v"), Timestamp.ZERO, ClientCall.Ack.ONE));
        bench.reply(0, 1, new IrMessage.Executed(updateId(bench)));
        bench.call(cached);
        assertThat(bench.answers()).extracting(Finished::outcome).last().isEqualTo(new CallOutcome.Relaxed(null, true));
    }

    /** Of a quorum all say the same, or nothing is said; what one has not come to is asked for once more. */
    @Test
    void aHashIsWhatAllThatWereAskedSay() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        Key y = key("y");
        Key z = key("z");
        HashKey hashKey = new HashKey(1, 2);
        bench.call(new ClientCall.HashRelaxed(List.of(X, y, z), hashKey, ClientCall.Level.QUORUM));
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        bench.reply(0, 1, new IrMessage.Answered(id, new ReadAnswer.Hashes(List.of(7L, 8L, 9L))));
        bench.reply(0, 2, new IrMessage.Answered(id, new ReadAnswer.Hashes(List.of(7L, 88L))));
        assertThat(bench.answers()).isEmpty();
        IrMessage.Ask rest = bench.sent(IrMessage.Ask.class).get(2);
        assertThat(rest.query()).isEqualTo(new ReadQuery.Hashes(List.of(z), hashKey));
        bench.reply(0, 1, new IrMessage.Answered(rest.id(), new ReadAnswer.Hashes(List.of(9L))));
        bench.reply(0, 2, new IrMessage.Answered(rest.id(), new ReadAnswer.Hashes(List.of(9L))));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .containsExactly(new CallOutcome.Hashes(new TreeMap<>(Map.of(X, 7L, z, 9L))));
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void whoeverDoesNotKnowOfHashesIsReadFrom() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.HashRelaxed(List.of(X), new HashKey(1, 2), ClientCall.Level.QUORUM));
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        bench.reply(0, 1, new IrMessage.Answered(id, new ReadAnswer.Hashes(List.of(7L))));
        bench.reply(0, 2, new IrMessage.Answered(id, new ReadAnswer.Malformed()));
        bench.call(new ClientCall.HashRelaxed(List.of(), new HashKey(1, 2), ClientCall.Level.LOCAL));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .containsExactly(new CallOutcome.Hashes(new TreeMap<>()), new CallOutcome.Hashes(new TreeMap<>()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClientCall.HashRelaxed(List.of(X), new HashKey(1, 2), ClientCall.Level.SESSION));
    }

    private static void answerNothing(Bench bench) {
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        for (int replica = 1; replica <= 2; replica++) {
            bench.reply(0, replica, new IrMessage.Answered(id, new ReadAnswer.Relaxed(null, 0)));
        }
    }

    @Test
    void anUpdateHasFailedOnceEveryReplicaHasRefusedIt() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, refused(id));
        bench.reply(0, 2, refused(id));
        assertThat(bench.answers()).isEmpty();
        bench.reply(0, 3, refused(id));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void anUpdateThatCannotReachAQuorumAnyMoreIsNotWaitedForWhenTheRestIsDown() {
        Bench bench = new Bench(3, 1).connected(1, 2);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, refused(id));
        bench.reply(0, 2, refused(id));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOf(CallOutcome.UpdateUnknown.class);
    }

    @Test
    void anUpdateThatCannotReachAQuorumAnyMoreIsAnsweredWhenTheRestGoesDown() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, refused(id));
        bench.reply(0, 2, refused(id));
        assertThat(bench.answers()).isEmpty();
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(3), "gone"));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOf(CallOutcome.UpdateUnknown.class);
    }

    @Test
    void aCounterThatWouldOverflowIsRefusedAndTheClientLivesOn() {
        Bench bench = new Bench(1, 1).connected(1);
        bench.call(new ClientCall.AddToCounter(X, Long.MAX_VALUE));
        bench.call(new ClientCall.AddToCounter(X, 1));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
        bench.call(new ClientCall.AddToCounter(X, -5));
        assertThat(bench.sent(IrMessage.Execute.class)).hasSize(2);
    }

    /** What a counter has of this client only its own additions say: another total would make it count anew. */
    @Test
    void aStateThatSpeaksForThisClientIsNotJoined() {
        Bench bench = new Bench(1, 1).connected(1);
        bench.call(new ClientCall.Join(X, Counter.of(Bench.SELF, new Counter.Total(1, 5))));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.REFUSED));
        bench.call(new ClientCall.Join(X, Counter.of(new ClientId(9, 9), new Counter.Total(1, 5))));
        assertThat(bench.sent(IrMessage.Execute.class)).hasSize(1);
    }

    @Test
    void changesAreStampedAboveEverythingThatWasJoinedOrReadBefore() {
        Bench bench = new Bench(1, 1).connected(1);
        Bytes element = Bytes.utf8("e");
        Timestamp seen = new Timestamp(TinyCluster.START_MICROS + 1_000_000, new ClientId(9, 9));
        bench.call(new ClientCall.Join(X, LwwSet.change(List.of(element), List.of(), seen)));
        bench.call(new ClientCall.ChangeSet(X, List.of(), List.of(element), Timestamp.ZERO));
        bench.call(new ClientCall.ChangeMap(
                X,
                new TreeMap<>(Map.of(element, element)),
                List.of(Bytes.EMPTY),
                new Timestamp(seen.timeMicros() + 9, seen.client())));
        List<RelaxedState> changes = bench.sent(IrMessage.Execute.class).stream()
                .map(execute -> ((RelaxedUpdate) execute.op()).change())
                .toList();
        LwwSet set = (LwwSet) changes.get(1);
        assertThat(set.removed().get(element).isAbove(seen)).isTrue();
        assertThat(set.added()).isEmpty();
        LwwMap map = (LwwMap) changes.get(2);
        assertThat(map.greatestStamp().timeMicros()).isGreaterThan(seen.timeMicros() + 9);
        assertThat(map.get(element)).isEqualTo(element);
        assertThat(map.fields()).containsKey(Bytes.EMPTY);
    }

    @Test
    void whatIsStampedTooFarAheadIsNotJoined() {
        Bench bench = new Bench(1, 1).connected(1);
        Timestamp ahead = new Timestamp(TinyCluster.START_MICROS + 10_000_000, new ClientId(9, 9));
        bench.call(new ClientCall.Join(X, LwwSet.change(List.of(Bytes.EMPTY), List.of(), ahead)));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Failed.class,
                        failed -> assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.CLOCK_AHEAD));
        assertThat(bench.sent(IrMessage.Execute.class)).isEmpty();
    }

    @Test
    void anUpdateRefusedForAClockIsOfferedToThatReplicaAgain() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(X, Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, new IrMessage.Executed(id));
        bench.reply(0, 2, new IrMessage.Executed(id));
        bench.reply(0, 3, new IrMessage.ExecuteClockRefused(id, 5));
        assertThat(bench.answers()).hasSize(1);
        assertThat(bench.machine.left()).isEqualTo(1);
        bench.pass(SECOND);
        assertThat(Bench.sent(
                        bench.fire(new Spreader.Target(new ShardId(0), new ReplicaId(3))), IrMessage.Execute.class))
                .hasSize(1);
    }

    @Test
    void repliesInTheNameOfAnotherShardAreNotCountedForUpdates() {
        Bench bench = new Bench(3, 2).connected(1, 2, 3);
        bench.call(new ClientCall.PutRegister(bench.keyOn(1), Bytes.utf8("v")));
        OpId id = updateId(bench);
        bench.reply(0, 1, new IrMessage.Executed(id));
        bench.reply(0, 2, new IrMessage.Executed(id));
        assertThat(bench.answers()).isEmpty();
        assertThat(bench.machine.left()).isEqualTo(4);
    }

    @Test
    void repliesInTheNameOfAnotherShardAreNotCountedForReads() {
        Bench bench = new Bench(3, 2).connected(1, 2, 3);
        bench.call(new ClientCall.ReadVersions(List.of(bench.keyOn(1))));
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        ReadAnswer.Versions answer =
                new ReadAnswer.Versions(List.of(new ReadAnswer.Entry(Version.NEVER_THERE, false)), 0, Timestamp.ZERO);
        bench.reply(0, 1, new IrMessage.Answered(id, answer));
        assertThat(bench.answers()).isEmpty();
        bench.reply(1, 1, new IrMessage.Answered(id, answer));
        assertThat(bench.answers()).hasSize(1);
    }

    @Test
    void repliesOfAnotherEpochAreNotCounted() {
        Bench bench = new Bench(1, 1).connected(1);
        bench.call(write(X, "v"));
        Timestamp id = bench.sent(IrMessage.Propose.class).get(0).id();
        bench.reply(0, 1, new Epoch(2), new IrMessage.Voted(id, new Vote.Ok(id)));
        assertThat(bench.answers()).isEmpty();
        bench.reply(0, 1, new IrMessage.Voted(id, new Vote.Ok(id)));
        assertThat(bench.answers()).hasSize(1);
    }

    @Test
    void aReplicaInAnotherEpochIsNamedAsTheCauseWhenTheDeadlineComes() {
        Bench bench = new Bench(1, 1).connected(1);
        long call = bench.call(write(X, "v"));
        bench.reply(
                0,
                1,
                new Epoch(2),
                new IrMessage.WrongEpoch(new Membership(new ShardId(0), new Epoch(2), List.of(new ReplicaId(1)))));
        bench.fire(new Turn.Deadline(call));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(
                        CallOutcome.Unknown.class,
                        unknown -> assertThat(unknown.causes()).containsValue("is in epoch e2 of s0"));
    }

    @Test
    void theOtherQuestionsOfAReadThatFailedAreNotAskedForEver() {
        Bench bench = new Bench(1, 2).connected(1);
        bench.call(new ClientCall.ReadVersions(List.of(bench.keyOn(0), bench.keyOn(1))));
        List<IrMessage.Ask> asked = bench.sent(IrMessage.Ask.class);
        bench.reply(0, 1, new IrMessage.Answered(asked.get(0).id(), new ReadAnswer.Malformed()));
        assertThat(bench.answers()).hasSize(1);
        assertThat(bench.fire(new Reads.AskAgain(asked.get(1).id()))).isEmpty();
        assertThat(bench.machine.left()).isZero();
    }

    @Test
    void aReadUnderWayKeepsTheClientFromBeingDrained() {
        Bench bench = new Bench(1, 1).connected(1);
        bench.call(new ClientCall.ReadRelaxed(X, ClientCall.Level.LOCAL));
        bench.call(new ClientCall.Drain());
        assertThat(bench.answers()).isEmpty();
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        bench.reply(0, 1, new IrMessage.Answered(id, new ReadAnswer.Relaxed(null, 0)));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .containsExactly(new CallOutcome.Relaxed(null, false), new CallOutcome.Drained(0));
    }

    @Test
    void aTransactionThatNamesAKeyTwiceIsRefusedWhereItIsMade() {
        Read read = new Read(X, Timestamp.ZERO, false);
        Write write = new Write(X, Bytes.utf8("v"));
        assertThatThrownBy(() -> new ClientCall.Commit(List.of(read, read), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> new ClientCall.Commit(List.of(), List.of(write, write)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void aReplicaThatComesBackIsAskedAtOnceForTheVotesItStillOwes() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        bench.call(write(X, "v"));
        Timestamp id = bench.sent(IrMessage.Propose.class).get(0).id();
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(1), "gone"));
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(2), "gone"));
        bench.reply(0, 3, new IrMessage.Voted(id, new Vote.Ok(id)));
        assertThat(bench.handle(new TxnClient.Input.Connected(new ReplicaId(1))))
                .singleElement()
                .isInstanceOfSatisfying(Effect.Send.class, send -> {
                    assertThat(send.to()).isEqualTo(new Address.Replica(new ReplicaId(1)));
                    assertThat(send.envelope().message()).isInstanceOf(IrMessage.Propose.class);
                });
        bench.reply(0, 1, new IrMessage.Voted(id, new Vote.Ok(id)));
        assertThat(Bench.sent(bench.handle(new TxnClient.Input.Connected(new ReplicaId(2))), IrMessage.Finalize.class))
                .hasSize(1);
    }

    @Test
    void aReplicaThatComesBackIsAskedAtOnceForTheAnswersItStillOwes() {
        Bench bench = new Bench(3, 1).connected(1);
        bench.call(new ClientCall.ReadVersions(List.of(X)));
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(1);
        bench.handle(new TxnClient.Input.Disconnected(new ReplicaId(1), "gone"));
        int asked = bench.sent(IrMessage.Ask.class).size();
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(1)));
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(asked + 1);
        bench.handle(new TxnClient.Input.Connected(new ReplicaId(3)));
        assertThat(bench.sent(IrMessage.Ask.class)).hasSize(asked + 1);
    }

    @Test
    void aClientNeedsOneMembershipForEachShard() {
        Membership zero = new Membership(new ShardId(0), Epoch.FIRST, List.of(new ReplicaId(1)));
        assertThatThrownBy(
                        () -> new TxnClient(Bench.SELF, new ShardMap(2), List.of(zero, zero), ClientSettings.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReadWhoseWriteBackFindsNoQuorumNamesTheCausesAtItsDeadline() {
        Bench bench = new Bench(3, 1).connected(1, 2, 3);
        long call = bench.call(new ClientCall.ReadRelaxed(X, ClientCall.Level.QUORUM));
        OpId id = bench.sent(IrMessage.Ask.class).get(0).id();
        LwwRegister state = new LwwRegister(new Timestamp(5, Bench.SELF), Bytes.utf8("v"));
        bench.reply(0, 1, new IrMessage.Answered(id, new ReadAnswer.Relaxed(null, 0)));
        bench.reply(0, 2, new IrMessage.Answered(id, new ReadAnswer.Relaxed(state, 0)));
        assertThat(bench.answers()).isEmpty();
        bench.fire(new Turn.Deadline(call));
        assertThat(bench.answers())
                .extracting(Finished::outcome)
                .singleElement()
                .isInstanceOfSatisfying(CallOutcome.Failed.class, failed -> {
                    assertThat(failed.failure()).isEqualTo(CallOutcome.Failure.DEADLINE);
                    assertThat(failed.causes()).containsOnlyKeys(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3));
                });
    }
}
