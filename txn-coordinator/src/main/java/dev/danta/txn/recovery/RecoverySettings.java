package dev.danta.txn.recovery;

/**
 * When a transaction is taken over, and how patiently. None of it touches safety.
 *
 * @param recoveryAfterNanos how long a transaction may be undecided on a replica before that replica has it settled; too
 *     low disturbs coordinators that are only slow, too high leaves keys held after a client died
 * @param sweepEveryNanos how often a replica looks
 * @param againNanos the first pause before a settlement that got stuck is hurried along; it doubles, five times
 * @param settlementsMax how many transactions are settled at once by one process; high is sooner done with what a dead client
 *     has left, low leaves more to whoever is alive
 * @param waitingMax how many wait for their turn in that process, each until an earlier one is settled; the rest waits for a
 *     later sweep
 */
public record RecoverySettings(
        long recoveryAfterNanos, long sweepEveryNanos, long againNanos, int settlementsMax, int waitingMax) {
    private static final long MILLI = 1_000_000L;
    private static final int USUALLY_WAITING_MAX = 1_024;

    public static final RecoverySettings DEFAULTS = new RecoverySettings(1_000 * MILLI, 200 * MILLI, 50 * MILLI, 256);

    public RecoverySettings {
        if (recoveryAfterNanos < 1 || sweepEveryNanos < 1 || againNanos < 1 || settlementsMax < 1 || waitingMax < 0) {
            throw new IllegalArgumentException("times and bounds must be positive");
        }
    }

    /** With room for as many to wait as usual. */
    public RecoverySettings(long recoveryAfterNanos, long sweepEveryNanos, long againNanos, int settlementsMax) {
        this(recoveryAfterNanos, sweepEveryNanos, againNanos, settlementsMax, USUALLY_WAITING_MAX);
    }

    public RecoverySettings withWaitingMax(int newWaitingMax) {
        return new RecoverySettings(recoveryAfterNanos, sweepEveryNanos, againNanos, settlementsMax, newWaitingMax);
    }

    /** How many a replica reports between one sweep and the next. */
    int reportsMax() {
        return settlementsMax + waitingMax;
    }
}
