package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.counter.AllotmentKey;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Fences the allotments of one counter, and learns what was spent of them (protocol.md 8). A fence goes to a quorum first; then
 * replicas are asked, and only those count that are fenced, q of them in one epoch: every final spend was accepted by one of
 * these before its fence. So the greatest that they have covers it.
 */
final class Fencing {
    private final Key counter;
    private final CounterTools tools;
    private final Consumer<Turn> learnedAll;
    /** By allotment; each has an errand at any time. */
    private final Map<Timestamp, Long> underWay = new TreeMap<>();

    private final SortedMap<Timestamp, Long> spent = new TreeMap<>();

    /** @param learnedAll is told when nothing is under way any more */
    Fencing(Key counter, CounterTools tools, Consumer<Turn> learnedAll) {
        this.counter = counter;
        this.tools = tools;
        this.learnedAll = learnedAll;
    }

    /** What was spent of those that are fenced, as far as this client has learned it and may have use for it. */
    SortedMap<Timestamp, Long> spent() {
        return Collections.unmodifiableSortedMap(spent);
    }

    boolean isUnderWay() {
        return !underWay.isEmpty();
    }

    /** Fences {@code id}, unless that is done or under way; {@code leaseIsOver} if there is no other reason for that. */
    void fence(Turn turn, Timestamp id, boolean leaseIsOver) {
        if (spent.containsKey(id) || underWay.containsKey(id)) {
            return;
        }
        if (!tools.rules().fences(leaseIsOver)) {
            ask(turn, id, false);
            return;
        }
        Key key = AllotmentKey.of(counter, id);
        long errand = turn.errand((later, outcome) -> {
            if (outcome instanceof CallOutcome.Updated) {
                ask(later, id, true);
            } else {
                ended(later, id);
            }
        });
        underWay.put(id, errand);
        turn.tell(AllotmentEvent.FENCED);
        tools.updates().begin(turn, errand, key, new Updates.Aim.Change(Spending.FENCE, ClientCall.Ack.QUORUM));
    }

    private void ask(Turn turn, Timestamp id, boolean isFenced) {
        long errand = turn.errand((later, outcome) -> ended(later, id));
        underWay.put(id, errand);
        tools.reads()
                .askUntil(
                        turn,
                        errand,
                        AllotmentKey.of(counter, id),
                        tools.rules()::answersToClose,
                        answer -> !isFenced || (answer.state() instanceof Spending spending && spending.fenced()),
                        (later, states) -> {
                            later.drop(errand);
                            spent.put(id, greatest(states));
                            ended(later, id);
                        });
    }

    private static long greatest(List<RelaxedState> states) {
        long greatest = 0;
        for (RelaxedState state : states) {
            if (state instanceof Spending spending) {
                greatest = Math.max(greatest, spending.cumulative());
            }
        }
        return greatest;
    }

    private void ended(Turn turn, Timestamp id) {
        underWay.remove(id);
        if (underWay.isEmpty()) {
            learnedAll.accept(turn);
        }
    }

    /** It is closed. */
    void forget(Timestamp id) {
        spent.remove(id);
    }

    /** Nobody waits any more. */
    void abandon(Turn turn) {
        underWay.values().forEach(errand -> {
            turn.drop(errand);
            tools.updates().stopWaiting(errand);
            tools.reads().forget(turn, errand);
        });
        underWay.clear();
    }
}
