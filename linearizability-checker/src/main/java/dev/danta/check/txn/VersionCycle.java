package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.Consistency.Guarantee;
import dev.danta.check.txn.Consistency.Isolation;
import dev.danta.check.txn.RegisterOrders.Edge;
import dev.danta.check.txn.RegisterOrders.Why;
import java.util.ArrayList;
import java.util.List;

/** Versions of a register that would each have to come before the next and the last before the first, in words. */
final class VersionCycle {
    private final List<Operation<RegisterTxn, RegistersSeen>> history;
    private final Registers registers;
    private final Consistency level;
    private final List<Edge> edges = new ArrayList<>();
    private final List<Integer> transactions = new ArrayList<>();

    VersionCycle(List<Operation<RegisterTxn, RegistersSeen>> history, Registers registers, Consistency level) {
        this.history = history;
        this.registers = registers;
        this.level = level;
    }

    void add(Edge edge) {
        edges.add(edge);
    }

    /** A broken guarantee where sessions are all that is asked; else versions that cannot be ordered. */
    void addTo(Faults<RegisterTxn, RegistersSeen> faults) {
        Edge broken = null;
        for (Edge edge : edges) {
            boolean later = broken == null || edge.after() > broken.after();
            broken = edge.why() == Why.PROCESS && later ? edge : broken;
        }
        Anomaly.Kind kind = Anomaly.Kind.CYCLIC_VERSIONS;
        if (broken != null) {
            name(broken.before());
            name(broken.after());
            boolean sessionsAreAll = level.isolation() == Isolation.NONE;
            kind = sessionsAreAll ? Anomaly.Kind.breaking(guarantee(broken)) : kind;
        }
        List<String> reasons = new ArrayList<>();
        for (Edge edge : edges) {
            reasons.add(registers.value(edge.from()) + " comes before " + registers.value(edge.to()) + ", for "
                    + reason(edge));
        }
        for (Edge edge : edges) {
            if (transactions.isEmpty()) {
                name(registers.transaction(edge.to()));
            }
        }
        if (transactions.isEmpty()) {
            throw new IllegalStateException("a cycle of versions that nobody wrote");
        }
        String register = registers.registerOf(edges.get(0).from()).name();
        faults.add(
                kind,
                transactions.stream().map(history::get).toList(),
                "of " + register + " " + String.join(" and ", reasons));
    }

    private Guarantee guarantee(Edge edge) {
        boolean wrote = registers.transaction(edge.from()) == edge.before();
        boolean writes = registers.transaction(edge.to()) == edge.after();
        if (wrote) {
            return writes ? Guarantee.MONOTONIC_WRITES : Guarantee.READ_YOUR_WRITES;
        }
        return writes ? Guarantee.WRITES_FOLLOW_READS : Guarantee.MONOTONIC_READS;
    }

    /** The name of a transaction, T1 and so on in the order in which they are named. */
    private String name(int transaction) {
        if (transaction < 0) {
            return "nobody";
        }
        if (!transactions.contains(transaction)) {
            transactions.add(transaction);
        }
        return "T" + (transactions.indexOf(transaction) + 1);
    }

    private String reason(Edge edge) {
        return switch (edge.why()) {
            case PLACES -> "these are versions " + registers.place(edge.from()) + " and " + registers.place(edge.to());
            case INITIAL -> "that was there first";
            case READ -> name(edge.after()) + " read the one and wrote the other";
            case PROCESS ->
                done(edge.before(), edge.from()) + " before the same process asked for "
                        + done(edge.after(), edge.to());
            case REAL_TIME ->
                done(edge.before(), edge.from()) + " and was answered ("
                        + TxnWords.answered(history.get(edge.before())) + ") before " + name(edge.after())
                        + " was asked (" + TxnWords.asked(history.get(edge.after())) + "), who "
                        + verb(edge.after(), edge.to()) + " " + registers.value(edge.to());
        };
    }

    private String done(int transaction, int version) {
        return name(transaction) + " " + verb(transaction, version) + " " + registers.value(version);
    }

    private String verb(int transaction, int version) {
        return registers.transaction(version) == transaction ? "wrote" : "read";
    }
}
