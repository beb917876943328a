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

    private static final OnceRules KEPT_TOO_SHORT = new OnceRules() {
        @Override
        public long keptMicros(long repeatedMicros) {
            return repeatedMicros / 60;
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
                        List.of(DeletedRecordStage.run(DELETING_TOO_SOON))),
                new Mutant(
                        "m29-record-kept-too-short",
                        "a record is cleaned up while its request is still repeated",
                        usual.withScenario(Scenario.ONCE),
                        keeping(KEPT_TOO_SHORT),
                        List.of(CleanedRecordStage.run(KEPT_TOO_SHORT))));
    }

    private static SimParts keeping(OnceRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(new OnceWorkload(rules));
            }
        };
    }
}
