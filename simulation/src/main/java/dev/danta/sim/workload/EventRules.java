package dev.danta.sim.workload;

import dev.danta.txn.client.ClientCall;

/** What those keep to who append to event streams and read views of them. Mutants break it. */
public interface EventRules {
    /** What is right. */
    EventRules PROTOCOL = new EventRules() {};

    /** Whether a page is in its stream's index before anything is on it. */
    default boolean putsPageIntoIndex() {
        return true;
    }

    /** Who is asked for hashes by a read of that level. */
    default ClientCall.Level hashes(ClientCall.Level read) {
        return read;
    }
}
