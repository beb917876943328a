package dev.danta.ir.message;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * How two replicas look at their states, so that what is equal hashes equally (protocol.md 7).
 *
 * @param id names the comparison and keys its hashes: two states that happen to hash equally under one id do not under the
 *     next
 * @param horizon of each key's versions the newest at or below it counts: at or below the {@code resolvedBelow} of both, so
 *     that neither still gets one; null: the newest of all counts, and what is under way shows as a difference
 * @param forgotten a deletion at or below it counts as "never there": at or above the {@code deletedBelow} of both, so that
 *     it does not matter which of them has dropped one
 */
public record StateView(OpId id, @Nullable Timestamp horizon, Timestamp forgotten) {
    /**
     * Whether a replica with these watermarks can look at its state in this way. Where versions at or below the horizon were
     * forgotten in favour of others above it, or have not all come, it cannot.
     */
    public boolean suits(Watermarks watermarks) {
        return watermarks.deletedBelow().isAtOrBelow(forgotten)
                && (horizon == null
                        || (forgotten.isAtOrBelow(horizon) && horizon.isAtOrBelow(watermarks.resolvedBelow())));
    }
}
