package dev.danta.sim;

import java.util.Locale;

/**
 * One change of the members of each shard, at a moment that is given, whose first driver dies at a point that is given;
 * others go on until it is done. Nothing else befalls members of itself.
 *
 * @param kind what is changed
 * @param atNanos when
 * @param cut the driver dies when it has taken so many steps, at least 1: a step is an input handled, of which nothing has left
 *     yet, or one effect that has left, a message or a question to the configuration. More than it takes: it lives
 */
public record PlannedChange(Kind kind, long atNanos, int cut) {
    /** Lets the driver live. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** What is counted for each step of the first driver. */
    public static final String STEP = "planned driver's step";

    /** What is counted when it is cut off. */
    public static final String CUT = "planned driver dies";

    /** What is changed. */
    public enum Kind {
        /** A member loses its disk, and comes back with an empty one. */
        REPLACE(3),
        /** One replica becomes three. */
        GROW(1),
        /** Three become one. */
        SHRINK(3),
        /** One member goes, and a node that was none comes. */
        SWAP(3);

        private final int replicas;

        Kind(int replicas) {
            this.replicas = replicas;
        }

        /** How many replicas a shard has before. */
        public int replicas() {
            return replicas;
        }

        /** The word on a command line. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public PlannedChange {
        if (atNanos < 0 || cut < 1) {
            throw new IllegalArgumentException(
                    "a time is not negative, and a driver dies after a step: " + atNanos + ", " + cut);
        }
    }
}
