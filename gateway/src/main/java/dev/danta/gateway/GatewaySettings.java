package dev.danta.gateway;

import java.time.Duration;

/**
 * What a node takes on for callers at most.
 *
 * @param threads that do what blocks; as many transactions are under way at once
 * @param callBytesMax of calls under way or waiting for a thread, together; bounds the memory that callers can take
 * @param openMax open transactions
 * @param transactionBytesMax that one open transaction keeps: what it has written and what it has read
 * @param openBytesMax the same of all together
 * @param lifetime of an open transaction, however often its lease is renewed: what it has read is hardly the newest by then
 * @param remembered how long the end of an open transaction is known
 */
record GatewaySettings(
        int threads,
        long callBytesMax,
        int openMax,
        long transactionBytesMax,
        long openBytesMax,
        Duration lifetime,
        Duration remembered) {
    static final GatewaySettings DEFAULT = new GatewaySettings(
            32, 64L << 20, 1_000, 8L << 20, 64L << 20, Duration.ofMinutes(5), Duration.ofMinutes(1));

    GatewaySettings {
        if (threads < 1 || callBytesMax < 1 || openMax < 1 || transactionBytesMax < 1 || openBytesMax < 1) {
            throw new IllegalArgumentException("a gateway has at least one of each");
        }
        if (lifetime.toMillis() < 1 || remembered.toMillis() < 1) {
            throw new IllegalArgumentException("lifetime and remembered are at least a millisecond");
        }
    }
}
