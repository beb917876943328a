package dev.danta.check.txn;

import static dev.danta.check.txn.DependencyGraph.PROCESS;
import static dev.danta.check.txn.DependencyGraph.REST;
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

    /** The most components with cycles that are explained. */
    private static final int COMPONENTS_MAX = 16;

    /** Kinds of cycles, the worst first; each may be looked for with edges of process or real time too. */
    private static final int G0 = 0;

    private static final int G1C = 1;
    private static final int G_SINGLE = 2;
    private static final int G_NONADJACENT = 3;
    private static final int G2 = 4;
    private static final int NONE = 5;

    private static final int ITEM = WW | WR | RW | REST;

    private CycleSearch() {}

    /** What is wrong with a history: of each component with forbidden cycles the worst, of at most so many. */
    static List<Cycle> of(DependencyGraph graph, Consistency level) {
        List<Cycle> cycles = new ArrayList<>();
        int explained = 0;
        for (int[] component : Components.of(graph, kinds(level))) {
            List<Cycle> worst = worst(graph.restrictedTo(component), level);
            cycles.addAll(worst);
            explained += worst.isEmpty() ? 0 : 1;
            if (explained == COMPONENTS_MAX) {
                break;
            }
        }
        return cycles;
    }

    /** The kinds of edges of which no cycle may consist at this level; at snapshot isolation some may. */
    private static int kinds(Consistency level) {
        return switch (level.isolation()) {
            case NONE -> 0;
            case READ_UNCOMMITTED -> WW | REST | orderOf(level);
            case READ_COMMITTED -> WW | WR | REST | orderOf(level);
            case SNAPSHOT_ISOLATION, SERIALIZABLE -> ITEM | orderOf(level);
        };
    }

    /** The kind of the edges between what is ordered for another reason than what was read and written. */
    static int orderOf(Consistency level) {
        return switch (level.order()) {
            case NONE -> 0;
            case PROCESS -> PROCESS;
            case REAL_TIME -> RT;
        };
    }

    /** The last kind of cycle that a level forbids. */
    private static int last(Consistency level) {
        return switch (level.isolation()) {
            case NONE, READ_UNCOMMITTED -> G0;
            case READ_COMMITTED -> G1C;
            case SNAPSHOT_ISOLATION -> G_NONADJACENT;
            case SERIALIZABLE -> G2;
        };
    }

    /**
     * What is wrong within one component of the edges of {@link #kinds}: at most one cycle of reads and writes alone, the
     * worst, and one with process or real time, if it is worse. Empty only at snapshot isolation, which allows rw side by
     * side.
     */
    private static List<Cycle> worst(DependencyGraph component, Consistency level) {
        List<Cycle> cycles = new ArrayList<>();
        int plain = NONE;
        for (int kind = G0; kind <= last(level) && plain == NONE; kind++) {
            Cycle cycle = shortest(component, kind, 0);
            if (cycle != null) {
                plain = kind;
                cycles.add(cycle);
            }
        }
        int order = orderOf(level);
        for (int kind = G0; order != 0 && kind <= last(level) && kind < plain; kind++) {
            Cycle cycle = shortest(component, kind, order);
            if (cycle != null) {
                cycles.add(cycle);
                break;
            }
        }
        return cycles;
    }

    private static @Nullable Cycle shortest(DependencyGraph graph, int kind, int order) {
        return switch (kind) {
            case G0 -> shortestOver(graph, WW | REST | order);
            case G1C -> shortestOver(graph, WW | WR | REST | order);
            case G_SINGLE -> new Paths(graph).shortest(RW, WW | WR | REST | order);
            case G_NONADJACENT -> shortestOver(graph.withoutAdjacentRw(), ITEM | order);
            default -> shortestOver(graph, ITEM | order);
        };
    }

    /** The shortest cycle over edges of these kinds, or nearly, if there is one. */
    static @Nullable Cycle shortestOver(DependencyGraph graph, int kinds) {
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
                    steps.add(new Cycle.Step(graph.name(begun), graph.name(reached), kind & ~REST, graph.cause(edge)));
                    begun = reached;
                    kind = 0;
                }
            }
            return new Cycle(steps).simple().fromEarliest();
        }
    }
}
