package dev.danta.sim.kernel;

import java.util.PriorityQueue;

/**
 * What happens next in the simulated world, and its time: nanoseconds from the start of the run. Events of the same moment
 * happen in the order in which they were planned. Not thread-safe.
 */
public final class EventQueue {
    /** So many events of one moment are a circle. */
    private static final long AT_ONCE_MAX = 1_000_000;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long planned;
    private long sinceTimePassed;

    private record Event(long atNanos, long number, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order != 0 ? order : Long.compare(number, other.number);
        }
    }

    public long nowNanos() {
        return nowNanos;
    }

    /** Plans {@code action} for {@code delayNanos} from now, at least 0. */
    public void after(long delayNanos, Runnable action) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("nothing happens in the past: " + delayNanos);
        }
        events.add(new Event(Math.addExact(nowNanos, delayNanos), planned++, action));
    }

    /**
     * Lets the next event happen, unless there is none up to {@code limitNanos}.
     *
     * @throws IllegalStateException if time stands still: events of one moment plan each other for ever
     */
    public boolean runNext(long limitNanos) {
        Event next = events.peek();
        if (next == null || next.atNanos > limitNanos) {
            return false;
        }
        events.remove();
        sinceTimePassed = next.atNanos == nowNanos ? sinceTimePassed + 1 : 0;
        if (sinceTimePassed > AT_ONCE_MAX) {
            throw new IllegalStateException("the simulated world goes on and on at " + nowNanos + " ns");
        }
        nowNanos = next.atNanos;
        next.action.run();
        return true;
    }
}
