package dev.danta.sim.workload;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.sim.invariant.Violation;
import java.util.ArrayList;
import java.util.List;

/** The operations that the sessions of one workload have done, for the checker. */
final class Log<I, O> {
    private final List<Operation<I, O>> operations = new ArrayList<>();
    private long processes;

    /** One caller; after an unknown outcome it goes on under a new number, as histories demand. */
    final class User {
        private long number = processes++;

        void known(I input, O output, long invokedNanos, long completedNanos) {
            operations.add(Operation.known(number, input, output, invokedNanos, completedNanos));
        }

        void unknown(I input, long invokedNanos) {
            operations.add(Operation.unknown(number, input, invokedNanos));
            number = processes++;
        }
    }

    User newUser() {
        return new User();
    }

    int size() {
        return operations.size();
    }

    /** Keeps nothing of what was done. */
    void forget() {
        operations.clear();
    }

    History<I, O> history() {
        return History.of(operations);
    }

    /**
     * Ends the run unless {@code result} is a proof, or there was nothing to judge: that is so only where no living client
     * has a clock that replicas put up with, since each of the others reads everything in the end, and the run waits for it.
     */
    static void demandValid(String what, Result<?, ?> result) {
        boolean vacuous = result instanceof Result.Unknown<?, ?> unknown && unknown.reason() == Result.Reason.VACUOUS;
        if (!result.isValid() && !vacuous) {
            Violation.Kind kind =
                    result instanceof Result.Invalid ? Violation.Kind.HISTORY_INVALID : Violation.Kind.HISTORY_UNKNOWN;
            throw new Violation(kind, what + ": " + result.sentence());
        }
    }
}
