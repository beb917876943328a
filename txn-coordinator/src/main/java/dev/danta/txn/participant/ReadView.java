package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Query;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Key;
import dev.danta.occ.VersionedStore;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Answers reads from one view of a replica's durable state. A node uses one per read, over a snapshot of its own, so that
 * reads do not queue behind writes; {@code heldByWriter} must have been taken before the snapshot (see
 * {@link HoldChange}).
 */
public record ReadView(
        VersionedStore versions, RelaxedStore relaxed, Predicate<Key> heldByWriter, Timestamp deletedBelow) {

    public Answer answer(Query query, Moment now) {
        if (query instanceof ReadQuery.Versions asked) {
            List<ReadAnswer.Entry> entries = new ArrayList<>(asked.keys().size());
            for (Key key : asked.keys()) {
                boolean held = heldByWriter.test(key);
                entries.add(new ReadAnswer.Entry(versions.newest(key), held));
            }
            return new ReadAnswer.Versions(entries, now.wallMicros(), deletedBelow);
        }
        if (query instanceof ReadQuery.Relaxed asked) {
            return new ReadAnswer.Relaxed(relaxed.relaxed(asked.key()), now.wallMicros());
        }
        return new ReadAnswer.Malformed();
    }
}
