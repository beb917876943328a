package dev.danta.sim.workload;

import dev.danta.sim.kernel.SimRandom;
import java.util.function.Consumer;

/** Something that clients do all the time, and how it is judged in the end. */
public interface Workload {
    /** What one more session does. */
    Script newScript(Caller caller, SimRandom random);

    /** Reads everything once more when all has healed and nobody writes; {@code answered} is told whether it could. */
    void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered);

    /**
     * Looks at everything that the sessions have seen.
     *
     * @throws dev.danta.sim.invariant.Violation unless it can be explained
     */
    void judge();
}
