package dev.danta.bench;

import java.time.Duration;
import java.util.List;

/**
 * How a run went from second to second, and from phase to phase.
 *
 * @param seconds warm-up included, in order; at most {@link #SECONDS_MAX}, the first ones
 * @param phases those that were named, in order
 */
public record Course(List<LoadListener.Tick> seconds, List<Phase> phases) {
    /** A day of them. */
    public static final int SECONDS_MAX = 86_400;

    /** The most phases that one run has. */
    public static final int PHASES_MAX = 1_000;

    /**
     * A part of a run in which something was going on. An operation belongs to the phase in which it was answered.
     *
     * @param name what was going on
     * @param from since the first operation
     * @param length how long it lasted
     * @param done operations done or declined
     * @param unknown operations of unknown outcome
     * @param failed operations that certainly did not take effect
     * @param latency of those done or declined
     * @param stillnessNanos the longest time in which no operation was done or declined
     */
    public record Phase(
            String name,
            Duration from,
            Duration length,
            long done,
            long unknown,
            long failed,
            Measurement.Latency latency,
            long stillnessNanos) {
        /** Operations done or declined in each second. */
        public double perSecond() {
            return done / Math.max(1e-9, length.toNanos() / 1e9);
        }
    }

    public Course {
        seconds = List.copyOf(seconds);
        phases = List.copyOf(phases);
    }
}
