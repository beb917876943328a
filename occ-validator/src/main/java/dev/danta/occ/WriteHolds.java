package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/** The holds of those undecided transactions that write: what a reader has to know of {@link Holds}. */
public interface WriteHolds {
    /** An undecided transaction that writes {@code key}, or null if there is none. */
    @Nullable
    Timestamp writerOf(Key key);

    /** An undecided transaction that writes into {@code range}, or null if there is none. */
    @Nullable
    Timestamp writerWithin(KeyRange range);
}
