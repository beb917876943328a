package dev.danta.sim;

import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.ReadRules;
import java.util.List;

/** What the clients of a run do, in what haste, and for how long. */
public interface Load {
    /** What a scenario draws from its seed. */
    static Load of(Scenario scenario, ReadRules rules, CounterRules counterRules) {
        return (shape, shards) -> scenario.workloads(shape, shards, rules, counterRules);
    }

    /** What they do on so many shards. */
    List<Workload> workloads(SimRandom shape, int shards);

    /** The mean of the longer pauses of each user. */
    default long longThinkNanos(SimRandom shape) {
        return shape.between(200, 1_500) * 1_000_000L;
    }

    /** Asked before each event: whether everything is to heal now, although time is not over. */
    default boolean isOver() {
        return false;
    }

    /** Whether every step is put in words, for the digest. */
    default boolean isTraced() {
        return true;
    }

    /** Whether links, clocks and settings are drawn, rather than those of a machine room. */
    default boolean isDrawn() {
        return true;
    }
}
