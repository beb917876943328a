package dev.danta.sim.mutant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Version;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.participant.StateRules;
import java.util.List;
import java.util.function.Function;

/** Mutants of the comparisons of protocol.md 7. What they spoil is hardly ever met at random: each has a directed run. */
final class StateMutants {
    private StateMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                mutant(
                        usual,
                        "x-repair-takes-forgotten",
                        "what a peer has is taken though it is forgotten here",
                        GoneLogStage::repairLate,
                        new StateRules() {
                            @Override
                            public boolean takes(Version theirs, Version own, Timestamp deletedBelow) {
                                return theirs.timestamp().isAbove(own.timestamp());
                            }
                        }),
                mutant(
                        usual,
                        "x-deletions-not-compared",
                        "a deletion counts as nothing that a peer must have, too",
                        GoneLogStage::deletionMissed,
                        new StateRules() {
                            @Override
                            public boolean counts(Version version, Timestamp forgotten) {
                                return !version.isDeletion();
                            }
                        }),
                mutant(
                        usual,
                        "x-repair-adds-only",
                        "of what a peer has only keys are taken that were never there",
                        GoneLogStage::deletionMissed,
                        new StateRules() {
                            @Override
                            public boolean takes(Version theirs, Version own, Timestamp deletedBelow) {
                                return own.equals(Version.NEVER_THERE)
                                        && theirs.timestamp().isAbove(deletedBelow);
                            }
                        }));
    }

    private static Mutant mutant(
            SimSettings usual, String name, String breaks, Function<StateRules, Directed> stage, StateRules rules) {
        SimParts parts = new SimParts() {
            @Override
            public StateRules stateRules() {
                return rules;
            }

            @Override
            public boolean forgets(SimRandom random) {
                return true;
            }

            @Override
            public long logEntriesMax(long drawn) {
                return 5;
            }
        };
        return new Mutant(name, breaks, usual.withScenario(Scenario.REGISTER), parts, List.of(stage.apply(rules)));
    }
}
