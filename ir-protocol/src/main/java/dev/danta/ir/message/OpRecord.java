package dev.danta.ir.message;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What a replica durably knows of one consensus operation (protocol.md 2.1).
 *
 * @param vote unset, or this replica's own vote: set once
 * @param promised the highest ballot promised or accepted; never goes back
 * @param accepted the proposal accepted last, if any
 * @param decision the outcome, once known: written once
 * @param body null only while nothing but a promise is known, or an abort that came first
 */
public record OpRecord(
        Timestamp id,
        @Nullable Vote vote,
        Ballot promised,
        @Nullable Acceptance accepted,
        @Nullable Decision decision,
        @Nullable Body body) {

    /** A record in which nothing is known yet. */
    public static OpRecord blank(Timestamp id) {
        return new OpRecord(id, null, Ballot.ZERO, null, null, null);
    }

    public OpRecord withVote(Vote newVote) {
        return new OpRecord(id, newVote, promised, accepted, decision, body);
    }

    public OpRecord withPromised(Ballot ballot) {
        return new OpRecord(id, vote, ballot, accepted, decision, body);
    }

    public OpRecord withAccepted(Acceptance acceptance) {
        return new OpRecord(id, vote, acceptance.ballot(), acceptance, decision, body);
    }

    public OpRecord withDecision(Decision newDecision) {
        return new OpRecord(id, vote, promised, accepted, newDecision, body);
    }

    /** With {@code newBody}, unless a body is known already or {@code newBody} is null. */
    public OpRecord withBody(@Nullable Body newBody) {
        return body != null || newBody == null ? this : new OpRecord(id, vote, promised, accepted, decision, newBody);
    }

    /** Whether the operation holds what it touches on this replica: undecided, and voted OK or accepted OK here. */
    public boolean holds() {
        return decision == null
                && (vote instanceof Vote.Ok || (accepted != null && accepted.result() instanceof Result.Ok));
    }
}
