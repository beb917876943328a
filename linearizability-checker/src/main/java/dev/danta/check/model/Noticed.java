package dev.danta.check.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Until when anybody noticed which value a cell had: the stamps behind {@link dev.danta.check.Model#matterUntil}.
 *
 * <p>After the last completion that noticed a value, an effect of unknown outcome that would write it can be left out:
 * whatever then stands in its place until the next write, nobody looks. A compare-and-set of unknown outcome looks, too,
 * but only on behalf of those who notice what it would write.
 */
final class Noticed {
    private static final long NEVER_NOTICED = Long.MIN_VALUE;

    private final Map<Cell, Long> until = new HashMap<>();
    /** From a value to those out of which operations of unknown outcome would make it. */
    private final Map<Cell, List<Cell>> madeOutOf = new HashMap<>();

    private long anything = NEVER_NOTICED;

    /** An operation completed at this stamp, which could only answer as it did where the value was this. */
    void value(Cell value, long completedAt) {
        until.merge(value, completedAt, Math::max);
    }

    /** The same, where the value was not some other one: every value may be what it has noticed. */
    void anything(long completedAt) {
        anything = Math.max(anything, completedAt);
    }

    /** An operation of unknown outcome would make {@code to} out of {@code from}. */
    void makes(Cell from, Cell to) {
        madeOutOf.computeIfAbsent(to, value -> new ArrayList<>()).add(from);
    }

    /** Settles what follows from {@link #makes}; to be called once, after everything was told. */
    void settle() {
        List<Map.Entry<Cell, Long>> latestFirst = new ArrayList<>(until.entrySet());
        latestFirst.sort(Map.Entry.<Cell, Long>comparingByValue(Comparator.reverseOrder()));
        for (Map.Entry<Cell, Long> noticed : latestFirst) {
            Deque<Cell> open = new ArrayDeque<>(List.of(noticed.getKey()));
            long stamp = noticed.getValue();
            while (!open.isEmpty()) {
                List<Cell> sources = madeOutOf.remove(open.remove());
                for (Cell source : sources == null ? List.<Cell>of() : sources) {
                    value(source, stamp);
                    open.add(source);
                }
            }
        }
    }

    /** The last completion for which it matters that this value was written. */
    long until(Cell value) {
        return Math.max(anything, until.getOrDefault(value, NEVER_NOTICED));
    }
}
