package dev.danta.sim.run;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.fault.TimedFault;
import dev.danta.sim.invariant.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * Makes a run that broke a rule smaller, as long as the same rule is broken: it ends earlier, has fewer clients, shards
 * and replicas, does fewer things at once, and above all less goes wrong in it. Faults are left out as in delta debugging
 * (Zeller and Hildebrandt, 2002): first half of them, then quarters, in the end one by one.
 */
final class Shrinker {
    private static final Duration MARGIN = Duration.ofMillis(1);

    private final World world;
    private final LongSupplier nanoTime;

    private SimResult smallest;
    private Violation broken;
    private long stopNanos;
    private int runs;

    /** Runs a seed with these settings and faults. */
    interface World {
        SimResult run(SimSettings settings, FaultSchedule faults);
    }

    /**
     * What came of it.
     *
     * @param smallest the smallest run that was found, broken in the same way
     * @param runs how many were tried
     * @param isFinished whether nothing was left to try, rather than no time
     */
    record Shrunk(SimResult smallest, int runs, boolean isFinished) {}

    private Shrinker(World world, SimResult first, Violation broken, LongSupplier nanoTime) {
        this.world = world;
        this.smallest = first;
        this.broken = broken;
        this.nanoTime = nanoTime;
    }

    /**
     * Makes {@code first} smaller until nothing helps, or {@code budget} is over.
     *
     * @throws IllegalArgumentException if {@code first} is clean
     */
    static Shrunk shrink(World world, SimResult first, Duration budget) {
        Violation broken = first.violation().orElseThrow(() -> new IllegalArgumentException("a clean run stays"));
        Shrinker shrinker = new Shrinker(world, first, broken, System::nanoTime);
        return shrinker.shrink(budget);
    }

    private Shrunk shrink(Duration budget) {
        stopNanos = nanoTime.getAsLong() + budget.toNanos();
        boolean helped = true;
        while (helped && hasTime()) {
            helped = endEarlier();
            helped |= withoutFaults();
            helped |= with(this::fewerClients);
            helped |= narrower();
            helped |= with(settings -> settings.withShards(Math.max(1, settings.shards() - 1)));
            helped |= with(settings -> settings.withReplicas(Math.max(1, settings.replicas() - 2)));
        }
        return new Shrunk(smallest, runs, hasTime());
    }

    private boolean hasTime() {
        return nanoTime.getAsLong() < stopNanos;
    }

    /** Whether this run breaks the same rule; if so, it is the smallest now. */
    private boolean holds(SimSettings settings, FaultSchedule faults) {
        if (!hasTime()) {
            return false;
        }
        runs++;
        SimResult result = world.run(settings, faults);
        boolean same = result.violation().filter(broken::isLike).isPresent();
        if (same) {
            smallest = result;
        }
        return same;
    }

    private boolean holds(SimSettings settings) {
        FaultSchedule left = smallest.faults()
                .within(
                        settings.replicas(),
                        settings.clients(),
                        settings.faulty().toNanos());
        return holds(settings, left);
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
