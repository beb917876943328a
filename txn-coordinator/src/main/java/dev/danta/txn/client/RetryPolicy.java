package dev.danta.txn.client;

/**
 * When an aborted transaction is tried again: capped exponential backoff with full jitter (the delay is drawn uniformly
 * from zero to the ceiling), so that contenders do not meet again.
 *
 * @param attemptsMax how often a transaction is tried in all
 * @param baseNanos the ceiling of the first delay
 * @param capNanos the highest ceiling
 */
public record RetryPolicy(int attemptsMax, long baseNanos, long capNanos) {
    public static final RetryPolicy DEFAULT = new RetryPolicy(1_000, 500_000L, 50_000_000L);

    /** Where all contenders are after the same record: they find their turns the sooner the fewer of them try at once. */
    static final RetryPolicy HOT = new RetryPolicy(1_000, 1_000_000L, 1_000_000_000L);

    public RetryPolicy {
        if (attemptsMax < 1 || baseNanos < 0 || capNanos < baseNanos) {
            throw new IllegalArgumentException("attempts must be positive and the cap at least the base");
        }
    }

    public boolean mayTryAgainAfter(int attempt) {
        return attempt < attemptsMax;
    }

    /** The most to wait after the {@code attempt}-th attempt, from 1 on. */
    public long ceilingNanos(int attempt) {
        int doublings = Math.min(attempt - 1, 40);
        return baseNanos > capNanos >> doublings ? capNanos : baseNanos << doublings;
    }
}
