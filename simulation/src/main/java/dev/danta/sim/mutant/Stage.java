package dev.danta.sim.mutant;

import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.sim.Load;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.List;

/**
 * The parts of a directed run: genuine ones in a quiet machine room. Replicas forget whatever is older than half a second,
 * unless it is said that they do not forget.
 */
abstract class Stage implements SimParts, Load {
    private static final long MILLI = 1_000_000L;
    private static final UpkeepSettings SOON = new UpkeepSettings(50 * MILLI, 50 * MILLI, 500_000);

    private final boolean forgets;

    Stage(boolean forgets) {
        this.forgets = forgets;
    }

    /** What happens on it. */
    abstract Workload play();

    @Override
    public final Load load(Scenario scenario) {
        return this;
    }

    @Override
    public final List<Workload> workloads(SimRandom shape, int shards) {
        return List.of(play());
    }

    /** So that nobody comes late. */
    @Override
    public final long longThinkNanos(SimRandom shape) {
        return MILLI;
    }

    @Override
    public final boolean isDrawn() {
        return false;
    }

    /** Not unless a stage says so. */
    @Override
    public boolean changesMembers(SimRandom random) {
        return false;
    }

    @Override
    public final boolean forgets(SimRandom random) {
        return forgets;
    }

    /** Late enough that owners are done, and soon enough for what the dead have left. */
    @Override
    public RecoverySettings recovery(RecoverySettings drawn) {
        return new RecoverySettings(1_000 * MILLI, 100 * MILLI, 50 * MILLI, drawn.settlementsMax());
    }

    @Override
    public final UpkeepSettings upkeep(UpkeepSettings drawn) {
        return SOON;
    }
}
