package dev.danta.sim.workload;

/** What clients keep to whose transactions decide about bounded counters (protocol.md 8). Mutants break it. */
public interface OrderRules {
    /** What is right. */
    OrderRules PROTOCOL = new OrderRules() {};

    /** Whether the records of the counters that are decided about are read in the transaction that decides, and so validated. */
    default boolean readsCounters() {
        return true;
    }

    /** Whether that a reservation is still held is read in the transaction that ends it, and so validated. */
    default boolean readsReservation() {
        return true;
    }
}
