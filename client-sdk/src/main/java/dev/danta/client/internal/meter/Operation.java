package dev.danta.client.internal.meter;

/** What is done without a transaction. */
public enum Operation {
    /** A relaxed put, deletion or addition; what a bounded counter gains. */
    RELAXED_UPDATE,
    /** A relaxed read, out of the cache or not. */
    RELAXED_READ,
    /** A strict read of one key, or of a bounded counter, by itself. */
    STRICT_READ,
    /** A spend of a bounded counter. */
    SPEND
}
