package dev.danta.occ;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * A committed version of a key.
 *
 * @param timestamp of the transaction that wrote it; {@link Timestamp#ZERO} only in {@link #NEVER_THERE}
 * @param value null if the transaction deleted the key
 */
public record Version(Timestamp timestamp, @Nullable Bytes value) {
    /** What is read where no version is: older than all of them. */
    public static final Version NEVER_THERE = new Version(Timestamp.ZERO, null);

    public boolean isDeletion() {
        return value == null;
    }
}
