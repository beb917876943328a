package dev.danta.sim;

import dev.danta.sim.trace.Trace;

/** Runs a whole cluster in the calling thread, from one seed. The same settings and seed give the same run anywhere. */
public final class Simulation {
    private Simulation() {}

    /** Runs one seed. Never throws because of what it finds: see {@link SimResult#violation}. */
    public static SimResult run(SimSettings settings, long seed) {
        return run(settings, SimParts.GENUINE, seed);
    }

    /** Runs one seed with parts of which some may be broken. */
    static SimResult run(SimSettings settings, SimParts parts, long seed) {
        return new SimCluster(settings, parts, seed, null, null).run(seed);
    }

    /** Runs one seed and gives every step to {@code trace}, in words. */
    public static SimResult run(SimSettings settings, long seed, Trace.Appender trace) {
        return new SimCluster(settings, SimParts.GENUINE, seed, null, trace).run(seed);
    }
}
