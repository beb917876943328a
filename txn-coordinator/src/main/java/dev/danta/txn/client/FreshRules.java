package dev.danta.txn.client;

import dev.danta.ir.quorum.Membership;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;

/** The rules by which feeds vouch for what a client remembers. Tests of the simulator break them. */
public interface FreshRules {
    /** Those that hold. */
    FreshRules PROTOCOL = new FreshRules() {};

    /** How many replicas of a shard are followed for relaxed values: one of them has whatever a quorum has acknowledged. */
    default int followed(Membership membership) {
        return membership.quorum();
    }

    /**
     * Whether feeds may vouch for a read that is asked for now.
     *
     * @param begun whether all of them have begun, so that what comes to those replicas from now on will be told
     */
    default boolean mayVouch(boolean begun) {
        return begun;
    }

    /** About how many changes a page may have. */
    default int pageChanges() {
        return ReadQuery.CHANGES_MAX;
    }

    /** Whether {@code page} tells all that there was when it was asked for. */
    default boolean isComplete(ReadAnswer.Feed page) {
        return !page.more();
    }

    /** Whether a gap in one of them ends what the feeds of a shard vouch for. */
    default boolean gapEnds() {
        return true;
    }
}
