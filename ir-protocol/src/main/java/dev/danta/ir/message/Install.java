package dev.danta.ir.message;

import dev.danta.ir.quorum.Membership;
import java.util.List;

/**
 * The end of an install: what a replica begins an epoch with, besides the decided and relaxed state that it was sent before
 * (protocol.md 9). Nothing of it counts before the epoch is active with this attempt.
 *
 * @param next the epoch and its members
 * @param attempt the number of the attempt that made it
 * @param merged one record for each operation that was unsettled at any sealed member, by ascending id
 * @param watermarks the greatest of the sealed members'
 */
public record Install(Membership next, long attempt, List<OpRecord> merged, Watermarks watermarks) {
    public Install {
        merged = List.copyOf(merged);
    }
}
