package dev.danta.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A well-formed history: the operations in the order of their invocation.
 *
 * <p>Invariant (Herlihy and Wing 1990, section 2.1, with open operations of unknown outcome): no operation ends before
 * it begins; a process has at most one open operation at a time; a process whose operation has an unknown outcome never
 * invokes another one. Operations that certainly did not happen are not part of a history at all.
 *
 * <p>Two operations of one process that meet in one stamp are well-formed, but count as concurrent like any others.
 */
public final class History<I, O> {
    private final List<Operation<I, O>> operations;
    private final int known;

    private History(List<Operation<I, O>> operations) {
        this.operations = operations;
        int answered = 0;
        for (Operation<I, O> operation : operations) {
            if (!operation.isUnknown()) {
                answered++;
            }
        }
        this.known = answered;
    }

    /**
     * The history of these operations, in any order.
     *
     * @throws MalformedHistoryException if they break the invariant
     */
    public static <I, O> History<I, O> of(Collection<Operation<I, O>> operations) {
        List<Operation<I, O>> sorted = new ArrayList<>(operations);
        sorted.sort(Comparator.<Operation<I, O>>comparingLong(Operation::invokedAt)
                .thenComparingLong(Operation::completedAt)
                .thenComparingLong(Operation::line));
        Map<Long, Operation<I, O>> latest = new HashMap<>();
        for (Operation<I, O> operation : sorted) {
            if (operation.completedAt() < operation.invokedAt()) {
                throw new MalformedHistoryException(
                        operation.line(),
                        "process " + operation.process() + " completes " + operation.input() + " at "
                                + operation.completedAt() + ", before its invocation at " + operation.invokedAt());
            }
            Operation<I, O> before = latest.put(operation.process(), operation);
            if (before != null && before.completedAt() > operation.invokedAt()) {
                throw new MalformedHistoryException(operation.line(), overlap(before, operation));
            }
        }
        return new History<>(List.copyOf(sorted));
    }

    private static <I, O> String overlap(Operation<I, O> before, Operation<I, O> operation) {
        String who = "process " + operation.process() + " invokes " + operation.input();
        if (before.isUnknown()) {
            return who + " after the unknown outcome of its " + before.input()
                    + ": a process that lost an answer goes on under a new number";
        }
        return who + " at " + operation.invokedAt() + ", while its " + before.input() + " is open until "
                + before.completedAt();
    }

    /** The operations, ordered by invocation. */
    public List<Operation<I, O>> operations() {
        return operations;
    }

    /** The number of operations. */
    public int size() {
        return operations.size();
    }

    /** The number of operations whose answer is known. */
    public int known() {
        return known;
    }

    /** The number of operations of unknown outcome. */
    public int unknown() {
        return operations.size() - known;
    }
}
