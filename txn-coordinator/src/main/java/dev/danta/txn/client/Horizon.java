package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;

/** The greatest {@code deletedBelow} that this client has heard of, from any replica of any shard (protocol.md 5.1). */
final class Horizon {
    private Timestamp greatest = Timestamp.ZERO;

    void hear(Timestamp deletedBelow) {
        greatest = Timestamp.max(greatest, deletedBelow);
    }

    /** What a round that begins now allows replicas to have forgotten. */
    Timestamp g() {
        return greatest;
    }
}
