package dev.danta.check.txn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The strongly connected components of a graph that have more than one node: where its cycles are. Tarjan's algorithm
 * (1972) with stacks of its own, in time linear in nodes and edges.
 */
final class Components {
    private final DependencyGraph graph;
    private final int kinds;
    private final int[] index;
    private final int[] low;
    private final boolean[] onStack;
    private final int[] stack;
    private final int[] path;
    private final int[] nextEdge;
    private final List<int[]> found = new ArrayList<>();
    private int height;
    private int visited;

    private Components(DependencyGraph graph, int kinds) {
        this.graph = graph;
        this.kinds = kinds;
        int nodes = graph.nodes();
        index = new int[nodes];
        low = new int[nodes];
        onStack = new boolean[nodes];
        stack = new int[nodes];
        path = new int[nodes];
        nextEdge = new int[nodes];
    }

    /** The components over edges of these kinds, each sorted, the smallest first. */
    static List<int[]> of(DependencyGraph graph, int kinds) {
        Components components = new Components(graph, kinds);
        for (int node = 0; node < graph.nodes(); node++) {
            if (components.index[node] == 0) {
                components.visit(node);
            }
        }
        components.found.forEach(Arrays::sort);
        components.found.sort(Comparator.<int[]>comparingInt(c -> c.length).thenComparingInt(c -> c[0]));
        return components.found;
    }

    private void visit(int root) {
        int depth = 0;
        path[0] = root;
        enter(root);
        while (depth >= 0) {
            int node = path[depth];
            int edge = nextEdge[node];
            if (edge < graph.end(node)) {
                nextEdge[node]++;
                int target = graph.to(edge);
                if ((graph.kind(edge) & kinds) == 0) {
                    continue;
                }
                if (index[target] == 0) {
                    path[++depth] = target;
                    enter(target);
                } else if (onStack[target]) {
                    low[node] = Math.min(low[node], index[target]);
                }
            } else {
                depth--;
                if (depth >= 0) {
                    low[path[depth]] = Math.min(low[path[depth]], low[node]);
                }
                if (low[node] == index[node]) {
                    close(node);
                }
            }
        }
    }

    private void enter(int node) {
        index[node] = ++visited;
        low[node] = visited;
        nextEdge[node] = graph.begin(node);
        stack[height++] = node;
        onStack[node] = true;
    }

    private void close(int root) {
        int top = height;
        do {
            height--;
            onStack[stack[height]] = false;
        } while (stack[height] != root);
        if (top - height > 1) {
            found.add(Arrays.copyOfRange(stack, height, top));
        }
    }
}
