package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Version;

/**
 * The rules by which replicas compare their versions, and take on each other's (protocol.md 7). The methods are the
 * protocol; a test of the simulator replaces one of them, to see the break found.
 */
public interface StateRules {
    /** The protocol's. */
    StateRules PROTOCOL = new StateRules() {};

    /** Whether {@code version} is something that both replicas must have: not what counts as "never there". */
    default boolean counts(Version version, Timestamp forgotten) {
        return !version.equals(Version.NEVER_THERE)
                && !(version.isDeletion() && version.timestamp().isAtOrBelow(forgotten));
    }

    /**
     * Whether a peer's version is taken on. What is at or below {@code deletedBelow} was here: if it is not any more, it was
     * replaced by a deletion that was dropped.
     */
    default boolean takes(Version theirs, Version own, Timestamp deletedBelow) {
        return theirs.timestamp().isAbove(deletedBelow) && theirs.timestamp().isAbove(own.timestamp());
    }

    /**
     * Whether another replica, which does not have a key and has forgotten up to {@code forgotten}, had {@code newest} of it. A
     * deletion is no such thing: it is what this replica will forget itself.
     */
    default boolean isForgotten(Version newest, Timestamp forgotten) {
        return !newest.isDeletion() && newest.timestamp().isAtOrBelow(forgotten);
    }
}
