package dev.danta.client;

import dev.danta.wire.WireLimits;

/** What one call may carry; checked before anything is sent. */
final class Limits {
    /** Of one encoded value. */
    static final int VALUE_BYTES_MAX = WireLimits.DEFAULT.valueBytesMax();
    /** Keys that one transaction reads plus keys that it writes. */
    static final int TX_KEYS_MAX = WireLimits.DEFAULT.keysPerTransactionMax();
    /** All that one transaction reads and writes, keys and values to be written: it must fit into one message. */
    static final int TX_BYTES_MAX = WireLimits.DEFAULT.messageBytesMax() / 4 * 3;
    /** What a key that was read or is written takes beside its bytes. */
    static final int ENTRY_BYTES = 48;

    /** Keys of one question: all their values must fit into one reply, however long they are. */
    static final int READ_KEYS_MAX = WireLimits.DEFAULT.replyBytesMax() / (VALUE_BYTES_MAX + 1024);

    private Limits() {}
}
