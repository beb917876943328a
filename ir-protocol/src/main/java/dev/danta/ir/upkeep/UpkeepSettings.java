package dev.danta.ir.upkeep;

/**
 * How often replicas catch up and forget. None of it touches safety.
 *
 * @param pullEveryNanos how often peers' logs are pulled; low spreads faster what clients have left behind, high costs less
 * @param forgetEveryNanos how often watermarks are moved
 * @param lagMicros how old a transaction must be before it is forgotten; clients whose clocks are further behind than this
 *     are refused until their clocks have learnt better, and an outcome can be asked for no longer than this
 */
public record UpkeepSettings(long pullEveryNanos, long forgetEveryNanos, long lagMicros) {
    public static final UpkeepSettings DEFAULTS = new UpkeepSettings(1_000_000_000L, 5_000_000_000L, 60_000_000L);

    public UpkeepSettings {
        if (pullEveryNanos < 1 || forgetEveryNanos < 1 || lagMicros < 0) {
            throw new IllegalArgumentException("times must be positive");
        }
    }
}
