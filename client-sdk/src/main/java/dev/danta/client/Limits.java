package dev.danta.client;

/** What one call may carry; checked before anything is sent. */
final class Limits {
    /** Of one encoded value. */
    static final int VALUE_BYTES_MAX = 1 << 20;
    /** Different keys that one transaction reads or writes. */
    static final int TX_KEYS_MAX = 4096;

    private Limits() {}
}
