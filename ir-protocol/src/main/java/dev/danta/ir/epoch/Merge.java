package dev.danta.ir.epoch;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an epoch change makes of one operation (protocol.md 9, 3). */
public final class Merge {
    private Merge() {}

    /**
     * What one sealed member knows of the operation.
     *
     * @param watermarks the member's: an operation that it does not know may be one that it knows to be aborted
     */
    public record Known(Timestamp id, @Nullable OpRecord found, Watermarks watermarks) {
        @Nullable
        Decision decision() {
            if (found != null) {
                return found.decision();
            }
            boolean isKnownAbort =
                    id.isAtOrBelow(watermarks.resolvedBelow()) && !id.isAtOrBelow(watermarks.deletedBelow());
            return isKnownAbort ? new Decision.Abort() : null;
        }
    }

    /** What all of it comes to: a decision that somebody knows, or the result that every later proposer must find. */
    public sealed interface Verdict {
        record Settled(Decision decision) implements Verdict {}

        record Proposed(Result result) implements Verdict {}
    }

    /** A decision from anyone; else what was accepted at the highest ballot; else OK on q votes of the sealed; else ABORT. */
    public static Verdict verdict(List<Known> sealed, int quorum) {
        Acceptance highest = null;
        Timestamp greatest = Timestamp.ZERO;
        int oks = 0;
        for (Known known : sealed) {
            Decision decision = known.decision();
            if (decision != null) {
                return new Verdict.Settled(decision);
            }
            OpRecord found = known.found();
            if (found == null) {
                continue;
            }
            Acceptance accepted = found.accepted();
            if (accepted != null && (highest == null || accepted.ballot().compareTo(highest.ballot()) > 0)) {
                highest = accepted;
            }
            if (found.vote() instanceof Vote.Ok ok) {
                oks++;
                greatest = Timestamp.max(greatest, ok.timestamp());
            }
        }
        if (highest != null) {
            return new Verdict.Proposed(highest.result());
        }
        return new Verdict.Proposed(oks >= quorum ? new Result.Ok(greatest) : new Result.Abort());
    }

    /** The record with which a member of epoch {@code next} begins. */
    public static OpRecord installed(Timestamp id, Verdict verdict, @Nullable Body body, Epoch next, ClientId driver) {
        Ballot ballot = new Ballot(next.number(), 0, driver);
        OpRecord blank = OpRecord.blank(id).withBody(body);
        if (verdict instanceof Verdict.Settled settled) {
            return blank.withVote(barred()).withPromised(ballot).withDecision(settled.decision());
        }
        Result result = ((Verdict.Proposed) verdict).result();
        // Nobody may count votes against the result, and a replica that answers its client again must not vote anew.
        Vote vote = result instanceof Result.Ok ok ? new Vote.Ok(ok.timestamp()) : barred();
        return blank.withVote(vote).withAccepted(new Acceptance(ballot, result));
    }

    /** What a late member takes on of an active one's record, if anything: what was accepted, as if it had been asked to. */
    public static @Nullable OpRecord taughtLate(OpRecord active) {
        return active.accepted() == null
                ? null
                : OpRecord.blank(active.id())
                        .withBody(active.body())
                        .withVote(barred())
                        .withAccepted(active.accepted());
    }

    private static Vote barred() {
        return new Vote.No(Refusal.Barred.PROMISED);
    }
}
