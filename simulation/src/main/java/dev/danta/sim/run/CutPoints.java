package dev.danta.sim.run;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.sim.PlannedChange;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.Unrest;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.kernel.SimRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * Every point at which the driver of a change of members can die: the same run again and again, cut off one step later each
 * time. Up to the cut all of them are the same; after it others take over. A run without a cut says how many points there are.
 * Immutable.
 *
 * @param kind what is changed
 * @param seed of all else in the run
 */
record CutPoints(PlannedChange.Kind kind, long seed) {
    private static final Duration CHANGED_AT = Duration.ofMillis(300);
    private static final Duration HEALS_AT = Duration.ofSeconds(2);

    /** How many there are: the points are 1 to this. */
    int count() {
        SimResult result = run(PlannedChange.NEVER);
        if (!result.isClean()) {
            throw new IllegalStateException("without any cut already: " + result.violation());
        }
        return Math.toIntExact(result.coverage().of(PlannedChange.STEP));
    }

    /** The run that is cut off at this point. */
    SimResult run(int cut) {
        return run(cut, EpochRules.PROTOCOL);
    }

    /** The same with rules of which some may be broken. */
    SimResult run(int cut, EpochRules rules) {
        SimSettings settings = SimSettings.DEFAULTS
                .withReplicas(kind.replicas())
                .withShards(1)
                .withClients(2)
                .withScenario(Scenario.TRANSFER)
                .withFaulty(HEALS_AT);
        return Simulation.run(settings, parts(cut, rules), seed, FaultSchedule.NONE);
    }

    private SimParts parts(int cut, EpochRules rules) {
        return new SimParts() {
            @Override
            public boolean changesMembers(SimRandom random) {
                return true;
            }

            @Override
            public Unrest unrest(SimRandom random) {
                return new Unrest(0, 1, 0, 0);
            }

            @Override
            public EpochRules epochRules() {
                return rules;
            }

            @Override
            public Optional<PlannedChange> plannedChange() {
                return Optional.of(new PlannedChange(kind, CHANGED_AT.toNanos(), cut));
            }
        };
    }
}
