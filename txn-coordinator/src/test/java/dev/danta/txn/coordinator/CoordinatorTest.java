package dev.danta.txn.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Invariant;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.TxnRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** protocol.md 4.3 and 4.4 over several participants: from their results to the one outcome. */
class CoordinatorTest {
    private static final ClientId OWNER = new ClientId(0, 7);
    private static final Timestamp ID = new Timestamp(100, OWNER);
    private static final ShardId A = new ShardId(0);
    private static final ShardId B = new ShardId(1);
    private static final Outcome PENDING = new Outcome.Pending();
    private static final Refusal CONFLICT = new TxnRefusal.Conflict(new Timestamp(90, OWNER));

    private final Coordinator coordinator = over(A, B);

    private static AccessSet writing(String name) {
        return new AccessSet(List.of(), List.of(new Write(new Key(Bytes.utf8(name)), Bytes.utf8("v"))));
    }

    private static Membership membership(ShardId shard) {
        return new Membership(shard, Epoch.FIRST, List.of(r(1), r(2), r(3)));
    }

    private static Coordinator over(ShardId... shards) {
        Map<ShardId, AccessSet> accesses = new TreeMap<>();
        for (ShardId shard : shards) {
            accesses.put(shard, writing("key on " + shard));
        }
        return new Coordinator(ID, accesses, CoordinatorTest::membership, QuorumRules.PROTOCOL);
    }

    private static ReplicaId r(int number) {
        return new ReplicaId(number);
    }

    private static PrepareBody body(ShardId shard) {
        return new PrepareBody(List.of(A, B), writing("key on " + shard));
    }

    private List<ShardRequest> ok(ShardId shard, int replica, long time) {
        return coordinator.onReply(shard, r(replica), new IrMessage.Voted(ID, new Vote.Ok(new Timestamp(time, OWNER))));
    }

    private List<ShardRequest> no(ShardId shard, int replica) {
        return coordinator.onReply(shard, r(replica), new IrMessage.Voted(ID, new Vote.No(CONFLICT)));
    }

    private void accepted(ShardId shard, int replica) {
        coordinator.onReply(shard, r(replica), new IrMessage.Accepted(ID, Ballot.ofOwner(Epoch.FIRST, OWNER)));
    }

    private void allOk(ShardId shard, long time) {
        for (int replica = 1; replica <= 3; replica++) {
            ok(shard, replica, time);
        }
    }

    private static List<ShardRequest> toAllOf(ShardId shard, IrMessage.Request request) {
        List<ShardRequest> requests = new ArrayList<>();
        for (int replica = 1; replica <= 3; replica++) {
            requests.add(new ShardRequest(shard, r(replica), request));
        }
        return requests;
    }

    private static IrMessage.Request finalizes(ShardId shard, Result result) {
        return new IrMessage.Finalize(ID, Ballot.ofOwner(Epoch.FIRST, OWNER), result, body(shard));
    }

    @Test
    void prepareGoesToAllReplicasOfAllParticipantsAtOnceEachWithItsShardsPart() {
        List<ShardRequest> expected = new ArrayList<>(toAllOf(A, new IrMessage.Propose(ID, body(A))));
        expected.addAll(toAllOf(B, new IrMessage.Propose(ID, body(B))));
        assertThat(coordinator.start(Set.of())).isEqualTo(expected);
        assertThat(coordinator.participants()).containsExactly(A, B);
        assertThat(coordinator.id()).isEqualTo(ID);
    }

    @Test
    void itCommitsWhenEveryParticipantHasChosenOkAtTheGreatestTimestamp() {
        allOk(A, 140);
        assertThat(coordinator.outcome()).isEqualTo(PENDING);
        assertThat(coordinator.decisions()).isEmpty();
        allOk(B, 120);
        assertThat(coordinator.outcome())
                .isEqualTo(new Outcome.Committed(new Timestamp(140, OWNER), Outcome.Path.FAST));
    }

    @Test
    void theGreatestTimestampIsTakenWhicheverShardHasIt() {
        allOk(A, 120);
        allOk(B, 140);
        assertThat(coordinator.outcome())
                .isEqualTo(new Outcome.Committed(new Timestamp(140, OWNER), Outcome.Path.FAST));
    }

    @Test
    void aCommitGoesToAllReplicasWithEachShardsWrites() {
        allOk(A, 100);
        allOk(B, 100);
        Decision commit = new Decision.Commit(ID);
        List<ShardRequest> expected = new ArrayList<>(toAllOf(A, new IrMessage.Decide(ID, commit, body(A))));
        expected.addAll(toAllOf(B, new IrMessage.Decide(ID, commit, body(B))));
        assertThat(coordinator.decisions()).isEqualTo(expected);
    }

    @Test
    void oneSlowParticipantMakesTheCommitSlow() {
        allOk(A, 100);
        ok(B, 1, 100);
        no(B, 2);
        assertThat(ok(B, 3, 100)).isEqualTo(toAllOf(B, finalizes(B, new Result.Ok(ID))));
        accepted(B, 1);
        assertThat(coordinator.outcome()).isEqualTo(PENDING);
        accepted(B, 2);
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Committed(ID, Outcome.Path.SLOW));
    }

    @Test
    void oneParticipantsAbortAbortsAllThoughTheOthersHaveNotAnswered() {
        no(B, 1);
        assertThat(coordinator.outcome()).isEqualTo(PENDING);
        no(B, 3);
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Aborted(List.of(CONFLICT, CONFLICT)));
        Decision abort = new Decision.Abort();
        List<ShardRequest> expected = new ArrayList<>(toAllOf(A, new IrMessage.Decide(ID, abort, null)));
        expected.addAll(toAllOf(B, new IrMessage.Decide(ID, abort, null)));
        assertThat(coordinator.decisions()).isEqualTo(expected);
    }

    @Test
    void oneParticipantsAbortAbortsAllThoughTheOthersHaveChosenOk() {
        allOk(A, 100);
        no(B, 1);
        no(B, 2);
        assertThat(coordinator.outcome()).isInstanceOf(Outcome.Aborted.class);
    }

    @Test
    void refusalsOfDifferentParticipantsDoNotAddUp() {
        no(A, 1);
        no(B, 1);
        assertThat(coordinator.outcome()).isEqualTo(PENDING);
    }

    @Test
    void votesOfOneShardDoNotCountForAnother() {
        Coordinator alone = over(A);
        alone.onReply(B, r(1), new IrMessage.Voted(ID, new Vote.Ok(ID)));
        alone.onReply(B, r(2), new IrMessage.Voted(ID, new Vote.No(CONFLICT)));
        assertThat(alone.outcome()).isEqualTo(PENDING);
        assertThat(alone.unanswered()).containsExactly(r(1), r(2), r(3));
    }

    @Test
    void aCommitThatSomebodyTellsIsAdopted() {
        no(B, 1);
        Timestamp at = new Timestamp(180, OWNER);
        coordinator.onReply(A, r(1), new IrMessage.Decided(ID, new Decision.Commit(at), null));
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Committed(at, Outcome.Path.SETTLED));
        assertThat(coordinator.decisions()).hasSize(6);
    }

    @Test
    void anAbortThatSomebodyTellsIsAdopted() {
        allOk(A, 100);
        coordinator.onReply(B, r(3), new IrMessage.Decided(ID, new Decision.Abort(), null));
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Aborted(List.of()));
    }

    @Test
    void aForgottenTransactionIsNeitherCommittedNorAbortedAndNothingIsSpread() {
        allOk(A, 100);
        coordinator.onReply(B, r(1), new IrMessage.TooOld(ID, new Timestamp(500, OWNER)));
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Forgotten());
        assertThat(coordinator.decisions()).isEmpty();
    }

    @Test
    void anAbortChosenBeforeOutweighsThatAnotherShardHasForgotten() {
        no(A, 1);
        no(A, 2);
        coordinator.onReply(B, r(1), new IrMessage.TooOld(ID, new Timestamp(500, OWNER)));
        assertThat(coordinator.outcome()).isInstanceOf(Outcome.Aborted.class);
    }

    @Test
    void theOutcomeIsSetOnce() {
        allOk(A, 100);
        allOk(B, 100);
        Outcome outcome = coordinator.outcome();
        coordinator.onReply(A, r(1), new IrMessage.Decided(ID, new Decision.Abort(), null));
        no(A, 1);
        assertThat(coordinator.onGiveUp()).isEmpty();
        assertThat(coordinator.onFastPathTimeout()).isEmpty();
        assertThat(coordinator.resend()).isEmpty();
        assertThat(coordinator.onSuspected(r(1))).isEmpty();
        assertThat(coordinator.outcome()).isEqualTo(outcome);
    }

    @Test
    void givingUpProposesAnAbortOnlyWhereTheShardIsStillOpen() {
        allOk(A, 100);
        ok(B, 1, 100);
        assertThat(coordinator.onGiveUp()).isEqualTo(toAllOf(B, finalizes(B, new Result.Abort())));
        assertThat(coordinator.outcome()).isEqualTo(PENDING);
        accepted(B, 2);
        accepted(B, 3);
        assertThat(coordinator.outcome()).isEqualTo(new Outcome.Aborted(List.of()));
    }

    @Test
    void theFastPathsOfAllShardsEndTogether() {
        ok(A, 1, 100);
        ok(A, 2, 100);
        ok(B, 2, 100);
        ok(B, 3, 130);
        assertThat(coordinator.onFastPathTimeout()).isEqualTo(toAllOf(A, finalizes(A, new Result.Ok(ID))));
    }

    @Test
    void thoseSuspectedFromTheBeginningAreNotWaitedFor() {
        coordinator.start(Set.of(r(3)));
        ok(A, 1, 100);
        assertThat(ok(A, 2, 100)).isEqualTo(toAllOf(A, finalizes(A, new Result.Ok(ID))));
    }

    @Test
    void onlyWhatHasNotBeenAnsweredIsSentAgain() {
        allOk(A, 100);
        ok(B, 2, 100);
        assertThat(coordinator.unanswered()).containsExactly(r(1), r(3));
        assertThat(coordinator.resend())
                .containsExactly(
                        new ShardRequest(B, r(1), new IrMessage.Propose(ID, body(B))),
                        new ShardRequest(B, r(3), new IrMessage.Propose(ID, body(B))));
    }

    @Test
    void aTransactionWithoutParticipantsIsOurOwnBug() {
        assertThatThrownBy(() -> new Coordinator(ID, Map.of(), CoordinatorTest::membership, QuorumRules.PROTOCOL))
                .isInstanceOf(Invariant.Broken.class);
    }
}
