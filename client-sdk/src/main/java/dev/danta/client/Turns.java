package dev.danta.client;

import dev.danta.occ.Key;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets those of a client's transactions that fight for a key take turns, in the order in which they came. Each lost fight
 * costs two round trips and a sync at every replica; a turn costs a wake-up. It only orders one client's own attempts and
 * is never waited for beyond a bound: safety rests on validation alone. Thread-safe.
 *
 * <p>A key is hot for a while after a transaction that writes it has lost, and as long as somebody waits for it; of cold
 * keys nothing is kept.
 */
final class Turns {
    private static final int HOT_KEYS_MAX = 1024;
    private static final long HOT_NANOS = 50_000_000;
    /** Longer than a turn usually takes by far; who waits longer tries its luck. */
    private static final long WAIT_NANOS_MAX = 1_000_000_000;

    private final Map<Key, Gate> gates = new ConcurrentHashMap<>();

    private static final class Gate {
        /** Reentrant, since a closure may run another transaction. */
        private final ReentrantLock lock = new ReentrantLock(true);

        private volatile long hotUntilNanos;

        void heat() {
            hotUntilNanos = System.nanoTime() + HOT_NANOS;
        }

        boolean isHot() {
            return lock.isLocked() || hotUntilNanos - System.nanoTime() > 0;
        }
    }

    /** The turns of one transaction, over all its attempts; used and released by the thread that runs it. */
    Visit visit() {
        return new Visit();
    }

    private void heat(Collection<Key> keys) {
        if (gates.size() + keys.size() > HOT_KEYS_MAX) {
            gates.values().removeIf(gate -> !gate.isHot());
        }
        for (Key key : keys) {
            if (gates.size() < HOT_KEYS_MAX) {
                gates.computeIfAbsent(key, k -> new Gate()).heat();
            }
        }
    }

    private SortedSet<Key> hotOf(Collection<Key> keys) {
        SortedSet<Key> hot = new TreeSet<>();
        if (!gates.isEmpty()) {
            for (Key key : keys) {
                Gate gate = gates.get(key);
                if (gate != null && gate.isHot()) {
                    hot.add(key);
                }
            }
        }
        return hot;
    }

    /** Not thread-safe. */
    final class Visit {
        private final SortedMap<Key, Gate> held = new TreeMap<>();

        private Visit() {}

        /**
         * Before {@code keys} are touched: waits for the turn at those that are hot. Who holds one already goes on without,
         * since keys are waited for in ascending order only: otherwise two could wait for each other.
         */
        void beforeTouching(Collection<Key> keys, long deadlineAtNanos) {
            if (held.isEmpty()) {
                take(hotOf(keys), deadlineAtNanos);
            }
        }

        /**
         * After an attempt was lost: has the turn at every hot key of it.
         *
         * @param written what makes keys hot: those that only read need no turn among themselves
         * @return whether that was so already: then the fight is with other clients
         */
        boolean afterLosing(Collection<Key> touched, Collection<Key> written, long deadlineAtNanos) {
            heat(written);
            SortedSet<Key> hot = hotOf(touched);
            if (held.keySet().containsAll(hot)) {
                return true;
            }
            release();
            take(hot, deadlineAtNanos);
            return false;
        }

        private void take(SortedSet<Key> hot, long deadlineAtNanos) {
            for (Key key : hot) {
                Gate gate = gates.get(key);
                if (gate != null && isTaken(gate, deadlineAtNanos)) {
                    held.put(key, gate);
                }
            }
        }

        private boolean isTaken(Gate gate, long deadlineAtNanos) {
            long patience = Math.min(deadlineAtNanos - System.nanoTime(), WAIT_NANOS_MAX);
            try {
                return gate.lock.tryLock(Math.max(0, patience), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** The next ones may. */
        void release() {
            held.values().forEach(gate -> {
                if (gate.lock.hasQueuedThreads()) {
                    gate.heat();
                }
                gate.lock.unlock();
            });
            held.clear();
        }
    }
}
