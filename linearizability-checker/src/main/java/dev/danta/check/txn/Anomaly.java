package dev.danta.check.txn;

import dev.danta.check.Operation;
import java.util.List;
import java.util.Locale;

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
     * The names of what can be wrong, as Adya and Elle call them. Cycles that need real time to be one end in {@code
     * -realtime}.
     */
    public enum Kind {
        /** A read shows an element that nobody was ever asked to append. */
        GARBAGE_READ("garbage-read", Consistency.READ_COMMITTED),
        /** A read shows what the same transaction appends only later. */
        FUTURE_READ("future-read", Consistency.READ_COMMITTED),
        /** A read shows an element twice. */
        DUPLICATE_ELEMENTS("duplicate-elements", Consistency.READ_COMMITTED),
        /** Two reads of a list of which neither is the beginning of the other. */
        INCOMPATIBLE_ORDER("incompatible-order", Consistency.READ_COMMITTED),
        /** A read shows what an aborted transaction appended. */
        G1A("G1a", Consistency.READ_COMMITTED),
        /** A read ends within the appends of another transaction. */
        G1B("G1b", Consistency.READ_COMMITTED),
        /** A read that contradicts what the same transaction has read or appended before. */
        INTERNAL("internal", Consistency.SNAPSHOT_ISOLATION),
        /** Two transactions append to the same version that both have read. */
        LOST_UPDATE("lost-update", Consistency.SNAPSHOT_ISOLATION),
        /** A cycle of ww. */
        G0("G0", Consistency.READ_COMMITTED),
        /** A cycle of ww and wr. */
        G1C("G1c", Consistency.READ_COMMITTED),
        /** A cycle with one rw. */
        G_SINGLE("G-single-item", Consistency.SNAPSHOT_ISOLATION),
        /** A cycle with several rw, no two of them side by side. */
        G_NONADJACENT("G-nonadjacent-item", Consistency.SNAPSHOT_ISOLATION),
        /** A cycle with rw side by side. */
        G2("G2-item", Consistency.SERIALIZABLE),
        G0_REALTIME("G0-realtime", Consistency.STRICT_SERIALIZABLE),
        G1C_REALTIME("G1c-realtime", Consistency.STRICT_SERIALIZABLE),
        G_SINGLE_REALTIME("G-single-item-realtime", Consistency.STRICT_SERIALIZABLE),
        G_NONADJACENT_REALTIME("G-nonadjacent-item-realtime", Consistency.STRICT_SERIALIZABLE),
        G2_REALTIME("G2-item-realtime", Consistency.STRICT_SERIALIZABLE),
        /** A client reads an older version than it has read before. */
        MONOTONIC_READS("non-monotonic-reads", Consistency.READ_COMMITTED),
        /** A client reads an older version than it has written. */
        READ_YOUR_WRITES("own-write-unread", Consistency.READ_COMMITTED),
        /** A client's write comes before one that it made before. */
        MONOTONIC_WRITES("non-monotonic-writes", Consistency.READ_COMMITTED),
        /** A client's write comes before what it had read. */
        WRITES_FOLLOW_READS("write-before-read", Consistency.READ_COMMITTED);

        private final String label;
        private final Consistency weakest;

        Kind(String label, Consistency weakest) {
            this.label = label;
            this.weakest = weakest;
        }

        /** The name as it is printed. */
        public String label() {
            return label;
        }

        /** The weakest level that forbids it; all above do too. */
        public Consistency weakest() {
            return weakest;
        }
    }
}
