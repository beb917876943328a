package dev.danta.sim.mutant;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.occ.Version;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.participant.StateRules;
import java.util.List;

/** Mutants of the comparisons of protocol.md 7: replicas compare their states again and again, and their logs are short. */
final class StateMutants {
    private static final long MILLI = 1_000_000L;

    private StateMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "x-repair-takes-forgotten",
                        "what a peer has is taken though it is forgotten here",
                        usual.withScenario(Scenario.REGISTER),
                        comparing(true, new StateRules() {
                            @Override
                            public boolean takes(Version theirs, Version own, Timestamp deletedBelow) {
                                return theirs.timestamp().isAbove(own.timestamp());
                            }
                        })),
                new Mutant(
                        "x-deletions-not-compared",
                        "a deletion counts as nothing that a peer must have, too",
                        usual.withScenario(Scenario.REGISTER),
                        comparing(false, new StateRules() {
                            @Override
                            public boolean counts(Version version, Timestamp forgotten) {
                                return !version.isDeletion();
                            }
                        })),
                new Mutant(
                        "x-older-not-replaced",
                        "of what a peer has only keys are taken that were never there",
                        usual.withScenario(Scenario.REGISTER),
                        comparing(false, new StateRules() {
                            @Override
                            public boolean takes(Version theirs, Version own, Timestamp deletedBelow) {
                                return theirs.timestamp().isAbove(deletedBelow)
                                        && own.equals(Version.NEVER_THERE)
                                        && !theirs.equals(Version.NEVER_THERE);
                            }
                        })));
    }

    private static SimParts comparing(boolean forgets, StateRules rules) {
        return new SimParts() {
            @Override
            public StateRules stateRules() {
                return rules;
            }

            @Override
            public boolean forgets(SimRandom random) {
                return forgets;
            }

            @Override
            public long logEntriesMax(long drawn) {
                return 5;
            }

            @Override
            public UpkeepSettings upkeep(UpkeepSettings drawn) {
                return new UpkeepSettings(
                        drawn.pullEveryNanos(),
                        30 * MILLI,
                        200_000,
                        new UpkeepSettings.Comparing(20 * MILLI, 0, 1));
            }
        };
    }
}
