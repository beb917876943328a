package dev.danta.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A partition's events in the order of time, as lists out of which operations can be lifted and put back.
 *
 * <p>Operations of known answer are numbered 0 to n-1 in the order of invocation, those of unknown outcome n to n+u-1.
 * Events of known operations stand in one circular doubly linked list, calls before completions at the same stamp
 * (closed intervals); calls of unknown outcome stand in a second one, for they have no completion. Node 0 is the head
 * of each. Linking out leaves a node's own links alone, so that putting back in the reverse order restores the list
 * (Wing and Gong's search needs nothing else; the trick is known as dancing links).
 *
 * <p>The <em>rank</em> of a known operation is the number of completions before its own; ties go by number. The
 * <em>slot</em> of a known operation is a small number that no other one open at the same time holds.
 */
final class Timeline<I, O> {
    /** The class of an operation that has no equal. */
    static final int UNIQUE = -1;

    private final List<Operation<I, O>> operations;
    private final int known;

    /** Node to operation; a completion stands as the complement of its operation. */
    private final int[] nodeOperation;

    private final int[] callNode;
    private final int[] returnNode;
    private final int[] next;
    private final int[] previous;
    private final int[] nextUnknown;
    private final int[] previousUnknown;
    private final int[] rank;
    private final int[] byRank;
    private final int[] slot;
    private final int slots;
    private final int[] twins;
    private final int twinClasses;

    Timeline(Partition<I, O> partition, MemoryAccount memory) {
        this.known = partition.known().size();
        int unknown = partition.unknown().size();
        memory.reserve(64L * known + 24L * unknown + 256);
        this.operations = new ArrayList<>(known + unknown);
        operations.addAll(partition.known());
        operations.addAll(partition.unknown());
        this.nodeOperation = new int[2 * known + 1];
        this.callNode = new int[known];
        this.returnNode = new int[known];
        this.next = new int[2 * known + 1];
        this.previous = new int[2 * known + 1];
        this.nextUnknown = new int[unknown + 1];
        this.previousUnknown = new int[unknown + 1];
        this.rank = new int[known];
        this.byRank = new int[known];
        this.slot = new int[known];
        this.twins = new int[known + unknown];
        link(next, previous);
        link(nextUnknown, previousUnknown);
        rankByCompletion();
        this.slots = placeEvents();
        long scratchBytes = 96L * size();
        memory.reserve(scratchBytes);
        this.twinClasses = findTwins();
        memory.release(scratchBytes);
    }

    private static void link(int[] forward, int[] backward) {
        int nodes = forward.length;
        for (int node = 0; node < nodes; node++) {
            forward[node] = (node + 1) % nodes;
            backward[node] = (node + nodes - 1) % nodes;
        }
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

    /** Merges calls and completions into nodes 1 to 2n and gives out slots on the way; answers how many are needed. */
    private int placeEvents() {
        int[] freeSlots = new int[known];
        int free = 0;
        int used = 0;
        int called = 0;
        int returned = 0;
        for (int node = 1; node <= 2 * known; node++) {
            boolean isCall = called < known
                    && operations.get(called).invokedAt()
                            <= operations.get(byRank[returned]).completedAt();
            if (isCall) {
                slot[called] = free > 0 ? freeSlots[--free] : used++;
                nodeOperation[node] = called;
                callNode[called++] = node;
            } else {
                int op = byRank[returned++];
                freeSlots[free++] = slot[op];
                nodeOperation[node] = ~op;
                returnNode[op] = node;
            }
        }
        return used;
    }

    private int findTwins() {
        record Question(boolean unknown, Object input, Object output) {}
        Map<Question, Integer> first = new HashMap<>();
        Arrays.fill(twins, UNIQUE);
        int classes = 0;
        for (int op = 0; op < operations.size(); op++) {
            Operation<I, O> operation = operations.get(op);
            Question question = operation.isUnknown()
                    ? new Question(true, operation.input(), "")
                    : new Question(false, operation.input(), operation.answer());
            Integer equal = first.putIfAbsent(question, op);
            if (equal != null) {
                if (twins[equal] == UNIQUE) {
                    twins[equal] = classes++;
                }
                twins[op] = twins[equal];
            }
        }
        return classes;
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

    /** The class of operations that ask the same and answer the same, or {@link #UNIQUE}. */
    int twinClass(int op) {
        return twins[op];
    }

    int twinClasses() {
        return twinClasses;
    }

    /** The first event that is not lifted, or 0. */
    int first() {
        return next[0];
    }

    int after(int node) {
        return next[node];
    }

    /** The event that stands where this lifted call stood. */
    int afterLifted(int call) {
        return next[previous[call]];
    }

    boolean isCall(int node) {
        return nodeOperation[node] >= 0;
    }

    /** The operation of an event. */
    int operationAt(int node) {
        int op = nodeOperation[node];
        return op >= 0 ? op : ~op;
    }

    /** The first operation of unknown outcome that is not lifted, or -1. */
    int firstUnknown() {
        return unknownAt(nextUnknown[0]);
    }

    int afterUnknown(int op) {
        return unknownAt(nextUnknown[op - known + 1]);
    }

    private int unknownAt(int node) {
        return node == 0 ? -1 : node + known - 1;
    }

    void lift(int op) {
        if (op < known) {
            unlink(next, previous, callNode[op]);
            unlink(next, previous, returnNode[op]);
        } else {
            unlink(nextUnknown, previousUnknown, op - known + 1);
        }
    }

    /** Undoes the latest lift that is not undone yet. */
    void putBack(int op) {
        if (op < known) {
            relink(next, previous, returnNode[op]);
            relink(next, previous, callNode[op]);
        } else {
            relink(nextUnknown, previousUnknown, op - known + 1);
        }
    }

    private static void unlink(int[] forward, int[] backward, int node) {
        forward[backward[node]] = forward[node];
        backward[forward[node]] = backward[node];
    }

    private static void relink(int[] forward, int[] backward, int node) {
        forward[backward[node]] = node;
        backward[forward[node]] = node;
    }
}
