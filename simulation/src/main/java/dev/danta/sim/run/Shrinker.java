package dev.danta.sim.run;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.fault.TimedFault;
import dev.danta.sim.invariant.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Makes a run that broke a rule smaller, as long as the same rule is broken: it ends earlier, has fewer clients, shards
 * and replicas, does fewer things at once, and above all less goes wrong in it. Faults are left out as in delta debugging
 * (Zeller and Hildebrandt, 2002): first half of them, then quarters, in the end one by one. A run with something less is
 * another run from there on, and may escape by luck: so where the same seed leads no further, a few others are tried too.
 */
final class Shrinker {
    private static final Duration MARGIN = Duration.ofMillis(1);
    private static final int OTHER_SEEDS_MAX = 5;
    private static final long FAULT_WEIGHT = 2_000;
    private static final long PROCESS_WEIGHT = 300;

    /** How many broken seeds are made smaller, to show the smallest of what comes of them. */
    private static final int SEEDS_MAX = 5;

    private final SimulateCommand.World world;
    private final Violation broken;
    private final long stopNanos;

    private SimResult smallest;
    private int otherSeeds;
    private int runs;

    /**
     * What came of it.
     *
     * @param smallest the smallest run that was found, broken in the same way
     * @param runs how many were tried
     * @param isFinished whether nothing was left to try, rather than no time
     */
    record Shrunk(SimResult smallest, int runs, boolean isFinished) {}

    private Shrinker(SimulateCommand.World world, SimResult first, Violation broken, long stopNanos) {
        this.world = world;
        this.smallest = first;
        this.broken = broken;
        this.stopNanos = stopNanos;
    }

    /**
     * Makes the first of {@code results} smaller until nothing helps, or {@code budget} is over; then a few others that
     * break the same rule, since each gets stuck elsewhere. What is found may have another seed.
     *
     * @throws IllegalArgumentException if one of them is clean
     */
    static Shrunk shrink(SimulateCommand.World world, List<SimResult> results, Duration budget) {
        long stopNanos = System.nanoTime() + budget.toNanos();
        Violation broken = brokenIn(results.get(0));
        List<Shrunk> all = results.stream()
                .filter(result -> brokenIn(result).isLike(broken))
                .limit(SEEDS_MAX)
                .map(result -> new Shrinker(world, result, broken, stopNanos).shrink())
                .toList();
        Shrunk best = all.stream()
                .min(Comparator.comparingLong(shrunk -> weight(shrunk.smallest())))
                .orElseThrow();
        return new Shrunk(
                best.smallest(), all.stream().mapToInt(Shrunk::runs).sum(), System.nanoTime() - stopNanos < 0);
    }

    private static Violation brokenIn(SimResult result) {
        return result.violation().orElseThrow(() -> new IllegalArgumentException("a clean run is left as it is"));
    }

    /** Faults count most: they are what one has to think about. */
    private static long weight(SimResult result) {
        SimSettings settings = result.settings();
        return FAULT_WEIGHT * result.faults().faults().size()
                + settings.faulty().toMillis()
                + PROCESS_WEIGHT * ((long) settings.clients() + (long) settings.replicas() * settings.shards());
    }

    /** First with the same seed; then others may do what is left out here by chance. */
    private Shrunk shrink() {
        shrinkAsFarAsPossible();
        otherSeeds = OTHER_SEEDS_MAX;
        shrinkAsFarAsPossible();
        return new Shrunk(smallest, runs, hasTime());
    }

    private void shrinkAsFarAsPossible() {
        boolean helped = true;
        while (helped && hasTime()) {
            helped = endEarlier();
            helped |= withoutFaults();
            helped |= with(this::fewerClients);
            helped |= narrower();
            helped |= with(settings -> settings.withShards(Math.max(1, settings.shards() - 1)));
            helped |= with(settings -> settings.withReplicas(Math.max(1, settings.replicas() - 2)));
        }
    }

    private boolean hasTime() {
        return System.nanoTime() - stopNanos < 0;
    }

    /** Whether this run breaks the same rule; if so, it is the smallest now. */
    private boolean holds(SimSettings settings, FaultSchedule faults) {
        for (int i = 0; i <= otherSeeds && hasTime(); i++) {
            runs++;
            long seed = smallest.seed() + i;
            SimResult result = world.run(settings, seed, Simulation.within(settings, seed, faults));
            if (result.violation().filter(broken::isLike).isPresent()) {
                smallest = result;
                return true;
            }
        }
        return false;
    }

    private boolean holds(SimSettings settings) {
        return holds(settings, smallest.faults());
    }

    /** Just after the violation, or, if it was seen only after all had healed, halfway. */
    private boolean endEarlier() {
        boolean helped = false;
        boolean more = true;
        while (more) {
            SimSettings settings = smallest.settings();
            Duration faulty = settings.faulty();
            Duration violated = Duration.ofMillis(
                    Duration.ofNanos(smallest.simulatedNanos()).toMillis());
            Duration earlier = violated.compareTo(faulty) < 0
                    ? violated.plus(MARGIN)
                    : Duration.ofMillis(faulty.dividedBy(2).toMillis());
            more = earlier.compareTo(faulty) < 0 && !earlier.isZero() && holds(settings.withFaulty(earlier));
            helped |= more;
        }
        return helped;
    }

    private boolean withoutFaults() {
        boolean helped = false;
        int size = smallest.faults().faults().size();
        while (size >= 1) {
            int at = 0;
            while (at < smallest.faults().faults().size() && hasTime()) {
                List<TimedFault> left = new ArrayList<>(smallest.faults().faults());
                left.subList(at, Math.min(at + size, left.size())).clear();
                if (holds(smallest.settings(), new FaultSchedule(left))) {
                    helped = true;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
        return helped;
    }

    private SimSettings fewerClients(SimSettings settings) {
        return settings.withClients(Math.max(1, settings.clients() - 1));
    }

    private boolean with(UnaryOperator<SimSettings> less) {
        boolean helped = false;
        SimSettings next = less.apply(smallest.settings());
        while (!next.equals(smallest.settings()) && holds(next)) {
            helped = true;
            next = less.apply(next);
        }
        return helped;
    }

    /** One thing in place of all of them. */
    private boolean narrower() {
        if (smallest.settings().scenario() == Scenario.MIX) {
            for (Scenario scenario : Scenario.values()) {
                if (scenario != Scenario.MIX && holds(smallest.settings().withScenario(scenario))) {
                    return true;
                }
            }
        }
        return false;
    }
}
