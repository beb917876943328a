package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.RegisterOrders.Edge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Transactions over registers in words. */
final class RegisterWords extends TxnWords<RegisterTxn, RegistersSeen> {
    private final List<Operation<RegisterTxn, RegistersSeen>> history;
    private final Registers registers;
    private final List<Edge> orders;

    /**
     * Words for a history.
     *
     * @param orders which versions come before which; may be filled until a sentence is asked for
     */
    RegisterWords(List<Operation<RegisterTxn, RegistersSeen>> history, Registers registers, List<Edge> orders) {
        this.history = history;
        this.registers = registers;
        this.orders = orders;
    }

    @Override
    String describe(RegisterTxn input, @Nullable RegistersSeen output) {
        return input.describe(output);
    }

    @Override
    String sentence(Cycle.Step step, String from, String to) {
        if (step.kind() == DependencyGraph.WR) {
            return to + " read " + registers.registerOf(step.cause()).name() + " as " + registers.value(step.cause())
                    + ", which " + from + " wrote";
        }
        Edge edge = orders.get(step.cause());
        String register = registers.registerOf(edge.from()).name();
        String before = registers.value(edge.from());
        String after = registers.value(edge.to());
        if (step.kind() == DependencyGraph.RW) {
            return from + " read " + register + " as " + before + ", over which " + to + " wrote " + after
                    + why(edge, step, from, to);
        }
        return to + " wrote " + register + " = " + after + " over " + before + ", which " + from + " had written"
                + why(edge, step, from, to);
    }

    private String why(Edge edge, Cycle.Step step, String from, String to) {
        return switch (edge.why()) {
            case PLACES -> " (versions " + registers.place(edge.from()) + " and " + registers.place(edge.to()) + ")";
            case INITIAL -> "";
            case READ -> " having read it";
            case PROCESS ->
                " (its process had " + verb(edge.before(), edge.from()) + " " + registers.value(edge.from())
                        + " before)";
            case REAL_TIME ->
                " (" + who(edge.before(), step, from, to) + " had " + verb(edge.before(), edge.from())
                        + " " + registers.value(edge.from()) + " and was answered, "
                        + TxnWords.answered(history.get(edge.before())) + ", before "
                        + who(edge.after(), step, from, to)
                        + ", asked " + TxnWords.asked(history.get(edge.after())) + ", "
                        + (registers.transaction(edge.to()) == edge.after() ? "wrote " : "read ")
                        + registers.value(edge.to()) + ")";
        };
    }

    private String who(int transaction, Cycle.Step step, String from, String to) {
        if (transaction == step.from()) {
            return from;
        }
        return transaction == step.to()
                ? to
                : "process " + history.get(transaction).process();
    }

    private String verb(int transaction, int version) {
        return registers.transaction(version) == transaction ? "written" : "read";
    }
}
