package dev.danta.txn.recovery;

/**
 * When a transaction is taken over, and how patiently. None of it touches safety.
 *
 * @param recoveryAfterNanos how long a transaction may be undecided on a replica before that replica has it settled; too
 *     low disturbs coordinators that are only slow, too high leaves keys held after a client died
 * @param sweepEveryNanos how often a replica looks
 * @param againNanos the first pause before a settlement that got stuck is hurried along; it doubles, five times
 * @param settlementsMax how many transactions are settled at once by one process; the rest waits for a later sweep
 */
public record RecoverySettings(long recoveryAfterNanos, long sweepEveryNanos, long againNanos, int settlementsMax) {
    private static final long MILLI = 1_000_000L;

    public static final RecoverySettings DEFAULTS = new RecoverySettings(1_000 * MILLI, 200 * MILLI, 50 * MILLI, 256);

    public RecoverySettings {
        if (recoveryAfterNanos < 1 || sweepEveryNanos < 1 || againNanos < 1 || settlementsMax < 1) {
            throw new IllegalArgumentException("times and bounds must be positive");
        }
    }
}
