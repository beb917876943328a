package dev.danta.check.txn;

import static dev.danta.check.txn.DependencyGraph.REST_OF_RW;
import static dev.danta.check.txn.DependencyGraph.RT;
import static dev.danta.check.txn.DependencyGraph.RW;
import static dev.danta.check.txn.DependencyGraph.WR;
import static dev.danta.check.txn.DependencyGraph.WW;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The worst cycle within a strongly connected component, and the shortest of its kind.
 *
 * <p>Whether there is a cycle of a kind is decided exactly, by components of the edges that it may have; only for cycles
 * with a single rw, and for the shortest of a kind, every transaction has to be tried. That takes a bounded number of
 * steps: beyond them a cycle may not be the shortest, or be called {@code G-nonadjacent} or {@code G2} though a worse one
 * is there too.
 */
final class CycleSearch {
    /** The most edges that one search follows, unless its first attempt needs more. */
    static final long EDGES_MAX = 3_000_000;

    /** Kinds of cycles, the worst first; each may be looked for with real-time edges too. */
    private static final int G0 = 0;

    private static final int G1C = 1;
    private static final int G_SINGLE = 2;
    private static final int G_NONADJACENT = 3;
    private static final int G2 = 4;
    private static final int NONE = 5;

    private static final int ITEM = WW | WR | RW | REST_OF_RW;

    private CycleSearch() {}

    /** The kinds of edges of which no cycle may consist at this level. */
    static int kinds(Consistency level) {
        return switch (level) {
            case READ_COMMITTED -> WW | WR;
            case SNAPSHOT_ISOLATION, SERIALIZABLE -> ITEM;
            case STRICT_SERIALIZABLE -> ITEM | RT;
        };
    }

    /**
     * What is wrong within one component of the edges of {@link #kinds}: at most one cycle without real time, the worst,
     * and one with it, if it is worse. Empty only at snapshot isolation, which allows rw side by side.
     */
    static List<Cycle> worst(DependencyGraph component, Consistency level) {
        List<Cycle> cycles = new ArrayList<>();
        int last = level == Consistency.READ_COMMITTED
                ? G1C
                : level == Consistency.SNAPSHOT_ISOLATION ? G_NONADJACENT : G2;
        int plain = NONE;
        for (int kind = G0; kind <= last && plain == NONE; kind++) {
            Cycle cycle = shortest(component, kind, 0);
            if (cycle != null) {
                plain = kind;
                cycles.add(cycle);
            }
        }
        if (level == Consistency.STRICT_SERIALIZABLE) {
            for (int kind = G0; kind < plain; kind++) {
                Cycle cycle = shortest(component, kind, RT);
                if (cycle != null) {
                    cycles.add(cycle);
                    break;
                }
            }
        }
        return cycles;
    }

    private static @Nullable Cycle shortest(DependencyGraph graph, int kind, int realTime) {
        return switch (kind) {
            case G0 -> shortestOver(graph, WW | realTime);
            case G1C -> shortestOver(graph, WW | WR | realTime);
            case G_SINGLE -> new Paths(graph).shortest(RW, WW | WR | REST_OF_RW | realTime);
            case G_NONADJACENT -> shortestOver(graph.withoutAdjacentRw(), ITEM | realTime);
            default -> shortestOver(graph, ITEM | realTime);
        };
    }

    private static @Nullable Cycle shortestOver(DependencyGraph graph, int kinds) {
        List<int[]> components = Components.of(graph, kinds);
        return components.isEmpty() ? null : new Paths(graph.restrictedTo(components.get(0))).shortest(kinds, kinds);
    }

    /** Breadth-first searches, in which only steps to a transaction count (a deque of two levels, "0-1 BFS"). */
    private static final class Paths {
        private final DependencyGraph graph;
        private final int[] search;
        private final int[] distance;
        private final int[] via;
        private final int[] from;
        private int[] level = new int[64];
        private int[] nextLevel = new int[64];
        private int searches;
        private long followed;

        Paths(DependencyGraph graph) {
            this.graph = graph;
            search = new int[graph.nodes()];
            distance = new int[graph.nodes()];
            via = new int[graph.nodes()];
            from = new int[graph.nodes()];
        }

        /** The shortest cycle that begins by an edge of {@code first} kinds and goes on by {@code kinds}, if there is one. */
        @Nullable
        Cycle shortest(int first, int kinds) {
            Cycle best = null;
            for (int start = 0; start < graph.nodes(); start++) {
                if (!graph.isTransaction(start)) {
                    continue;
                }
                Cycle cycle = through(
                        start,
                        first,
                        kinds,
                        best == null ? Integer.MAX_VALUE : best.steps().size());
                best = cycle == null ? best : cycle;
                if ((best != null && best.steps().size() == 2) || followed > EDGES_MAX) {
                    break;
                }
            }
            return best;
        }

        /** The shortest cycle through {@code start} with fewer than {@code limit} steps. */
        private @Nullable Cycle through(int start, int first, int kinds, int limit) {
            searches++;
            int here = 1;
            int next = 0;
            level[0] = start;
            for (int steps = 0; here > 0 && steps + 1 < limit; steps++) {
                while (here > 0) {
                    int node = level[--here];
                    if (search[node] == searches && distance[node] < steps) {
                        continue;
                    }
                    int allowed = node == start && steps == 0 ? first : kinds;
                    for (int edge = graph.begin(node); edge < graph.end(node); edge++) {
                        followed++;
                        if ((graph.kind(edge) & allowed) == 0) {
                            continue;
                        }
                        int target = graph.to(edge);
                        int there = graph.isTransaction(target) ? steps + 1 : steps;
                        if (target == start) {
                            via[start] = edge;
                            from[start] = node;
                            return cycle(start);
                        }
                        if (search[target] == searches && distance[target] <= there) {
                            continue;
                        }
                        search[target] = searches;
                        distance[target] = there;
                        via[target] = edge;
                        from[target] = node;
                        if (there == steps) {
                            level = roomFor(level, here);
                            level[here++] = target;
                        } else {
                            nextLevel = roomFor(nextLevel, next);
                            nextLevel[next++] = target;
                        }
                    }
                }
                int[] done = level;
                level = nextLevel;
                nextLevel = done;
                here = next;
                next = 0;
            }
            return null;
        }

        private static int[] roomFor(int[] nodes, int at) {
            return at < nodes.length ? nodes : Arrays.copyOf(nodes, 2 * nodes.length);
        }

        private Cycle cycle(int start) {
            List<Integer> nodes = new ArrayList<>();
            int node = start;
            do {
                nodes.add(node);
                node = from[node];
            } while (node != start);
            Collections.reverse(nodes);
            List<Cycle.Step> steps = new ArrayList<>();
            int begun = start;
            int kind = 0;
            for (int reached : nodes) {
                int edge = via[reached];
                kind |= graph.kind(edge);
                if (graph.isTransaction(reached)) {
                    int plain = kind == (RW | REST_OF_RW) ? RW : kind;
                    steps.add(new Cycle.Step(graph.name(begun), graph.name(reached), plain, graph.cause(edge)));
                    begun = reached;
                    kind = 0;
                }
            }
            return new Cycle(steps).simple().fromEarliest();
        }
    }
}
