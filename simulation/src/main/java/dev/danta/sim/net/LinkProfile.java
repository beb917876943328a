package dev.danta.sim.net;

import dev.danta.sim.kernel.SimRandom;

/** How long messages travel one way: at least a base, plus an exponential share, now and then a much longer one. */
public enum LinkProfile {
    /** Machines in one rack. */
    RACK(30_000, 20_000, 0.001, 2_000_000),
    /** Machines in one region of a cloud. */
    CLOUD(200_000, 150_000, 0.002, 10_000_000),
    /** A device on a mobile network of the third generation. */
    MOBILE(40_000_000, 30_000_000, 0.02, 400_000_000);

    private final long baseNanos;
    private final long extraMeanNanos;
    private final double spikeChance;
    private final long spikeMeanNanos;

    LinkProfile(long baseNanos, long extraMeanNanos, double spikeChance, long spikeMeanNanos) {
        this.baseNanos = baseNanos;
        this.extraMeanNanos = extraMeanNanos;
        this.spikeChance = spikeChance;
        this.spikeMeanNanos = spikeMeanNanos;
    }

    long delayNanos(SimRandom random) {
        long delay = baseNanos + random.exponential(extraMeanNanos);
        return random.chance(spikeChance) ? delay + random.exponential(spikeMeanNanos) : delay;
    }
}
