package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What lists are: for the definition of a serial order. */
final class Lists {
    private Lists() {}

    static boolean haveSerialOrder(List<Operation<AppendTxn, ListsRead>> operations, Consistency.Order order) {
        return SerialOrders.exists(operations, order, Map.of(), Lists::after);
    }

    private static Map<String, List<String>> after(
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
