package dev.danta.cli.demo;

import java.time.Duration;

/**
 * What the demo is made from.
 *
 * @param seed of everything random
 * @param units the stock of each round, 1 to {@link #UNITS_MAX}
 * @param buyers who come to each round, 1 to {@link #BUYERS_MAX}; each wants one unit
 * @param threads buyers served at the same time, at least 1
 * @param within each round must be over after this long; whoever has no answer by then counts as unanswered
 */
public record DemoSettings(long seed, int units, int buyers, int threads, Duration within) {
    public static final int UNITS_MAX = 100_000;
    public static final int BUYERS_MAX = 1_000_000;

    public DemoSettings {
        if (units < 1 || units > UNITS_MAX) {
            throw new IllegalArgumentException("units must be 1 to " + UNITS_MAX + ": " + units);
        }
        if (buyers < 1 || buyers > BUYERS_MAX) {
            throw new IllegalArgumentException("buyers must be 1 to " + BUYERS_MAX + ": " + buyers);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("at least one buyer is served at a time: " + threads);
        }
        if (within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException("a round needs time: " + within);
        }
    }
}
