package dev.danta.ir.replica;

import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A replica that takes on what stands in a peer's log (protocol.md 7): one page of it and the cursor behind it in one
 * step. What is here already changes nothing; an operation at or below {@code deletedBelow} is skipped.
 */
final class CatchingUp {
    private final ReplicaId self;
    private final Supplier<Membership> membership;
    private final RecordTable table;
    private final ReplicaLog log;
    private final Application application;
    private final ReplicaRules rules;
    private final Map<ReplicaId, LogPosition> cursors = new TreeMap<>();

    CatchingUp(
            ReplicaId self,
            Supplier<Membership> membership,
            RecordStore store,
            RecordTable table,
            ReplicaLog log,
            Application application,
            ReplicaRules rules) {
        this.self = self;
        this.membership = membership;
        this.table = table;
        this.log = log;
        this.application = application;
        this.rules = rules;
        store.cursors().forEach(cursor -> cursors.put(cursor.source(), cursor.position()));
    }

    /** How far each peer's log is absorbed here. */
    List<LogCursor> cursors() {
        List<LogCursor> all = new ArrayList<>();
        cursors.forEach((source, position) -> all.add(new LogCursor(source, position)));
        return all;
    }

    void onAbsorb(Step step, IrMessage.Absorb absorb) {
        LogPosition here = cursors.get(absorb.source());
        if (here == null || !absorb.after().incarnation().equals(absorb.upTo().incarnation())) {
            return;
        }
        boolean continues = absorb.after().isAtOrBefore(here) && here.isAtOrBefore(absorb.upTo());
        if (!continues || here.equals(absorb.upTo())) {
            step.reply(new IrMessage.Absorbed(absorb.source(), here, false));
        } else if (!absorb.withBodies() && absorb.items().stream().anyMatch(this::lacksBody)) {
            step.reply(new IrMessage.Absorbed(absorb.source(), here, true));
        } else {
            absorb.items().forEach(item -> apply(step, item));
            moveTo(step, absorb.source(), absorb.upTo());
        }
    }

    void onSkipTo(Step step, IrMessage.SkipTo skip) {
        if (!membership.get().hasMember(skip.source()) || skip.source().equals(self)) {
            return;
        }
        LogPosition here = cursors.get(skip.source());
        if (here != null && skip.position().isAtOrBefore(here)) {
            step.reply(new IrMessage.Absorbed(skip.source(), here, false));
        } else {
            boolean goesOn =
                    here != null && here.incarnation().equals(skip.position().incarnation());
            long had = here != null && goesOn ? here.number() : 0;
            if (skip.position().number() > had) {
                log.append(step.effects(), new LogEntry.Hole());
            }
            moveTo(step, skip.source(), skip.position());
        }
    }

    private void moveTo(Step step, ReplicaId source, LogPosition position) {
        cursors.put(source, position);
        step.persist(new PutCursor(new LogCursor(source, position)));
        step.reply(new IrMessage.Absorbed(source, position, false));
    }

    private boolean lacksBody(LogItem item) {
        return item instanceof LogItem.Outcome outcome
                && outcome.decision() instanceof Decision.Commit
                && isNews(outcome)
                && bodyOf(outcome) == null;
    }

    private @Nullable Body bodyOf(LogItem.Outcome outcome) {
        OpRecord known = table.known(outcome.id());
        return known != null && known.body() != null ? known.body() : outcome.body();
    }

    /** Whether the outcome is one that is to be taken on here and is not known yet. */
    private boolean isNews(LogItem.Outcome outcome) {
        if (!rules.absorbs(outcome.id(), table.watermarks())) {
            return false;
        }
        OpRecord known = table.known(outcome.id());
        if (known != null && known.decision() != null) {
            Invariant.check(
                    known.decision().equals(outcome.decision()), "an operation has one decision", known, outcome, self);
            return false;
        }
        return known != null || !isResolved(outcome);
    }

    /** An operation that is unknown here and resolved was aborted: there is nothing to learn about it. */
    private boolean isResolved(LogItem.Outcome outcome) {
        return outcome.id().isAtOrBelow(table.watermarks().resolvedBelow())
                && outcome.id().isAbove(table.watermarks().deletedBelow());
    }

    private void apply(Step step, LogItem item) {
        if (item instanceof LogItem.Outcome outcome) {
            if (isNews(outcome) && !lacksBody(outcome)) {
                OpRecord known = table.known(outcome.id());
                OpRecord before = known == null ? OpRecord.blank(outcome.id()) : known;
                table.decide(step.effects(), before.withBody(outcome.body()), outcome.decision());
            }
        } else if (item instanceof LogItem.Done done
                && application.absorb(done.id(), done.op(), step.effects()) instanceof Application.Execution.Done joined
                && !joined.effects().isEmpty()) {
            step.addAll(joined.effects());
            log.append(step.effects(), new LogEntry.Done(done.id(), done.op()));
        }
    }
}
