package dev.danta.sim.mutant;

import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.PortRules;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import java.util.List;

/** Mutants of the clients of the pool and the factory: the applications and the replicas are as they should be. */
final class ApplicationMutants {
    private static final PortRules RECORD_ALONE = new PortRules() {
        @Override
        public boolean commitsTogether() {
            return false;
        }
    };

    private static final PortRules RECORDS_NOT_VALIDATED = new PortRules() {
        @Override
        public boolean validatesRecords() {
            return false;
        }
    };

    private static final PortRules GAINS_BEFOREHAND = new PortRules() {
        @Override
        public boolean gainsWithCommit() {
            return false;
        }
    };

    private static final PortRules COLLECTIONS_BOUND = new PortRules() {
        @Override
        public boolean covers(CounterRecord record, CounterBounds collections, long amount, boolean intoAllowance) {
            return record.bounded(0, collections.allowance()).covers(amount, intoAllowance);
        }
    };

    private static final PortRules NO_SESSION = new PortRules() {
        @Override
        public boolean keepsSession() {
            return false;
        }
    };

    private ApplicationMutants() {}

    static List<Mutant> all(SimSettings usual) {
        SimSettings pool = usual.withScenario(Scenario.POOL);
        SimSettings factory = usual.withScenario(Scenario.FACTORY);
        return List.of(
                new Mutant(
                        "x-factory-records-not-validated",
                        "the commit does not depend on the records that were read: W4, W5 and W6",
                        factory,
                        keeping(Scenario::factory, RECORDS_NOT_VALIDATED)),
                new Mutant(
                        "x-factory-reservation-without-its-counter",
                        "what is taken of counters is taken after the reservation was put, by another transaction: W2 and W7",
                        factory,
                        keeping(Scenario::factory, RECORD_ALONE)),
                new Mutant(
                        "x-pool-lowered-limit-admits",
                        "who reserves keeps to the limit that the pool had at first: C1",
                        pool,
                        keeping(Scenario::pool, COLLECTIONS_BOUND)),
                new Mutant(
                        "x-pool-release-twice",
                        "each attempt at a release gives the units back, whether it is committed or not: C2",
                        pool,
                        keeping(Scenario::pool, GAINS_BEFOREHAND)),
                new Mutant(
                        "x-pool-reservation-without-its-counter",
                        "units are taken after the reservation was put, by another transaction: C2",
                        pool,
                        keeping(Scenario::pool, RECORD_ALONE)),
                new Mutant(
                        "x-pool-session-goes-back",
                        "what is available is asked of any replica, whatever the session was shown before: C4",
                        pool,
                        keeping(Scenario::pool, NO_SESSION)));
    }

    private interface Kept {
        Workload by(SimRandom shape, int shards, PortRules rules);
    }

    private static SimParts keeping(Kept application, PortRules rules) {
        return new SimParts() {
            @Override
            public Load load(Scenario scenario) {
                return (shape, shards) -> List.of(application.by(shape, shards, rules));
            }
        };
    }
}
