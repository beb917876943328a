package dev.danta.txn.participant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.occ.Write;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a replica says to changes of what was spent of allotments: it is the one kind of relaxed operation that may be refused. */
final class Allotments {
    private final VersionedStore versions;
    private final SpendRules rules;

    Allotments(VersionedStore versions, SpendRules rules) {
        this.versions = versions;
        this.rules = rules;
    }

    /** Why a change of this type cannot be joined at {@code key}, whoever brings it; null if it can. */
    static @Nullable String misplaced(Key key, RelaxedState change) {
        boolean isAllotments = AllotmentKey.parse(key) != null;
        if (isAllotments == change instanceof Spending) {
            return null;
        }
        return isAllotments
                ? "the key is that of an allotment, which has no " + change.typeName()
                : "the key is not that of an allotment, of which alone can be spent";
    }

    /**
     * Why what an owner says that it has spent is not accepted; null if it is, or if nothing is spent: a fence never is refused.
     * That it is refused says nothing of whether it was accepted before, here or elsewhere.
     *
     * @param here what there is at the key
     */
    @Nullable
    String refusal(RelaxedUpdate update, @Nullable RelaxedState here) {
        if (!(update.change() instanceof Spending change) || change.fenced()) {
            return null;
        }
        if (here instanceof Spending spending && rules.refuses(spending)) {
            return "the allotment is fenced";
        }
        return isOver(update.key()) ? "the allotment is closed" : null;
    }

    /** Whether what was spent at {@code key} may be gone here: then it does not come back, and shows as fenced. */
    boolean isForgotten(Key key) {
        return ClosedAllotments.isForgotten(versions, rules, key, versions.deletedBelow());
    }

    /** Those that {@code written}, a version of a counter's record, has closed: what was spent of them may be dropped. */
    List<Key> closedBy(Write written) {
        if (written.value() == null) {
            return List.of();
        }
        CounterRecord record = CounterRecord.of(new Version(Timestamp.ZERO, written.value()), ClosedAllotments.ANY);
        if (record == null || record.closed().isEmpty()) {
            return List.of();
        }
        List<Key> keys = new ArrayList<>();
        record.closed().forEach((id, closed) -> {
            if (closed.at().equals(Timestamp.ZERO)) {
                keys.add(AllotmentKey.of(written.key(), id));
            }
        });
        return keys;
    }

    private boolean isOver(Key key) {
        AllotmentKey.Parsed allotment = AllotmentKey.parse(key);
        if (allotment == null) {
            return false;
        }
        Version newest = versions.newest(allotment.counter());
        return rules.isOver(
                allotment.id(), newest.timestamp(), versions.deletedBelow(), () -> isOpen(allotment, newest));
    }

    private static boolean isOpen(AllotmentKey.Parsed allotment, Version newest) {
        CounterRecord record = CounterRecord.of(newest, ClosedAllotments.ANY);
        return record != null && record.open().containsKey(allotment.id());
    }
}
