package dev.danta.check.txn;

import java.util.Arrays;

/**
 * Who comes before whom, in flat arrays. A node is a transaction, or stands between transactions so that there are few
 * edges. Each has a name, which it keeps in a part of the graph; names below the number of transactions are transactions.
 * An edge carries its kind and a number for its cause, or -1. Immutable once built.
 */
final class DependencyGraph {
    static final int WW = 1;
    static final int WR = 2;
    static final int RW = 4;
    static final int RT = 8;
    /** Goes on with an edge that ended in a node between transactions, which is its kind. */
    static final int REST = 16;

    static final int PROCESS = 32;

    private final int transactions;
    private final int[] names;
    private final int[] first;
    private final int[] to;
    private final byte[] kind;
    private final int[] cause;

    private DependencyGraph(int transactions, int[] names, int[] first, int[] to, byte[] kind, int[] cause) {
        this.transactions = transactions;
        this.names = names;
        this.first = first;
        this.to = to;
        this.kind = kind;
        this.cause = cause;
    }

    /** What {@code node} is called in the whole graph. */
    int name(int node) {
        return names[node];
    }

    boolean isTransaction(int node) {
        return names[node] < transactions;
    }

    int nodes() {
        return first.length - 1;
    }

    int edges() {
        return to.length;
    }

    /** The first edge out of {@code node}; they lie side by side. */
    int begin(int node) {
        return first[node];
    }

    /** The first edge that is none of {@code node}'s any more. */
    int end(int node) {
        return first[node + 1];
    }

    int to(int edge) {
        return to[edge];
    }

    int kind(int edge) {
        return kind[edge];
    }

    int cause(int edge) {
        return cause[edge];
    }

    /**
     * The graph in which node n stands for "at n, not by an rw" and n + {@link #nodes} for "at n, by an rw", without any
     * edge by which one rw would follow another: its cycles are those in which no two rw are side by side.
     */
    DependencyGraph withoutAdjacentRw() {
        int half = nodes();
        int[] twice = Arrays.copyOf(names, 2 * half);
        System.arraycopy(names, 0, twice, half, half);
        Builder builder = new Builder(transactions, 2 * half);
        for (int node = 0; node < half; node++) {
            for (int edge = begin(node); edge < end(node); edge++) {
                int target = to[edge];
                if (kind[edge] == RW) {
                    builder.edge(node, target + half, kind[edge], cause[edge]);
                } else if (kind[edge] == REST) {
                    builder.edge(node, target, kind[edge], cause[edge]);
                    builder.edge(node + half, target + half, kind[edge], cause[edge]);
                } else {
                    builder.edge(node, target, kind[edge], cause[edge]);
                    builder.edge(node + half, target, kind[edge], cause[edge]);
                }
            }
        }
        return builder.build(twice);
    }

    /** The part that consists of {@code some} nodes, in their order, and the edges between them. */
    DependencyGraph restrictedTo(int[] some) {
        int[] place = new int[nodes()];
        Arrays.fill(place, -1);
        int[] someNames = new int[some.length];
        for (int i = 0; i < some.length; i++) {
            place[some[i]] = i;
            someNames[i] = names[some[i]];
        }
        Builder builder = new Builder(transactions, some.length);
        for (int i = 0; i < some.length; i++) {
            for (int edge = begin(some[i]); edge < end(some[i]); edge++) {
                if (place[to[edge]] >= 0) {
                    builder.edge(i, place[to[edge]], kind[edge], cause[edge]);
                }
            }
        }
        return builder.build(someNames);
    }

    /** Collects edges in any order. */
    static final class Builder {
        private final int transactions;
        private int nodes;
        private int edges;
        private int[] from = new int[1024];
        private int[] to = new int[1024];
        private byte[] kind = new byte[1024];
        private int[] cause = new int[1024];

        Builder(int transactions, int nodes) {
            this.transactions = transactions;
            this.nodes = nodes;
        }

        /** A new node between transactions. */
        int between() {
            return nodes++;
        }

        /** An edge, unless a transaction would come before itself. */
        void edge(int source, int target, int edgeKind, int edgeCause) {
            if (source == target) {
                return;
            }
            if (edges == from.length) {
                int more = Math.multiplyExact(edges, 2);
                from = Arrays.copyOf(from, more);
                to = Arrays.copyOf(to, more);
                kind = Arrays.copyOf(kind, more);
                cause = Arrays.copyOf(cause, more);
            }
            from[edges] = source;
            to[edges] = target;
            kind[edges] = (byte) edgeKind;
            cause[edges++] = edgeCause;
        }

        /** The whole graph: every node is called by its number. */
        DependencyGraph build() {
            int[] numbers = new int[nodes];
            for (int node = 0; node < nodes; node++) {
                numbers[node] = node;
            }
            return build(numbers);
        }

        private DependencyGraph build(int[] names) {
            int[] first = new int[nodes + 1];
            for (int edge = 0; edge < edges; edge++) {
                first[from[edge] + 1]++;
            }
            for (int node = 0; node < nodes; node++) {
                first[node + 1] += first[node];
            }
            int[] place = first.clone();
            int[] sortedTo = new int[edges];
            byte[] sortedKind = new byte[edges];
            int[] sortedCause = new int[edges];
            for (int edge = 0; edge < edges; edge++) {
                int at = place[from[edge]]++;
                sortedTo[at] = to[edge];
                sortedKind[at] = kind[edge];
                sortedCause[at] = cause[edge];
            }
            return new DependencyGraph(transactions, names, first, sortedTo, sortedKind, sortedCause);
        }
    }
}
