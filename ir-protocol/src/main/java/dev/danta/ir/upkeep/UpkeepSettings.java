package dev.danta.ir.upkeep;

/**
 * How often replicas catch up, compare and forget. None of it touches safety.
 *
 * @param pullEveryNanos how often peers' logs are pulled; low spreads faster what clients have left behind, high costs less
 * @param forgetEveryNanos how often watermarks are moved
 * @param lagMicros how old a transaction must be before it is forgotten; clients whose clocks are further behind than this
 *     are refused until their clocks have learnt better, and an outcome can be asked for no longer than this
 * @param comparing how states are compared
 */
public record UpkeepSettings(long pullEveryNanos, long forgetEveryNanos, long lagMicros, Comparing comparing) {
    public static final UpkeepSettings DEFAULTS = new UpkeepSettings(1_000_000_000L, 5_000_000_000L, 60_000_000L);

    /**
     * How a replica compares its state with its peers'.
     *
     * @param everyNanos how often with one of them, and half as much again at most; all of the state is read for it
     * @param pauseNanos how long between one page and the next, of {@code keysPerHash} times 32 keys: low is sooner done, high
     *     leaves more to whoever waits for answers
     * @param keysPerHash how many keys go into one hash, 1 to 32: high makes fewer and smaller messages where all is equal,
     *     low finds sooner what is not
     */
    public record Comparing(long everyNanos, long pauseNanos, int keysPerHash) {
        /** Once a minute; a million keys in ten seconds. */
        public static final Comparing DEFAULTS = new Comparing(60_000_000_000L, 10_000_000L, 32);

        public Comparing {
            if (everyNanos < 1 || pauseNanos < 0 || keysPerHash < 1 || keysPerHash > 32) {
                throw new IllegalArgumentException("times must be positive, and 1 to 32 keys go into a hash");
            }
        }
    }

    public UpkeepSettings {
        if (pullEveryNanos < 1 || forgetEveryNanos < 1 || lagMicros < 0) {
            throw new IllegalArgumentException("times must be positive");
        }
    }

    /** With comparisons as usual. */
    public UpkeepSettings(long pullEveryNanos, long forgetEveryNanos, long lagMicros) {
        this(pullEveryNanos, forgetEveryNanos, lagMicros, Comparing.DEFAULTS);
    }

    public UpkeepSettings withComparing(Comparing newComparing) {
        return new UpkeepSettings(pullEveryNanos, forgetEveryNanos, lagMicros, newComparing);
    }
}
