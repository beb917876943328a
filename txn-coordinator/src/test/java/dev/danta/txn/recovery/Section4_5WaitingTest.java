package dev.danta.txn.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.TxnRefusal;
import dev.danta.txn.client.MemoryStore;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.WaitingProposals;
import dev.danta.txn.participant.WaitingRules;
import dev.danta.txn.participant.WaitingSettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Protocol.md 4.5: a proposal may wait at a replica for older holders, a bounded time, and then passes the whole table. */
final class Section4_5WaitingTest {
    private static final long MILLI = 1_000_000L;
    private static final ShardId SHARD = new ShardId(0);
    private static final Membership MEMBERS =
            new Membership(SHARD, Epoch.FIRST, List.of(new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)));
    private static final Key X = new Key(Bytes.utf8("x"));
    private static final Key Y = new Key(Bytes.utf8("y"));
    private static final Timestamp OLDER = id(100);
    private static final Timestamp HOLDER = id(200);
    private static final Timestamp YOUNGER = id(300);
    private static final Timestamp YOUNGEST = id(400);
    private static final RecoverySettings RECOVERY = new RecoverySettings(1_000 * MILLI, 200 * MILLI, 50 * MILLI, 8);

    private final MemoryStore store = new MemoryStore();
    private long nowNanos = MILLI;
    private SweepingReplica replica = replica(128);

    private SweepingReplica replica(int waitingMax) {
        Participant participant = new Participant(store, store, store, new Participant.Settings(1_000_000));
        IrReplica genuine =
                new IrReplica(new ReplicaId(1), MEMBERS, new IrReplica.Settings(1_000_000), store, participant);
        WaitingSettings settings = new WaitingSettings(10 * MILLI, waitingMax);
        SweepingReplica made = new SweepingReplica(
                genuine, RECOVERY, new WaitingProposals(participant, settings, WaitingRules.PROTOCOL));
        made.handle(new SweepingReplica.Input.Started(), new Moment(nowNanos, 1_000));
        return made;
    }

    private static Timestamp id(long time) {
        return new Timestamp(time, new ClientId(0, time));
    }

    private static Body writing(Key... keys) {
        List<Write> writes = new ArrayList<>();
        for (Key key : keys) {
            writes.add(new Write(key, Bytes.utf8("v")));
        }
        return new PrepareBody(List.of(SHARD), new AccessSet(List.of(), writes));
    }

    /** Has read {@code key} as never there, and writes it. */
    private static Body updating(Key key) {
        AccessSet accesses =
                new AccessSet(List.of(new Read(key, Timestamp.ZERO, false)), List.of(new Write(key, Bytes.utf8("w"))));
        return new PrepareBody(List.of(SHARD), accesses);
    }

    private List<Effect> handle(SweepingReplica.Input input) {
        List<Effect> effects = replica.handle(input, new Moment(nowNanos, 1_000));
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist persist) {
                store.apply(persist.mutation());
            }
        }
        store.commit();
        return effects;
    }

    private List<Effect> receive(IrMessage.Request request) {
        return handle(new SweepingReplica.Input.Received(
                new Envelope(SHARD, Epoch.FIRST, new Address.Client(new ClientId(5, 5)), request)));
    }

    private List<Effect> fire(Timer timer) {
        return handle(new SweepingReplica.Input.TimerFired(timer));
    }

    private List<Effect> propose(Timestamp id, Body body) {
        return receive(new IrMessage.Propose(id, body));
    }

    private static List<IrMessage> replies(List<Effect> effects) {
        List<IrMessage> replies = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                replies.add(send.envelope().message());
            }
        }
        return replies;
    }

    private static IrMessage ok(Timestamp id) {
        return new IrMessage.Voted(id, new Vote.Ok(id));
    }

    private static IrMessage conflict(Timestamp id, Timestamp holder) {
        return new IrMessage.Voted(id, new Vote.No(new TxnRefusal.Conflict(holder)));
    }

    private List<Effect> commit(Timestamp id, Body body) {
        return receive(new IrMessage.Decide(id, new Decision.Commit(id), body));
    }

    @Test
    void aYoungerProposalWaitsAndVotesOkWhenTheHolderIsDone() {
        propose(HOLDER, writing(X));
        List<Effect> waits = propose(YOUNGER, writing(X));
        assertThat(waits).containsExactly(new Effect.Arm(new WaitingProposals.PatienceOver(YOUNGER), 10 * MILLI, 0));
        assertThat(store.record(YOUNGER)).as("nothing is recorded of who waits").isNull();
        List<Effect> decided = commit(HOLDER, writing(X));
        assertThat(decided).endsWith(new Effect.Arm(new WaitingProposals.Wake(), 0, 0));
        assertThat(replica.takeUrgency()).isTrue();
        assertThat(replica.takeUrgency()).isFalse();
        assertThat(replies(fire(new WaitingProposals.Wake()))).containsExactly(ok(YOUNGER));
        assertThat(fire(new WaitingProposals.PatienceOver(YOUNGER))).isEmpty();
    }

    @Test
    void anOlderProposalIsRefusedAtOnce() {
        propose(HOLDER, writing(X));
        assertThat(replies(propose(OLDER, writing(X)))).containsExactly(conflict(OLDER, HOLDER));
    }

    @Test
    void oneYoungerHolderAmongSeveralIsEnoughForARefusal() {
        propose(HOLDER, writing(X));
        propose(YOUNGEST, writing(Y));
        assertThat(replies(propose(YOUNGER, writing(X, Y)))).containsExactly(conflict(YOUNGER, HOLDER));
    }

    @Test
    void whoWaitsForSeveralWaitsOnWhenOneIsDone() {
        propose(OLDER, writing(X));
        propose(HOLDER, writing(Y));
        propose(YOUNGER, writing(X, Y));
        commit(OLDER, writing(X));
        assertThat(fire(new WaitingProposals.Wake())).isEmpty();
        commit(HOLDER, writing(Y));
        assertThat(replies(fire(new WaitingProposals.Wake()))).containsExactly(ok(YOUNGER));
    }

    @Test
    void whoIsWokenIsValidatedAgain() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, updating(X));
        commit(HOLDER, writing(X));
        assertThat(replies(fire(new WaitingProposals.Wake())))
                .singleElement()
                .isInstanceOfSatisfying(
                        IrMessage.Voted.class,
                        voted -> assertThat(((Vote.No) voted.vote()).refusal())
                                .isInstanceOf(TxnRefusal.StaleRead.class));
    }

    @Test
    void whoWasBarredWhileItWaitedIsRefused() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        receive(new IrMessage.Inquire(YOUNGER, new Ballot(1, 1, new ClientId(9, 9)), List.of(SHARD)));
        commit(HOLDER, writing(X));
        assertThat(replies(fire(new WaitingProposals.Wake())))
                .containsExactly(new IrMessage.Voted(YOUNGER, new Vote.No(Refusal.Barred.PROMISED)));
    }

    @Test
    void whoWasDecidedWhileItWaitedIsToldSo() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        receive(new IrMessage.Decide(YOUNGER, new Decision.Abort(), null));
        commit(HOLDER, writing(X));
        assertThat(replies(fire(new WaitingProposals.Wake())))
                .containsExactly(new IrMessage.Decided(YOUNGER, new Decision.Abort(), null));
    }

    @Test
    void patienceEnds() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        assertThat(replies(fire(new WaitingProposals.PatienceOver(YOUNGER))))
                .containsExactly(conflict(YOUNGER, HOLDER));
        commit(HOLDER, writing(X));
        assertThat(fire(new WaitingProposals.Wake())).isEmpty();
    }

    @Test
    void patienceEndsAlsoBetweenWakingAndVoting() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        commit(HOLDER, writing(X));
        assertThat(replies(fire(new WaitingProposals.PatienceOver(YOUNGER)))).containsExactly(ok(YOUNGER));
        assertThat(fire(new WaitingProposals.Wake())).isEmpty();
    }

    @Test
    void onlySoManyWait() {
        replica = replica(1);
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        assertThat(replies(propose(YOUNGEST, writing(X)))).containsExactly(conflict(YOUNGEST, HOLDER));
        assertThat(replies(propose(YOUNGER, writing(X))))
                .as("the same once more")
                .isEmpty();
    }

    @Test
    void theOldestIsWokenFirstAndTheOthersWaitForIt() {
        propose(HOLDER, writing(X));
        propose(YOUNGEST, writing(X));
        propose(YOUNGER, writing(X));
        commit(HOLDER, writing(X));
        assertThat(replies(fire(new WaitingProposals.Wake()))).containsExactly(ok(YOUNGER));
        commit(YOUNGER, writing(X));
        assertThat(replies(fire(new WaitingProposals.Wake()))).containsExactly(ok(YOUNGEST));
    }

    @Test
    void aCrashLosesWhoWaitsAndItsClientSendsItAgain() {
        propose(HOLDER, writing(X));
        propose(YOUNGER, writing(X));
        replica = replica(128);
        commit(HOLDER, writing(X));
        assertThat(fire(new WaitingProposals.Wake())).isEmpty();
        assertThat(replies(propose(YOUNGER, writing(X)))).containsExactly(ok(YOUNGER));
    }

    @Test
    void aHolderThatIsOverdueIsReportedAtOnceWhenItIsInTheWay() {
        propose(HOLDER, writing(X));
        fire(new SweepingReplica.Sweep());
        nowNanos += RECOVERY.recoveryAfterNanos() - 1;
        Effect report = new Effect.Tell(new Overdue(HOLDER, List.of(SHARD)));
        assertThat(propose(YOUNGER, writing(X))).doesNotContain(report);
        nowNanos++;
        assertThat(propose(OLDER, writing(X))).contains(report);
        assertThat(propose(YOUNGEST, writing(X))).as("once between two sweeps").doesNotContain(report);
    }
}
