package dev.danta.sim.mutant;

import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Spending;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Unrest;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.participant.SpendRules;
import java.util.List;

/** Mutants of replicas that let too much be spent: line 13 of protocol.md 11, and line 15 to the letter. */
final class SpendMutants {
    private static final SimParts OWN_SUM = new SellingByOwnSum(OversellStage.Manner.STRICT.units());

    private SpendMutants() {}

    private static Directed threeBuyers(int replicas) {
        return OversellStage.run(
                new OversellStage.Plot(replicas, OversellStage.Manner.STRICT, 0, 0, OversellStage.Change.NONE),
                OWN_SUM);
    }

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
                        "m13-forgotten-while-open",
                        "a replica forgets what was spent of an allotment that is old enough, though it is open",
                        stock,
                        new SimParts() {
                            @Override
                            public SpendRules spendRules() {
                                return new SpendRules() {
                                    @Override
                                    public boolean isForgotten(
                                            Timestamp allotment,
                                            Timestamp newest,
                                            Timestamp deletedBelow,
                                            boolean isOpen) {
                                        return allotment.isAtOrBelow(deletedBelow);
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "x-unknown-allotment-forgotten",
                        "a replica takes an allotment of which it has not heard for one that is forgotten",
                        stock,
                        new SimParts() {
                            @Override
                            public SpendRules spendRules() {
                                return new SpendRules() {
                                    @Override
                                    public boolean isForgotten(
                                            Timestamp allotment,
                                            Timestamp newest,
                                            Timestamp deletedBelow,
                                            boolean isOpen) {
                                        return !isOpen;
                                    }
                                };
                            }
                        }),
                new Mutant(
                        "m15-enough-by-own-sum",
                        "a replica says yes to whoever buys as long as it has not itself sold all there is",
                        stock,
                        OWN_SUM,
                        List.of(threeBuyers(3), threeBuyers(5))),
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
