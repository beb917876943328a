package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

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
    /** The most components with cycles that are explained. */
    private static final int COMPONENTS_MAX = 16;

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
        DependencyGraph graph = Dependencies.of(operations, appends, orders, level == Consistency.STRICT_SERIALIZABLE);
        List<Anomaly<AppendTxn, ListsRead>> anomalies = new ArrayList<>();
        faults.found().stream().filter(anomaly -> level.forbids(anomaly.kind())).forEach(anomalies::add);
        for (Cycle cycle : cycles(graph, level)) {
            anomalies.add(Wording.anomaly(cycle, operations, appends));
        }
        anomalies.sort(Comparator.comparing(Anomaly::kind));
        return verdict(history, level, anomalies, vacuous, graph.edges(), startNanos);
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

    private static List<Cycle> cycles(DependencyGraph graph, Consistency level) {
        List<Cycle> cycles = new ArrayList<>();
        int explained = 0;
        for (int[] component : Components.of(graph, CycleSearch.kinds(level))) {
            List<Cycle> worst = CycleSearch.worst(graph.restrictedTo(component), level);
            cycles.addAll(worst);
            explained += worst.isEmpty() ? 0 : 1;
            if (explained == COMPONENTS_MAX) {
                break;
            }
        }
        return cycles;
    }

    private static TxnVerdict<AppendTxn, ListsRead> verdict(
            History<AppendTxn, ListsRead> history,
            Consistency level,
            List<Anomaly<AppendTxn, ListsRead>> anomalies,
            boolean vacuous,
            int edges,
            long startNanos) {
        Result.Progress progress = new Result.Progress(
                history.size(), 1, vacuous ? 0 : 1, edges, 0, Duration.ofNanos(System.nanoTime() - startNanos));
        if (!anomalies.isEmpty()) {
            List<Result.Failure<AppendTxn, ListsRead>> failures = anomalies.stream()
                    .map(anomaly -> new Result.Failure<>(
                            Model.WHOLE,
                            anomaly.transactions().get(0),
                            List.<Result.PartialLinearization<AppendTxn, ListsRead>>of(),
                            anomaly.sentence()))
                    .toList();
            return new TxnVerdict<>(level, new Result.Invalid<>(failures, progress), anomalies);
        }
        return new TxnVerdict<>(
                level,
                vacuous
                        ? new Result.Unknown<>(Result.Reason.VACUOUS, List.of(Model.WHOLE), null, progress)
                        : new Result.Valid<>(Map.of(), false, progress),
                anomalies);
    }
}
