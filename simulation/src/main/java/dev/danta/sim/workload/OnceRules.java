package dev.danta.sim.workload;

/** What clients keep to who want something done once (protocol.md 4.5). Mutants break it. */
public interface OnceRules {
    /** What is right. */
    OnceRules PROTOCOL = new OnceRules() {};

    /** Whether that nothing is recorded yet is read in the transaction that records it, and so validated. */
    default boolean readsRecord() {
        return true;
    }

    /**
     * Whether a record may be deleted.
     *
     * @param settled whether every attempt that was made is known to be over, and no other will be made
     */
    default boolean mayDelete(boolean settled) {
        return settled;
    }

    /** How long a record says that it is to be kept, given how long requests may be repeated. */
    default long keptMicros(long repeatedMicros) {
        return repeatedMicros;
    }
}
