package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for long forks: two readers of whom each sees a change that the other does not, as if the state had forked between
 * them (Y. Sovran and others, Transactional storage for geo-replicated systems, SOSP 2011, who allow that). Every register is
 * written once at most, so the order of its two versions is known, and a fork is a cycle in which no two rw are side by
 * side; with readers of different registers it may be longer than two readers. Linear in the steps.
 *
 * <p>Stateless and thread-safe.
 */
public final class LongForkCheck {
    private LongForkCheck() {}

    /**
     * Judges a history.
     *
     * @param aborted transactions that certainly did not happen
     * @param initial what every register holds at first, or null for nothing
     * @return invalid with the forks, and with whatever else snapshot isolation forbids; unknown (vacuous) if no answer shows
     *     two registers
     * @throws MalformedHistoryException if a register was to be written twice
     */
    public static TxnVerdict<RegisterTxn, RegistersSeen> check(
            History<RegisterTxn, RegistersSeen> history,
            List<Operation<RegisterTxn, RegistersSeen>> aborted,
            @Nullable String initial) {
        long startNanos = System.nanoTime();
        demandSingleWrites(history.operations());
        TxnVerdict<RegisterTxn, RegistersSeen> verdict =
                RegisterCheck.check(history, aborted, initial, false, Consistency.SNAPSHOT_ISOLATION);
        List<Anomaly<RegisterTxn, RegistersSeen>> anomalies = new ArrayList<>();
        for (Anomaly<RegisterTxn, RegistersSeen> anomaly : verdict.anomalies()) {
            anomalies.add(anomaly.kind() == Anomaly.Kind.G_NONADJACENT ? anomaly.as(Anomaly.Kind.LONG_FORK) : anomaly);
        }
        boolean seen = history.operations().stream().anyMatch(LongForkCheck::showsTwo);
        return TxnVerdict.of(
                history,
                Consistency.SNAPSHOT_ISOLATION,
                anomalies,
                seen ? null : "nobody has read two registers at once",
                (int) verdict.result().progress().configurations(),
                startNanos);
    }

    private static void demandSingleWrites(List<Operation<RegisterTxn, RegistersSeen>> operations) {
        Map<String, Operation<RegisterTxn, RegistersSeen>> writers = new HashMap<>();
        for (Operation<RegisterTxn, RegistersSeen> operation : operations) {
            for (RegisterTxn.Step step : operation.input().steps()) {
                if (!(step instanceof RegisterTxn.Step.Write)) {
                    continue;
                }
                Operation<RegisterTxn, RegistersSeen> other = writers.put(step.register(), operation);
                if (other != null) {
                    throw new MalformedHistoryException(
                            operation.invokedLine(),
                            "process " + operation.process() + " writes " + step.register()
                                    + ", which process " + other.process()
                                    + " was to write before: of long fork, every register is written once");
                }
            }
        }
    }

    private static boolean showsTwo(Operation<RegisterTxn, RegistersSeen> operation) {
        if (operation.isUnknown()) {
            return false;
        }
        Set<String> read = new HashSet<>();
        for (RegisterTxn.Step step : operation.input().steps()) {
            if (step instanceof RegisterTxn.Step.Read) {
                read.add(step.register());
            }
        }
        return read.size() > 1;
    }
}
