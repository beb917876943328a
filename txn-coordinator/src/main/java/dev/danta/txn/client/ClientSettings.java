package dev.danta.txn.client;

import dev.danta.txn.recovery.RecoverySettings;

/**
 * How patient a client is. None of it touches safety.
 *
 * @param fastPathMinNanos the least time the fast path may take before the slow path is begun with what is there; too low
 *     costs needless second round trips, too high waits for a dead replica
 * @param fastPathMaxNanos the most it may take, whatever round trips were observed
 * @param resendMinNanos the least time after which an unanswered request is sent again; it doubles each time
 * @param resendMaxNanos where that doubling ends
 * @param giveUpNanos after this long without q votes an abort is proposed, so that the application can try again
 * @param quorumWaitNanos how long a call waits for a quorum of connections before it fails as unavailable
 * @param spreadWindow how many decisions and updates may be unacknowledged at one replica at once; more wait
 * @param spreadBytesMax about how many bytes of transactions, decisions and updates may be under way before calls
 *     are refused
 * @param unknownsKept how many outcomes that were answered with "unknown" are remembered once they are settled
 * @param settling how patiently transactions are settled whose coordinator is gone; another's is settled when it has been
 *     in this client's way for {@code recoveryAfterNanos}
 * @param knownVersionsMax how many keys' newest known versions are remembered, to read one's own commits at once
 * @param knownVersionBytesMax values longer than this are not remembered
 * @param counterLeaseNanos for how long a part of a bounded counter is taken, or kept on, to be spent of; a third of it unused,
 *     and it is given back
 * @param laxLeaseNanos the same of what may be spent while no quorum can be reached; it is not given back by itself, but when
 *     this time is over without a word of this client, others count all of it as spent
 */
public record ClientSettings(
        long fastPathMinNanos,
        long fastPathMaxNanos,
        long resendMinNanos,
        long resendMaxNanos,
        long giveUpNanos,
        long quorumWaitNanos,
        int spreadWindow,
        long spreadBytesMax,
        int unknownsKept,
        RecoverySettings settling,
        int knownVersionsMax,
        int knownVersionBytesMax,
        long counterLeaseNanos,
        long laxLeaseNanos) {
    private static final long MILLI = 1_000_000L;

    public static final ClientSettings DEFAULTS = new ClientSettings(
            20 * MILLI,
            500 * MILLI,
            100 * MILLI,
            2_000 * MILLI,
            1_000 * MILLI,
            1_000 * MILLI,
            512,
            256L << 20,
            10_000,
            RecoverySettings.DEFAULTS,
            4_096,
            4_096,
            10_000 * MILLI,
            86_400_000 * MILLI);

    public ClientSettings {
        if (fastPathMinNanos < 1
                || fastPathMaxNanos < fastPathMinNanos
                || resendMinNanos < 1
                || resendMaxNanos < resendMinNanos
                || giveUpNanos < 1
                || quorumWaitNanos < 0
                || spreadWindow < 1
                || spreadBytesMax < 1
                || unknownsKept < 1
                || knownVersionsMax < 1
                || knownVersionBytesMax < 0
                || counterLeaseNanos < MILLI
                || laxLeaseNanos < MILLI) {
            throw new IllegalArgumentException(
                    "times, windows and bounds must be positive, and each max at least its min");
        }
    }

    /** The same, remembering values of up to so many bytes. */
    public ClientSettings withKnownVersionBytesMax(int newKnownVersionBytesMax) {
        return new ClientSettings(
                fastPathMinNanos,
                fastPathMaxNanos,
                resendMinNanos,
                resendMaxNanos,
                giveUpNanos,
                quorumWaitNanos,
                spreadWindow,
                spreadBytesMax,
                unknownsKept,
                settling,
                knownVersionsMax,
                newKnownVersionBytesMax,
                counterLeaseNanos,
                laxLeaseNanos);
    }

    /** The same, keeping parts of bounded counters for so long. */
    public ClientSettings withCounterLeases(long newCounterLeaseNanos, long newLaxLeaseNanos) {
        return new ClientSettings(
                fastPathMinNanos,
                fastPathMaxNanos,
                resendMinNanos,
                resendMaxNanos,
                giveUpNanos,
                quorumWaitNanos,
                spreadWindow,
                spreadBytesMax,
                unknownsKept,
                settling,
                knownVersionsMax,
                knownVersionBytesMax,
                newCounterLeaseNanos,
                newLaxLeaseNanos);
    }
}
