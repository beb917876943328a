package dev.danta.check.txn;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a system promises about its transactions: how far they are isolated from each other (Adya 1999), and whether the
 * order that explains them is also that of each process (strong session) or of real time (strong, or strict). The first
 * ones promise a session alone (Terry and others 1994): what a client has read or written before, for each key by itself.
 */
public enum Consistency {
    /** A client's reads never go back. */
    MONOTONIC_READS(Isolation.NONE, Order.NONE, Guarantee.MONOTONIC_READS),
    /** A client reads what it has written, or something newer. */
    READ_YOUR_WRITES(Isolation.NONE, Order.NONE, Guarantee.READ_YOUR_WRITES),
    /** A client's writes take effect in its order. */
    MONOTONIC_WRITES(Isolation.NONE, Order.NONE, Guarantee.MONOTONIC_WRITES),
    /** A client's writes come after what it has read. */
    WRITES_FOLLOW_READS(Isolation.NONE, Order.NONE, Guarantee.WRITES_FOLLOW_READS),
    /** The four together. */
    SESSION(Isolation.NONE, Order.NONE, Guarantee.values()),
    /** Of two who write the same things one comes first everywhere (PL-1). */
    READ_UNCOMMITTED(Isolation.READ_UNCOMMITTED, Order.NONE),
    /** Nobody reads what was never committed (PL-2). */
    READ_COMMITTED(Isolation.READ_COMMITTED, Order.NONE),
    /** Everybody reads from one instant, and of two who change the same only one may (PL-SI). */
    SNAPSHOT_ISOLATION(Isolation.SNAPSHOT_ISOLATION, Order.NONE),
    /** There is one order of all transactions (PL-3). */
    SERIALIZABLE(Isolation.SERIALIZABLE, Order.NONE),
    STRONG_SESSION_READ_UNCOMMITTED(Isolation.READ_UNCOMMITTED, Order.PROCESS),
    STRONG_SESSION_READ_COMMITTED(Isolation.READ_COMMITTED, Order.PROCESS),
    STRONG_SESSION_SNAPSHOT_ISOLATION(Isolation.SNAPSHOT_ISOLATION, Order.PROCESS),
    STRONG_SESSION_SERIALIZABLE(Isolation.SERIALIZABLE, Order.PROCESS),
    STRONG_READ_UNCOMMITTED(Isolation.READ_UNCOMMITTED, Order.REAL_TIME),
    STRONG_READ_COMMITTED(Isolation.READ_COMMITTED, Order.REAL_TIME),
    STRONG_SNAPSHOT_ISOLATION(Isolation.SNAPSHOT_ISOLATION, Order.REAL_TIME),
    /** There is one order of all transactions, and it respects real time (PL-SS). */
    STRICT_SERIALIZABLE(Isolation.SERIALIZABLE, Order.REAL_TIME);

    /** From what transactions are kept; each includes those before it. */
    enum Isolation {
        /** Reads make sense by themselves, no more. */
        NONE,
        READ_UNCOMMITTED,
        READ_COMMITTED,
        SNAPSHOT_ISOLATION,
        SERIALIZABLE
    }

    /** What the order of transactions respects; each includes those before it. */
    enum Order {
        NONE,
        PROCESS,
        REAL_TIME
    }

    /** What a session may rely on, for each key: a later access is of no older version than an earlier one. */
    enum Guarantee {
        MONOTONIC_READS(1, Isolation.SNAPSHOT_ISOLATION),
        READ_YOUR_WRITES(2, Isolation.SNAPSHOT_ISOLATION),
        MONOTONIC_WRITES(4, Isolation.READ_UNCOMMITTED),
        WRITES_FOLLOW_READS(8, Isolation.READ_COMMITTED);

        private final int bit;

        /** With the order of each process, the weakest isolation that includes it: else there is a cycle of its kind. */
        private final Isolation isolation;

        Guarantee(int bit, Isolation isolation) {
            this.bit = bit;
            this.isolation = isolation;
        }
    }

    private final Isolation isolation;
    private final Order order;
    /** A bit for each. */
    private final int guarantees;

    Consistency(Isolation isolation, Order order, Guarantee... demanded) {
        this.isolation = isolation;
        this.order = order;
        int bits = 0;
        for (Guarantee guarantee : demanded) {
            bits |= guarantee.bit;
        }
        for (Guarantee guarantee : Guarantee.values()) {
            if (order != Order.NONE && isolation.compareTo(guarantee.isolation) >= 0) {
                bits |= guarantee.bit;
            }
        }
        this.guarantees = bits;
    }

    /**
     * The level of this name, in any case.
     *
     * @throws IllegalArgumentException if there is none; the message lists all
     */
    public static Consistency named(String name) {
        for (Consistency level : values()) {
            if (level.label().equalsIgnoreCase(name)) {
                return level;
            }
        }
        throw new IllegalArgumentException("there is no level '" + name + "': "
                + Arrays.stream(values()).map(Consistency::label).collect(Collectors.joining(", ")));
    }

    /** The name as on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Isolation isolation() {
        return isolation;
    }

    Order order() {
        return order;
    }

    /** Whether transactions are at least so isolated. */
    boolean isolates(Isolation from) {
        return isolation.compareTo(from) >= 0;
    }

    /** Whether a session, or at a strong level all clients together, may rely on this. */
    boolean guarantees(Guarantee guarantee) {
        return (guarantees & guarantee.bit) != 0;
    }

    /** Whether a history in which this happened is not of this level. */
    public boolean forbids(Anomaly.Kind kind) {
        Guarantee broken = kind.guarantee();
        if (broken != null) {
            return guarantees(broken);
        }
        return isolates(kind.isolation()) && order.compareTo(kind.order()) >= 0;
    }
}
