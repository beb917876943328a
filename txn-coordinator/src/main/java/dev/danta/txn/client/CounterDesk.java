package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client does with one bounded counter (protocol.md 8). Reserved spends go to an allotment of its own, if there is one
 * with enough left. Everything else waits for the next <em>cycle</em>: gains are read at a quorum, then the record; one
 * transaction folds the gains and serves all who wait, in their order; they are told if it commits. At most one cycle is
 * under way at any time.
 *
 * <p>A cycle closes only allotments that were fenced, or stopped by their owner, before it read gains. So every record that
 * counts what somebody has spent has folded what was gained before: nobody sees a spend without the gain that came first.
 *
 * <p>Who is to be told that there is not enough has gains read once more, now that the record is at hand. What a quorum shows
 * is no snapshot: another may have folded and spent a later gain while an earlier one was missed. If the record is still the
 * newest, then when that second read began it was, and everything acknowledged until then is counted.
 *
 * <p>Who is to be told how much there is, besides, waits until two such reads in a row show the same: then that is what had been
 * gained at the moment between them.
 */
final class CounterDesk implements OwnAllotment.Desk {
    /** How often gains are read once more, at most, where others wait. */
    private static final int REPEATS_MAX = 8;

    private final Key key;
    private final CounterBounds bounds;
    private final CounterTools tools;
    private final Fencing fencing;
    private final Map<Long, CounterOp> open = new TreeMap<>();
    private final List<CounterOp> waiting = new ArrayList<>();
    /** Those that wait until allotments are called in. */
    private final List<CounterOp> parked = new ArrayList<>();

    private final TreeMap<Timestamp, OwnAllotment> own = new TreeMap<>();
    private long roomKnown;
    private @Nullable Cycle cycle;

    /** A cycle that did not succeed is begun again. */
    record TryAgain(Key counter) implements Timer {}

    private static final class Cycle {
        private final List<CounterOp> batch;
        private final CounterPlan.Known known;
        private @Nullable Counter gains;
        private @Nullable Version version;
        /** What gains were when they were read before; null if they were not. */
        private @Nullable Counter gainsBefore;
        /** Whether the gains were read when the version was at hand already. */
        private boolean gainsAreLater;
        /** Whether they were the same when they were read before. */
        private boolean gainsAreSame;
        /** What its transaction does; null while there is none. */
        private @Nullable CounterPlan plan;
        /** Of what is under way; 0 while it pauses. */
        private long errand;

        private int attempts;
        /** How often gains were read once more. */
        private int repeats;

        Cycle(List<CounterOp> batch, CounterPlan.Known known) {
            this.batch = batch;
            this.known = known;
        }
    }

    CounterDesk(Key key, CounterBounds bounds, CounterTools tools) {
        this.key = key;
        this.bounds = bounds;
        this.tools = tools;
        this.fencing = new Fencing(key, tools, this::unpark);
    }

    /**
     * Has nothing more spent of an allotment that a transaction is going to close. What was spent of it, if that is final; null
     * if it is not, or the allotment is not this client's: then it has to be fenced.
     */
    @Nullable
    Long stopOwn(Timestamp id) {
        OwnAllotment allotment = own.get(id);
        if (allotment == null) {
            return null;
        }
        allotment.stop();
        return allotment.isIdle() ? allotment.spent() : null;
    }

    /** Calls that are not answered yet. */
    int underWay() {
        return open.size();
    }

    /** Whether nothing is lost if it is forgotten. */
    boolean isIdle() {
        return open.isEmpty() && own.isEmpty() && cycle == null && !fencing.isUnderWay();
    }

    /** Serves an open call. */
    void take(Turn turn, CounterOp op) {
        open.put(op.call(), op);
        OwnAllotment allotment = op.isReserved() ? allotmentFor(op.amount()) : null;
        if (allotment == null) {
            waiting.add(op);
            begin(turn);
        } else {
            allotment.spend(turn, op);
        }
    }

    private @Nullable OwnAllotment allotmentFor(long amount) {
        for (OwnAllotment allotment : own.values()) {
            if (allotment.covers(amount)) {
                return allotment;
            }
        }
        return null;
    }

    /** The deadline of {@code call} has passed. */
    CallOutcome atDeadline(Turn turn, long call) {
        CounterOp op = open.remove(call);
        CallOutcome outcome = new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, new TreeMap<>());
        if (op != null) {
            waiting.remove(op);
            parked.remove(op);
            for (OwnAllotment allotment : own.values()) {
                if (allotment.has(op)) {
                    outcome = allotment.atDeadline(turn, op);
                }
            }
            if (cycle != null
                    && cycle.plan != null
                    && spends(cycle.plan.answers().get(call))) {
                CallOutcome unknown = tools.transactions().leave(cycle.errand);
                outcome = unknown == null ? outcome : unknown;
            }
        }
        if (open.isEmpty()) {
            abandon(turn);
        }
        return outcome;
    }

    private static boolean spends(@Nullable CallOutcome answer) {
        return answer instanceof CallOutcome.Spent spent && spent.accepted();
    }

    /** Nobody waits any more: what can be left alone is. A transaction is not; what was spent of allotments is final or not. */
    private void abandon(Turn turn) {
        fencing.abandon(turn);
        own.values().removeIf(OwnAllotment::isDead);
        if (cycle != null && cycle.plan == null) {
            if (cycle.errand != 0) {
                turn.drop(cycle.errand);
                tools.reads().forget(turn, cycle.errand);
                tools.updates().stopWaiting(cycle.errand);
            }
            turn.cancel(new TryAgain(key));
            cycle = null;
        }
    }

    private void finish(Turn turn, CounterOp op, CallOutcome outcome) {
        if (open.remove(op.call()) != null) {
            turn.finish(op.call(), outcome);
        }
    }

    /** Begins a cycle if somebody waits for one. */
    private void begin(Turn turn) {
        boolean somebodyWaits = !waiting.isEmpty()
                || (!fencing.isUnderWay() && own.values().stream().anyMatch(OwnAllotment::isDead));
        if (cycle == null && !open.isEmpty() && somebodyWaits) {
            cycle = new Cycle(new ArrayList<>(waiting), known(waiting));
            waiting.clear();
            goOn(turn, cycle);
        }
    }

    private void goOn(Turn turn, Cycle now) {
        now.batch.removeIf(op -> !open.containsKey(op.call()));
        if (now.gains == null) {
            now.errand = turn.errand((later, outcome) -> onGains(later, now, outcome));
            tools.reads()
                    .findRelaxed(
                            turn,
                            now.errand,
                            new ClientCall.ReadRelaxed(key, tools.rules().gains()));
        } else if (now.version == null) {
            long errand = turn.errand((later, outcome) -> pause(later, now));
            now.errand = errand;
            tools.reads().find(turn, errand, List.of(key), now.attempts == 0, (later, found) -> {
                if (cycle == now && now.errand == errand) {
                    later.drop(errand);
                    now.version = found.versions().get(0);
                    goOn(later, now);
                }
            });
        } else {
            decide(turn, now, now.gains, now.version);
        }
    }

    private void onGains(Turn turn, Cycle now, CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Relaxed relaxed)) {
            pause(turn, now);
        } else if (relaxed.state() == null || relaxed.state() instanceof Counter) {
            now.gains = relaxed.state() instanceof Counter counter ? counter : Counter.ZERO;
            now.gainsAreLater = now.version != null;
            now.gainsAreSame = now.gainsAreLater && now.gains.equals(now.gainsBefore);
            goOn(turn, now);
        } else {
            refuse(turn, now);
        }
    }

    /** What is at the key is no bounded counter. */
    private void refuse(Turn turn, Cycle now) {
        CallOutcome refused = new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>());
        now.batch.forEach(op -> finish(turn, op, refused));
        end(turn);
    }

    private void decide(Turn turn, Cycle now, Counter gains, Version version) {
        CounterRecord recorded = CounterRecord.of(version, bounds);
        if (recorded == null) {
            refuse(turn, now);
            return;
        }
        CounterRecord seen = recorded.forgetting(tools.horizon().g());
        CounterPlan plan = CounterPlan.of(seen, gains, now.known, now.batch, tools.self(), tools.rules());
        boolean asksAgain = (plan.refusesSomebody() && tools.rules().asksAgainBeforeLimit() && !now.gainsAreLater)
                || (plan.tellsValue() && tools.rules().asksAgainBeforeValue() && !now.gainsAreSame);
        if (asksAgain) {
            now.gainsBefore = gains;
            now.gains = null;
            if (++now.repeats > REPEATS_MAX) {
                putOffReads(now);
            }
            goOn(turn, now);
            return;
        }
        if (plan.onlyFolds() && !tools.rules().writesFolded()) {
            conclude(turn, now, plan, version.timestamp());
            return;
        }
        now.errand = turn.errand((later, outcome) -> onDecided(later, now, version, outcome));
        long errand = now.errand;
        List<Read> reads = tools.rules().validates() ? List.of(Read.of(key, version)) : List.of();
        boolean begun = true;
        now.plan = plan;
        if (plan.changes()) {
            ClientCall.Commit commit = new ClientCall.Commit(
                    reads, List.of(new Write(key, plan.record().encode())));
            begun = tools.transactions()
                    .prepare(turn, errand, commit, (later, outcome) -> later.finish(errand, outcome));
        } else if (reads.isEmpty()) {
            turn.finish(errand, new CallOutcome.Validated(null));
        } else {
            tools.strictReads().check(turn, errand, new ClientCall.Validate(reads));
        }
        if (!begun) {
            turn.drop(errand);
            pause(turn, now);
        }
    }

    /** Gains come in too fast: those who read leave the others alone, and go into the next cycle. */
    private void putOffReads(Cycle now) {
        for (CounterOp op : List.copyOf(now.batch)) {
            if (op.what() instanceof ClientCall.ReadCounter && open.containsKey(op.call())) {
                now.batch.remove(op);
                waiting.add(op);
            }
        }
    }

    /** What a cycle that serves {@code batch} may close; own allotments that it has to close are stopped. */
    private CounterPlan.Known known(List<CounterOp> batch) {
        boolean closesAll = batch.stream().anyMatch(CounterOp::wantsAllClosed);
        long largest = batch.stream()
                .filter(CounterOp::isReserved)
                .mapToLong(CounterOp::amount)
                .max()
                .orElse(0);
        TreeMap<Timestamp, Long> spent = new TreeMap<>(fencing.spent());
        for (OwnAllotment allotment : own.values()) {
            boolean hasTooLittle = largest > allotment.left() && largest <= allotment.amount() / 2;
            if (closesAll || allotment.left() == 0 || hasTooLittle) {
                allotment.stop();
            }
            if (allotment.isStopped() && allotment.isIdle()) {
                spent.put(allotment.id(), allotment.spent());
            }
        }
        boolean wantsOne = own.values().stream().allMatch(one -> one.isStopped() || one.isDead());
        return new CounterPlan.Known(spent, wantsOne);
    }

    private void onDecided(Turn turn, Cycle now, Version version, CallOutcome outcome) {
        CounterPlan plan = now.plan;
        now.plan = null;
        if (plan == null) {
            return;
        }
        if (outcome instanceof CallOutcome.Committed committed) {
            conclude(turn, now, plan, committed.timestamp());
        } else if (outcome instanceof CallOutcome.Validated) {
            conclude(turn, now, plan, version.timestamp());
        } else if (outcome instanceof CallOutcome.Unknown) {
            now.batch.forEach(op -> {
                if (spends(plan.answers().get(op.call()))) {
                    finish(turn, op, outcome);
                }
            });
            again(turn, now, null);
        } else if (outcome instanceof CallOutcome.Failed) {
            now.batch.forEach(op -> finish(turn, op, outcome));
            end(turn);
        } else {
            again(turn, now, newest(outcome));
        }
    }

    private static @Nullable Version newest(CallOutcome outcome) {
        List<Verdict.Newest> newest = outcome instanceof CallOutcome.Aborted aborted
                ? aborted.newest()
                : outcome instanceof CallOutcome.Outdated outdated ? outdated.newest() : List.of();
        return newest.isEmpty() ? null : newest.get(0).version();
    }

    private void again(Turn turn, Cycle now, @Nullable Version version) {
        now.version = version;
        now.gainsAreLater = false;
        now.gainsAreSame = false;
        pause(turn, now);
    }

    /** It goes on a little later, so that contenders do not meet again. */
    private void pause(Turn turn, Cycle now) {
        now.plan = null;
        now.errand = 0;
        if (open.isEmpty()) {
            cycle = null;
            return;
        }
        now.attempts++;
        turn.arm(new TryAgain(key), 0, tools.retries().ceilingNanos(now.attempts));
    }

    void onTryAgain(Turn turn) {
        if (cycle != null && cycle.errand == 0) {
            goOn(turn, cycle);
        }
    }

    /** What was planned is so, in the version with this timestamp. */
    private void conclude(Turn turn, Cycle now, CounterPlan plan, Timestamp timestamp) {
        roomKnown = plan.record().room();
        if (plan.taken() > 0) {
            own.put(timestamp, new OwnAllotment(key, timestamp, plan.taken(), tools, this));
            turn.tell(AllotmentEvent.TAKEN);
        }
        tellClosed(turn, plan, tools.self());
        List<CounterOp> rest = new ArrayList<>();
        for (CounterOp op : now.batch) {
            CallOutcome answer = plan.answers().get(op.call());
            if (answer != null) {
                finish(turn, op, answer);
            } else if (open.containsKey(op.call())) {
                rest.add(op);
            }
        }
        parked.addAll(rest);
        settleOwn(turn, plan.record(), timestamp);
        if (!open.isEmpty()) {
            fence(turn, plan);
        }
        List.copyOf(fencing.spent().keySet()).stream()
                .filter(id -> !plan.record().open().containsKey(id))
                .forEach(fencing::forget);
        if (!fencing.isUnderWay()) {
            unpark(turn);
        }
        end(turn);
    }

    private static void tellClosed(Turn turn, CounterPlan plan, ClientId self) {
        plan.closed()
                .values()
                .forEach(allotment -> turn.tell(
                        allotment.owner().equals(self)
                                ? AllotmentEvent.CLOSED_BY_OWNER
                                : AllotmentEvent.CLOSED_BY_STRANGER));
    }

    private void fence(Turn turn, CounterPlan plan) {
        plan.callIn().forEach(id -> {
            OwnAllotment allotment = own.get(id);
            if (allotment != null) {
                allotment.stop();
            }
            if (allotment == null || !allotment.isIdle()) {
                fencing.fence(turn, id);
            }
        });
        plan.record().open().forEach((id, allotment) -> {
            if (isStray(id, allotment)) {
                fencing.fence(turn, id);
            }
        });
    }

    /** Whether it is this client's, and nobody knows any more what was spent of it: it is closed like another's. */
    private boolean isStray(Timestamp id, Allotment allotment) {
        OwnAllotment known = own.get(id);
        return allotment.owner().equals(tools.self())
                && !id.equals(Timestamp.ZERO)
                && (known == null || known.isDead() || (known.isStopped() && known.isForsaken()));
    }

    /** What is on record of this client's allotments, in the newest version: what it says of a closed one is so. */
    private void settleOwn(Turn turn, CounterRecord record, Timestamp timestamp) {
        for (OwnAllotment allotment : List.copyOf(own.values())) {
            Timestamp id = allotment.id();
            if (id.isAbove(timestamp) || record.open().containsKey(id) || id.equals(timestamp)) {
                continue;
            }
            allotment.die(turn);
            own.remove(id);
            CounterRecord.Closed closed = record.closed().get(id);
            for (OwnAllotment.Sent sent : allotment.inFlight()) {
                if (closed == null) {
                    finish(turn, sent.op(), new CallOutcome.UpdateUnknown(new TreeMap<>()));
                } else if (sent.cumulative() <= closed.spent()) {
                    turn.tell(AllotmentEvent.REFUSED_WAS_MADE);
                    spent(turn, sent.op(), 0);
                } else if (open.containsKey(sent.op().call())) {
                    turn.tell(AllotmentEvent.REFUSED_WAS_NOT_MADE);
                    waiting.add(sent.op());
                }
            }
        }
    }

    private void end(Turn turn) {
        cycle = null;
        begin(turn);
    }

    private void unpark(Turn turn) {
        waiting.addAll(0, parked);
        parked.clear();
        begin(turn);
    }

    @Override
    public void spent(Turn turn, CounterOp op, long left) {
        finish(turn, op, new CallOutcome.Spent(true, SpendManner.RESERVED, Math.max(0, roomKnown) + left));
    }

    @Override
    public void refused(Turn turn, OwnAllotment allotment, List<CounterOp> unsent) {
        waiting.addAll(unsent);
        if (tools.rules().isRefusedFailed()) {
            CallOutcome failed = new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>());
            allotment.inFlight().forEach(one -> finish(turn, one.op(), failed));
        }
        begin(turn);
    }
}
