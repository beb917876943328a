package dev.danta.sim.kernel;

import dev.danta.ir.runtime.Clock;
import dev.danta.ir.runtime.Moment;

/** The clock of one simulated process: it is off, it drifts, and its wall time can jump. */
public final class SimClock implements Clock {
    /** The wall time at the start of every run, in microseconds since 1970: some day in 2026. */
    public static final long EPOCH_MICROS = 1_790_000_000_000_000L;

    private static final long MILLION = 1_000_000;

    private final EventQueue events;
    private final long usualPpm;
    private final long startOffsetMicros;
    private long driftPpm;
    private long sinceNanos;
    private long localSinceNanos;
    private long offsetMicros;
    private long greatestAheadMicros;

    /**
     * A clock.
     *
     * @param driftPpm how much faster than real this clock runs, in millionths; above -1,000,000
     * @param offsetMicros how far ahead its wall time is at the start
     */
    public SimClock(EventQueue events, long driftPpm, long offsetMicros) {
        if (driftPpm <= -MILLION) {
            throw new IllegalArgumentException("a clock must not stand still or go back: " + driftPpm);
        }
        this.events = events;
        this.usualPpm = driftPpm;
        this.driftPpm = driftPpm;
        this.greatestAheadMicros = offsetMicros;
        this.startOffsetMicros = offsetMicros;
        this.offsetMicros = offsetMicros;
    }

    @Override
    public Moment now() {
        long monotonic = localNanos();
        return new Moment(monotonic, EPOCH_MICROS + monotonic / 1_000 + offsetMicros);
    }

    private long localNanos() {
        long passed = events.nowNanos() - sinceNanos;
        return localSinceNanos + passed + Math.floorDiv(passed * driftPpm, MILLION);
    }

    /** From now on it is off by so much more than usually; 0 sets it right. */
    public void drift(long ppm) {
        noteAhead();
        driftFrom(usualPpm + ppm);
    }

    private void driftFrom(long ppm) {
        localSinceNanos = localNanos();
        sinceNanos = events.nowNanos();
        driftPpm = ppm;
    }

    private void noteAhead() {
        greatestAheadMicros = Math.max(greatestAheadMicros, offsetMicros + (localNanos() - events.nowNanos()) / 1_000);
    }

    /** Moves the wall time; the monotonic time goes on as before. */
    public void jump(long micros) {
        noteAhead();
        offsetMicros += micros;
        noteAhead();
    }

    /** Sets the wall time to what it was meant to be: off by as much as at the start of the run. */
    public void correct() {
        long drifted = (localNanos() - events.nowNanos()) / 1_000;
        noteAhead();
        offsetMicros = startOffsetMicros - drifted;
        driftFrom(usualPpm);
    }

    /** How far ahead the wall time has ever been, as far as anybody set it. */
    public long greatestAheadMicros() {
        return greatestAheadMicros;
    }

    /** How long {@code localNanos} of this clock take in the simulated world; rounded up, as a timer is never early. */
    public long worldNanos(long localNanos) {
        long rate = MILLION + driftPpm;
        return localNanos / rate * MILLION + localNanos % rate * MILLION / rate + 2;
    }
}
