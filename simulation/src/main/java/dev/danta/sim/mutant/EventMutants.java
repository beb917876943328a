package dev.danta.sim.mutant;

import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.workload.EventRules;
import dev.danta.txn.client.ClientCall;
import java.util.List;

/** Mutants of event streams and of views. */
final class EventMutants {
    private EventMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                in(usual, "x-page-not-in-index", "events are on a page that is in no index", new EventRules() {
                    @Override
                    public boolean putsPageIntoIndex() {
                        return false;
                    }
                }),
                in(usual, "x-view-hashes-of-one", "a snapshot is true if one replica says so", new EventRules() {
                    @Override
                    public ClientCall.Level hashes(ClientCall.Level read) {
                        return ClientCall.Level.LOCAL;
                    }
                }));
    }

    private static Mutant in(SimSettings usual, String name, String breaks, EventRules rules) {
        SimParts keeping = new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(Scenario.events(shape, rules));
            }
        };
        return new Mutant(name, breaks, usual.withScenario(Scenario.EVENTS), keeping);
    }
}
