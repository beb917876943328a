package dev.danta.ir.replica;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.OpenOp;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.runtime.Invariant;
import dev.danta.ir.runtime.Moment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A replica's part in forgetting (protocol.md 7): each step is a request, and a step that may not be taken yet is not taken,
 * whoever asks.
 */
final class ForgettingSteps {
    private final ShardId shard;
    private final RecordStore store;
    private final RecordTable table;
    private final Application application;
    private final ReplicaRules rules;
    private final IrReplica.Settings settings;
    /** How far the current round over what is forgotten has come; what it had to leave is met again in the next. */
    private Timestamp sweptUpTo = Timestamp.ZERO;

    ForgettingSteps(
            ShardId shard,
            RecordStore store,
            RecordTable table,
            Application application,
            ReplicaRules rules,
            IrReplica.Settings settings) {
        this.shard = shard;
        this.store = store;
        this.table = table;
        this.application = application;
        this.rules = rules;
        this.settings = settings;
    }

    private Watermarks watermarks() {
        return table.watermarks();
    }

    void onBar(Step step, Timestamp upTo, Moment now) {
        // As with first votes: one broken clock must not end all voting.
        if (upTo.timeMicros() - settings.maxClockAheadMicros() <= now.wallMicros()) {
            table.raise(step, watermarks().barring(upTo));
        }
        step.reply(new IrMessage.Marked(watermarks()));
    }

    void onCollect(Step step, IrMessage.Collect collect) {
        if (!rules.mayTell(collect.upTo(), watermarks())) {
            step.reply(new IrMessage.Marked(watermarks()));
            return;
        }
        Timestamp from = Timestamp.max(collect.after(), watermarks().deletedBelow());
        List<OpRecord> page =
                store.records(from, collect.upTo(), settings.pages().entriesMax());
        List<KnownOp> ops = new ArrayList<>();
        Timestamp next = page.size() < settings.pages().entriesMax()
                ? null
                : page.get(page.size() - 1).id();
        long bytes = 0;
        for (OpRecord record : page) {
            Body body = collect.withBodies() ? record.body() : null;
            bytes += 128 + ReplicaLog.sizeOf(body);
            if (bytes > settings.pages().bytesMax() && !ops.isEmpty()) {
                next = ops.get(ops.size() - 1).id();
                break;
            }
            boolean isWorthTelling = record.decision() != null || record.body() != null;
            if (isWorthTelling && rules.comparedWithWatermarks(record).isAtOrBelow(collect.upTo())) {
                ops.add(new KnownOp(record.id(), record.decision(), body));
            }
        }
        step.reply(new IrMessage.Collected(collect.id(), collect.after(), ops, collect.withBodies(), next));
    }

    void onEnter(Step step, IrMessage.Enter enter) {
        if (enter.upTo().isAbove(watermarks().noFirstVoteBelow())) {
            step.reply(new IrMessage.Marked(watermarks()));
            return;
        }
        List<KnownOp> news = enter.ops().stream()
                .filter(op -> op.id().isAtOrBelow(enter.upTo()) && isNews(op))
                .toList();
        boolean bodiesWanted = !enter.withBodies() && news.stream().anyMatch(this::lacksBody);
        if (!bodiesWanted) {
            news.stream().filter(op -> isNews(op) && !lacksBody(op)).forEach(op -> enter(step, op));
        }
        step.reply(new IrMessage.Entered(enter.id(), bodiesWanted));
    }

    private boolean isNews(KnownOp op) {
        if (!rules.enters(op.id(), watermarks())) {
            return false;
        }
        OpRecord known = table.known(op.id());
        if (known == null) {
            return !isResolved(op);
        }
        if (known.decision() != null) {
            Invariant.check(
                    op.decision() == null || known.decision().equals(op.decision()),
                    "an operation has one decision",
                    known,
                    op);
            return false;
        }
        return op.decision() != null || known.body() == null;
    }

    /** An operation that is unknown here and resolved was aborted: there is nothing to learn about it. */
    private boolean isResolved(KnownOp op) {
        return op.id().isAtOrBelow(watermarks().resolvedBelow())
                && op.id().isAbove(watermarks().deletedBelow());
    }

    private boolean lacksBody(KnownOp op) {
        return !(op.decision() instanceof Decision.Abort) && bodyOf(op) == null;
    }

    private @Nullable Body bodyOf(KnownOp op) {
        OpRecord known = table.known(op.id());
        return known != null && known.body() != null ? known.body() : op.body();
    }

    private void enter(Step step, KnownOp op) {
        OpRecord known = table.known(op.id());
        OpRecord before = known == null ? OpRecord.blank(op.id()) : known;
        OpRecord entered = before.withBody(op.body());
        if (op.decision() != null) {
            table.decide(step.effects(), entered, op.decision());
        } else {
            Vote never = new Vote.No(Refusal.Barred.WATERMARK);
            table.change(step.effects(), before, entered.vote() == null ? entered.withVote(never) : entered);
        }
    }

    void onResolve(Step step, Timestamp upTo) {
        if (upTo.isAbove(watermarks().noFirstVoteBelow())) {
            step.reply(new IrMessage.Marked(watermarks()));
            return;
        }
        List<OpenOp> open = table.undecidedNow().values().stream()
                .filter(record -> rules.comparedWithWatermarks(record).isAtOrBelow(upTo))
                .limit(settings.pages().namedMax())
                .map(this::named)
                .toList();
        if (open.isEmpty()) {
            table.raise(step, watermarks().resolving(upTo));
            step.reply(new IrMessage.Marked(watermarks()));
        } else {
            step.reply(new IrMessage.Unresolved(upTo, open));
        }
    }

    private OpenOp named(OpRecord record) {
        Body body = record.body();
        return new OpenOp(record.id(), body == null ? List.of(shard) : body.participants());
    }

    void onForget(Step step, Timestamp upTo) {
        table.raise(step, watermarks().deleting(upTo));
        step.reply(new IrMessage.Marked(watermarks()));
    }

    /** Drops some records, and the versions that were kept only for others like them. */
    void onSweep(Step step) {
        Timestamp deletedBelow = watermarks().deletedBelow();
        int most = settings.pages().sweptMax();
        List<OpRecord> page = store.records(sweptUpTo, deletedBelow, most);
        for (OpRecord record : page) {
            sweep(step, record, deletedBelow);
        }
        boolean more = page.size() == most;
        sweptUpTo = more ? page.get(page.size() - 1).id() : Timestamp.ZERO;
        step.reply(new IrMessage.Swept(more));
    }

    private void sweep(Step step, OpRecord record, Timestamp deletedBelow) {
        boolean isCommit = record.decision() instanceof Decision.Commit;
        // What was committed above the watermark waits: its versions, deletions among them, cannot go yet.
        if (record.decision() == null
                || (record.decision() instanceof Decision.Commit commit
                        && commit.timestamp().isAbove(deletedBelow))) {
            return;
        }
        step.persist(new DropRecord(record.id()));
        if (isCommit && record.body() != null) {
            step.addAll(application.forget(record.body(), deletedBelow));
        }
    }
}
