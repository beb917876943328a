package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.List;
import java.util.function.BiFunction;

/** The definition: tries every order of all known transactions and of some of unknown outcome. For a handful of them. */
final class SerialOrders<I, O, S> {
    private final List<Operation<I, O>> operations;
    private final Consistency.Order order;
    private final BiFunction<Operation<I, O>, S, S> play;

    private SerialOrders(
            List<Operation<I, O>> operations, Consistency.Order order, BiFunction<Operation<I, O>, S, S> play) {
        this.operations = operations;
        this.order = order;
        this.play = play;
    }

    /**
     * Whether there is an order that explains all answers.
     *
     * @param play the state after an operation, or null if it could not have been answered as it was
     */
    static <I, O, S> boolean exists(
            List<Operation<I, O>> operations,
            Consistency.Order order,
            S begin,
            BiFunction<Operation<I, O>, S, S> play) {
        return new SerialOrders<>(operations, order, play).exists(0, begin);
    }

    private boolean exists(int done, S state) {
        boolean allKnownDone = true;
        for (int i = 0; i < operations.size(); i++) {
            Operation<I, O> next = operations.get(i);
            if ((done & 1 << i) != 0) {
                continue;
            }
            allKnownDone &= next.isUnknown();
            if (isPrecededByOneNotDone(done, i)) {
                continue;
            }
            S after = play.apply(next, state);
            if (after != null && exists(done | 1 << i, after)) {
                return true;
            }
        }
        return allKnownDone;
    }

    private boolean isPrecededByOneNotDone(int done, int next) {
        for (int i = 0; i < operations.size(); i++) {
            if ((done & 1 << i) == 0 && precedes(operations.get(i), operations.get(next))) {
                return true;
            }
        }
        return false;
    }

    private boolean precedes(Operation<I, O> one, Operation<I, O> other) {
        return switch (order) {
            case NONE -> false;
            case PROCESS -> one.process() == other.process() && one.invokedAt() < other.invokedAt();
            case REAL_TIME -> one.completedAt() < other.invokedAt();
        };
    }
}
