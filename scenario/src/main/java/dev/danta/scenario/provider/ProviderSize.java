package dev.danta.scenario.provider;

/**
 * How large a provider is.
 *
 * @param accounts how many accounts there are from the beginning, from 2 on; every other one is prepaid
 * @param quota how far below zero charges may take the balance of the others, from 1 on, in minor units
 * @param periodMicros how long one invoice is for, from 1 on
 * @param skew how uneven accounts are used: account number {@code n}, from 1 on, in proportion to {@code n} to the power of minus
 *     this; 0: evenly
 * @param whalePercent so many of a hundred times it is the first account besides, 0 to 100
 * @param forfeits whether what clients hold laxly may count as spent in the end and was not: because they die, or are away for
 *     longer than their leases, or some do not audit
 */
public record ProviderSize(
        int accounts, long quota, long periodMicros, double skew, int whalePercent, boolean forfeits) {
    /** What continuous integration can do, where clients live on. */
    public static final ProviderSize DEFAULTS = new ProviderSize(2_000, 10_000, 20_000_000, 0.99, 0, false);

    /** What one account takes of the load where there is a whale. */
    public static final int WHALE_PERCENT = 30;

    public ProviderSize {
        if (accounts < 2 || quota < 1 || periodMicros < 1 || skew < 0 || whalePercent < 0 || whalePercent > 100) {
            throw new IllegalArgumentException("no provider is so small: " + accounts + " accounts, quota " + quota
                    + ", periods of " + periodMicros + " us, skew " + skew + ", a whale of " + whalePercent + " %");
        }
    }
}
