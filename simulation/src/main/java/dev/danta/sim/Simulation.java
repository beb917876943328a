package dev.danta.sim;

import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.trace.Trace;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Runs a whole cluster in the calling thread, from one seed. The same settings and seed give the same run anywhere. */
public final class Simulation {
    private Simulation() {}

    /** Runs one seed. Never throws because of what it finds: see {@link SimResult#violation}. */
    public static SimResult run(SimSettings settings, long seed) {
        return run(settings, seed, null);
    }

    /**
     * Runs one seed with these faults, or those that it draws if there are none.
     *
     * @throws IllegalArgumentException if a fault concerns a node or a client that is not there, or comes too late
     */
    public static SimResult run(SimSettings settings, long seed, @Nullable FaultSchedule faults) {
        return run(settings, SimParts.GENUINE, seed, faults);
    }

    /** Runs one seed with parts of which some may be broken. */
    public static SimResult run(SimSettings settings, SimParts parts, long seed) {
        return run(settings, parts, seed, null);
    }

    /** Runs one seed with parts of which some may be broken, and faults that are given or drawn. */
    public static SimResult run(SimSettings settings, SimParts parts, long seed, @Nullable FaultSchedule faults) {
        return cluster(settings, parts, seed, faults, null).run(seed);
    }

    /** Runs one seed, with faults that are given or drawn, and gives every step to {@code trace}, in words. */
    public static SimResult run(SimSettings settings, long seed, @Nullable FaultSchedule faults, Trace.Appender trace) {
        return cluster(settings, SimParts.GENUINE, seed, faults, trace).run(seed);
    }

    /** What is left of {@code faults} in a run that may have fewer nodes or clients than theirs, or heal earlier. */
    public static FaultSchedule within(SimSettings settings, long seed, FaultSchedule faults) {
        return faults.within(
                SimCluster.nodes(settings, SimParts.GENUINE, seed),
                settings.clients(),
                settings.faulty().toNanos());
    }

    private static SimCluster cluster(
            SimSettings settings,
            SimParts parts,
            long seed,
            @Nullable FaultSchedule faults,
            Trace.@Nullable Appender trace) {
        long faultyNanos = settings.faulty().toNanos();
        int nodes = SimCluster.nodes(settings, parts, seed);
        if (faults == null) {
            FaultSchedule drawn = FaultSchedule.draw(seed, settings.replicas(), nodes, settings.clients(), faultyNanos);
            return new SimCluster(settings, parts, seed, drawn, trace);
        }
        if (!faults.within(nodes, settings.clients(), faultyNanos).equals(faults)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "faults concern nodes r1..r%d and clients c1..c%d and come in the first %d ms: not all of these do",
                    nodes,
                    settings.clients(),
                    settings.faulty().toMillis()));
        }
        return new SimCluster(settings, parts, seed, faults, trace);
    }
}
