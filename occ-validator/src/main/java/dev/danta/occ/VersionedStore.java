package dev.danta.occ;

import dev.danta.ir.id.Timestamp;

/** The committed versions of a replica, as its machine reads them: with every change applied so far. */
public interface VersionedStore {
    /** The newest version of {@code key}, a deletion included; {@link Version#NEVER_THERE} if there is none. */
    Version newest(Key key);

    /** The newest version of {@code key} at or below {@code upTo}; {@link Version#NEVER_THERE} if there is none. */
    Version newest(Key key, Timestamp upTo);

    /**
     * Deletions at or below it may have been dropped: they count as "never there" (protocol.md 4.2 and 7). A store that
     * drops nothing need not say so.
     */
    default Timestamp deletedBelow() {
        return Timestamp.ZERO;
    }

    /**
     * Shows the newest version of each key in {@code range} that has one, deletions included, by ascending key, until
     * the visitor has had enough. The visitor must not use the store.
     */
    void scan(KeyRange range, Visitor visitor);

    /** {@link #scan} by descending key. */
    void scanBack(KeyRange range, Visitor visitor);

    /** Is shown what a scan comes upon. */
    interface Visitor {
        /** Whether it wants to see more. */
        boolean visit(Key key, Version newest);
    }
}
