package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges transactions that append to lists and read them (Kingsbury and Alvaro 2020): recovers from what was read who came
 * before whom, and looks for cycles. Takes time and memory linear in the history; no search, so no limits.
 *
 * <p>Sound: whatever is called invalid is. What nobody read says nothing, so a valid history may come from a system that is
 * not; read every list in the end. A transaction of unknown outcome may have happened or not; if anybody has read any of its
 * appends it has, with all of them. An aborted one has not, and to read its appends is an anomaly.
 *
 * <p>Stateless and thread-safe.
 */
public final class ListAppendCheck {
    private ListAppendCheck() {}

    /**
     * Judges a history.
     *
     * @param aborted transactions that certainly did not happen; their answers and times do not matter
     * @param level what is demanded
     * @return invalid with every kind of anomaly that was found; unknown (vacuous) if no answer shows what anybody read
     * @throws MalformedHistoryException if an element was to be appended twice to one list, or an answer does not have as
     *     many lists as there were reads
     */
    public static TxnVerdict<AppendTxn, ListsRead> check(
            History<AppendTxn, ListsRead> history, List<Operation<AppendTxn, ListsRead>> aborted, Consistency level) {
        long startNanos = System.nanoTime();
        List<Operation<AppendTxn, ListsRead>> operations = history.operations();
        Appends appends = new Appends();
        for (int i = 0; i < operations.size(); i++) {
            appends.add(operations.get(i), i);
        }
        aborted.forEach(operation -> appends.add(operation, Appends.ABORTED));
        ReadFaults faults = new ReadFaults(operations, appends);
        boolean vacuous = true;
        for (int i = 0; i < operations.size(); i++) {
            Operation<AppendTxn, ListsRead> operation = operations.get(i);
            ListsRead answer = operation.output();
            if (answer != null) {
                demandAnswer(operation, answer);
                faults.take(i, operation.input(), answer);
                vacuous &= answer.lists().isEmpty();
            }
        }
        VersionOrders orders = new VersionOrders(appends);
        faults.compare();
        if (level.isolation() == Consistency.Isolation.NONE) {
            new AppendSessions(operations, appends, orders, faults.found()).judge();
        }
        DependencyGraph graph = Dependencies.of(operations, appends, orders, level);
        List<Anomaly<AppendTxn, ListsRead>> anomalies =
                new ArrayList<>(faults.found().at(level));
        TxnWords<AppendTxn, ListsRead> words = new AppendWords(appends);
        for (Cycle cycle : CycleSearch.of(graph, level)) {
            anomalies.add(words.anomaly(cycle, operations));
        }
        return TxnVerdict.of(
                history, level, anomalies, vacuous ? "nobody has read a list" : null, graph.edges(), startNanos);
    }

    private static void demandAnswer(Operation<AppendTxn, ListsRead> operation, ListsRead answer) {
        if (answer.lists().size() != operation.input().reads()) {
            throw new MalformedHistoryException(
                    operation.line(),
                    "process " + operation.process() + " read "
                            + operation.input().reads() + " lists, but was answered "
                            + answer.lists().size());
        }
    }
}
