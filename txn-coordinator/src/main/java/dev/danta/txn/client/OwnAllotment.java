package dev.danta.txn.client;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.Spending;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.AllotmentKey;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An allotment that this client owns, and what it spends of it (protocol.md 8). One update at a time is under way, which says how
 * much was spent in all; what is asked for meanwhile goes into the next one. What no quorum has acknowledged counts as spent
 * until the allotment is closed. Of a lax one, one acknowledgement makes a spend, and whatever was sent counts as spent for good.
 */
final class OwnAllotment {
    private final Timestamp id;
    private final Key key;
    private final boolean lax;
    private final long sinceNanos;
    private final CounterTools tools;
    private final Desk desk;
    private final List<CounterOp> queued = new ArrayList<>();
    private final List<Sent> inFlight = new ArrayList<>();
    private long amount;
    private long sequence;
    private long sent;
    private long acknowledged;
    /** Of the update under way; 0 if there is none. */
    private long errand;

    private boolean dead;
    private boolean stopped;
    private boolean used;

    /** A spend that was sent: it was made if the allotment is closed with at least so much. */
    record Sent(CounterOp op, long cumulative) {}

    /** Where the spends come from. */
    interface Desk {
        /** It is made, and {@code left} is left of the allotment. */
        void spent(Turn turn, CounterOp op, OwnAllotment allotment, long left);

        /** Nothing more can be spent of the allotment; {@code unsent} were not begun. */
        void refused(Turn turn, OwnAllotment allotment, List<CounterOp> unsent);
    }

    OwnAllotment(Key counter, Timestamp id, Allotment allotment, long sinceNanos, CounterTools tools, Desk desk) {
        this.id = id;
        this.key = AllotmentKey.of(counter, id);
        this.amount = allotment.amount();
        this.lax = allotment.lax();
        this.sinceNanos = sinceNanos;
        this.tools = tools;
        this.desk = desk;
    }

    Timestamp id() {
        return id;
    }

    boolean isLax() {
        return lax;
    }

    /** When it could be spent of first, by the monotonic clock. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** There is so much in a version of the record. */
    void raiseTo(long newAmount) {
        amount = Math.max(amount, newAmount);
    }

    /** Whether anything was spent of it since this was asked last. */
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /** How much was taken. */
    long amount() {
        return amount;
    }

    /** What may still be spent. */
    long left() {
        return amount - sent - queued.stream().mapToLong(CounterOp::amount).sum();
    }

    /** Whether {@code more} may be spent of it now. */
    boolean covers(long more) {
        return isKept() && left() >= more;
    }

    /** Replicas refuse to have anything spent of it. */
    boolean isDead() {
        return dead;
    }

    /** Whether everything that was ever sent is final. */
    boolean isIdle() {
        return !dead && errand == 0 && acknowledged == sent && queued.isEmpty();
    }

    /**
     * Whether its owner may close it with {@link #spent}, without a fence: it alone could spend of it, and does not any more. What
     * was sent has to be final, unless it is lax.
     */
    boolean isOver() {
        return lax ? (stopped || dead) && queued.isEmpty() : stopped && isIdle();
    }

    /** Whether this client goes on spending of it. */
    boolean isKept() {
        return !stopped && !dead;
    }

    /** Whether nothing is under way, and nobody waits any more to hear whether what was sent last is final. */
    boolean isForsaken() {
        return !dead && errand == 0 && acknowledged != sent && queued.isEmpty();
    }

    /** Everything that was sent. */
    long spent() {
        return sent;
    }

    /** Takes on no more spends: it is about to be closed. */
    void stop() {
        stopped = true;
    }

    boolean isStopped() {
        return stopped;
    }

    void spend(Turn turn, CounterOp op) {
        used = true;
        queued.add(op);
        send(turn);
    }

    private void send(Turn turn) {
        if (errand != 0 || queued.isEmpty() || dead) {
            return;
        }
        for (CounterOp op : queued) {
            sent += op.amount();
            inFlight.add(new Sent(op, sent));
        }
        queued.clear();
        sequence++;
        errand = turn.errand(this::answered);
        ClientCall.Ack ack = lax ? ClientCall.Ack.ONE : ClientCall.Ack.QUORUM;
        tools.updates().begin(turn, errand, key, new Updates.Aim.Change(Spending.of(sequence, sent), ack));
    }

    private void answered(Turn turn, CallOutcome outcome) {
        errand = 0;
        if (outcome instanceof CallOutcome.Updated) {
            acknowledged = sent;
            List<Sent> done = List.copyOf(inFlight);
            inFlight.clear();
            done.forEach(one -> desk.spent(turn, one.op(), this, left()));
            send(turn);
        } else {
            die(turn);
        }
    }

    /** It is closed, or about to be, whatever replicas may still say. */
    void die(Turn turn) {
        if (dead) {
            return;
        }
        dead = true;
        stopWaiting(turn);
        List<CounterOp> unsent = List.copyOf(queued);
        queued.clear();
        desk.refused(turn, this, unsent);
    }

    /** The spends that were sent, whose fate nobody knows yet. */
    List<Sent> inFlight() {
        return List.copyOf(inFlight);
    }

    /** The deadline of {@code op} has passed, or somebody else has answered it. */
    CallOutcome atDeadline(Turn turn, CounterOp op) {
        if (queued.remove(op)) {
            return new CallOutcome.Failed(CallOutcome.Failure.DEADLINE, new TreeMap<>());
        }
        SortedMap<ReplicaId, String> missing =
                errand == 0 ? new TreeMap<>() : tools.updates().missing(errand);
        inFlight.removeIf(one -> one.op().equals(op));
        if (inFlight.isEmpty() && !dead) {
            // Nobody waits for it: what is spent next says it again.
            stopWaiting(turn);
            send(turn);
        }
        return new CallOutcome.UpdateUnknown(missing);
    }

    private void stopWaiting(Turn turn) {
        if (errand != 0) {
            turn.drop(errand);
            tools.updates().stopWaiting(errand);
            errand = 0;
        }
    }

    boolean has(CounterOp op) {
        return queued.contains(op) || inFlight.stream().anyMatch(one -> one.op().equals(op));
    }
}
