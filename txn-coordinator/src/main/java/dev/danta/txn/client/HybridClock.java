package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.runtime.Moment;

/**
 * A client's hybrid logical clock (protocol.md 3): it follows the wall clock where that is ahead, never gives the same
 * time twice, and is always above every timestamp it has seen.
 */
final class HybridClock {
    private final ClientId client;
    private long lastMicros;

    HybridClock(ClientId client) {
        this.client = client;
    }

    Timestamp next(Moment now) {
        lastMicros = Math.max(lastMicros + 1, now.wallMicros());
        return new Timestamp(lastMicros, client);
    }

    /** Whether {@code seen} is ahead of everything seen so far and of the wall clock, by more than so much. */
    boolean isFarBehind(Timestamp seen, Moment now, long marginMicros) {
        return seen.timeMicros() - Math.max(lastMicros, now.wallMicros()) > marginMicros;
    }

    void observe(Timestamp seen) {
        lastMicros = Math.max(lastMicros, seen.timeMicros());
    }
}
