package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one client does with one bounded counter (protocol.md 8). Reserved and lax spends go to an allotment of its own, if there is
 * one with enough left. Everything else waits for the next {@link CounterCycle}: one transaction serves all who wait, in their
 * order; they are told if it commits. At most one cycle is under way at any time.
 *
 * <p>A cycle closes only allotments that were fenced, or stopped by their owner, before it read gains. So every record that
 * counts what somebody has spent has folded what was gained before: nobody sees a spend without the gain that came first.
 */
final class CounterDesk implements OwnAllotment.Desk, CounterCycle.Desk {
    private final Key key;
    private final CounterBounds bounds;
    private final CounterTools tools;
    private final Fencing fencing;
    private final Map<Long, CounterOp> open = new TreeMap<>();
    private final List<CounterOp> waiting = new ArrayList<>();
    /** Those that wait until allotments are called in. */
    private final List<CounterOp> parked = new ArrayList<>();

    private final OwnAllotments own;
    private long roomKnown;
    private @Nullable CounterCycle cycle;
    /** Whether something is to be renewed or closed for which nobody waits. */
    private boolean upkeep;

    private boolean leaseIsArmed;
    /** Whether it is seen to, after a while, that nobody waits for a quorum in vain. */
    private boolean mindsQuorum;
    /** How many cycles in a row have served nobody. */
    private int fruitless;
    /** Whether the next cycle is put off, because of those before it. */
    private boolean resting;

    /** Concerns one counter. */
    sealed interface DeskTimer extends Timer {
        Key counter();
    }

    /** A cycle that did not succeed is begun again. */
    record TryAgain(Key counter) implements DeskTimer {}

    /** So long there was no quorum of connections, perhaps. */
    record QuorumWait(Key counter) implements DeskTimer {}

    /** Some of a lease has passed. */
    record SomeLease(Key counter) implements DeskTimer {}

    CounterDesk(Key key, CounterBounds bounds, CounterTools tools) {
        this.key = key;
        this.bounds = bounds;
        this.tools = tools;
        this.own = new OwnAllotments(key, tools, this);
        this.fencing = new Fencing(key, tools, this::unpark);
    }

    /**
     * Has nothing more spent of an allotment that a transaction is going to close. What was spent of it, if that is final; null
     * if it is not, or the allotment is not this client's: then it has to be fenced.
     */
    @Nullable
    Long stopOwn(Timestamp id) {
        return own.stop(id);
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
        OwnAllotment allotment = own.covering(op);
        boolean isLax = allotment != null && allotment.isLax();
        CallOutcome refusal = isLax
                ? null
                : tools.reach().refusal(turn, () -> List.of(tools.shards().shardOf(key)));
        if (refusal != null) {
            finish(turn, op, refusal);
        } else if (allotment == null) {
            waiting.add(op);
            begin(turn);
            mindQuorum(turn);
        } else {
            allotment.spend(turn, op);
        }
    }

    /** Those who wait for something strict are told soon if nothing can come of it. */
    private void mindQuorum(Turn turn) {
        if (!open.isEmpty() && !mindsQuorum && !tools.hasQuorum(turn, key)) {
            mindsQuorum = true;
            turn.arm(new QuorumWait(key), tools.settings().quorumWaitNanos(), 0);
        }
    }

    /** A replica cannot be reached any more. */
    void onDown(Turn turn) {
        mindQuorum(turn);
    }

    private void onQuorumWait(Turn turn) {
        mindsQuorum = false;
        if (tools.hasQuorum(turn, key)) {
            return;
        }
        List<CounterOp> all = new ArrayList<>(waiting);
        all.addAll(parked);
        if (cycle != null && !cycle.mayCommit()) {
            all.addAll(cycle.batch());
            dropCycle(turn, cycle);
        }
        waiting.clear();
        parked.clear();
        CallOutcome unavailable = new CallOutcome.Failed(CallOutcome.Failure.UNAVAILABLE, tools.causes(turn, key));
        all.forEach(op -> finish(turn, op, unavailable));
        if (open.isEmpty()) {
            abandon(turn);
        }
        begin(turn);
    }

    /** The deadline of {@code call} has passed. */
    CallOutcome atDeadline(Turn turn, long call) {
        CounterOp op = open.remove(call);
        CallOutcome outcome = new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, new TreeMap<>());
        if (op != null) {
            waiting.remove(op);
            parked.remove(op);
            OwnAllotment allotment = own.with(op);
            if (allotment != null) {
                outcome = allotment.atDeadline(turn, op);
            }
            CallOutcome unknown = cycle == null ? null : cycle.leave(call);
            outcome = unknown == null ? outcome : unknown;
        }
        if (open.isEmpty()) {
            abandon(turn);
        }
        return outcome;
    }

    /** Nobody waits any more: what can be left alone is. A transaction is not; what was spent of allotments is final or not. */
    private void abandon(Turn turn) {
        fencing.abandon(turn);
        own.abandon();
        if (cycle != null && !cycle.mayCommit()) {
            dropCycle(turn, cycle);
        }
        if (resting) {
            resting = false;
            turn.cancel(new TryAgain(key));
        }
    }

    private void dropCycle(Turn turn, CounterCycle now) {
        now.drop(turn);
        cycle = null;
    }

    @Override
    public boolean isOpen(CounterOp op) {
        return open.containsKey(op.call());
    }

    @Override
    public boolean isForsaken() {
        return open.isEmpty();
    }

    @Override
    public void finish(Turn turn, CounterOp op, CallOutcome outcome) {
        if (open.remove(op.call()) != null) {
            turn.finish(op.call(), outcome);
        }
    }

    /** Begins a cycle if somebody waits for one, or something is to be closed or renewed. */
    private void begin(Turn turn) {
        boolean somebodyWaits = !waiting.isEmpty() || (!fencing.isUnderWay() && own.hasDead());
        boolean isUpkeep = open.isEmpty() || !somebodyWaits;
        boolean isDue = isUpkeep ? upkeep && !fencing.isUnderWay() : somebodyWaits;
        if (cycle == null && !resting && isDue) {
            upkeep = false;
            CounterPlan.Known known = own.known(waiting, fencing.spent(), fruitless, turn.now());
            cycle = new CounterCycle(key, bounds, tools, this, waiting, known, isUpkeep);
            waiting.clear();
            cycle.goOn(turn);
        }
    }

    void onTimer(Turn turn, DeskTimer timer) {
        if (timer instanceof QuorumWait) {
            onQuorumWait(turn);
        } else if (timer instanceof SomeLease) {
            own.rest();
            upkeep = !own.isEmpty();
            leaseIsArmed = false;
            armLease(turn);
            begin(turn);
        } else if (resting) {
            resting = false;
            begin(turn);
        } else if (cycle != null) {
            cycle.onTryAgain(turn);
        }
    }

    private void armLease(Turn turn) {
        long after = own.restNanos();
        if (after > 0) {
            leaseIsArmed = true;
            turn.arm(new SomeLease(key), after, after / 4);
        }
    }

    @Override
    public void concluded(Turn turn, CounterCycle now, CounterPlan plan, Timestamp timestamp) {
        roomKnown = plan.record().room();
        Allotment taken = plan.record().open().get(Timestamp.ZERO);
        if (taken != null) {
            own.take(timestamp, taken, turn.now());
        }
        own.learn(plan.record(), turn.now());
        tell(turn, plan);
        boolean servesNobody = true;
        for (CounterOp op : now.batch()) {
            CallOutcome answer = plan.answers().get(op.call());
            if (answer != null) {
                servesNobody = false;
                finish(turn, op, answer);
            } else if (isOpen(op)) {
                OwnAllotment allotment = own.covering(op);
                if (allotment == null) {
                    parked.add(op);
                } else {
                    servesNobody = false;
                    allotment.spend(turn, op);
                }
            }
        }
        fruitless = servesNobody && !parked.isEmpty() ? fruitless + 1 : 0;
        settleClosed(turn, plan.record(), timestamp);
        if (!leaseIsArmed || plan.taken() > 0) {
            armLease(turn);
        }
        fenceOver(turn, plan);
        if (!open.isEmpty() || now.isUpkeep()) {
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

    private void tell(Turn turn, CounterPlan plan) {
        if (plan.taken() > 0) {
            turn.tell(AllotmentEvent.TAKEN);
        }
        if (plan.raisesLax()) {
            turn.tell(AllotmentEvent.TAKEN_LAX);
        }
        if (plan.renewed() > 0) {
            turn.tell(AllotmentEvent.RENEWED);
        }
        tellClosed(turn, plan, tools.self());
    }

    private static void tellClosed(Turn turn, CounterPlan plan, ClientId self) {
        plan.closed()
                .values()
                .forEach(allotment -> turn.tell(
                        allotment.owner().equals(self)
                                ? AllotmentEvent.CLOSED_BY_OWNER
                                : AllotmentEvent.CLOSED_BY_STRANGER));
    }

    /** Nobody need wait for it: what their owners have left is for others, and to be seen. */
    private void fenceOver(Turn turn, CounterPlan plan) {
        plan.over().forEach(id -> {
            turn.tell(AllotmentEvent.LEASE_OVER);
            fencing.fence(turn, id, true);
            upkeep = true;
        });
    }

    private void fence(Turn turn, CounterPlan plan) {
        plan.callIn().forEach(id -> {
            if (own.stop(id) == null) {
                fencing.fence(turn, id, plan.over().contains(id));
            }
        });
        plan.record().open().forEach((id, allotment) -> {
            if (own.isStray(id, allotment)) {
                fencing.fence(turn, id, false);
            }
        });
    }

    /** What the newest version says of own allotments that are closed is so. */
    private void settleClosed(Turn turn, CounterRecord record, Timestamp timestamp) {
        for (OwnAllotment allotment : own.removeClosed(record, timestamp)) {
            allotment.die(turn);
            CounterRecord.Closed closed = record.closed().get(allotment.id());
            for (OwnAllotment.Sent sent : allotment.inFlight()) {
                // Who closes a lax one counts at least what was sent.
                boolean isMade = closed == null ? allotment.isLax() : sent.cumulative() <= closed.spent();
                if (isMade) {
                    turn.tell(AllotmentEvent.REFUSED_WAS_MADE);
                    spent(turn, sent.op(), allotment, 0);
                } else if (closed == null) {
                    finish(turn, sent.op(), new CallOutcome.UpdateUnknown(new TreeMap<>()));
                } else if (isOpen(sent.op())) {
                    turn.tell(AllotmentEvent.REFUSED_WAS_NOT_MADE);
                    waiting.add(sent.op());
                }
            }
        }
    }

    @Override
    public void failed(Turn turn) {
        end(turn);
    }

    @Override
    public void forsaken() {
        cycle = null;
    }

    @Override
    public void putOff(CounterOp op) {
        waiting.add(op);
    }

    private void end(Turn turn) {
        cycle = null;
        begin(turn);
    }

    private void unpark(Turn turn) {
        waiting.addAll(0, parked);
        parked.clear();
        if (fruitless > 1 && !resting) {
            resting = true;
            turn.arm(new TryAgain(key), 0, tools.retries().ceilingNanos(fruitless - 1));
        }
        begin(turn);
    }

    @Override
    public void spent(Turn turn, CounterOp op, OwnAllotment allotment, long left) {
        CallOutcome answer = allotment.isLax()
                ? new CallOutcome.Spent(true, SpendManner.LAX, left)
                : new CallOutcome.Spent(true, SpendManner.RESERVED, Math.max(0, roomKnown) + left);
        finish(turn, op, answer);
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
