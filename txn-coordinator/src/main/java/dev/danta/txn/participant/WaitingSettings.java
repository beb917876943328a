package dev.danta.txn.participant;

/**
 * How long proposals may wait at a replica for older transactions that hold their keys (protocol.md 4.5). None of it
 * touches safety.
 *
 * @param waitNanos the longest a proposal waits before it is refused; less than the least time that a client's fast path may
 *     take, or replicas at which proposals wait are taken to be down
 * @param waitingMax how many may wait at one replica at once; 0: none waits, every conflict is answered at once
 */
public record WaitingSettings(long waitNanos, int waitingMax) {
    public static final WaitingSettings DEFAULTS = new WaitingSettings(10_000_000L, 128);

    public WaitingSettings {
        if (waitNanos < 1 || waitingMax < 0) {
            throw new IllegalArgumentException(
                    "a wait is positive, and as many wait as may: " + waitNanos + ", " + waitingMax);
        }
    }
}
