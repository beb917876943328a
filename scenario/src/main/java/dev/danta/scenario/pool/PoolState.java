package dev.danta.scenario.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a pool beside its counter.
 *
 * @param flips how often it has been closed or opened; it is open at first
 * @param limit in force
 */
record PoolState(long flips, long limit) {
    static PoolState of(@Nullable String text, long initialLimit) {
        if (text == null) {
            return new PoolState(0, initialLimit);
        }
        List<String> parts = List.of(text.split(" ", -1));
        return new PoolState(Long.parseLong(parts.get(0)), Long.parseLong(parts.get(1)));
    }

    String text() {
        return flips + " " + limit;
    }

    boolean isOpen() {
        return isOpen(flips);
    }

    static boolean isOpen(long flips) {
        return flips % 2 == 0;
    }

    /** It is open as long as there is a unit left. */
    PoolState with(long used, long newLimit) {
        return new PoolState(used < newLimit == isOpen() ? flips : flips + 1, newLimit);
    }
}
