package dev.danta.sim.kernel;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each thing worth happening has happened: message kinds, paths, refusals, faults. What never happens in many
 * runs is not tested by them. Not thread-safe.
 */
public final class Coverage {
    private final Map<String, Tally> counts = new HashMap<>();
    private final Map<Class<?>, Tally> messages = new HashMap<>();

    private static final class Tally {
        private long times;
    }

    public void count(String what) {
        tally(what).times++;
    }

    /** Counts a message by its kind. */
    public void countMessage(Object message) {
        messages.computeIfAbsent(message.getClass(), kind -> tally("message " + kind.getSimpleName())).times++;
    }

    private Tally tally(String what) {
        return counts.computeIfAbsent(what, w -> new Tally());
    }

    public void addAll(Coverage other) {
        other.counts.forEach((what, tally) -> tally(what).times += tally.times);
    }

    public long of(String what) {
        Tally tally = counts.get(what);
        return tally == null ? 0 : tally.times;
    }

    /** How often whatever begins like this has happened. */
    public long ofAll(String beginning) {
        return counts().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(beginning))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** All counts, by name. */
    public SortedMap<String, Long> counts() {
        TreeMap<String, Long> sorted = new TreeMap<>();
        counts.forEach((what, tally) -> sorted.put(what, tally.times));
        return sorted;
    }

    /** Those of {@code expected} that never happened. */
    public List<String> missing(Collection<String> expected) {
        return expected.stream().filter(what -> of(what) == 0).sorted().toList();
    }
}
