package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;

/** Cycles in words. */
final class Wording {
    /** Of a list, so many elements at its end are shown. */
    private static final int ELEMENTS_MAX = 12;

    private Wording() {}

    static String list(List<String> list) {
        if (list.size() <= ELEMENTS_MAX) {
            return list.toString();
        }
        List<String> end = list.subList(list.size() - ELEMENTS_MAX, list.size());
        return "[" + (list.size() - ELEMENTS_MAX) + " more, " + String.join(", ", end) + "]";
    }

    /** The anomaly that a cycle is: its transactions are T1 to Tn in their order. */
    static Anomaly<AppendTxn, ListsRead> anomaly(
            Cycle cycle, List<Operation<AppendTxn, ListsRead>> history, Appends appends) {
        List<Operation<AppendTxn, ListsRead>> transactions = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        int size = cycle.steps().size();
        for (int i = 0; i < size; i++) {
            Cycle.Step step = cycle.steps().get(i);
            transactions.add(history.get(step.from()));
            String from = "T" + (i + 1);
            String to = "T" + ((i + 1) % size + 1);
            reasons.add(sentence(step, from, to, history, appends));
        }
        return new Anomaly<>(cycle.kind(), transactions, transactions(transactions), cycle.edges(), reasons);
    }

    /** Each in words, as T1 to Tn. */
    static List<String> transactions(List<Operation<AppendTxn, ListsRead>> transactions) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < transactions.size(); i++) {
            words.add(transaction(i + 1, transactions.get(i)));
        }
        return words;
    }

    private static String sentence(
            Cycle.Step step, String from, String to, List<Operation<AppendTxn, ListsRead>> history, Appends appends) {
        if (step.kind() == DependencyGraph.RT) {
            return from + " was answered (" + answered(history.get(step.from())) + ") before " + to + " was asked ("
                    + asked(history.get(step.to())) + ")";
        }
        String element = appends.element(step.cause());
        String list = appends.listOf(step.cause()).name();
        if (step.kind() == DependencyGraph.WR) {
            return to + " read " + element + " in " + list + ", which " + from + " appended";
        }
        if (step.kind() == DependencyGraph.RW) {
            return from + " read " + list + " without " + element + ", which " + to + " appended";
        }
        return to + " appended " + element + " to " + list + " after what " + from + " had appended";
    }

    private static String answered(Operation<AppendTxn, ListsRead> operation) {
        return operation.completedLine() == Operation.NO_LINE
                ? "at " + operation.completedAt()
                : "line " + operation.completedLine();
    }

    private static String asked(Operation<AppendTxn, ListsRead> operation) {
        return operation.invokedLine() == Operation.NO_LINE
                ? "at " + operation.invokedAt()
                : "line " + operation.invokedLine();
    }

    /** A transaction on a few words: who, where, what. */
    private static String transaction(int number, Operation<AppendTxn, ListsRead> operation) {
        StringBuilder words =
                new StringBuilder("T").append(number).append(" = process ").append(operation.process());
        if (operation.line() != Operation.NO_LINE) {
            words.append(" at line ").append(operation.line());
        }
        return words.append(' ')
                .append(operation.input().describe(operation.output()))
                .toString();
    }
}
