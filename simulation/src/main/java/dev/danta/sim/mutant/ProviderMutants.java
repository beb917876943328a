package dev.danta.sim.mutant;

import dev.danta.scenario.Port.Look;
import dev.danta.scenario.provider.ProviderRules;
import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import java.util.List;

/** Mutants of an application, the provider, one for each of its laws: the cluster is as it should be. */
final class ProviderMutants {
    private ProviderMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings provider = usual.withScenario(Scenario.PROVIDER);
        return List.of(
                new Mutant(
                        "x-provider-pays-out-of-quotas",
                        "payouts may go into the quota: P1",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public boolean paysOutOfQuota() {
                                return true;
                            }
                        })),
                new Mutant(
                        "x-provider-transfers-in-two-steps",
                        "a transfer is two transactions: P2",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public boolean transfersAtOnce() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-provider-operations-not-read",
                        "nobody looks what was done under an id already: P3",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public boolean readsOperation() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-provider-emails-read-beforehand",
                        "that an email is free is seen before the transaction that takes it, and not in it: P4",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public boolean readsEmail() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-provider-charges-closed-accounts",
                        "nobody looks whether an account is closed: P7",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public boolean readsClosed() {
                                return false;
                            }
                        })),
                new Mutant(
                        "x-provider-bills-what-one-replica-has",
                        "usage is billed as a single replica has it: P5",
                        provider,
                        keeping(new ProviderRules() {
                            @Override
                            public Look usageSeenAt() {
                                return Look.LOCAL;
                            }
                        })));
    }

    private static SimParts keeping(ProviderRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(Scenario.provider(shape, shards, rules));
            }
        };
    }
}
