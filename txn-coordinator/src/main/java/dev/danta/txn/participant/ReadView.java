package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Answer;
import dev.danta.ir.message.Query;
import dev.danta.ir.replica.LogView;
import dev.danta.ir.runtime.Moment;
import dev.danta.occ.Key;
import dev.danta.occ.Validator;
import dev.danta.occ.Verdict;
import dev.danta.occ.VersionedStore;
import dev.danta.occ.WriteHolds;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers reads from one view of a replica's durable state. A node uses one per read, over a snapshot of its own, so that
 * reads do not queue behind writes.
 *
 * <p>A strict reader counts on this: of every transaction that this replica has sent an OK vote for before the question
 * came, the answer shows the hold or what was decided. So {@code holds} must have been taken before the snapshot that
 * {@code versions} shows (see {@link HoldChange}): a hold that has ended by then ended with a decision that was durable
 * already. And {@code deletedBelow} must come from that same snapshot: what it says is dropped may be missing there, and
 * nothing else.
 *
 * @param log of that same snapshot
 * @param holds the undecided transactions that write
 * @param deletedBelow this replica's watermark
 * @param spendRules which allotments need not be kept any more
 * @param rangeBytesMax see {@link StatePages}
 */
public record ReadView(
        VersionedStore versions,
        RelaxedStore relaxed,
        LogView log,
        WriteHolds holds,
        Timestamp deletedBelow,
        ReadViewRules rules,
        SpendRules spendRules,
        long rangeBytesMax) {
    /** So many times as much as is sent of a range is read to be hashed: eight mebibytes. */
    private static final int HASHED_RANGES = 32;

    public Answer answer(Query query, Moment now) {
        if (query instanceof ReadQuery.Versions asked) {
            List<ReadAnswer.Entry> entries = new ArrayList<>(asked.keys().size());
            for (Key key : asked.keys()) {
                boolean held = holds.writerOf(key) != null;
                entries.add(new ReadAnswer.Entry(versions.newest(key), held));
            }
            return new ReadAnswer.Versions(entries, now.wallMicros(), deletedBelow);
        }
        if (query instanceof ReadQuery.Range asked) {
            return range(asked, now);
        }
        if (query instanceof ReadQuery.Relaxed asked) {
            return new ReadAnswer.Relaxed(shown(asked.key()), now.wallMicros());
        }
        if (query instanceof ReadQuery.Hashes asked) {
            return hashes(asked);
        }
        if (query instanceof ReadQuery.KeyRead asked) {
            return rules.mayAnswer(deletedBelow, asked.g())
                    ? new ReadAnswer.KeyRead(
                            versions.newest(asked.key()), rules.writerShown(asked.key(), holds), deletedBelow)
                    : new ReadAnswer.Forgotten(deletedBelow);
        }
        if (query instanceof ReadQuery.Validate asked) {
            return rules.mayAnswer(deletedBelow, asked.g()) ? validated(asked) : new ReadAnswer.Forgotten(deletedBelow);
        }
        if (query instanceof ReadQuery.Feed asked) {
            return new FeedPage(log, rules, rangeBytesMax).of(asked);
        }
        return new ReadAnswer.Malformed();
    }

    /** What is there; of an allotment that need not be kept, fences neither, a fence is: nothing is accepted for it any more. */
    private @Nullable RelaxedState shown(Key key) {
        RelaxedState state = relaxed.relaxed(key);
        if (!ClosedAllotments.isForgotten(versions, spendRules, key, deletedBelow)) {
            return state;
        }
        return state == null ? Spending.FENCE : state.join(Spending.FENCE);
    }

    /** As many as were asked for, or a full part: the values of more do not belong in one message. */
    private ReadAnswer range(ReadQuery.Range asked, Moment now) {
        List<ReadAnswer.RangeEntry> entries = new ArrayList<>();
        long[] bytes = {0};
        boolean[] more = {false};
        VersionedStore.Visitor collector = (key, version) -> {
            more[0] = entries.size() == asked.limit() || bytes[0] >= rangeBytesMax;
            if (!more[0]) {
                entries.add(new ReadAnswer.RangeEntry(key, version, holds.writerOf(key) != null));
                bytes[0] += key.bytes().size()
                        + (version.value() == null ? 0 : version.value().size());
            }
            return !more[0];
        };
        if (asked.fromEnd()) {
            versions.scanBack(asked.range(), collector);
            Collections.reverse(entries);
        } else {
            versions.scan(asked.range(), collector);
        }
        return new ReadAnswer.Range(entries, more[0], now.wallMicros(), deletedBelow);
    }

    /** Of as many as were asked for, or until so much was hashed that others should have their turn. */
    private ReadAnswer hashes(ReadQuery.Hashes asked) {
        List<Long> hashes = new ArrayList<>();
        long bytes = 0;
        for (Key key : asked.keys()) {
            RelaxedState state = relaxed.relaxed(key);
            hashes.add(asked.hashKey().of(state));
            bytes += state == null ? 0 : state.sizeBytes();
            if (bytes >= HASHED_RANGES * rangeBytesMax) {
                break;
            }
        }
        return new ReadAnswer.Hashes(hashes);
    }

    private ReadAnswer validated(ReadQuery.Validate asked) {
        Verdict verdict = Validator.validateReads(
                asked.reads(), versions, rules.holdsInTheWay(holds), deletedBelow, rules.comparison());
        if (verdict instanceof Verdict.Stale stale) {
            return new ReadAnswer.Outdated(stale.newest(), deletedBelow);
        }
        return verdict instanceof Verdict.Conflict conflict
                ? new ReadAnswer.Held(conflict.holder())
                : new ReadAnswer.Valid();
    }
}
