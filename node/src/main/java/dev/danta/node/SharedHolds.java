package dev.danta.node;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Query;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Reports;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.WriteHolds;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.participant.HoldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that undecided transactions write, for readers beside the shard's thread. Fed by the replica's reports, which
 * come after the commit and before the answers that rest on it; a reader looks here first and takes its snapshot second
 * (see {@link HoldChange}).
 */
final class SharedHolds implements Reports {
    /** Two may hold one key: one of them was accepted against this replica's own refusal. */
    private final Map<Key, List<Timestamp>> holders = new ConcurrentHashMap<>();

    @Override
    public void tell(Report report) {
        if (report instanceof HoldChange change) {
            for (Key key : change.written()) {
                holders.compute(key, (k, before) -> changed(before == null ? List.of() : before, change));
            }
        }
    }

    private static @Nullable List<Timestamp> changed(List<Timestamp> before, HoldChange change) {
        List<Timestamp> after = new ArrayList<>(before);
        after.remove(change.holder());
        if (change.begins()) {
            after.add(change.holder());
        }
        return after.isEmpty() ? null : List.copyOf(after);
    }

    /** What of the holds at this moment concerns {@code query}; it does not change any more. */
    WriteHolds takenFor(Query query) {
        Map<Key, Timestamp> taken = new TreeMap<>();
        if (query instanceof ReadQuery.Versions versions) {
            versions.keys().forEach(key -> take(key, taken));
        } else if (query instanceof ReadQuery.KeyRead keyRead) {
            take(keyRead.key(), taken);
        } else if (query instanceof ReadQuery.Validate validate) {
            for (Read read : validate.reads().reads()) {
                take(read.key(), taken);
            }
        }
        return taken::get;
    }

    private void take(Key key, Map<Key, Timestamp> taken) {
        List<Timestamp> all = holders.get(key);
        if (all != null) {
            taken.put(key, all.get(0));
        }
    }
}
