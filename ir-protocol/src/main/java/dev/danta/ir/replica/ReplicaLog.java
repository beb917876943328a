package dev.danta.ir.replica;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Changes;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A replica's own log (protocol.md 7): what was decided here and what changed the relaxed state, numbered by itself, for
 * peers to pull and for feeds to follow. What all other members have pulled is dropped, but for as many of the last entries as
 * feeds may want; and so is what is more than the log may keep.
 *
 * <p>An entry is served in the same batch as its making at the earliest, so what is served is durable when the answer
 * leaves.
 */
final class ReplicaLog {
    private final RecordStore store;
    private final Supplier<Membership> membership;
    private final ReplicaId self;
    private final ReplicaRules rules;
    private final IrReplica.Settings settings;
    private final Application application;
    /** How far the others have pulled; lost at a restart, which only delays truncation. */
    private final Map<ReplicaId, Long> pulled = new TreeMap<>();

    private long start;
    private long end;

    ReplicaLog(
            RecordStore store,
            Supplier<Membership> membership,
            ReplicaId self,
            ReplicaRules rules,
            IrReplica.Settings settings,
            Application application) {
        this.store = store;
        this.application = application;
        this.membership = membership;
        this.self = self;
        this.rules = rules;
        this.settings = settings;
        this.start = store.logStart();
        this.end = store.logEnd();
    }

    /** An epoch change has begun it anew, empty. */
    void begin() {
        start = 1;
        end = 0;
        pulled.clear();
    }

    /** Who is no member keeps no log: nobody follows it, and it begins anew with the epoch in which it is one. */
    void append(List<Effect> effects, LogEntry entry) {
        if (!membership.get().hasMember(self)) {
            return;
        }
        end++;
        effects.add(new Effect.Persist(new AppendLog(end, entry)));
        boolean isPulled = membership.get().size() > 1;
        if (end - start >= (isPulled ? settings.logEntriesMax() : Math.max(1, settings.feedEntriesKept()))) {
            truncate(effects, start);
        }
    }

    /** Notes what a peer's state has changed by the effects from {@code first} on, each by itself: together they may be large. */
    void appendJoined(List<Effect> effects, int first) {
        int end = effects.size();
        for (int i = first; i < end; i++) {
            Changes changes = application.changes(effects.subList(0, i + 1), i);
            if (changes != null) {
                append(effects, new LogEntry.Joined(changes));
            }
        }
    }

    void onPull(Step step, IrMessage.Pull pull) {
        if (!membership.get().hasMember(pull.puller()) || pull.puller().equals(self)) {
            return;
        }
        LogPosition beginning = new LogPosition(store.logIncarnation(), start - 1);
        LogPosition after = pull.after();
        if (after == null || !rules.continues(after, beginning.incarnation(), start - 1, end)) {
            step.reply(new IrMessage.LogGone(beginning, new LogPosition(beginning.incarnation(), end)));
            return;
        }
        serve(step, after, pull.withBodies());
        pulled.merge(pull.puller(), after.number(), Math::max);
        long ofAll = Math.min(rules.droppableOf(end), end - settings.feedEntriesKept());
        long droppable = Math.min(rules.truncatableUpTo(pulledByOthers()), ofAll);
        if (droppable >= start) {
            truncate(
                    step.effects(), Math.min(droppable, start + settings.pages().truncatedMax() - 1));
        }
    }

    private void serve(Step step, LogPosition after, boolean withBodies) {
        List<LogItem> items = new ArrayList<>();
        long upTo = after.number();
        long bytes = 0;
        for (LogEntry entry : store.log(after.number(), settings.pages().entriesMax())) {
            LogItem item = itemOf(entry, withBodies);
            bytes += sizeOf(item);
            if (bytes > settings.pages().bytesMax() && !items.isEmpty()) {
                break;
            }
            upTo++;
            if (item != null) {
                items.add(item);
            }
        }
        LogPosition served = new LogPosition(store.logIncarnation(), upTo);
        step.reply(new IrMessage.Pulled(after, served, items, withBodies, end));
    }

    /** Null for a decision that is forgotten here: it is resolved everywhere. */
    private @Nullable LogItem itemOf(LogEntry entry, boolean withBodies) {
        if (entry instanceof LogEntry.Done done) {
            return new LogItem.Done(done.id(), done.op());
        }
        OpRecord record = entry instanceof LogEntry.Decided decided ? store.record(decided.id()) : null;
        return record == null || record.decision() == null
                ? null
                : new LogItem.Outcome(record.id(), record.decision(), withBodies ? record.body() : null);
    }

    private static int sizeOf(@Nullable LogItem item) {
        if (item instanceof LogItem.Done done) {
            return 64 + done.op().sizeBytes();
        }
        return item instanceof LogItem.Outcome outcome ? 128 + sizeOf(outcome.body()) : 0;
    }

    static int sizeOf(@Nullable Body body) {
        return body == null ? 0 : body.sizeBytes();
    }

    private List<Long> pulledByOthers() {
        return membership.get().members().stream()
                .filter(member -> !member.equals(self))
                .map(member -> pulled.getOrDefault(member, 0L))
                .toList();
    }

    private void truncate(List<Effect> effects, long last) {
        effects.add(new Effect.Persist(new TruncateLog(start, last)));
        start = last + 1;
    }
}
