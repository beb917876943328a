package dev.danta.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
    private static final long DISTRUST_NANOS = 200_000_000;
    /** Longer than a turn usually takes by far. */
    static final long WAIT_NANOS_MAX = 1_000_000_000;

    private final Map<Key, Gate> gates = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private final long waitNanosMax;

    private final class Gate {
        /** Reentrant, since a closure may run another transaction. */
        private final ReentrantLock lock = new ReentrantLock(true);

        private volatile long hotUntilNanos;
        /** What the last one whose turn it was left behind, for the next one; guarded by the lock. */
        private @Nullable Version left;

        private long leftAtNanos;
        private long distrustUntilNanos = clock.getAsLong();

        @Nullable
        Version justLeft() {
            long now = clock.getAsLong();
            return now - leftAtNanos > Hints.FRESH_NANOS || now - distrustUntilNanos < 0 ? null : left;
        }

        void leave(Version version) {
            left = version;
            leftAtNanos = clock.getAsLong();
        }

        /** Another client has written in between: for a while it is better to read. */
        void distrust() {
            left = null;
            distrustUntilNanos = clock.getAsLong() + DISTRUST_NANOS;
        }

        void heat() {
            hotUntilNanos = clock.getAsLong() + HOT_NANOS;
        }

        boolean isHot() {
            return lock.isLocked() || hotUntilNanos - clock.getAsLong() > 0;
        }
    }

    /**
     * Nothing is hot.
     *
     * @param clock {@link System#nanoTime()}, but for tests
     * @param waitNanosMax who has waited so long for a turn tries its luck without
     */
    Turns(LongSupplier clock, long waitNanosMax) {
        this.clock = clock;
        this.waitNanosMax = waitNanosMax;
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
         *
         * @return whether there was a turn to wait for
         */
        boolean beforeTouching(Collection<Key> keys, long deadlineAtNanos) {
            if (!held.isEmpty()) {
                return false;
            }
            SortedSet<Key> hot = hotOf(keys);
            take(hot, deadlineAtNanos);
            return !hot.isEmpty();
        }

        /**
         * After an attempt was lost: has the turn at every hot key of it.
         *
         * @param written what makes keys hot: those that only read need no turn among themselves
         * @return whether that was so already: then the fight is with other clients
         */
        boolean afterLosing(Collection<Key> touched, Collection<Key> written, long deadlineAtNanos) {
            heat(written);
            held.values().forEach(Gate::distrust);
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
            long patience = Math.min(deadlineAtNanos - clock.getAsLong(), waitNanosMax);
            try {
                return gate.lock.tryLock(Math.max(0, patience), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** What the one before, of this client, has just written to {@code key}; null if that is not known. */
        @Nullable
        Version justLeft(Key key) {
            Gate gate = held.get(key);
            return gate == null ? null : gate.justLeft();
        }

        /** The transaction took effect with these writes: the next ones may, and need not read them. */
        void release(Timestamp committed, Collection<Write> writes) {
            for (Write write : writes) {
                Gate gate = held.get(write.key());
                if (gate != null) {
                    gate.leave(new Version(committed, write.value()));
                }
            }
            release();
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
