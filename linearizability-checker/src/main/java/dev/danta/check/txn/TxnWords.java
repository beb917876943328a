package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transactions and cycles of them in words; how one kind of transactions is described, its own class says. */
abstract class TxnWords<I, O> {
    /** What was asked and answered. */
    abstract String describe(I input, @Nullable O output);

    /** Why one transaction comes before another, by what was read or written. */
    abstract String sentence(Cycle.Step step, String from, String to);

    /** The anomaly that a cycle is: its transactions are T1 to Tn in their order. */
    final Anomaly<I, O> anomaly(Cycle cycle, List<Operation<I, O>> history) {
        List<Operation<I, O>> transactions = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        int size = cycle.steps().size();
        for (int i = 0; i < size; i++) {
            Cycle.Step step = cycle.steps().get(i);
            transactions.add(history.get(step.from()));
            String from = "T" + (i + 1);
            String to = "T" + ((i + 1) % size + 1);
            reasons.add(reason(step, from, to, history));
        }
        return new Anomaly<>(cycle.kind(), transactions, transactions(transactions), cycle.edges(), reasons);
    }

    private String reason(Cycle.Step step, String from, String to, List<Operation<I, O>> history) {
        Operation<I, O> before = history.get(step.from());
        Operation<I, O> after = history.get(step.to());
        if (step.kind() == DependencyGraph.RT) {
            return from + " was answered (" + answered(before) + ") before " + to + " was asked (" + asked(after) + ")";
        }
        if (step.kind() == DependencyGraph.PROCESS) {
            return from + " was answered (" + answered(before) + ") before the same process " + before.process()
                    + " asked for " + to + " (" + asked(after) + ")";
        }
        return sentence(step, from, to);
    }

    /** Each in words, as T1 to Tn. */
    final List<String> transactions(List<Operation<I, O>> transactions) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < transactions.size(); i++) {
            words.add(transaction(i + 1, transactions.get(i)));
        }
        return words;
    }

    /** A transaction on a few words: who, where, what. */
    private String transaction(int number, Operation<I, O> operation) {
        StringBuilder words =
                new StringBuilder("T").append(number).append(" = process ").append(operation.process());
        if (operation.line() != Operation.NO_LINE) {
            words.append(" at line ").append(operation.line());
        }
        return words.append(' ')
                .append(describe(operation.input(), operation.output()))
                .toString();
    }

    /** When it was answered. */
    static String answered(Operation<?, ?> operation) {
        return operation.completedLine() == Operation.NO_LINE
                ? "at " + operation.completedAt()
                : "line " + operation.completedLine();
    }

    /** When it was asked. */
    static String asked(Operation<?, ?> operation) {
        return operation.invokedLine() == Operation.NO_LINE
                ? "at " + operation.invokedAt()
                : "line " + operation.invokedLine();
    }
}
