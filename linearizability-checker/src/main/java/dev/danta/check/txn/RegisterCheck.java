package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges transactions that read and write registers (the rw-register of Kingsbury and Alvaro 2020): finds out which version
 * comes before which as far as it follows ({@code RegisterOrders}), from that which transaction comes before which, and looks
 * for cycles. Takes time and memory linear in the steps for a bounded number of processes, besides sorting; no search, so no
 * limits.
 *
 * <p>Sound: whatever is called invalid is. Registers show less than lists: of two values that nobody has read one after the
 * other nothing says which came first. A store whose answers carry versions is judged as exactly as one of lists.
 *
 * <p>Stateless and thread-safe.
 */
public final class RegisterCheck {
    private RegisterCheck() {}

    /**
     * Judges a history.
     *
     * @param aborted transactions that certainly did not happen; their answers and times do not matter
     * @param initial what every register holds at first, or null for nothing
     * @param nothingSaysNothing whether a read of nothing is no observation
     * @param level what is demanded
     * @return invalid with every kind of anomaly that was found; unknown (vacuous) if no answer shows what anybody read
     * @throws MalformedHistoryException if a value was to be written twice to one register and answers carry no versions, or
     *     an answer does not have as many parts as there were steps
     */
    public static TxnVerdict<RegisterTxn, RegistersSeen> check(
            History<RegisterTxn, RegistersSeen> history,
            List<Operation<RegisterTxn, RegistersSeen>> aborted,
            @Nullable String initial,
            boolean nothingSaysNothing,
            Consistency level) {
        long startNanos = System.nanoTime();
        List<Operation<RegisterTxn, RegistersSeen>> operations = history.operations();
        operations.forEach(RegisterCheck::demandAnswer);
        Registers registers = new Registers(initial, hasVersions(operations));
        List<RegisterOrders.Edge> orders = new ArrayList<>();
        RegisterWords words = new RegisterWords(operations, registers, orders);
        Faults<RegisterTxn, RegistersSeen> faults = new Faults<>(words);
        List<List<Integer>> writes = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            writes.add(registers.add(operations.get(i), i, faults));
        }
        aborted.forEach(operation -> registers.add(operation, Registers.ABORTED, faults));
        RegisterReads reads = new RegisterReads(operations, registers, nothingSaysNothing, faults);
        boolean[] happened = new boolean[operations.size()];
        boolean vacuous = true;
        for (int i = 0; i < operations.size(); i++) {
            reads.take(i, writes.get(i));
            happened[i] = !operations.get(i).isUnknown();
            vacuous &=
                    operations.get(i).isUnknown() || operations.get(i).input().reads() == 0;
        }
        for (RegisterReads.Read read : reads.reads()) {
            if (registers.transaction(read.version()) >= 0) {
                happened[registers.transaction(read.version())] = true;
            }
        }
        orders.addAll(new RegisterOrders(operations, registers, reads, happened, level).infer(faults));
        DependencyGraph graph = RegisterDependencies.of(operations, registers, reads, orders, level);
        List<Anomaly<RegisterTxn, RegistersSeen>> anomalies = new ArrayList<>(faults.at(level));
        for (Cycle cycle : CycleSearch.of(graph, level)) {
            anomalies.add(words.anomaly(cycle, operations));
        }
        return TxnVerdict.of(
                history, level, anomalies, vacuous ? "nobody has read a register" : null, graph.edges(), startNanos);
    }

    private static void demandAnswer(Operation<RegisterTxn, RegistersSeen> operation) {
        RegistersSeen answer = operation.output();
        if (answer != null && answer.steps().size() != operation.input().steps().size()) {
            throw new MalformedHistoryException(
                    operation.line(),
                    "process " + operation.process() + " asked for "
                            + operation.input().steps().size() + " steps, but was answered "
                            + answer.steps().size());
        }
    }

    private static boolean hasVersions(List<Operation<RegisterTxn, RegistersSeen>> operations) {
        for (Operation<RegisterTxn, RegistersSeen> operation : operations) {
            RegistersSeen answer = operation.output();
            if (answer != null && answer.steps().stream().anyMatch(seen -> seen.version() != null)) {
                return true;
            }
        }
        return false;
    }
}
