package dev.danta.ir.replica;

import static dev.danta.ir.replica.ReplicaBench.ABORT;
import static dev.danta.ir.replica.ReplicaBench.BODY;
import static dev.danta.ir.replica.ReplicaBench.COMMIT;
import static dev.danta.ir.replica.ReplicaBench.ID;
import static dev.danta.ir.replica.ReplicaBench.MEMBERS;
import static dev.danta.ir.replica.ReplicaBench.OK;
import static dev.danta.ir.replica.ReplicaBench.OWNER;
import static dev.danta.ir.replica.ReplicaBench.OWN_BALLOT;
import static dev.danta.ir.replica.ReplicaBench.SHARD;
import static dev.danta.ir.replica.ReplicaBench.VOTED_NO;
import static dev.danta.ir.replica.ReplicaBench.VOTED_OK;
import static dev.danta.ir.replica.ReplicaBench.applied;
import static dev.danta.ir.replica.ReplicaBench.blank;
import static dev.danta.ir.replica.ReplicaBench.holdBegins;
import static dev.danta.ir.replica.ReplicaBench.holdEnds;
import static dev.danta.ir.replica.ReplicaBench.logged;
import static dev.danta.ir.replica.ReplicaBench.persist;
import static dev.danta.ir.replica.ReplicaBench.reply;
import static dev.danta.ir.replica.ReplicaBench.round;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Invariant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** protocol.md 2.1, row by row: given a record, when one message comes, then exactly these effects. */
class Section2_1RecordTableTest {
    private static final Vote BARRED = new Vote.No(Refusal.Barred.PROMISED);
    private static final IrMessage PROPOSE = new IrMessage.Propose(ID, BODY);
    private static final IrMessage FINALIZE_OK = new IrMessage.Finalize(ID, OWN_BALLOT, OK, BODY);
    private static final IrMessage FINALIZE_ABORT = new IrMessage.Finalize(ID, OWN_BALLOT, new Result.Abort(), BODY);
    private static final IrMessage DECIDE_COMMIT = new IrMessage.Decide(ID, COMMIT, BODY);
    private static final IrMessage DECIDE_ABORT = new IrMessage.Decide(ID, ABORT, null);

    private final ReplicaBench replica = new ReplicaBench();

    private static IrMessage inquire(int round) {
        return new IrMessage.Inquire(ID, round(round), List.of(SHARD));
    }

    private static OpRecord voted(Vote vote) {
        return blank().withBody(BODY).withVote(vote);
    }

    private static Acceptance acceptance(Ballot ballot, Result result) {
        return new Acceptance(ballot, result);
    }

    @Nested
    class AnyMessage {
        @Test
        void ofAnotherEpochIsAnsweredWithOursBeforeAnythingElse() {
            for (long epoch : new long[] {2, 77}) {
                Envelope strange = new Envelope(SHARD, new Epoch(epoch), ReplicaBench.ASKER, PROPOSE);
                assertThat(replica.receive(strange)).containsExactly(reply(new IrMessage.WrongEpoch(MEMBERS)));
            }
            assertThat(replica.stored()).isNull();
        }

        @Test
        void ofAnotherShardIsNotAnswered() {
            Envelope strange = new Envelope(new ShardId(9), Epoch.FIRST, ReplicaBench.ASKER, PROPOSE);
            assertThat(replica.receive(strange)).isEmpty();
        }

        @Test
        void thatIsAReplyIsNotAnswered() {
            assertThat(replica.receive(new IrMessage.Voted(ID, VOTED_OK))).isEmpty();
        }

        @Test
        void atOrBelowTheWatermarkOfTheForgottenIsTooOldAndNeverAborted() {
            Timestamp forgotten = Timestamp.ZERO;
            IrMessage.Reply tooOld = new IrMessage.TooOld(forgotten, Timestamp.ZERO);
            assertThat(replica.receive(new IrMessage.Propose(forgotten, BODY)))
                    .containsExactly(reply(new IrMessage.Marked(Watermarks.NONE)), reply(tooOld));
            assertThat(replica.receive(new IrMessage.Finalize(forgotten, OWN_BALLOT, OK, BODY)))
                    .containsExactly(reply(tooOld));
            assertThat(replica.receive(new IrMessage.Inquire(forgotten, round(1), List.of(SHARD))))
                    .containsExactly(reply(tooOld));
        }

        @Test
        void decidingTheForgottenIsAcknowledgedAndAppliesNothing() {
            Timestamp forgotten = Timestamp.ZERO;
            assertThat(replica.receive(new IrMessage.Decide(forgotten, COMMIT, BODY)))
                    .containsExactly(reply(new IrMessage.DecisionAcknowledged(forgotten)));
        }
    }

    @Nested
    class Lookup {
        private final IrMessage lookup = new IrMessage.Lookup(ID);

        @Test
        void ofTheUnknownRecordsNothing() {
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.LookedUp(ID, List.of())));
            assertThat(replica.stored()).isNull();
        }

        @Test
        void namesTheParticipantsOrThisShardWhereOnlyAPromiseIsKnown() {
            replica.receive(inquire(1));
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.LookedUp(ID, List.of(SHARD))));
            replica.receive(PROPOSE);
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.LookedUp(ID, BODY.participants())));
        }

        @Test
        void ofTheDecidedIsAnsweredWithTheDecision() {
            replica.with(voted(VOTED_OK).withDecision(COMMIT));
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.Decided(ID, COMMIT, BODY)));
        }

        /** Else a replica that is no participant would say "aborted" of what others have committed. */
        @Test
        void belowResolvedSaysNothingOfATransactionThatMayBeOtherShards() {
            Watermarks resolved = new Watermarks(ID, ID, Timestamp.ZERO);
            replica.with(resolved);
            assertThat(replica.receive(PROPOSE))
                    .containsExactly(
                            reply(new IrMessage.Marked(resolved)),
                            reply(new IrMessage.Decided(ID, new Decision.Abort(), null)));
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.LookedUp(ID, List.of())));
        }

        @Test
        void ofTheForgottenIsTooOld() {
            replica.with(new Watermarks(ID, ID, ID));
            assertThat(replica.receive(lookup)).containsExactly(reply(new IrMessage.TooOld(ID, ID)));
        }
    }

    @Nested
    class Propose {
        @Test
        void ofTheUnknownIsExecutedAndItsOkPersistedAndHeldBeforeItIsTold() {
            assertThat(replica.receive(PROPOSE))
                    .containsExactly(
                            persist(voted(VOTED_OK)), holdBegins(BODY), reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void ofTheUnknownIsExecutedAndItsNoPersistedBeforeItIsTold() {
            replica.voting(VOTED_NO);
            assertThat(replica.receive(PROPOSE))
                    .containsExactly(persist(voted(VOTED_NO)), reply(new IrMessage.Voted(ID, VOTED_NO)));
        }

        @Test
        void ofTheDecidedIsAnsweredWithTheDecision() {
            replica.with(voted(VOTED_OK).withDecision(COMMIT));
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Decided(ID, COMMIT, BODY)));
        }

        @Test
        void afterAnAbortThatCameFirstIsAnsweredWithTheAbort() {
            replica.receive(DECIDE_ABORT);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Decided(ID, ABORT, null)));
        }

        @Test
        void afterACommitThatCameFirstIsAnsweredWithTheCommit() {
            replica.receive(DECIDE_COMMIT);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Decided(ID, COMMIT, BODY)));
        }

        @Test
        void onceVotedIsAnsweredWithTheSameVoteWhateverItWouldBeNow() {
            replica.receive(PROPOSE);
            replica.voting(VOTED_NO).at(0);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void onceRefusedStaysRefused() {
            replica.voting(VOTED_NO).receive(PROPOSE);
            replica.voting(VOTED_OK);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, VOTED_NO)));
        }

        @Test
        void afterAPromiseIsRefusedForGood() {
            replica.receive(inquire(1));
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, BARRED)));
        }

        @Test
        void ofARecordWithNothingButAPromiseIsRefusedAndTheRefusalPersisted() {
            replica.with(blank().withPromised(round(3)));
            assertThat(replica.receive(PROPOSE))
                    .containsExactly(
                            persist(voted(BARRED).withPromised(round(3))), reply(new IrMessage.Voted(ID, BARRED)));
        }

        @Test
        void afterAFinalizeThatCameFirstIsRefused() {
            replica.receive(FINALIZE_OK);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, BARRED)));
        }

        @Test
        void furtherAheadThanTheBoundIsRefusedAndNothingRecorded() {
            replica.at(ID.timeMicros() - ReplicaBench.CLOCK_AHEAD_MICROS - 1);
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.ClockRefused(ID, 499)));
            assertThat(replica.stored()).isNull();
            assertThat(replica.undecided()).isEmpty();
        }

        @Test
        void exactlyAtTheBoundIsExecuted() {
            replica.at(ID.timeMicros() - ReplicaBench.CLOCK_AHEAD_MICROS);
            assertThat(replica.receive(PROPOSE)).contains(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void refusedForTheClockMayBeAcceptedLater() {
            replica.at(0).receive(PROPOSE);
            assertThat(replica.at(2_000).receive(PROPOSE)).contains(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void withTheGreatestTimeThatThereIsIsRefusedNotThrown() {
            Timestamp far = new Timestamp(Long.MAX_VALUE, OWNER);
            assertThat(replica.receive(new IrMessage.Propose(far, BODY)))
                    .containsExactly(reply(new IrMessage.ClockRefused(far, 1_000)));
        }
    }

    @Nested
    class Finalize {
        @Test
        void ofTheDecidedIsAnsweredWithTheDecision() {
            replica.with(voted(VOTED_OK).withDecision(ABORT));
            assertThat(replica.receive(FINALIZE_OK)).containsExactly(reply(new IrMessage.Decided(ID, ABORT, BODY)));
        }

        @Test
        void belowThePromisedBallotIsPreempted() {
            replica.receive(PROPOSE);
            replica.receive(inquire(1));
            OpRecord before = replica.stored();
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(reply(new IrMessage.Preempted(ID, OWN_BALLOT, round(1))));
            assertThat(replica.stored()).isEqualTo(before);
        }

        @Test
        void atThePromisedBallotIsAccepted() {
            replica.receive(inquire(1));
            assertThat(replica.receive(new IrMessage.Finalize(ID, round(1), OK, BODY)))
                    .contains(reply(new IrMessage.Accepted(ID, round(1))));
        }

        @Test
        void aboveThePromisedBallotIsAcceptedAndRaisesIt() {
            replica.receive(inquire(1));
            replica.receive(new IrMessage.Finalize(ID, round(4), new Result.Abort(), BODY));
            assertThat(replica.receive(inquire(4)))
                    .containsExactly(reply(new IrMessage.Preempted(ID, round(4), round(4))));
        }

        @Test
        void afterAnOkVoteIsPersistedAndTheHoldGoesOn() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(
                            persist(voted(VOTED_OK).withAccepted(acceptance(OWN_BALLOT, OK))),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void ofTheUnknownKeepsTheBodyBarsALaterVoteAndHoldsWhatItAccepts() {
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(
                            persist(voted(BARRED).withAccepted(acceptance(OWN_BALLOT, OK))),
                            holdBegins(BODY),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void okAgainstAnOwnRefusalHoldsFromThenOn() {
            replica.voting(VOTED_NO).receive(PROPOSE);
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(
                            persist(voted(VOTED_NO).withAccepted(acceptance(OWN_BALLOT, OK))),
                            holdBegins(BODY),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void abortOfTheUnknownHoldsNothing() {
            assertThat(replica.receive(FINALIZE_ABORT))
                    .containsExactly(
                            persist(voted(BARRED).withAccepted(acceptance(OWN_BALLOT, new Result.Abort()))),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void abortAfterAnOkVoteDoesNotEndTheHold() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(FINALIZE_ABORT))
                    .containsExactly(
                            persist(voted(VOTED_OK).withAccepted(acceptance(OWN_BALLOT, new Result.Abort()))),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void abortInPlaceOfAnAcceptedOkEndsTheHoldThatRestedOnIt() {
            replica.receive(FINALIZE_OK);
            assertThat(replica.receive(new IrMessage.Finalize(ID, round(1), new Result.Abort(), BODY)))
                    .containsExactly(
                            persist(voted(BARRED).withAccepted(acceptance(round(1), new Result.Abort()))),
                            holdEnds(),
                            reply(new IrMessage.Accepted(ID, round(1))));
            assertThat(replica.restart()).isEmpty();
        }

        @Test
        void repeatedIsAcceptedAgainAndHeldOnce() {
            replica.receive(FINALIZE_OK);
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(
                            persist(voted(BARRED).withAccepted(acceptance(OWN_BALLOT, OK))),
                            reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }

        @Test
        void isNeverRefusedForTheClock() {
            assertThat(replica.at(0).receive(FINALIZE_OK)).contains(reply(new IrMessage.Accepted(ID, OWN_BALLOT)));
        }
    }

    @Nested
    class Inquire {
        @Test
        void ofTheDecidedIsAnsweredWithTheDecisionAndTheBody() {
            replica.with(voted(VOTED_OK).withDecision(COMMIT));
            assertThat(replica.receive(inquire(1))).containsExactly(reply(new IrMessage.Decided(ID, COMMIT, BODY)));
        }

        @Test
        void repeatedIsAnsweredByTheSamePromise() {
            replica.receive(PROPOSE);
            Effect promise = reply(new IrMessage.Promised(ID, round(1), VOTED_OK, null, BODY));
            assertThat(replica.receive(inquire(1))).endsWith(promise);
            assertThat(replica.receive(inquire(1))).containsExactly(promise);
        }

        @Test
        void repeatedAfterAnAcceptanceBelowItTellsOfThatAcceptanceAgain() {
            replica.receive(FINALIZE_OK);
            Effect promise = reply(new IrMessage.Promised(ID, round(1), BARRED, acceptance(OWN_BALLOT, OK), BODY));
            assertThat(replica.receive(inquire(1))).endsWith(promise);
            assertThat(replica.receive(inquire(1))).containsExactly(promise);
        }

        @Test
        void atABallotThatWasAcceptedIsPreempted() {
            replica.receive(inquire(1));
            replica.receive(new IrMessage.Finalize(ID, round(1), OK, BODY));
            assertThat(replica.receive(inquire(1)))
                    .containsExactly(reply(new IrMessage.Preempted(ID, round(1), round(1))));
        }

        @Test
        void belowEveryProposalIsNoPromise() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(new IrMessage.Inquire(ID, Ballot.ZERO, List.of(SHARD))))
                    .containsExactly(reply(new IrMessage.Preempted(ID, Ballot.ZERO, Ballot.ZERO)));
        }

        @Test
        void belowThePromisedBallotIsPreempted() {
            replica.receive(inquire(2));
            assertThat(replica.receive(inquire(1)))
                    .containsExactly(reply(new IrMessage.Preempted(ID, round(1), round(2))));
        }

        @Test
        void ofTheUnknownPersistsThePromiseAndThatThereWillBeNoOkVote() {
            assertThat(replica.receive(inquire(1)))
                    .containsExactly(
                            persist(blank().withVote(BARRED).withPromised(round(1))),
                            reply(new IrMessage.Promised(ID, round(1), BARRED, null, null)));
        }

        @Test
        void afterAVoteTellsIt() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(inquire(1)))
                    .containsExactly(
                            persist(voted(VOTED_OK).withPromised(round(1))),
                            reply(new IrMessage.Promised(ID, round(1), VOTED_OK, null, BODY)));
        }

        @Test
        void afterAnAcceptanceTellsItAndKeepsIt() {
            replica.receive(FINALIZE_OK);
            Acceptance accepted = acceptance(OWN_BALLOT, OK);
            assertThat(replica.receive(inquire(1)))
                    .containsExactly(
                            persist(voted(BARRED).withAccepted(accepted).withPromised(round(1))),
                            reply(new IrMessage.Promised(ID, round(1), BARRED, accepted, BODY)));
        }

        @Test
        void atRoundZeroDoesNotOvertakeTheOwner() {
            replica.receive(FINALIZE_OK);
            IrMessage own = new IrMessage.Inquire(ID, OWN_BALLOT, List.of(SHARD));
            assertThat(replica.receive(own))
                    .containsExactly(reply(new IrMessage.Preempted(ID, OWN_BALLOT, OWN_BALLOT)));
        }
    }

    @Nested
    class Decide {
        private final Effect acknowledged = reply(new IrMessage.DecisionAcknowledged(ID));

        @Test
        void commitAfterAnOkVoteAppliesItAndEndsTheHoldBeforeItIsAcknowledged() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(DECIDE_COMMIT))
                    .containsExactly(
                            persist(voted(VOTED_OK).withDecision(COMMIT)),
                            applied(COMMIT, BODY),
                            holdEnds(),
                            logged(1),
                            acknowledged);
            assertThat(replica.undecided()).isEmpty();
        }

        @Test
        void commitOfTheUnknownIsAppliedFromTheBodyItCarries() {
            assertThat(replica.receive(DECIDE_COMMIT))
                    .containsExactly(
                            persist(blank().withBody(BODY).withDecision(COMMIT)),
                            applied(COMMIT, BODY),
                            logged(1),
                            acknowledged);
        }

        @Test
        void commitAgainstAnOwnRefusalIsAppliedAllTheSame() {
            replica.voting(VOTED_NO).receive(PROPOSE);
            assertThat(replica.receive(DECIDE_COMMIT))
                    .containsExactly(
                            persist(voted(VOTED_NO).withDecision(COMMIT)),
                            applied(COMMIT, BODY),
                            logged(1),
                            acknowledged);
        }

        @Test
        void commitWithoutABodyAnywhereSetsNothing() {
            assertThat(replica.receive(new IrMessage.Decide(ID, COMMIT, null)))
                    .containsExactly(reply(new IrMessage.BodyMissing(ID)));
            assertThat(replica.stored()).isNull();
        }

        @Test
        void commitWithoutABodyAfterNothingButAPromiseSetsNothing() {
            replica.receive(inquire(1));
            assertThat(replica.receive(new IrMessage.Decide(ID, COMMIT, null)))
                    .containsExactly(reply(new IrMessage.BodyMissing(ID)));
            assertThat(replica.undecided()).hasSize(1);
        }

        @Test
        void commitWithoutABodyUsesTheOneThatIsKnown() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(new IrMessage.Decide(ID, COMMIT, null)))
                    .contains(applied(COMMIT, BODY), acknowledged);
        }

        @Test
        void abortAfterAnOkVoteEndsTheHold() {
            replica.receive(PROPOSE);
            assertThat(replica.receive(DECIDE_ABORT))
                    .containsExactly(
                            persist(voted(VOTED_OK).withDecision(ABORT)),
                            applied(ABORT, BODY),
                            holdEnds(),
                            logged(1),
                            acknowledged);
        }

        @Test
        void abortOfTheUnknownIsRecorded() {
            assertThat(replica.receive(DECIDE_ABORT))
                    .containsExactly(persist(blank().withDecision(ABORT)), logged(1), acknowledged);
        }

        @Test
        void repeatedIsAcknowledgedAndDoesNothing() {
            replica.receive(DECIDE_COMMIT);
            assertThat(replica.receive(DECIDE_COMMIT)).containsExactly(acknowledged);
        }

        @Test
        void differentlyIsOurOwnBugAndStopsTheReplica() {
            replica.receive(DECIDE_COMMIT);
            assertThatThrownBy(() -> replica.receive(DECIDE_ABORT))
                    .isInstanceOf(Invariant.Broken.class)
                    .hasMessageContaining("one decision");
        }

        @Test
        void atAnotherTimestampIsOurOwnBugToo() {
            replica.receive(DECIDE_COMMIT);
            IrMessage other = new IrMessage.Decide(ID, new Decision.Commit(new Timestamp(9_999, OWNER)), BODY);
            assertThatThrownBy(() -> replica.receive(other)).isInstanceOf(Invariant.Broken.class);
        }

        @Test
        void isNeverRefusedForTheClock() {
            assertThat(replica.at(0).receive(DECIDE_COMMIT)).contains(acknowledged);
        }
    }

    @Nested
    class ExecuteAndAsk {
        private final OpId op = new OpId(OWNER, 4);

        @Test
        void executingPersistsBeforeItIsAcknowledged() {
            ReplicaBench.Words words = new ReplicaBench.Words("add 5");
            assertThat(replica.receive(new IrMessage.Execute(op, words)))
                    .containsExactly(
                            new Effect.Persist(new ReplicaBench.Executed(words)),
                            new Effect.Persist(new AppendLog(1, new LogEntry.Done(op, words))),
                            reply(new IrMessage.Executed(op)));
        }

        @Test
        void aRefusalIsToldWithItsReason() {
            assertThat(replica.receive(new IrMessage.Execute(op, new ReplicaBench.Words("refuse this"))))
                    .containsExactly(reply(new IrMessage.ExecuteRefused(op, "it says so itself")));
        }

        @Test
        void aStampTooFarAheadIsToldSoWithTheReplicasTime() {
            assertThat(replica.receive(new IrMessage.Execute(op, new ReplicaBench.Words("too early"))))
                    .containsExactly(reply(new IrMessage.ExecuteClockRefused(op, 1_000)));
        }

        @Test
        void aQuestionIsAnsweredAndLeavesNothing() {
            assertThat(replica.receive(new IrMessage.Ask(op, new ReplicaBench.Words("x?"))))
                    .containsExactly(reply(new IrMessage.Answered(op, new ReplicaBench.Words("answer to x?"))));
        }
    }

    @Nested
    class Restart {
        @Test
        void takesUpTheHoldsOfUndecidedOkVotesAndAcceptances() {
            replica.receive(PROPOSE);
            assertThat(replica.restart()).containsExactly(holdBegins(BODY));
            assertThat(replica.undecided()).containsExactly(voted(VOTED_OK));
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void takesUpAnAcceptedOkAgainstAnOwnRefusal() {
            replica.voting(VOTED_NO).receive(PROPOSE);
            replica.receive(FINALIZE_OK);
            assertThat(replica.restart()).containsExactly(holdBegins(BODY));
        }

        @Test
        void doesNotHoldForRefusals() {
            replica.voting(VOTED_NO).receive(PROPOSE);
            assertThat(replica.restart()).isEmpty();
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Voted(ID, VOTED_NO)));
        }

        @Test
        void doesNotHoldForTheDecided() {
            replica.receive(PROPOSE);
            replica.receive(DECIDE_COMMIT);
            assertThat(replica.restart()).isEmpty();
            assertThat(replica.receive(PROPOSE)).containsExactly(reply(new IrMessage.Decided(ID, COMMIT, BODY)));
        }

        @Test
        void keepsThePromise() {
            replica.receive(inquire(3));
            replica.restart();
            assertThat(replica.receive(FINALIZE_OK))
                    .containsExactly(reply(new IrMessage.Preempted(ID, OWN_BALLOT, round(3))));
        }
    }

    @Test
    void aReplicaIsAMemberOfItsShard() {
        assertThatThrownBy(() -> replica.become(new ReplicaId(9))).isInstanceOf(Invariant.Broken.class);
    }

    @Test
    void aClockBoundIsNotNegative() {
        assertThatThrownBy(() -> new IrReplica.Settings(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
