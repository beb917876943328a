package dev.danta.sim.mutant;

import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.workload.OnceRules;
import dev.danta.sim.workload.OnceWorkload;
import java.util.List;

/** Mutants of clients who want something done once: the cluster is as it should be. */
final class OnceMutants {
    private static final OnceRules DELETING_TOO_SOON = new OnceRules() {
        @Override
        public boolean mayDelete(boolean settled) {
            return true;
        }
    };

    private OnceMutants() {}

    static List<Mutant> all(SimSettings usual) {
        return List.of(
                new Mutant(
                        "m29-record-not-read",
                        "that nothing is recorded is seen before the transaction that records it, and not read in it",
                        usual.withScenario(Scenario.ONCE),
                        keeping(new OnceRules() {
                            @Override
                            public boolean readsRecord() {
                                return false;
                            }
                        })),
                new Mutant(
                        "m29-record-deleted-too-soon",
                        "a record is deleted while attempts are under way, or nobody knows what became of them",
                        usual.withScenario(Scenario.ONCE),
                        keeping(DELETING_TOO_SOON),
                        List.of(DeletedRecordStage.run(DELETING_TOO_SOON))));
    }

    private static SimParts keeping(OnceRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return shape -> List.of(new OnceWorkload(rules));
            }
        };
    }
}
