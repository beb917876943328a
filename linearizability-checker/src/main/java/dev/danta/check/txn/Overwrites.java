package dev.danta.check.txn;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Draws rw edges from all who have read a version to all who wrote what comes next, a few for each of them. */
final class Overwrites {
    private Overwrites() {}

    /**
     * Draws them.
     *
     * @param readers of the version
     * @param writers by transaction what makes them come next
     */
    static void draw(Iterable<Integer> readers, Map<Integer, Integer> writers, DependencyGraph.Builder graph) {
        if (writers.isEmpty()) {
            return;
        }
        Set<Integer> both = new LinkedHashSet<>();
        Set<Integer> others = new LinkedHashSet<>();
        for (int reader : readers) {
            (writers.containsKey(reader) ? both : others).add(reader);
        }
        if (writers.size() == 1 || others.size() == 1) {
            others.forEach(reader -> edges(reader, writers, graph));
        } else if (!others.isEmpty()) {
            int next = graph.between();
            others.forEach(reader -> graph.edge(reader, next, DependencyGraph.RW, -1));
            writers.forEach((writer, cause) -> graph.edge(next, writer, DependencyGraph.REST, cause));
        }
        drawThoseWhoDoBoth(List.copyOf(both), writers, graph);
    }

    /**
     * Who reads a version and overwrites it comes before all others who do, but not before itself. Of several such the first
     * gets all its edges and the others form a ring with it, which is a cycle as it should be.
     */
    private static void drawThoseWhoDoBoth(
            List<Integer> both, Map<Integer, Integer> writers, DependencyGraph.Builder graph) {
        for (int i = 0; i < both.size(); i++) {
            int reader = both.get(i);
            if (i == 0) {
                edges(reader, writers, graph);
            } else {
                int next = both.get((i + 1) % both.size());
                graph.edge(reader, next, DependencyGraph.RW, writers.getOrDefault(next, -1));
            }
        }
    }

    private static void edges(int reader, Map<Integer, Integer> writers, DependencyGraph.Builder graph) {
        writers.forEach((writer, cause) -> graph.edge(reader, writer, DependencyGraph.RW, cause));
    }
}
