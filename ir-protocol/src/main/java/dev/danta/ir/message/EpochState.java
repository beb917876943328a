package dev.danta.ir.message;

import dev.danta.ir.quorum.Membership;
import org.jspecify.annotations.Nullable;

/**
 * What a replica durably knows of its shard's epochs (protocol.md 9).
 *
 * @param membership the members of the epoch that {@code standing} is about
 * @param pending the install that it has for a later epoch, if any; it counts only once that is active
 */
public record EpochState(
        Membership membership, Standing standing, @Nullable Install pending) {

    /** What the replica is in that epoch. */
    public enum Standing {
        /** It serves. */
        MEMBER,
        /** It was a member until a driver sealed it: it answers nothing that is counted toward a quorum. */
        SEALED,
        /** It has no state that it may serve from: new, or a member that has missed the change to that epoch. */
        OUTSIDE,
        /** It was a member once; what it has may still be drained, but it never serves again. */
        REMOVED
    }

    /** A replica that serves. */
    public static EpochState serving(Membership membership) {
        return new EpochState(membership, Standing.MEMBER, null);
    }

    /** A replica that waits for an install. */
    public static EpochState outside(Membership membership) {
        return new EpochState(membership, Standing.OUTSIDE, null);
    }

    public EpochState withStanding(Standing newStanding) {
        return new EpochState(membership, newStanding, pending);
    }

    public EpochState withPending(@Nullable Install install) {
        return new EpochState(membership, standing, install);
    }

    public boolean isServing() {
        return standing == Standing.MEMBER;
    }
}
