package dev.danta.sim.workload;

import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;

/** What the transactions and sessions of applications keep to, for their laws to hold. Mutants break it. */
public interface PortRules {
    /** What is right. */
    PortRules PROTOCOL = new PortRules() {};

    /** Whether the commit depends on the records that were read. */
    default boolean validatesRecords() {
        return true;
    }

    /** Whether what is done to counters is committed together with what is put into records. */
    default boolean commitsTogether() {
        return true;
    }

    /** Whether what a transaction gains is gained by its commit, and not beforehand. */
    default boolean gainsWithCommit() {
        return true;
    }

    /**
     * Whether there is room for {@code amount}.
     *
     * @param collections what every counter of the collection is at first; the bound of this one may have been moved since
     */
    default boolean covers(CounterRecord record, CounterBounds collections, long amount, boolean intoAllowance) {
        return record.covers(amount, intoAllowance);
    }

    /** Whether a session is shown what it has read and changed, or what came after it. */
    default boolean keepsSession() {
        return true;
    }
}
