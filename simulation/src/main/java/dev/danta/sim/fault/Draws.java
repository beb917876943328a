package dev.danta.sim.fault;

import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What all sources of faults draw alike: round numbers, so that a schedule can be read and written down exactly. */
final class Draws {
    static final long MILLI = 1_000_000;

    /** Times are multiples of it. */
    private static final long GRAIN_NANOS = 10_000;

    private static final double PROBABILITY_GRAIN = 1_000;

    private Draws() {}

    static long rounded(long nanos) {
        return Math.max(GRAIN_NANOS, nanos - nanos % GRAIN_NANOS);
    }

    /** How long something lasts: at least a millisecond. */
    static long lasting(SimRandom random, long meanMillis) {
        return rounded(MILLI + random.exponential(meanMillis * MILLI));
    }

    /** Nothing, half of the time. */
    static double upTo(SimRandom random, double most) {
        return random.chance(0.5) ? Math.rint(random.unit() * most * PROBABILITY_GRAIN) / PROBABILITY_GRAIN : 0;
    }

    /** Faults of {@code next}, one after the other, with so much time in between on average. */
    static List<TimedFault> apart(SimRandom random, long meanGapNanos, long untilNanos, Supplier<Fault> next) {
        List<TimedFault> faults = new ArrayList<>();
        long atNanos = rounded(random.exponential(meanGapNanos));
        while (atNanos < untilNanos) {
            faults.add(new TimedFault(atNanos, next.get()));
            atNanos += rounded(random.exponential(meanGapNanos));
        }
        return faults;
    }
}
