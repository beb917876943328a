package dev.danta.scenario;

/**
 * A collection of an application, with what it says once of all that is in it.
 *
 * @param name unique within the application
 */
public record Collection(String name, Kind kind) {
    /** What is in it. */
    public sealed interface Kind {
        /** Records that change by transactions alone. */
        record Records() implements Kind {}

        /** Registers in which the last writer wins. */
        record Registers() implements Kind {}

        /** Sets in which the last writer wins, element by element. */
        record Sets() implements Kind {}

        /** Events that are added and never changed. */
        record Streams() implements Kind {}

        /**
         * Bounded counters.
         *
         * @param guardsFloor whether what is spent lowers the counter towards a floor; else it raises it towards a ceiling
         * @param bound never passed, but for the allowance
         * @param initial what a counter is at first
         * @param allowance how far beyond the bound those may go who name it
         */
        record Counters(boolean guardsFloor, long bound, long initial, long allowance) implements Kind {}
    }

    public static Collection records(String name) {
        return new Collection(name, new Kind.Records());
    }

    public static Collection registers(String name) {
        return new Collection(name, new Kind.Registers());
    }

    public static Collection sets(String name) {
        return new Collection(name, new Kind.Sets());
    }

    public static Collection streams(String name) {
        return new Collection(name, new Kind.Streams());
    }

    /** Counters that are at least {@code bound}. */
    public static Collection atLeast(String name, long bound, long initial, long allowance) {
        return new Collection(name, new Kind.Counters(true, bound, initial, allowance));
    }

    /** Counters that are at most {@code bound}. */
    public static Collection atMost(String name, long bound, long initial, long allowance) {
        return new Collection(name, new Kind.Counters(false, bound, initial, allowance));
    }

    /** What is at {@code key} in it. */
    public Place at(String key) {
        return new Place(this, key);
    }
}
