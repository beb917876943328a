package dev.danta.sim.kernel;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each thing worth happening has happened: message kinds, paths, refusals, faults. What never happens in many
 * runs is not tested by them. Not thread-safe.
 */
public final class Coverage {
    private final TreeMap<String, Long> counts = new TreeMap<>();

    public void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    public void addAll(Coverage other) {
        other.counts.forEach((what, times) -> counts.merge(what, times, Long::sum));
    }

    public long of(String what) {
        return counts.getOrDefault(what, 0L);
    }

    public SortedMap<String, Long> counts() {
        return Collections.unmodifiableSortedMap(counts);
    }

    /** Those of {@code expected} that never happened. */
    public List<String> missing(Collection<String> expected) {
        return expected.stream().filter(what -> of(what) == 0).sorted().toList();
    }
}
