package dev.danta.client.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A hashed timing wheel (Varghese and Lauck, SOSP 1987, scheme 6): arming and cancelling take constant time, which is what
 * counts where nearly every timer is cancelled. A timer is due at the end of the tick in which its delay ends, never
 * before. Not thread-safe; the time is given with each call and never goes back.
 */
final class TimerWheel<T> {
    private final long tickNanos;
    private final long originNanos;
    private final List<Entry<T>> slots;
    private final int mask;
    private final Map<T, Entry<T>> armed = new HashMap<>();
    private long expiredTick;

    /** A node of a slot's ring; the slot itself is one without a timer. */
    private static final class Entry<T> {
        private final @Nullable T timer;
        private final long tick;
        private Entry<T> previous = this;
        private Entry<T> next = this;

        Entry(@Nullable T timer, long tick) {
            this.timer = timer;
            this.tick = tick;
        }

        void linkBefore(Entry<T> other) {
            previous = other.previous;
            next = other;
            other.previous.next = this;
            other.previous = this;
        }

        void unlink() {
            previous.next = next;
            next.previous = previous;
        }
    }

    /**
     * Begins empty.
     *
     * @param slotsAtLeast their number, rounded up to a power of two; timers further away than all of them are looked at
     *     once per turn of the wheel
     */
    TimerWheel(long tickNanos, int slotsAtLeast, long nowNanos) {
        int size = Integer.highestOneBit(Math.max(2, slotsAtLeast) - 1) << 1;
        this.tickNanos = tickNanos;
        this.originNanos = nowNanos;
        this.mask = size - 1;
        this.slots = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            slots.add(new Entry<>(null, 0));
        }
    }

    /** Arms {@code timer}, in place of an earlier arming. */
    void arm(T timer, long delayNanos, long nowNanos) {
        cancel(timer);
        long elapsed = nowNanos - originNanos + delayNanos;
        // Beyond the end of time is never; a tick that has been expired already would not be looked at again.
        long ends = elapsed < 0 ? Long.MAX_VALUE / 2 : elapsed;
        Entry<T> entry = new Entry<>(timer, Math.max(ends / tickNanos + 1, expiredTick + 1));
        entry.linkBefore(slotOf(entry.tick));
        armed.put(timer, entry);
    }

    void cancel(T timer) {
        Entry<T> entry = armed.remove(timer);
        if (entry != null) {
            entry.unlink();
        }
    }

    int size() {
        return armed.size();
    }

    /** Takes out all timers that are due, tick by tick. */
    List<T> expire(long nowNanos) {
        long reached = (nowNanos - originNanos) / tickNanos;
        List<T> due = new ArrayList<>();
        long last = Math.min(reached, expiredTick + slots.size());
        for (long tick = expiredTick + 1; tick <= last; tick++) {
            Entry<T> slot = slotOf(tick);
            for (Entry<T> entry = slot.next; entry != slot; entry = entry.next) {
                if (entry.tick <= reached && entry.timer != null) {
                    entry.unlink();
                    armed.remove(entry.timer);
                    due.add(entry.timer);
                }
            }
        }
        expiredTick = Math.max(expiredTick, reached);
        return due;
    }

    /** How long from now until {@link #expire} has to be called again; empty while nothing is armed. */
    OptionalLong nanosToNext(long nowNanos) {
        if (armed.isEmpty()) {
            return OptionalLong.empty();
        }
        long next = expiredTick + slots.size();
        for (long tick = expiredTick + 1; tick < next; tick++) {
            if (hasDue(tick)) {
                next = tick;
            }
        }
        return OptionalLong.of(Math.max(0, next * tickNanos + originNanos - nowNanos));
    }

    private boolean hasDue(long tick) {
        Entry<T> slot = slotOf(tick);
        for (Entry<T> entry = slot.next; entry != slot; entry = entry.next) {
            if (entry.tick == tick) {
                return true;
            }
        }
        return false;
    }

    private Entry<T> slotOf(long tick) {
        return slots.get((int) (tick & mask));
    }
}
