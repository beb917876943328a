package dev.danta.scenario.pool;

import java.time.Duration;

/**
 * How large it is, and which pools are asked for.
 *
 * @param zones each with as many pools as there are days
 * @param days each a pool in every zone
 * @param limit units of each pool at first
 * @param trueWithin so long after all has healed everybody reads what is true: as long as replicas need to have from each other
 *     what clients that are gone have left at some of them. {@link #TRUE_WITHIN} where nodes are set as is usual
 */
public record PoolSettings(int zones, int days, long limit, Skew skew, Duration trueWithin) {
    /** Replicas pull each other's logs once in a second and a half at the latest. */
    public static final Duration TRUE_WITHIN = Duration.ofSeconds(2);

    /** Which pools are asked for. */
    public enum Skew {
        /** All of them alike. */
        UNIFORM,
        /** The n-th as often as 1/n says. */
        ZIPF,
        /** One. */
        ONE
    }

    public PoolSettings {
        if (zones < 1 || days < 1 || limit < 1) {
            throw new IllegalArgumentException(
                    "there is a zone, a day and a unit: " + zones + ", " + days + ", " + limit);
        }
    }

    int pools() {
        return zones * days;
    }

    /** The n-th pool, from 0 on. */
    String pool(int number) {
        return "zone-" + number / days + "-day-" + number % days;
    }
}
