package dev.danta.check.txn;

import dev.danta.check.Operation;
import dev.danta.check.txn.Consistency.Guarantee;
import dev.danta.check.txn.Consistency.Isolation;
import dev.danta.check.txn.Consistency.Order;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a history of transactions.
 *
 * @param kind its name
 * @param transactions those concerned; for a cycle, in its order
 * @param descriptions each of them in words, beginning with its name, T1 and so on
 * @param edges for a cycle the kind of each of its edges, the last leading back to the first transaction; else empty
 * @param reasons one sentence; for a cycle one for each edge, the last leading back to the first transaction
 */
public record Anomaly<I, O>(
        Kind kind,
        List<Operation<I, O>> transactions,
        List<String> descriptions,
        List<Edge> edges,
        List<String> reasons) {
    public Anomaly {
        transactions = List.copyOf(transactions);
        descriptions = List.copyOf(descriptions);
        edges = List.copyOf(edges);
        reasons = List.copyOf(reasons);
        if (transactions.isEmpty() || reasons.isEmpty()) {
            throw new IllegalArgumentException("an anomaly names transactions and says why");
        }
        if (descriptions.size() != transactions.size()) {
            throw new IllegalArgumentException("every transaction is described: " + descriptions);
        }
        if (!edges.isEmpty() && (edges.size() != transactions.size() || edges.size() != reasons.size())) {
            throw new IllegalArgumentException("a cycle has as many edges as transactions and reasons: " + edges);
        }
    }

    /** An anomaly that is no cycle. */
    static <I, O> Anomaly<I, O> of(
            Kind kind, List<Operation<I, O>> transactions, List<String> descriptions, String reason) {
        return new Anomaly<>(kind, transactions, descriptions, List.of(), List.of(reason));
    }

    /** The same by another name. */
    Anomaly<I, O> as(Kind name) {
        return new Anomaly<>(name, transactions, descriptions, edges, reasons);
    }

    /** Why one transaction comes before the other. */
    public enum Edge {
        /** The other overwrites what the one wrote. */
        WW,
        /** The other read what the one wrote. */
        WR,
        /** The other overwrites what the one read. */
        RW,
        /** The one was answered before the other was asked. */
        REAL_TIME,
        /** The one was answered before the same process asked for the other. */
        PROCESS;

        /** The short name. */
        public String label() {
            return switch (this) {
                case REAL_TIME -> "rt";
                case PROCESS -> "p";
                default -> name().toLowerCase(Locale.ROOT);
            };
        }
    }

    /** All of it in one line. */
    public String sentence() {
        return kind.label() + ": " + String.join("; ", reasons) + "; where " + String.join("; ", descriptions);
    }

    /**
     * The names of what can be wrong, the worst first, as Adya and Elle call them. Cycles that need the order of a process
     * to be one end in {@code -process}, those that need real time in {@code -realtime}.
     */
    public enum Kind {
        /** A read shows what nobody was ever asked to write. */
        GARBAGE_READ("garbage-read", Isolation.NONE, Order.NONE),
        /** A read shows what the same transaction writes only later. */
        FUTURE_READ("future-read", Isolation.NONE, Order.NONE),
        /** A read shows an element twice. */
        DUPLICATE_ELEMENTS("duplicate-elements", Isolation.NONE, Order.NONE),
        /** Two writes of one register got the same version. */
        DUPLICATE_VERSIONS("duplicate-versions", Isolation.NONE, Order.NONE),
        /** Two reads of a list of which neither is the beginning of the other. */
        INCOMPATIBLE_ORDER("incompatible-order", Isolation.NONE, Order.NONE),
        /** A read shows what an aborted transaction wrote. */
        G1A("G1a", Isolation.READ_COMMITTED, Order.NONE),
        /** A read shows what another transaction went on to change. */
        G1B("G1b", Isolation.READ_COMMITTED, Order.NONE),
        /** A read that contradicts what the same transaction has read or written before. */
        INTERNAL("internal", Isolation.SNAPSHOT_ISOLATION, Order.NONE),
        /** Two transactions change the same version that both have read. */
        LOST_UPDATE("lost-update", Isolation.SNAPSHOT_ISOLATION, Order.NONE),
        /** A cycle of ww. */
        G0("G0", Isolation.READ_UNCOMMITTED, Order.NONE),
        /** A cycle of ww and wr. */
        G1C("G1c", Isolation.READ_COMMITTED, Order.NONE),
        /** A cycle with one rw. */
        G_SINGLE("G-single-item", Isolation.SNAPSHOT_ISOLATION, Order.NONE),
        /** A cycle with several rw, no two of them side by side. */
        G_NONADJACENT("G-nonadjacent-item", Isolation.SNAPSHOT_ISOLATION, Order.NONE),
        /** Two reads of which each shows a change that the other does not; longer, the same in a ring. */
        LONG_FORK("long-fork", Isolation.SNAPSHOT_ISOLATION, Order.NONE),
        /** A cycle with rw side by side. */
        G2("G2-item", Isolation.SERIALIZABLE, Order.NONE),
        G0_PROCESS("G0-process", Isolation.READ_UNCOMMITTED, Order.PROCESS),
        G1C_PROCESS("G1c-process", Isolation.READ_COMMITTED, Order.PROCESS),
        G_SINGLE_PROCESS("G-single-item-process", Isolation.SNAPSHOT_ISOLATION, Order.PROCESS),
        G_NONADJACENT_PROCESS("G-nonadjacent-item-process", Isolation.SNAPSHOT_ISOLATION, Order.PROCESS),
        G2_PROCESS("G2-item-process", Isolation.SERIALIZABLE, Order.PROCESS),
        G0_REALTIME("G0-realtime", Isolation.READ_UNCOMMITTED, Order.REAL_TIME),
        G1C_REALTIME("G1c-realtime", Isolation.READ_COMMITTED, Order.REAL_TIME),
        G_SINGLE_REALTIME("G-single-item-realtime", Isolation.SNAPSHOT_ISOLATION, Order.REAL_TIME),
        G_NONADJACENT_REALTIME("G-nonadjacent-item-realtime", Isolation.SNAPSHOT_ISOLATION, Order.REAL_TIME),
        G2_REALTIME("G2-item-realtime", Isolation.SERIALIZABLE, Order.REAL_TIME),
        /** Whatever order the versions of a register have, it contradicts what the level demands. */
        CYCLIC_VERSIONS("cyclic-versions", Isolation.NONE, Order.NONE),
        /** Replicas show different things of a key, though nothing is changed any more. */
        DIVERGENCE("divergence", Isolation.NONE, Order.NONE),
        /** An acknowledged change is missing in the end. */
        MISSING_CHANGE("missing-change", Isolation.NONE, Order.NONE),
        /** A feed shows a change after one that came later. */
        CHANGE_OUT_OF_ORDER("change-out-of-order", Isolation.NONE, Order.NONE),
        /** A feed shows a change without one that came before it. */
        SKIPPED_CHANGE("skipped-change", Isolation.NONE, Order.NONE),
        /** A client reads an older version than it has read before. */
        MONOTONIC_READS("non-monotonic-reads", Guarantee.MONOTONIC_READS),
        /** A client reads an older version than it has written. */
        READ_YOUR_WRITES("own-write-unread", Guarantee.READ_YOUR_WRITES),
        /** A client's write comes before one that it made before. */
        MONOTONIC_WRITES("non-monotonic-writes", Guarantee.MONOTONIC_WRITES),
        /** A client's write comes before what it had read. */
        WRITES_FOLLOW_READS("write-before-read", Guarantee.WRITES_FOLLOW_READS);

        private final String label;
        private final Isolation isolation;
        private final Order order;
        private final @Nullable Guarantee guarantee;

        Kind(String label, Isolation isolation, Order order) {
            this.label = label;
            this.isolation = isolation;
            this.order = order;
            this.guarantee = null;
        }

        Kind(String label, Guarantee guarantee) {
            this.label = label;
            this.isolation = Isolation.NONE;
            this.order = Order.NONE;
            this.guarantee = guarantee;
        }

        /** What it is called when this guarantee is broken. */
        static Kind breaking(Guarantee guarantee) {
            return switch (guarantee) {
                case MONOTONIC_READS -> MONOTONIC_READS;
                case READ_YOUR_WRITES -> READ_YOUR_WRITES;
                case MONOTONIC_WRITES -> MONOTONIC_WRITES;
                case WRITES_FOLLOW_READS -> WRITES_FOLLOW_READS;
            };
        }

        /** The name as it is printed. */
        public String label() {
            return label;
        }

        /** The weakest isolation under which it may not happen. */
        Isolation isolation() {
            return isolation;
        }

        /** The weakest order under which it may not happen. */
        Order order() {
            return order;
        }

        /** The guarantee to a session that it breaks, if it does. */
        @Nullable
        Guarantee guarantee() {
            return guarantee;
        }
    }
}
