package dev.danta.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Linearizability by its definition: tries every order that real time allows, with every choice of operations of unknown
 * outcome, without remembering anything. Deliberately dumb, for histories of a few operations.
 */
final class BruteForce<S, I, O> {
    private final Model<S, I, O> model;
    private final List<Operation<I, O>> operations;

    private BruteForce(Model<S, I, O> model, List<Operation<I, O>> operations) {
        this.model = model;
        this.operations = operations;
    }

    static <S, I, O> boolean linearizable(Model<S, I, O> model, History<I, O> history) {
        Map<String, List<Operation<I, O>>> byPartition = new TreeMap<>();
        for (Operation<I, O> operation : history.operations()) {
            byPartition
                    .computeIfAbsent(model.partitionOf(operation.input()), name -> new ArrayList<>())
                    .add(operation);
        }
        return byPartition.entrySet().stream()
                .allMatch(part -> new BruteForce<>(model, part.getValue())
                        .from(
                                model.init(part.getKey()),
                                new boolean[part.getValue().size()]));
    }

    private boolean from(S state, boolean[] done) {
        boolean knownLeft = false;
        for (int i = 0; i < done.length; i++) {
            knownLeft |= !done[i] && !operations.get(i).isUnknown();
        }
        if (!knownLeft) {
            return true;
        }
        for (int i = 0; i < done.length; i++) {
            if (!done[i] && mayGoNext(i, done) && goOn(i, state, done)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayGoNext(int candidate, boolean[] done) {
        for (int i = 0; i < done.length; i++) {
            if (!done[i]
                    && operations.get(i).completedAt()
                            < operations.get(candidate).invokedAt()) {
                return false;
            }
        }
        return true;
    }

    private boolean goOn(int i, S state, boolean[] done) {
        Operation<I, O> operation = operations.get(i);
        done[i] = true;
        boolean found;
        if (operation.isUnknown()) {
            found = from(model.stepUnknown(state, operation.input(), Cancellation.NONE), done);
        } else {
            Step<S> step = model.step(state, operation.input(), operation.answer(), Cancellation.NONE);
            found = step instanceof Step.Legal<S> legal && from(legal.next(), done);
        }
        done[i] = false;
        return found;
    }

    /** Whether an order is one that the definition accepts, for one partition. */
    static <S, I, O> boolean explains(
            Model<S, I, O> model, String partition, List<Operation<I, O>> all, List<Operation<I, O>> order) {
        S state = model.init(partition);
        for (int i = 0; i < order.size(); i++) {
            Operation<I, O> operation = order.get(i);
            if (!all.contains(operation) || order.indexOf(operation) != i) {
                return false;
            }
            for (int later = i + 1; later < order.size(); later++) {
                if (order.get(later).completedAt() < operation.invokedAt()) {
                    return false;
                }
            }
            if (operation.isUnknown()) {
                state = model.stepUnknown(state, operation.input(), Cancellation.NONE);
            } else if (model.step(state, operation.input(), operation.answer(), Cancellation.NONE)
                    instanceof Step.Legal<S> legal) {
                state = legal.next();
            } else {
                return false;
            }
        }
        return all.stream().allMatch(operation -> operation.isUnknown() || order.contains(operation));
    }
}
