package dev.danta.node;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Query;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Reports;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.WriteHolds;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.participant.HoldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that undecided transactions write, for readers beside the shard's thread. Fed by the replica's reports, which
 * come after the commit and before the answers that rest on it; a reader looks here first and takes its snapshot second
 * (see {@link HoldChange}).
 */
final class SharedHolds implements Reports {
    /** Two may hold one key: one of them was accepted against this replica's own refusal. */
    private final ConcurrentSkipListMap<Key, List<Timestamp>> holders = new ConcurrentSkipListMap<>();

    @Override
    public void tell(Report report) {
        if (report instanceof HoldChange change) {
            for (Key key : change.written()) {
                holders.compute(key, (k, before) -> changed(before == null ? List.of() : before, change));
            }
        }
    }

    /** How many keys are held now; counts them. */
    int size() {
        return holders.size();
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
        TreeMap<Key, Timestamp> taken = new TreeMap<>();
        if (query instanceof ReadQuery.Versions versions) {
            versions.keys().forEach(key -> take(key, taken));
        } else if (query instanceof ReadQuery.KeyRead keyRead) {
            take(keyRead.key(), taken);
        } else if (query instanceof ReadQuery.Validate validate) {
            validate.reads().reads().forEach(read -> take(read.key(), taken));
            validate.reads().ranges().forEach(read -> take(read.range(), taken));
        } else if (query instanceof ReadQuery.Range range) {
            take(range.range(), taken);
        }
        return new Taken(taken);
    }

    private record Taken(TreeMap<Key, Timestamp> writers) implements WriteHolds {
        @Override
        public @Nullable Timestamp writerOf(Key key) {
            return writers.get(key);
        }

        @Override
        public @Nullable Timestamp writerWithin(KeyRange range) {
            Map.Entry<Key, Timestamp> first = writers.ceilingEntry(range.from());
            return first != null && range.contains(first.getKey()) ? first.getValue() : null;
        }
    }

    private void take(KeyRange range, Map<Key, Timestamp> taken) {
        holders.subMap(range.from(), range.to()).forEach((key, all) -> taken.put(key, all.get(0)));
    }

    private void take(Key key, Map<Key, Timestamp> taken) {
        List<Timestamp> all = holders.get(key);
        if (all != null) {
            taken.put(key, all.get(0));
        }
    }
}
