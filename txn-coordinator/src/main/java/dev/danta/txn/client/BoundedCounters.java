package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.txn.counter.CounterBounds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A client's spends and reads of bounded counters (protocol.md 8), each counter at a {@link CounterDesk} of its own; and what
 * transactions need that spend of several at once, or of one beside something else ({@link CounterOpenings}). Gains are {@link
 * Updates} like any others.
 */
final class BoundedCounters {
    private static final int DESKS_MIN = 1_024;

    private final CounterTools tools;
    private final CounterOpenings openings;
    private final Map<Key, CounterDesk> desks = new TreeMap<>();
    /** How many there may be before idle ones are forgotten. */
    private int desksMax = DESKS_MIN;

    BoundedCounters(CounterTools tools) {
        this.tools = tools;
        this.openings = new CounterOpenings(tools, this::stopOwn);
    }

    private @Nullable Long stopOwn(Key key, Timestamp id) {
        CounterDesk desk = desks.get(key);
        return desk == null ? null : desk.stopOwn(id);
    }

    /** Calls that are not answered yet. */
    int underWay() {
        return openings.underWay()
                + desks.values().stream().mapToInt(CounterDesk::underWay).sum();
    }

    /** Finds what transactions need to decide about counters. */
    void open(Turn turn, long call, ClientCall.OpenCounters open, long deadlineNanos) {
        openings.open(turn, call, open, deadlineNanos);
    }

    /** Serves a spend, a read, or a return of what is allotted. */
    void take(Turn turn, long call, ClientCall what, Key key, CounterBounds bounds, long deadlineNanos) {
        if (desks.size() >= desksMax && !desks.containsKey(key)) {
            desks.values().removeIf(CounterDesk::isIdle);
            desksMax = Math.max(DESKS_MIN, 2 * desks.size());
        }
        CounterDesk desk = desks.computeIfAbsent(key, k -> new CounterDesk(k, bounds, tools));
        turn.open(call, deadlineNanos, at -> desk.atDeadline(at, call));
        if (tools.updates().admit(turn, call)) {
            desk.take(turn, new CounterOp(call, what));
        }
    }

    void onTryAgain(Turn turn, CounterOpening.TryAgain timer) {
        openings.onTryAgain(turn, timer);
    }

    void onTimer(Turn turn, CounterDesk.DeskTimer timer) {
        CounterDesk desk = desks.get(timer.counter());
        if (desk != null) {
            desk.onTimer(turn, timer);
        }
    }

    /** A replica cannot be reached any more. */
    void onDown(Turn turn) {
        List.copyOf(desks.values()).forEach(desk -> desk.onDown(turn));
    }
}
