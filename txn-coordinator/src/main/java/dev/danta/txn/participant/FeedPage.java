package dev.danta.txn.participant;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.message.Changes;
import dev.danta.ir.replica.LogEntry;
import dev.danta.ir.replica.LogView;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyChanges;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * A page of the feed: what a replica's log says of some keys (protocol.md 7).
 *
 * @param bytesMax about how much goes into it; what one operation changed may be more
 */
record FeedPage(LogView log, ReadViewRules rules, long bytesMax) {
    /** Entries looked at for one answer, whether or not they concern the keys asked for. */
    private static final int LOOKED_AT_MAX = 2048;

    /** Read at once: most answers need no more. */
    private static final int READ_AT_ONCE = 256;

    ReadAnswer of(ReadQuery.Feed asked) {
        long end = log.logEnd();
        LogPosition last = new LogPosition(log.logIncarnation(), end);
        LogPosition after = asked.after();
        if (after == null) {
            return new ReadAnswer.Feed(last, List.of(), end);
        }
        if (!rules.continues(after, last.incarnation(), log.logStart(), end)) {
            return new ReadAnswer.FeedGap(last);
        }
        List<KeyChange> changes = new ArrayList<>();
        long upTo = after.number();
        long bytes = 0;
        int looked = 0;
        boolean isFull = false;
        while (!isFull && looked < LOOKED_AT_MAX && upTo < end) {
            List<LogEntry> entries = log.log(upTo, READ_AT_ONCE);
            for (LogEntry entry : entries) {
                if (entry instanceof LogEntry.Hole) {
                    if (upTo == after.number()) {
                        return new ReadAnswer.FeedGap(last);
                    }
                    isFull = true;
                    break;
                }
                int before = changes.size();
                addChanges(entry, asked.keys(), changes);
                long added = sizeBytes(changes.subList(before, changes.size()));
                isFull = before > 0 && (changes.size() > asked.limit() || bytes + added > bytesMax);
                if (isFull) {
                    changes.subList(before, changes.size()).clear();
                    break;
                }
                bytes += added;
                upTo++;
            }
            looked += entries.size();
            if (entries.isEmpty()) {
                break;
            }
        }
        return new ReadAnswer.Feed(new LogPosition(last.incarnation(), upTo), changes, end);
    }

    private static void addChanges(LogEntry entry, KeyRange keys, List<KeyChange> into) {
        if (entry instanceof LogEntry.Done done) {
            if (done.op() instanceof RelaxedUpdate update && keys.contains(update.key())) {
                into.add(new KeyChange.Joined(update.key(), update.change()));
            }
            return;
        }
        Changes changed = entry instanceof LogEntry.Decided decided
                ? decided.changes()
                : entry instanceof LogEntry.Joined joined ? joined.changes() : null;
        if (changed instanceof KeyChanges all) {
            all.keys().stream().filter(change -> keys.contains(change.key())).forEach(into::add);
        }
    }

    private static long sizeBytes(List<KeyChange> changes) {
        long bytes = 0;
        for (KeyChange change : changes) {
            bytes += 48 + change.key().bytes().size();
            if (change instanceof KeyChange.Joined joined) {
                bytes += joined.change().sizeBytes();
            } else if (change instanceof KeyChange.Written written) {
                bytes += sizeBytes(written.version());
            }
        }
        return bytes;
    }

    private static long sizeBytes(Version version) {
        return version.value() == null ? 0 : version.value().size();
    }
}
