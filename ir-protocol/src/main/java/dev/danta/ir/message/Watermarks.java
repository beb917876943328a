package dev.danta.ir.message;

import dev.danta.ir.id.Timestamp;

/**
 * How far a replica has forgotten (protocol.md 7), compared with operation ids only, never with timestamps that were voted
 * or committed. Durable; none of them ever goes back.
 *
 * @param noFirstVoteBelow no operation at or below it gets its first OK vote here any more
 * @param resolvedBelow an unknown operation at or below it, and above {@code deletedBelow}, was aborted
 * @param deletedBelow of an operation at or below it nothing is known here
 */
public record Watermarks(Timestamp noFirstVoteBelow, Timestamp resolvedBelow, Timestamp deletedBelow) {
    /** Nothing forgotten yet. */
    public static final Watermarks NONE = new Watermarks(Timestamp.ZERO, Timestamp.ZERO, Timestamp.ZERO);

    public Watermarks {
        if (resolvedBelow.isAbove(noFirstVoteBelow) || deletedBelow.isAbove(resolvedBelow)) {
            throw new IllegalArgumentException(
                    "watermarks must descend: " + noFirstVoteBelow + ", " + resolvedBelow + ", " + deletedBelow);
        }
    }

    /** With {@code noFirstVoteBelow} at {@code time} at least. */
    public Watermarks barring(Timestamp time) {
        return new Watermarks(Timestamp.max(noFirstVoteBelow, time), resolvedBelow, deletedBelow);
    }

    /** With {@code resolvedBelow} at {@code time} at least, as far as barring allows. */
    public Watermarks resolving(Timestamp time) {
        Timestamp allowed = Timestamp.min(time, noFirstVoteBelow);
        return new Watermarks(noFirstVoteBelow, Timestamp.max(resolvedBelow, allowed), deletedBelow);
    }

    /** With {@code deletedBelow} at {@code time} at least, as far as resolving allows. */
    public Watermarks deleting(Timestamp time) {
        Timestamp allowed = Timestamp.min(time, resolvedBelow);
        return new Watermarks(noFirstVoteBelow, resolvedBelow, Timestamp.max(deletedBelow, allowed));
    }
}
