package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The definition: tries every order of all known transactions and of some of unknown outcome. For a handful of them. */
final class SerialOrders {
    private final List<Operation<AppendTxn, ListsRead>> operations;
    private final boolean realTime;

    private SerialOrders(List<Operation<AppendTxn, ListsRead>> operations, boolean realTime) {
        this.operations = operations;
        this.realTime = realTime;
    }

    static boolean exists(List<Operation<AppendTxn, ListsRead>> operations, boolean realTime) {
        return new SerialOrders(operations, realTime).exists(0, new HashMap<>());
    }

    private boolean exists(int done, Map<String, List<String>> lists) {
        boolean allKnownDone = true;
        for (int i = 0; i < operations.size(); i++) {
            Operation<AppendTxn, ListsRead> next = operations.get(i);
            if ((done & 1 << i) != 0) {
                continue;
            }
            allKnownDone &= next.isUnknown();
            if (realTime && isPrecededByOneNotDone(done, next)) {
                continue;
            }
            Map<String, List<String>> after = applied(next, lists);
            if (after != null && exists(done | 1 << i, after)) {
                return true;
            }
        }
        return allKnownDone;
    }

    private boolean isPrecededByOneNotDone(int done, Operation<AppendTxn, ListsRead> next) {
        for (int i = 0; i < operations.size(); i++) {
            if ((done & 1 << i) == 0 && operations.get(i).completedAt() < next.invokedAt()) {
                return true;
            }
        }
        return false;
    }

    /** The lists after this transaction, or null if it could not have been answered as it was. */
    private static Map<String, List<String>> applied(
            Operation<AppendTxn, ListsRead> operation, Map<String, List<String>> lists) {
        Map<String, List<String>> after = new HashMap<>(lists);
        int read = 0;
        for (AppendTxn.Step step : operation.input().steps()) {
            List<String> list = after.getOrDefault(step.key(), List.of());
            if (step instanceof AppendTxn.Step.Append append) {
                List<String> longer = new ArrayList<>(list);
                longer.add(append.element());
                after.put(step.key(), longer);
            } else if (!operation.isUnknown()
                    && !operation.output().lists().get(read++).equals(list)) {
                return null;
            }
        }
        return after;
    }
}
