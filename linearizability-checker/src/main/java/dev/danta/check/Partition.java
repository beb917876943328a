package dev.danta.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The part of a history that can be judged alone.
 *
 * <p>Operations of unknown outcome that never change a state are left out: nothing depends on whether they happened.
 *
 * @param name the model's name for it
 * @param known its operations with an answer, ordered by invocation
 * @param unknown its operations of unknown outcome that may change the state, ordered by invocation
 */
record Partition<I, O>(String name, List<Operation<I, O>> known, List<Operation<I, O>> unknown) {

    /** Divides a history as the model says, in the order of the partitions' first operations. */
    static <I, O> List<Partition<I, O>> of(Model<?, I, O> model, History<I, O> history) {
        Map<String, Partition<I, O>> byName = new LinkedHashMap<>();
        for (Operation<I, O> operation : history.operations()) {
            Partition<I, O> partition = byName.computeIfAbsent(
                    model.partitionOf(operation.input()),
                    name -> new Partition<>(name, new ArrayList<>(), new ArrayList<>()));
            if (!operation.isUnknown()) {
                partition.known.add(operation);
            } else if (!model.readOnly(operation.input())) {
                partition.unknown.add(operation);
            }
        }
        return new ArrayList<>(byName.values());
    }

    int size() {
        return known.size() + unknown.size();
    }
}
