package dev.danta.ir.replica;

import static dev.danta.ir.replica.ReplicaBench.ABORT;
import static dev.danta.ir.replica.ReplicaBench.BODY;
import static dev.danta.ir.replica.ReplicaBench.COMMIT;
import static dev.danta.ir.replica.ReplicaBench.ID;
import static dev.danta.ir.replica.ReplicaBench.OWNER;
import static dev.danta.ir.replica.ReplicaBench.SHARD;
import static dev.danta.ir.replica.ReplicaBench.VOTED_OK;
import static dev.danta.ir.replica.ReplicaBench.applied;
import static dev.danta.ir.replica.ReplicaBench.blank;
import static dev.danta.ir.replica.ReplicaBench.reply;
import static dev.danta.ir.replica.ReplicaBench.round;
import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpenOp;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** protocol.md 7, "Forgetting": no step is taken before its time, whoever asks for it. */
class Section7ForgettingTest {
    private static final Timestamp BEFORE = new Timestamp(999, OWNER);
    private static final Timestamp AFTER = new Timestamp(1_001, OWNER);
    private static final OpId ASKED = new OpId(OWNER, 3);
    private static final Vote NEVER = new Vote.No(Refusal.Barred.WATERMARK);
    private static final Watermarks BARRED = Watermarks.NONE.barring(AFTER);

    private final ReplicaBench replica = new ReplicaBench();

    private static Effect marked(Watermarks watermarks) {
        return reply(new IrMessage.Marked(watermarks));
    }

    private static Effect raised(Watermarks watermarks) {
        return new Effect.Persist(new PutWatermarks(watermarks));
    }

    private static IrMessage enter(KnownOp op) {
        return new IrMessage.Enter(ASKED, AFTER, List.of(op), true);
    }

    @Nested
    class Bar {
        @Test
        void endsFirstOkVotesButNotThoseThatWereCast() {
            assertThat(replica.receive(new IrMessage.Bar(AFTER))).containsExactly(raised(BARRED), marked(BARRED));
            assertThat(replica.receive(new IrMessage.Propose(ID, BODY)))
                    .containsSubsequence(marked(BARRED), reply(new IrMessage.Voted(ID, NEVER)))
                    .doesNotContain(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void doesNotTouchTheVoteOfBefore() {
            replica.with(blank().withBody(BODY).withVote(VOTED_OK));
            replica.receive(new IrMessage.Bar(AFTER));
            assertThat(replica.receive(new IrMessage.Propose(ID, BODY)))
                    .containsExactly(reply(new IrMessage.Voted(ID, VOTED_OK)));
        }

        @Test
        void doesNotFollowAClockThatIsFarAhead() {
            Timestamp far = new Timestamp(1_001 + ReplicaBench.CLOCK_AHEAD_MICROS, OWNER);
            assertThat(replica.receive(new IrMessage.Bar(far))).containsExactly(marked(Watermarks.NONE));
        }
    }

    @Nested
    class Collect {
        private final IrMessage collect = new IrMessage.Collect(ASKED, AFTER, Timestamp.ZERO, true);

        @Test
        void isNotAnsweredWhereFirstVotesAreStillCast() {
            replica.with(blank().withBody(BODY).withVote(VOTED_OK)).with(Watermarks.NONE.barring(ID));
            assertThat(replica.receive(collect)).containsExactly(marked(Watermarks.NONE.barring(ID)));
        }

        @Test
        void tellsBodiesAndDecisionsAndOfAMerePromiseNothing() {
            replica.with(BARRED).with(blank().withBody(BODY).withVote(VOTED_OK));
            replica.receive(new IrMessage.Inquire(BEFORE, round(1), List.of(SHARD)));
            assertThat(replica.receive(collect))
                    .containsExactly(reply(new IrMessage.Collected(
                            ASKED, Timestamp.ZERO, List.of(new KnownOp(ID, null, BODY)), true, null)));
        }
    }

    @Nested
    class Enter {
        @Test
        void neverVotesOk() {
            replica.with(BARRED).voting(VOTED_OK);
            replica.receive(enter(new KnownOp(ID, null, BODY)));
            assertThat(replica.stored()).isEqualTo(blank().withBody(BODY).withVote(NEVER));
            assertThat(replica.receive(new IrMessage.Propose(ID, BODY)))
                    .containsExactly(reply(new IrMessage.Voted(ID, NEVER)));
        }

        @Test
        void namedTwiceADecisionStays() {
            replica.with(BARRED);
            replica.receive(new IrMessage.Enter(
                    ASKED, AFTER, List.of(new KnownOp(ID, COMMIT, BODY), new KnownOp(ID, null, BODY)), true));
            assertThat(replica.undecided()).isEmpty();
            assertThat(replica.stored()).isEqualTo(blank().withBody(BODY).withDecision(COMMIT));
        }

        @Test
        void keepsTheVoteThatWasCast() {
            replica.with(BARRED).with(blank().withBody(BODY).withVote(VOTED_OK));
            replica.receive(enter(new KnownOp(ID, null, BODY)));
            assertThat(replica.stored()).isEqualTo(blank().withBody(BODY).withVote(VOTED_OK));
        }

        @Test
        void isRefusedWhereFirstVotesAreStillCast() {
            assertThat(replica.receive(enter(new KnownOp(ID, null, BODY)))).containsExactly(marked(Watermarks.NONE));
            assertThat(replica.stored()).isNull();
        }

        @Test
        void appliesADecision() {
            replica.with(BARRED);
            assertThat(replica.receive(enter(new KnownOp(ID, COMMIT, BODY)))).contains(applied(COMMIT, BODY));
        }

        @Test
        void skipsTheUndecidedThatIsUnknownAndResolvedHere() {
            replica.with(BARRED.resolving(ID));
            assertThat(replica.receive(enter(new KnownOp(ID, null, BODY))))
                    .containsExactly(reply(new IrMessage.Entered(ASKED, false)));
            assertThat(replica.stored()).isNull();
        }

        @Test
        void skipsWhatIsForgottenHereThoughItWasCommitted() {
            replica.with(BARRED.resolving(ID).deleting(ID));
            assertThat(replica.receive(enter(new KnownOp(ID, COMMIT, BODY))))
                    .containsExactly(reply(new IrMessage.Entered(ASKED, false)));
            assertThat(replica.stored()).isNull();
        }
    }

    @Nested
    class Resolve {
        @Test
        void isRefusedWhileSomethingAtOrBelowIsUndecided() {
            replica.with(BARRED).with(blank().withBody(BODY).withVote(VOTED_OK));
            IrMessage.Reply unresolved = new IrMessage.Unresolved(ID, List.of(new OpenOp(ID, List.of(SHARD))));
            assertThat(replica.receive(new IrMessage.Resolve(ID))).containsExactly(reply(unresolved));
            assertThat(replica.receive(new IrMessage.Resolve(BEFORE)))
                    .containsExactly(raised(BARRED.resolving(BEFORE)), marked(BARRED.resolving(BEFORE)));
            replica.receive(new IrMessage.Decide(ID, ABORT, null));
            assertThat(replica.receive(new IrMessage.Resolve(ID))).contains(marked(BARRED.resolving(ID)));
        }

        @Test
        void isRefusedAboveWhatIsBarred() {
            replica.with(Watermarks.NONE.barring(BEFORE));
            assertThat(replica.receive(new IrMessage.Resolve(ID)))
                    .containsExactly(marked(Watermarks.NONE.barring(BEFORE)));
        }
    }

    @Nested
    class Forget {
        @Test
        void isRefusedAboveWhatIsResolved() {
            Watermarks resolved = BARRED.resolving(BEFORE);
            replica.with(resolved);
            assertThat(replica.receive(new IrMessage.Forget(ID)))
                    .containsExactly(raised(resolved.deleting(BEFORE)), marked(resolved.deleting(BEFORE)));
            assertThat(replica.receive(new IrMessage.Lookup(ID)))
                    .containsExactly(reply(new IrMessage.LookedUp(ID, List.of())));
        }

        @Test
        void nothingMoreIsSaidOfTheForgottenBeforeItIsSweptAlready() {
            replica.with(BARRED.resolving(ID))
                    .with(blank().withBody(BODY).withVote(VOTED_OK).withDecision(ABORT));
            replica.receive(new IrMessage.Forget(ID));
            assertThat(replica.stored()).isNotNull();
            assertThat(replica.receive(new IrMessage.Lookup(ID))).containsExactly(reply(new IrMessage.TooOld(ID, ID)));
            replica.receive(new IrMessage.Sweep());
            assertThat(replica.stored()).isNull();
        }

        /** Its versions, deletions among them, are above the watermark and cannot go yet. */
        @Test
        void whatWasCommittedAboveTheWatermarkIsNotSwept() {
            replica.with(BARRED.resolving(ID).deleting(ID));
            replica.with(blank().withBody(BODY).withVote(VOTED_OK).withDecision(COMMIT));
            replica.receive(new IrMessage.Sweep());
            assertThat(replica.stored()).isNotNull();
        }
    }
}
