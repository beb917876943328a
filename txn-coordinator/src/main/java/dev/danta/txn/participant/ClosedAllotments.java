package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;

/** Which allotments nothing need be kept of any more (protocol.md 8, "Forgetting"). */
public final class ClosedAllotments {
    /** Whatever a counter is at first, nothing is open. */
    static final CounterBounds ANY = new CounterBounds(0, 0);

    private ClosedAllotments() {}

    /**
     * Whether what was spent of the allotment of {@code key} may be dropped: the version that took it is forgotten, and the newest
     * one here, which is not below it, does not have it open. So it is closed, and what was spent of it is on record. Whoever
     * would fence it still can close it no more, for a version in which it is open is not the newest. Two replicas that have
     * the same version, and go by how far either of them has forgotten, say the same.
     *
     * @param key false unless it is an allotment's
     * @param deletedBelow how far replicas have forgotten
     */
    public static boolean isForgotten(VersionedStore versions, Key key, Timestamp deletedBelow) {
        return isForgotten(versions, SpendRules.PROTOCOL, key, deletedBelow);
    }

    static boolean isForgotten(VersionedStore versions, SpendRules rules, Key key, Timestamp deletedBelow) {
        AllotmentKey.Parsed allotment = AllotmentKey.parse(key);
        if (allotment == null) {
            return false;
        }
        Version newest = versions.newest(allotment.counter());
        CounterRecord record = newest.value() == null ? null : CounterRecord.of(newest, ANY);
        return record != null
                && rules.isForgotten(
                        allotment.id(),
                        newest.timestamp(),
                        deletedBelow,
                        record.open().containsKey(allotment.id()));
    }
}
