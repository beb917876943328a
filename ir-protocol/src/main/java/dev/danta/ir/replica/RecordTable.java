package dev.danta.ir.replica;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Changes;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of a replica and its watermarks, and what every change of them entails: holds in the application, entries in
 * the log.
 *
 * <p>Invariant: the undecided records in memory are those of the store.
 */
final class RecordTable {
    private final RecordStore store;
    private final Application application;
    private final ReplicaLog log;
    private final Map<Timestamp, OpRecord> undecided = new TreeMap<>();
    /** What was decided in this step, and the store does not show yet. */
    private final Map<Timestamp, OpRecord> justDecided = new TreeMap<>();

    private Watermarks watermarks;
    private Timestamp greatest = Timestamp.ZERO;

    RecordTable(RecordStore store, Application application, ReplicaLog log) {
        this.store = store;
        this.application = application;
        this.log = log;
        this.watermarks = store.watermarks();
    }

    /** Takes up what the store holds; the effects of the holds. */
    List<Effect> takeUp() {
        List<Effect> effects = new ArrayList<>();
        OpRecord last = store.record(store.greatestId());
        if (last != null) {
            note(last);
        }
        for (OpRecord kept : store.undecided()) {
            undecided.put(kept.id(), kept);
            if (kept.holds()) {
                effects.addAll(application.hold(kept.id(), bodyOf(kept)));
            }
        }
        return effects;
    }

    /** The effects of everything before are in the store. */
    void beginStep() {
        justDecided.clear();
    }

    /** The greatest id or commit timestamp that a record has had here since the start, or the last record had before. */
    Timestamp greatest() {
        return greatest;
    }

    private void note(OpRecord record) {
        greatest = Timestamp.max(greatest, record.id());
        if (record.decision() instanceof Decision.Commit commit) {
            greatest = Timestamp.max(greatest, commit.timestamp());
        }
    }

    Watermarks watermarks() {
        return watermarks;
    }

    /** Raises watermarks; they never go back. */
    void raise(Step step, Watermarks raised) {
        if (!raised.equals(watermarks)) {
            set(step.effects(), raised);
        }
    }

    /** Sets watermarks as an epoch change demands it. */
    void set(List<Effect> effects, Watermarks newWatermarks) {
        watermarks = newWatermarks;
        effects.add(new Effect.Persist(new PutWatermarks(newWatermarks)));
    }

    /** What is known of {@code id}: of a forgotten operation nothing, whether or not its record is dropped already. */
    @Nullable
    OpRecord known(Timestamp id) {
        OpRecord open = undecided.get(id);
        if (open != null) {
            return open;
        }
        if (id.isAtOrBelow(watermarks.deletedBelow())) {
            return null;
        }
        OpRecord decided = justDecided.get(id);
        return decided != null ? decided : store.record(id);
    }

    /** The records without a decision, by ascending id; not a copy. */
    Map<Timestamp, OpRecord> undecidedNow() {
        return undecided;
    }

    /** Persists {@code after} and keeps the undecided in memory, and the holds that follow from them, in step. */
    void change(List<Effect> effects, OpRecord before, OpRecord after) {
        note(after);
        effects.add(new Effect.Persist(new PutRecord(after)));
        if (after.decision() == null) {
            undecided.put(after.id(), after);
        } else {
            undecided.remove(after.id());
            justDecided.put(after.id(), after);
        }
        if (after.holds() && !before.holds()) {
            effects.addAll(application.hold(after.id(), bodyOf(after)));
        } else if (before.holds() && !after.holds() && after.decision() == null) {
            effects.addAll(application.release(after.id()));
        }
    }

    /** Sets the decision of an operation that has none, applies it, and notes it in the log. */
    void decide(List<Effect> effects, OpRecord before, Decision decision) {
        change(effects, before, before.withDecision(decision));
        int first = effects.size();
        if (before.body() != null) {
            effects.addAll(application.decide(before.id(), decision, before.body()));
        }
        Changes changes = decision instanceof Decision.Commit ? application.changes(effects, first) : null;
        log.append(effects, new LogEntry.Decided(before.id(), changes));
    }

    /** Puts a record that an epoch change has merged in place of an undecided one. */
    void install(List<Effect> effects, OpRecord installed) {
        OpRecord known = known(installed.id());
        if (known != null && known.decision() != null) {
            return;
        }
        OpRecord after = known == null ? installed : installed.withBody(known.body());
        note(after);
        effects.add(new Effect.Persist(new InstallRecord(after)));
        undecided.put(after.id(), after);
        boolean held = known != null && known.holds();
        if (held && !after.holds()) {
            effects.addAll(application.release(after.id()));
        } else if (after.holds() && !held) {
            effects.addAll(application.hold(after.id(), bodyOf(after)));
        }
    }

    /** An undecided record that an epoch change does not know of goes. */
    void drop(List<Effect> effects, OpRecord dropped) {
        effects.add(new Effect.Persist(new DropRecord(dropped.id())));
        undecided.remove(dropped.id());
        if (dropped.holds()) {
            effects.addAll(application.release(dropped.id()));
        }
    }

    private static Body bodyOf(OpRecord holder) {
        if (holder.body() == null) {
            throw new IllegalStateException("a record that holds keys has a body: " + holder);
        }
        return holder.body();
    }
}
