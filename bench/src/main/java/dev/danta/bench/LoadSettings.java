package dev.danta.bench;

import java.time.Duration;

/**
 * How a load is applied.
 *
 * @param clients closed loops at the same time, 1 to {@link #CLIENTS_MAX}; more means more throughput up to a point, and
 *     more latency from there on
 * @param warmup how long operations run before they count: compilers and caches need some seconds
 * @param duration how long they count, positive; short runs are not steady
 * @param seed what every random choice is made from
 * @param answerWithin how long after the end of the run the last answers are waited for; more than the target's own
 *     deadline, or operations count as lost that were only slow
 */
public record LoadSettings(int clients, Duration warmup, Duration duration, long seed, Duration answerWithin) {
    public static final int CLIENTS_MAX = 4096;

    public LoadSettings {
        if (clients < 1 || clients > CLIENTS_MAX) {
            throw new IllegalArgumentException("clients must be 1 to " + CLIENTS_MAX + ": " + clients);
        }
        if (warmup.isNegative()) {
            throw new IllegalArgumentException("the warm-up cannot be negative: " + warmup);
        }
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("the duration must be positive: " + duration);
        }
        if (answerWithin.isZero() || answerWithin.isNegative()) {
            throw new IllegalArgumentException("the time for the last answers must be positive: " + answerWithin);
        }
    }
}
