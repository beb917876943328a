package dev.danta.node;

import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Reports;
import dev.danta.occ.Key;
import dev.danta.txn.participant.HoldChange;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that undecided transactions write, for readers beside the shard's thread. Fed by the replica's reports, which
 * come after the commit and before the answers that rest on it; a reader looks here first and takes its snapshot second
 * (see {@link HoldChange}).
 */
final class SharedHolds implements Reports {
    /** Two may hold one key: one of them was accepted against this replica's own refusal. */
    private final Map<Key, Integer> holders = new ConcurrentHashMap<>();

    @Override
    public void tell(Report report) {
        if (report instanceof HoldChange change) {
            for (Key key : change.written()) {
                holders.compute(key, (k, count) -> {
                    int now = (count == null ? 0 : count) + (change.begins() ? 1 : -1);
                    return now == 0 ? null : Integer.valueOf(now);
                });
            }
        }
    }

    Set<Key> heldAmong(Collection<Key> keys) {
        Set<Key> held = new TreeSet<>();
        for (Key key : keys) {
            if (holders.containsKey(key)) {
                held.add(key);
            }
        }
        return held;
    }
}
