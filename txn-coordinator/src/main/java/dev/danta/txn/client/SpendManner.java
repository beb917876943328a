package dev.danta.txn.client;

/** How something is spent of a bounded counter (protocol.md 8). */
public enum SpendManner {
    /** By a strict transaction on the counter's record. */
    STRICT,
    /** Of an allotment, in one round trip and in nobody's way, if this client has one or gets one; else strictly. */
    RESERVED,
    /**
     * Of a lax allotment, with one acknowledgement, also where no quorum can be reached, if this client has one with enough or
     * gets it; else strictly.
     */
    LAX,
    /** Like {@link #LAX}, or else not at all. */
    LAX_ONLY;

    boolean isLax() {
        return this == LAX || this == LAX_ONLY;
    }
}
