package dev.danta.sim;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.sim.disk.Census;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.fault.TimedFault;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.RingWorkload;
import dev.danta.sim.workload.Script;
import dev.danta.sim.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One long run under a load that does not change, to see whether what replicas keep stays as it is: records, log, holds and
 * versions. Money is handed along a ring of a thousand accounts, now and then an audit reads them all, and every few seconds
 * one node or another crashes. The run itself keeps only what it needs, too.
 */
public final class SteadyLoad {
    /** The most transactions of one run. */
    public static final long TRANSACTIONS_MAX = 100_000_000;

    private static final int TENTHS = 10;
    private static final int ACCOUNTS = 1_000;
    private static final double AUDITS = 0.000_05;
    private static final long THINK_NANOS = 20_000_000;
    private static final long SECOND = 1_000_000_000L;
    private static final long CRASH_EVERY_NANOS = 15 * SECOND;
    private static final long DOWN_NANOS = 2 * SECOND;

    /** So soon that even a short run comes to keep what a long one does. */
    private static final UpkeepSettings UPKEEP =
            new UpkeepSettings(SECOND / 5, SECOND / 5, 500_000, new UpkeepSettings.Comparing(60 * SECOND, 0, 32));

    private SteadyLoad() {}

    /**
     * What replicas keep, at one moment.
     *
     * @param transactions that are over
     * @param simulatedNanos since the start
     * @param most of each thing on any one replica's disk
     * @param remembered transactions that the simulator itself keeps, for its invariants
     */
    public record Row(long transactions, long simulatedNanos, Census most, int remembered) {}

    /**
     * What a run came to.
     *
     * @param rows one for each tenth of the transactions
     */
    public record Report(List<Row> rows, SimResult result) {
        public Report {
            rows = List.copyOf(rows);
        }

        /** What was broken, if anything. */
        public Optional<Violation> violation() {
            return result.violation();
        }
    }

    /**
     * Runs {@code transactions}, and as many more as are under way then.
     *
     * @param settings replicas, shards and clients; the rest is given
     * @param shown gets each row as soon as it is there
     */
    public static Report run(SimSettings settings, long seed, long transactions, Consumer<Row> shown) {
        if (transactions < TENTHS || transactions > TRANSACTIONS_MAX) {
            throw new IllegalArgumentException(
                    "a steady load has " + TENTHS + " to " + TRANSACTIONS_MAX + " transactions, not " + transactions);
        }
        SimSettings unhurried = settings.withFaulty(SimSettings.FAULTY_MAX).withScenario(Scenario.RING);
        Steady steady = new Steady(transactions, shown);
        SimCluster cluster = new SimCluster(unhurried, steady, seed, crashes(unhurried), null);
        steady.watch(cluster);
        SimResult result = cluster.run(seed);
        return new Report(steady.rows, result);
    }

    /** One node after the other, again and again. */
    private static FaultSchedule crashes(SimSettings settings) {
        List<TimedFault> faults = new ArrayList<>();
        int node = 0;
        for (long at = CRASH_EVERY_NANOS; at < settings.faulty().toNanos(); at += CRASH_EVERY_NANOS) {
            ReplicaId crashing = new ReplicaId(1 + node++ % settings.replicas());
            faults.add(
                    new TimedFault(at, new Fault.Crash(List.of(crashing), Fault.CrashMoment.AT_ONCE, 1, DOWN_NANOS)));
        }
        return new FaultSchedule(faults);
    }

    /** Genuine parts, under this load. */
    private static final class Steady implements SimParts, Load {
        private final long transactions;
        private final Consumer<Row> shown;
        private final List<Row> rows = new ArrayList<>();
        private @Nullable SimCluster cluster;
        private long over;

        Steady(long transactions, Consumer<Row> shown) {
            this.transactions = transactions;
            this.shown = shown;
        }

        void watch(SimCluster watched) {
            cluster = watched;
        }

        @Override
        public Load load(Scenario scenario) {
            return this;
        }

        @Override
        public List<Workload> workloads(SimRandom shape, int shards) {
            return List.of(new Counted(new RingWorkload(ACCOUNTS, AUDITS)));
        }

        @Override
        public boolean forgets(SimRandom random) {
            return true;
        }

        @Override
        public UpkeepSettings upkeep(UpkeepSettings drawn) {
            return UPKEEP;
        }

        @Override
        public long longThinkNanos(SimRandom shape) {
            return THINK_NANOS;
        }

        @Override
        public boolean isOver() {
            return over >= transactions;
        }

        @Override
        public boolean isTraced() {
            return false;
        }

        @Override
        public boolean isDrawn() {
            return false;
        }

        private void count() {
            over++;
            long due = transactions * (rows.size() + 1) / TENTHS;
            if (cluster != null && over >= due && rows.size() < TENTHS) {
                Row row = cluster.row(over);
                rows.add(row);
                shown.accept(row);
            }
        }

        /** The same workload, counted. */
        private final class Counted implements Workload {
            private final Workload workload;

            Counted(Workload workload) {
                this.workload = workload;
            }

            @Override
            public Script newScript(Caller caller, SimRandom random) {
                Script script = workload.newScript(caller, random);
                return done -> script.next(() -> {
                    count();
                    done.run();
                });
            }

            @Override
            public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
                workload.readAll(caller, random, answered);
            }

            @Override
            public void judge() {
                workload.judge();
            }
        }
    }
}
