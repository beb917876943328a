package dev.danta.ir.client;

import static dev.danta.ir.client.Fixture.BODY;
import static dev.danta.ir.client.Fixture.ID;
import static dev.danta.ir.client.Fixture.OTHER_ID;
import static dev.danta.ir.client.Fixture.OWNER;
import static dev.danta.ir.client.Fixture.OWN_BALLOT;
import static dev.danta.ir.client.Fixture.accepted;
import static dev.danta.ir.client.Fixture.call;
import static dev.danta.ir.client.Fixture.decided;
import static dev.danta.ir.client.Fixture.finalizes;
import static dev.danta.ir.client.Fixture.no;
import static dev.danta.ir.client.Fixture.ok;
import static dev.danta.ir.client.Fixture.okAt;
import static dev.danta.ir.client.Fixture.proposals;
import static dev.danta.ir.client.Fixture.r;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.client.ConsensusCall.Path;
import dev.danta.ir.client.ConsensusCall.Progress;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** protocol.md 4.3: how one shard's votes become its result; and 2: when the slow path begins. */
class Section4_3OutcomeOfOneShardTest {
    private static final Progress PENDING = new Progress.Pending();

    @Test
    void theProposalGoesToEveryReplicaAtOnce() {
        assertThat(call(3).start()).isEqualTo(proposals(1, 2, 3));
    }

    @Test
    void allVotesOkAtOneTimestampSettleItInOneRoundTrip() {
        ConsensusCall call = call(3);
        assertThat(call.onReply(r(1), ok(100))).isEmpty();
        assertThat(call.onReply(r(2), ok(100))).isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
        assertThat(call.onReply(r(3), ok(100))).isEmpty();
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(okAt(100), Path.FAST));
    }

    @Test
    void fourOfFiveVotesAreNoFastQuorum() {
        ConsensusCall call = call(5);
        for (int replica = 1; replica <= 4; replica++) {
            assertThat(call.onReply(r(replica), ok(100))).isEmpty();
        }
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void aSingleReplicaIsItsOwnFastQuorum() {
        ConsensusCall call = call(1);
        call.onReply(r(1), ok(100));
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(okAt(100), Path.FAST));
    }

    @Test
    void aQuorumOfOkBesideARefusalIsFinalizedAndChosenByAQuorumOfAcceptances() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), no())).isEmpty();
        assertThat(call.onReply(r(3), ok(100))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
        call.onReply(r(3), accepted());
        assertThat(call.progress()).isEqualTo(PENDING);
        call.onReply(r(2), accepted());
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(okAt(100), Path.SLOW));
    }

    @Test
    void differentTimestampsAreFinalizedAtTheGreatest() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(140));
        assertThat(call.onReply(r(2), ok(120))).isEqualTo(finalizes(okAt(140), 1, 2, 3));
    }

    @Test
    void theFastPathTimeoutFinalizesAQuorumOfOk() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        assertThat(call.onFastPathTimeout()).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void aQuorumOfOkAfterTheFastPathTimeoutIsFinalizedWhenItIsComplete() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        assertThat(call.onFastPathTimeout()).isEmpty();
        assertThat(call.onReply(r(2), ok(100))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void aSuspectedReplicaIsNotWaitedFor() {
        ConsensusCall call = call(3);
        call.onSuspected(r(3));
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), ok(100))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void aReplicaSuspectedAfterTheOthersVotedBeginsTheSlowPath() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        assertThat(call.onSuspected(r(3))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void theVoteOfASuspectedReplicaStillCountsForTheFastPath() {
        ConsensusCall call = call(3);
        call.onSuspected(r(1));
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onReply(r(3), ok(100));
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(okAt(100), Path.FAST));
    }

    @Test
    void onceFinalizedTheFastPathIsLeftForGood() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onFastPathTimeout();
        assertThat(call.onReply(r(3), ok(100))).isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void atMostOneValueIsEverFinalized() {
        ConsensusCall call = call(5);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onReply(r(3), ok(100));
        assertThat(call.onFastPathTimeout()).isEqualTo(finalizes(okAt(100), 1, 2, 3, 4, 5));
        assertThat(call.onReply(r(4), ok(900))).isEmpty();
        assertThat(call.onGiveUp()).isEmpty();
        assertThat(call.onFastPathTimeout()).isEmpty();
        assertThat(call.onSuspected(r(5))).isEmpty();
        assertThat(call.resend()).isEqualTo(finalizes(okAt(100), 1, 2, 3, 4, 5));
    }

    @Test
    void aQuorumOfRefusalsAbortsWithoutASecondRoundTrip() {
        ConsensusCall call = call(3);
        call.onReply(r(1), no());
        assertThat(call.progress()).isEqualTo(PENDING);
        assertThat(call.onReply(r(3), no())).isEmpty();
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(new Result.Abort(), Path.REFUSED));
        assertThat(call.refusals()).containsOnlyKeys(r(1), r(3));
    }

    @Test
    void aSplitVoteIsAbortedAtOnceWhenTheOnlyVoteMissingIsThatOfASuspectedReplica() {
        ConsensusCall call = call(3);
        call.onSuspected(r(3));
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), no())).isEqualTo(finalizes(new Result.Abort(), 1, 2, 3));
    }

    @Test
    void aSplitVoteIsAbortedWhenTheFastPathTakesTooLong() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), no())).isEmpty();
        assertThat(call.onFastPathTimeout()).isEqualTo(finalizes(new Result.Abort(), 1, 2, 3));
        call.onReply(r(1), accepted());
        call.onReply(r(2), accepted());
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(new Result.Abort(), Path.SLOW));
    }

    @Test
    void aSplitVoteWaitsForAReplicaThatIsNotSuspectedUntilTheTimeout() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), no())).isEmpty();
        assertThat(call.onReply(r(3), ok(100))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void fewerVotesThanAQuorumAreWaitedForAlsoAfterTheTimeout() {
        ConsensusCall call = call(5);
        call.onReply(r(1), no());
        call.onReply(r(2), no());
        assertThat(call.onFastPathTimeout()).isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void refusalsForLackOfCapacityAndOfAWrongClockAreNoVotes() {
        ConsensusCall call = call(3);
        assertThat(call.onReply(r(1), new IrMessage.ProposeOverloaded(ID))).isEmpty();
        assertThat(call.onReply(r(2), new IrMessage.ClockRefused(ID, 5))).isEmpty();
        assertThat(call.onReply(r(3), new IrMessage.ClockRefused(ID, 5))).isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
        assertThat(call.refusals()).isEmpty();
    }

    @Test
    void aReplicaWithoutCapacityIsNotWaitedForButMayStillVote() {
        ConsensusCall call = call(3);
        call.onReply(r(3), new IrMessage.ProposeOverloaded(ID));
        call.onReply(r(1), ok(100));
        assertThat(call.resend()).isEqualTo(proposals(2, 3));
        assertThat(call.onReply(r(2), ok(100))).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void refusalsOfAnotherOperationChangeNothing() {
        ConsensusCall call = call(3);
        call.onReply(r(3), new IrMessage.ProposeOverloaded(OTHER_ID));
        call.onReply(r(3), new IrMessage.ClockRefused(OTHER_ID, 5));
        call.onReply(r(1), ok(100));
        assertThat(call.onReply(r(2), ok(100))).isEmpty();
    }

    @Test
    void aReplicaIsCountedOnceHoweverOftenItAnswers() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(1), ok(100));
        call.onReply(r(1), ok(100));
        assertThat(call.onFastPathTimeout()).isEmpty();
        call.onReply(r(2), ok(100));
        call.onReply(r(2), accepted());
        call.onReply(r(2), accepted());
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void theFirstVoteOfAReplicaStands() {
        ConsensusCall call = call(3);
        call.onReply(r(1), no());
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onReply(r(3), no());
        assertThat(call.progress()).isEqualTo(new Progress.Chosen(new Result.Abort(), Path.REFUSED));
    }

    @Test
    void strangersAndRepliesAboutOtherOperationsChangeNothing() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        assertThat(call.onReply(r(4), ok(100))).isEmpty();
        assertThat(call.onReply(r(3), new IrMessage.Voted(OTHER_ID, new Vote.Ok(OTHER_ID))))
                .isEmpty();
        assertThat(call.onReply(r(3), new IrMessage.Decided(OTHER_ID, new Decision.Abort(), null)))
                .isEmpty();
        assertThat(call.onReply(r(3), new IrMessage.TooOld(OTHER_ID, OTHER_ID))).isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void acceptancesOfAnotherBallotOrOfAnotherOperationAreNotCounted() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onFastPathTimeout();
        Ballot foreign = new Ballot(Epoch.FIRST.number(), 1, OWNER);
        call.onReply(r(1), new IrMessage.Accepted(ID, foreign));
        call.onReply(r(2), new IrMessage.Accepted(ID, foreign));
        call.onReply(r(1), new IrMessage.Accepted(OTHER_ID, OWN_BALLOT));
        call.onReply(r(3), new IrMessage.Accepted(OTHER_ID, OWN_BALLOT));
        call.onReply(r(4), accepted());
        call.onReply(r(3), accepted());
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void anAcceptanceBeforeAnythingWasFinalizedIsNotCounted() {
        ConsensusCall call = call(3);
        call.onReply(r(1), accepted());
        call.onReply(r(2), accepted());
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onFastPathTimeout();
        assertThat(call.progress()).isEqualTo(PENDING);
    }

    @Test
    void aPreemptedFinalizeIsNeitherAnAcceptanceNorAnAnswer() {
        ConsensusCall call = call(3);
        call.onReply(r(1), ok(100));
        call.onReply(r(2), ok(100));
        call.onFastPathTimeout();
        Ballot higher = new Ballot(Epoch.FIRST.number(), 1, new ClientId(0, 9));
        assertThat(call.onReply(r(1), new IrMessage.Preempted(ID, OWN_BALLOT, higher)))
                .isEmpty();
        assertThat(call.progress()).isEqualTo(PENDING);
        assertThat(call.resend()).isEqualTo(finalizes(okAt(100), 1, 2, 3));
    }

    @Test
    void aDecisionThatSomebodyTellsIsLearnedWhateverWasCounted() {
        ConsensusCall call = call(3);
        call.onReply(r(1), no());
        Decision commit = new Decision.Commit(new Timestamp(130, OWNER));
        assertThat(call.onReply(r(2), decided(commit))).isEmpty();
        assertThat(call.progress()).isEqualTo(new Progress.Learned(commit));
    }

    @Test
    void aReplicaThatHasForgottenTheOperationDoesNotAbortIt() {
        ConsensusCall call = call(3);
        call.onReply(r(1), new IrMessage.TooOld(ID, OTHER_ID));
        assertThat(call.progress()).isEqualTo(new Progress.Forgotten());
    }

    @Test
    void whatIsSettledIsNotChangedByAnythingLater() {
        ConsensusCall call = call(1);
        call.onReply(r(1), ok(100));
        Progress settled = call.progress();
        call.onReply(r(1), decided(new Decision.Abort()));
        call.onReply(r(1), new IrMessage.TooOld(ID, OTHER_ID));
        assertThat(call.onFastPathTimeout()).isEmpty();
        assertThat(call.onGiveUp()).isEmpty();
        assertThat(call.onSuspected(r(1))).isEmpty();
        assertThat(call.resend()).isEmpty();
        assertThat(call.progress()).isEqualTo(settled);
    }

    @Test
    void onlyThoseThatHaveNotAnsweredAreAskedAgain() {
        ConsensusCall call = call(3);
        call.onReply(r(2), ok(100));
        assertThat(call.resend()).isEqualTo(proposals(1, 3));
        call.onReply(r(1), ok(100));
        call.onFastPathTimeout();
        call.onReply(r(1), accepted());
        assertThat(call.unanswered()).isEqualTo(List.of(r(2), r(3)));
        assertThat(call.resend()).isEqualTo(finalizes(okAt(100), 2, 3));
    }

    @Test
    void theFinalizeCarriesTheBodyAndTheOwnersBallot() {
        ConsensusCall call = call(1);
        call.onSuspected(r(1));
        List<Outgoing> finalizing = call.onGiveUp();
        assertThat(finalizing)
                .containsExactly(new Outgoing(
                        r(1),
                        new IrMessage.Finalize(ID, Ballot.ofOwner(Epoch.FIRST, OWNER), new Result.Abort(), BODY)));
        assertThat(call.refusals()).isEqualTo(Map.of());
    }
}
