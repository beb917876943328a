package dev.danta.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A partition's events in the order of time, as a list out of which operations can be lifted and put back.
 *
 * <p>Operations of known answer are numbered 0 to n-1 in the order of invocation, those of unknown outcome n to n+u-1.
 * Their events stand in one circular doubly linked list, calls before completions at the same stamp (closed intervals);
 * operations of unknown outcome have no completion. Node 0 is the head. Linking out leaves a node's own links alone, so
 * that putting back in the reverse order restores the list (Wing and Gong's search needs nothing else; the trick is known
 * as dancing links).
 *
 * <p>The <em>rank</em> of a known operation is the number of completions before its own; ties go by number. The
 * <em>slot</em> of a known operation is a small number that no other one open at the same time holds.
 */
final class Timeline<I, O> {
    private final List<Operation<I, O>> operations;
    private final int known;

    /** Node to operation; a completion stands as the complement of its operation. */
    private final int[] nodeOperation;

    private final int[] callNode;
    private final int[] returnNode;
    private final int[] next;
    private final int[] previous;
    private final int[] rank;
    private final int[] byRank;
    private final int[] slot;
    private final int slots;

    Timeline(Partition<I, O> partition, MemoryAccount memory) {
        this.known = partition.known().size();
        int unknown = partition.unknown().size();
        int nodes = 2 * known + unknown + 1;
        memory.reserve(64L * known + 24L * unknown + 256);
        this.operations = new ArrayList<>(known + unknown);
        operations.addAll(partition.known());
        operations.addAll(partition.unknown());
        this.nodeOperation = new int[nodes];
        this.callNode = new int[known + unknown];
        this.returnNode = new int[known];
        this.next = new int[nodes];
        this.previous = new int[nodes];
        this.rank = new int[known];
        this.byRank = new int[known];
        this.slot = new int[known];
        for (int node = 0; node < nodes; node++) {
            next[node] = (node + 1) % nodes;
            previous[node] = (node + nodes - 1) % nodes;
        }
        rankByCompletion();
        this.slots = placeEvents();
    }

    private void rankByCompletion() {
        List<Integer> order = new ArrayList<>(known);
        for (int op = 0; op < known; op++) {
            order.add(op);
        }
        order.sort(Comparator.comparingLong(op -> operations.get(op).completedAt()));
        for (int r = 0; r < known; r++) {
            byRank[r] = order.get(r);
            rank[byRank[r]] = r;
        }
    }

    /** Merges the events into the nodes and gives out slots on the way; answers how many slots are needed. */
    private int placeEvents() {
        int[] freeSlots = new int[known];
        int free = 0;
        int used = 0;
        int called = 0;
        int lost = known;
        int returned = 0;
        for (int node = 1; node < nodeOperation.length; node++) {
            long call = called < known ? operations.get(called).invokedAt() : Operation.NEVER;
            long lostCall = lost < operations.size() ? operations.get(lost).invokedAt() : Operation.NEVER;
            long completion =
                    returned < known ? operations.get(byRank[returned]).completedAt() : Operation.NEVER;
            if (called < known && call <= lostCall && call <= completion) {
                slot[called] = free > 0 ? freeSlots[--free] : used++;
                nodeOperation[node] = called;
                callNode[called++] = node;
            } else if (lost < operations.size() && lostCall <= completion) {
                nodeOperation[node] = lost;
                callNode[lost++] = node;
            } else {
                int op = byRank[returned++];
                freeSlots[free++] = slot[op];
                nodeOperation[node] = ~op;
                returnNode[op] = node;
            }
        }
        return used;
    }

    Operation<I, O> operation(int op) {
        return operations.get(op);
    }

    int known() {
        return known;
    }

    int size() {
        return operations.size();
    }

    int slots() {
        return slots;
    }

    boolean isUnknown(int op) {
        return op >= known;
    }

    /** The bit of an operation in a mask. */
    int bit(int op) {
        return op < known ? slot[op] : slots + op - known;
    }

    int rank(int op) {
        return rank[op];
    }

    int atRank(int r) {
        return byRank[r];
    }

    /** The first event that is not lifted, or 0. */
    int first() {
        return next[0];
    }

    int after(int node) {
        return next[node];
    }

    boolean isCall(int node) {
        return nodeOperation[node] >= 0;
    }

    /** Where an operation is called. */
    int call(int op) {
        return callNode[op];
    }

    /** The operation of an event. */
    int operationAt(int node) {
        int op = nodeOperation[node];
        return op >= 0 ? op : ~op;
    }

    void lift(int op) {
        unlink(callNode[op]);
        if (op < known) {
            unlink(returnNode[op]);
        }
    }

    /** Undoes the latest lift that is not undone yet. */
    void putBack(int op) {
        if (op < known) {
            relink(returnNode[op]);
        }
        relink(callNode[op]);
    }

    private void unlink(int node) {
        next[previous[node]] = next[node];
        previous[next[node]] = previous[node];
    }

    private void relink(int node) {
        next[previous[node]] = node;
        previous[next[node]] = node;
    }
}
