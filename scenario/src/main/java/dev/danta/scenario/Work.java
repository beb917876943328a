package dev.danta.scenario;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A strict transaction: what it reads, and what it makes of that. What it reads is named beforehand.
 *
 * @param records the records that it reads
 * @param counters the bounded counters that it touches
 * @param body what it makes of them; may be asked several times, and changes nothing outside of itself
 */
public record Work(List<Place> records, List<Counted> counters, Body body) {
    public Work {
        records = List.copyOf(records);
        counters = List.copyOf(counters);
    }

    /**
     * A counter that is touched.
     *
     * @param amount what is to be spent of it if the body says so; 0 if it is only looked at, gained or bounded anew
     * @param intoAllowance whether the allowance may be used for it
     */
    public record Counted(Place place, long amount, boolean intoAllowance) {
        /** To be spent of, within its bound. */
        public static Counted spend(Place place, long amount) {
            return new Counted(place, amount, false);
        }

        /** To be looked at, gained, or bounded anew. */
        public static Counted look(Place place) {
            return new Counted(place, 0, false);
        }
    }

    /** Computes; pure. */
    public interface Body {
        Effect of(Seen seen);
    }

    /** What was read: true at one moment if the transaction ends as {@link Ending.Done}. */
    public interface Seen {
        /** The value of a record that was named; null if it has none. */
        @Nullable
        String value(Place record);

        /** Whether there is enough of a counter that was named for what was to be spent of it. */
        boolean enough(Place counter);

        /** The value of a counter that was named, with what others may still spend of allotments counted as spent. */
        long counter(Place counter);
    }

    /**
     * What it does if what it has seen is true.
     *
     * @param answer what it finds out, for whoever asked
     * @param puts records that get values; a null value deletes
     * @param spent the counters of which is spent what was named; of each there must be enough
     * @param gained what is added to counters that were named
     * @param bounds new bounds of counters that were named
     */
    public record Effect(
            String answer,
            Map<Place, @Nullable String> puts,
            List<Place> spent,
            Map<Place, Long> gained,
            Map<Place, Bound> bounds) {
        /** Nothing is changed. */
        public static Effect none(String answer) {
            return new Effect(answer, new TreeMap<>(), List.of(), new TreeMap<>(), new TreeMap<>());
        }
    }

    /** A counter's own bound and allowance, in place of its collection's. */
    public record Bound(long bound, long allowance) {}

    /** How a transaction ended. */
    public sealed interface Ending {
        /** It took effect, and what it saw was true. */
        record Done(Effect effect) implements Ending {}

        /** It did not and will not take effect. */
        record NotDone(String why) implements Ending {}

        /** Nobody can say yet. */
        record Unknown() implements Ending {}
    }
}
