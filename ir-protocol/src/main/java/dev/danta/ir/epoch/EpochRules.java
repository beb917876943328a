package dev.danta.ir.epoch;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.quorum.Membership;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** The rules of protocol.md 9, each on its own, so that a test may replace one and see it found out. */
public interface EpochRules {
    /** As they must be. */
    EpochRules PROTOCOL = new EpochRules() {};

    /** Whether a replica in this state answers what is counted toward a quorum of its epoch. */
    default boolean mayAnswer(EpochState state) {
        return state.isServing();
    }

    /** How many members of {@code old} must have sealed it before the next epoch is made. */
    default int sealsNeeded(Membership old) {
        return old.quorum();
    }

    /** How many members of {@code next} must have installed it before it is activated. */
    default int installsNeeded(Membership next) {
        return next.quorum();
    }

    /** What becomes of one operation that is unsettled at some sealed member, given what every sealed member knows of it. */
    default Merge.Verdict merge(List<Merge.Known> sealed, Membership old) {
        return Merge.verdict(sealed, old.quorum());
    }

    /** Whether the full record of an unsettled operation is asked of every sealed member, or of those only that say so. */
    default boolean everyRecordCounts() {
        return true;
    }

    /** Whether what {@code source} has of decided and relaxed state goes into the new epoch: that of all sealed members does. */
    default boolean isInSnapshot(ReplicaId source, SortedSet<ReplicaId> sealed) {
        return true;
    }

    /**
     * Whether a member of the new epoch is brought what the sealed members have that it lacks.
     *
     * @param copied whether it was brought the state of one of them before they were sealed
     */
    default boolean isReadAfterSeal(boolean copied) {
        return true;
    }

    /**
     * Whether a page of keys is held against its source.
     *
     * @param isLast whether an install comes after it, and no other look at the page
     */
    default boolean mustCompare(boolean isLast) {
        return true;
    }

    /** Whether what only an unsealed member of the old epoch has is brought to the members of the new one. */
    default boolean mustDrain() {
        return true;
    }

    /** Whether a replica in this state keeps {@code install} for later. */
    default boolean mayInstall(EpochState state, Install install) {
        Install pending = state.pending();
        boolean isLater = state.standing() == EpochState.Standing.OUTSIDE
                ? install.next().epoch().compareTo(state.membership().epoch()) >= 0
                : install.next().epoch().compareTo(state.membership().epoch()) > 0;
        return state.standing() != EpochState.Standing.REMOVED
                && isLater
                && (pending == null
                        || install.next().epoch().compareTo(pending.next().epoch()) > 0
                        || (install.next().epoch().equals(pending.next().epoch())
                                && install.attempt() >= pending.attempt()));
    }

    /** Whether the install that a replica has is the one that was activated. */
    default boolean isActivated(@Nullable Install pending, Membership next, long attempt) {
        return pending != null && pending.next().epoch().equals(next.epoch()) && pending.attempt() == attempt;
    }

    /** Whether the configuration may activate {@code attempt}. */
    default boolean mayActivate(ShardConfig.Change change, long attempt) {
        return change.attempt() == attempt;
    }

    /**
     * What a replica begins with that has found a disk without anything: whatever the configuration says of it, it waits for
     * an install.
     */
    default EpochState onEmptyDisk(ReplicaId self, Membership active) {
        return EpochState.outside(active);
    }

    /**
     * What a replica begins with on a disk that was never told an epoch, once the configuration has answered its start: a
     * member of the first epoch serves, for that epoch began with nothing; whoever else waits for an install.
     *
     * @param isAdmitted whether the configuration knows this very disk as a member's
     */
    default EpochState onNewDisk(ReplicaId self, boolean isAdmitted, Membership active) {
        return isAdmitted && active.epoch().equals(Epoch.FIRST) && active.hasMember(self)
                ? EpochState.serving(active)
                : onEmptyDisk(self, active);
    }

    /**
     * Whether a replica that starts with this disk goes on under its old identity (else it must come back through a change
     * of members).
     *
     * @param member the incarnation that is a member, or null if the replica is none
     * @param seen the latest start of that replica that the configuration has seen, or null if it has seen none
     */
    default boolean mayServe(DiskIdentity disk, @Nullable Long member, @Nullable DiskIdentity seen) {
        return member != null && member == disk.incarnation() && (seen == null || !disk.isBehind(seen));
    }
}
