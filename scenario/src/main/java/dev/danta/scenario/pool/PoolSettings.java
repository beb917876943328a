package dev.danta.scenario.pool;

/**
 * How large it is, and which pools are asked for.
 *
 * @param zones each with as many pools as there are days
 * @param days each a pool in every zone
 * @param limit units of each pool at first
 */
public record PoolSettings(int zones, int days, long limit, Skew skew) {
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
