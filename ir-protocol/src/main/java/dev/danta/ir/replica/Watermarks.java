package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;

/**
 * How far a replica has forgotten (protocol.md 7), compared with operation ids only.
 *
 * @param noFirstVoteBelow no operation at or below it gets its first OK vote here any more
 * @param resolvedBelow an unknown operation at or below it was aborted
 * @param deletedBelow of an operation at or below it nothing is known here
 */
record Watermarks(Timestamp noFirstVoteBelow, Timestamp resolvedBelow, Timestamp deletedBelow) {
    /** Nothing forgotten yet. */
    static final Watermarks NONE = new Watermarks(Timestamp.ZERO, Timestamp.ZERO, Timestamp.ZERO);

    public Watermarks {
        if (resolvedBelow.isAbove(noFirstVoteBelow) || deletedBelow.isAbove(resolvedBelow)) {
            throw new IllegalArgumentException(
                    "watermarks must descend: " + noFirstVoteBelow + ", " + resolvedBelow + ", " + deletedBelow);
        }
    }
}
