package dev.danta.txn.client;

/** How something is spent of a bounded counter (protocol.md 8). */
public enum SpendManner {
    /** By a strict transaction on the counter's record. */
    STRICT,
    /** Of an allotment, in one round trip and in nobody's way, if this client has one or gets one; else strictly. */
    RESERVED
}
