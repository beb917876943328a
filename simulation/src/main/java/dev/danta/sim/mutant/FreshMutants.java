package dev.danta.sim.mutant;

import dev.danta.ir.quorum.Membership;
import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.client.FreshRules;
import dev.danta.txn.client.ReadRules;
import java.util.List;

/**
 * Mutants of feeds that vouch for what clients remember: each clause of ADR 35. Where it does not take several feeds to break it there
 * is one replica: what all that are followed have to miss is missed more often.
 */
final class FreshMutants {
    private FreshMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings fresh = usual.withScenario(Scenario.FRESH).withShards(1);
        return List.of(
                new Mutant(
                        "x-fresh-after-a-gap",
                        "a gap in a feed does not end what it vouches for",
                        fresh,
                        with(new FreshRules() {
                            @Override
                            public boolean gapEnds() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-fresh-before-the-feed",
                        "what was read before a feed began is vouched for",
                        fresh.withReplicas(1),
                        with(new FreshRules() {
                            @Override
                            public boolean mayVouch(boolean begun) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-fresh-by-a-page",
                        "a page of a feed that is not all there is vouches for all",
                        fresh.withReplicas(1),
                        with(new FreshRules() {
                            @Override
                            public int pageChanges() {
                                return 1;
                            }

                            @Override
                            public boolean isComplete(ReadAnswer.Feed page) {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-fresh-by-one-feed",
                        "one replica is followed, and vouches for what quorums have acknowledged",
                        fresh,
                        with(new FreshRules() {
                            @Override
                            public int followed(Membership membership) {
                                return 1;
                            }
                        })));
    }

    private static SimParts with(FreshRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(Scenario.stirred(shape));
            }

            @Override
            public ReadRules readRules() {
                return new ReadRules() {
                    @Override
                    public FreshRules fresh() {
                        return rules;
                    }
                };
            }
        };
    }
}
