package dev.danta.scenario.pool;

import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Work;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The transactions of a capacity pool, and where it keeps what. */
final class PoolWork {
    /** A record of a reservation begins so as long as it holds units. */
    static final String LIVE = "live";

    static final String RELEASED = "released";

    /** Answers: done now, done before, not possible; and there is no such reservation. */
    static final String DONE = "done";

    static final String AGAIN = "again";
    static final String FULL = "full";
    static final String UNKNOWN_ID = "unknown id";

    private static final String REFUSED = "refused";

    private final long limit;
    private final Collection used;
    private final Collection last;
    private final Collection reservations = Collection.records("reservations");
    private final Collection states = Collection.records("states");
    private final Collection availability = Collection.registers("availability");

    PoolWork(long limit) {
        this.limit = limit;
        this.used = Collection.atMost("used", limit, 0, 0);
        this.last = Collection.atMost("last", 1, 0, 0);
    }

    List<Collection> collections() {
        return List.of(used, last, reservations, states, availability);
    }

    Place used(String pool) {
        return used.at(pool);
    }

    Place reservation(String id) {
        return reservations.at(id);
    }

    Place state(String pool) {
        return states.at(pool);
    }

    Place availability(String pool) {
        return availability.at(pool);
    }

    PoolState stateOf(@Nullable String record) {
        return PoolState.of(record, limit);
    }

    /**
     * Takes units, once for each id.
     *
     * @param isLastWord whether it may be that an attempt before is still under way: then a refusal is written down, so that
     *     that one finds it and comes to nothing
     */
    Work reserve(String pool, String id, long units, boolean isLastWord) {
        Place counter = used(pool);
        Place record = reservation(id);
        return new Work(List.of(record, state(pool)), List.of(Work.Counted.spend(counter, units)), seen -> {
            String before = seen.value(record);
            if (before != null) {
                return Work.Effect.none(before.startsWith(LIVE) ? AGAIN : FULL);
            }
            Map<Place, @Nullable String> puts = new TreeMap<>();
            // First what asks for more, so that what it finds is enough for the other.
            long now = seen.counter(counter);
            if (!seen.enough(counter)) {
                if (isLastWord) {
                    puts.put(record, REFUSED);
                }
                return new Work.Effect(FULL, puts, List.of(), Map.of(), Map.of());
            }
            PoolState state = stateOf(seen.value(state(pool)));
            long after = now + units;
            puts.put(record, LIVE + " " + units + " of " + pool + ", " + after + " of " + state.limit());
            flip(puts, pool, state, state.with(after, state.limit()));
            return new Work.Effect(DONE, puts, List.of(counter), Map.of(), Map.of());
        });
    }

    /** Takes the last unit of a pool of one. */
    Work reserveLast(String pool, String id, boolean isLastWord) {
        Place counter = last.at(pool);
        Place record = reservation(id);
        return new Work(List.of(record), List.of(Work.Counted.spend(counter, 1)), seen -> {
            String before = seen.value(record);
            if (before != null) {
                return Work.Effect.none(before.startsWith(LIVE) ? AGAIN : FULL);
            }
            Map<Place, @Nullable String> puts = new TreeMap<>();
            boolean isEnough = seen.enough(counter);
            if (isEnough || isLastWord) {
                puts.put(record, isEnough ? LIVE + " 1 of " + pool : REFUSED);
            }
            return new Work.Effect(
                    isEnough ? DONE : FULL, puts, isEnough ? List.of(counter) : List.of(), Map.of(), Map.of());
        });
    }

    /** Gives the units of a reservation back, once. */
    Work release(String pool, String id, long units) {
        Place counter = used(pool);
        Place record = reservation(id);
        return new Work(List.of(record, state(pool)), List.of(Work.Counted.look(counter)), seen -> {
            String before = seen.value(record);
            if (before == null || !before.startsWith(LIVE)) {
                return Work.Effect.none(before != null && before.startsWith(RELEASED) ? AGAIN : UNKNOWN_ID);
            }
            PoolState state = stateOf(seen.value(state(pool)));
            Map<Place, @Nullable String> puts = new TreeMap<>();
            puts.put(record, RELEASED + " " + units + " of " + pool);
            flip(puts, pool, state, state.with(seen.counter(counter) - units, state.limit()));
            return new Work.Effect(DONE, puts, List.of(), Map.of(counter, units), Map.of());
        });
    }

    /** Changes the limit. Nothing is revoked: there may be more in use than it allows. */
    Work setLimit(String pool, long newLimit) {
        Place counter = used(pool);
        return new Work(List.of(state(pool)), List.of(Work.Counted.look(counter)), seen -> {
            PoolState state = stateOf(seen.value(state(pool)));
            Map<Place, @Nullable String> puts = new TreeMap<>();
            PoolState after = state.with(seen.counter(counter), newLimit);
            puts.put(state(pool), after.text());
            return new Work.Effect(DONE, puts, List.of(), Map.of(), Map.of(counter, new Work.Bound(newLimit, 0)));
        });
    }

    private void flip(Map<Place, @Nullable String> puts, String pool, PoolState before, PoolState after) {
        if (after.flips() != before.flips()) {
            puts.put(state(pool), after.text());
        }
    }
}
