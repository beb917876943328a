package dev.danta.check.txn;

import java.util.Locale;

/** What a system promises about its transactions, from the weakest to the strongest; each includes those before it. */
public enum Consistency {
    /** Nobody reads what was never committed (Adya's PL-2). */
    READ_COMMITTED,
    /** Everybody reads from one instant, and of two who change the same only one may (PL-SI). */
    SNAPSHOT_ISOLATION,
    /** There is one order of all transactions (PL-3). */
    SERIALIZABLE,
    /** There is one, and it respects real time (PL-SS). */
    STRICT_SERIALIZABLE;

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
        throw new IllegalArgumentException("there is no level '" + name
                + "': read-committed, snapshot-isolation, serializable or strict-serializable");
    }

    /** The name as on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether a history in which this happened is not of this level. */
    public boolean forbids(Anomaly.Kind kind) {
        return kind.weakest().compareTo(this) <= 0;
    }
}
