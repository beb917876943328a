package dev.danta.sim.mutant;

import dev.danta.relaxed.Spending;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Unrest;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.participant.SpendRules;
import java.util.List;

/** Mutants of what replicas take of what is spent of allotments: line 13 of protocol.md 11. */
final class SpendMutants {
    private SpendMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings stock = usual.withScenario(Scenario.STOCK);
        return List.of(
                new Mutant(
                        "m13-spend-after-fence",
                        "a replica accepts what is spent of an allotment after it has fenced it",
                        stock,
                        new SimParts() {
                            @Override
                            public SpendRules spendRules() {
                                return new SpendRules() {
                                    @Override
                                    public boolean refuses(Spending here) {
                                        return false;
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m13-fences-not-merged",
                        "a change of epoch takes what was spent of allotments without their fences",
                        stock,
                        new EpochMutants.Restless() {
                            @Override
                            public Unrest unrest(SimRandom random) {
                                return RESIZING;
                            }

                            @Override
                            public SpendRules spendRules() {
                                return new SpendRules() {
                                    @Override
                                    public Spending joined(Spending here, Spending theirs) {
                                        Spending joined = here.join(theirs);
                                        return new Spending(joined.sequence(), joined.cumulative(), here.fenced());
                                    }
                                };
                            }
                        }));
    }
}
