package dev.danta.sim.net;

import dev.danta.sim.kernel.SimRandom;

/**
 * What a link is like: messages travel at least for a base, plus an exponential share, now and then much longer, and some
 * are lost whatever the weather.
 */
public enum LinkProfile {
    /** Machines in one rack. */
    RACK("rack", 30_000, 20_000, 0.001, 2_000_000, 0),
    /** Machines in one region of a cloud. */
    CLOUD("cloud", 200_000, 150_000, 0.002, 10_000_000, 0.000_1),
    /** Regions of a cloud that are far from each other. */
    REGIONS("regions", 2_000_000, 3_000_000, 0.002, 40_000_000, 0.000_1),
    /** A device on a mobile network of the third generation. */
    MOBILE("3g", 40_000_000, 30_000_000, 0.02, 400_000_000, 0.01);

    private final String label;
    private final long baseNanos;
    private final long extraMeanNanos;
    private final double spikeChance;
    private final long spikeMeanNanos;
    private final double loss;

    LinkProfile(
            String label, long baseNanos, long extraMeanNanos, double spikeChance, long spikeMeanNanos, double loss) {
        this.label = label;
        this.baseNanos = baseNanos;
        this.extraMeanNanos = extraMeanNanos;
        this.spikeChance = spikeChance;
        this.spikeMeanNanos = spikeMeanNanos;
        this.loss = loss;
    }

    /** What coverage calls it. */
    String label() {
        return "link " + label;
    }

    long delayNanos(SimRandom random) {
        long delay = baseNanos + random.exponential(extraMeanNanos);
        return random.chance(spikeChance) ? delay + random.exponential(spikeMeanNanos) : delay;
    }

    boolean loses(SimRandom random) {
        return loss > 0 && random.chance(loss);
    }
}
