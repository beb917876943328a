package dev.danta.sim.mutant;

import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.fault.FaultSchedule;
import java.util.function.Supplier;

/**
 * A run in which what clients do and what goes wrong is not drawn but said: for what is hardly ever met at random.
 *
 * @param name a few words
 * @param faults all that goes wrong
 * @param parts made anew for each run
 */
public record Directed(String name, SimSettings settings, FaultSchedule faults, Supplier<? extends SimParts> parts) {
    /** One run of it; the seed draws what does not matter. */
    public SimResult run(long seed) {
        return Simulation.run(settings, parts.get(), seed, faults);
    }

    @Override
    public String toString() {
        return name;
    }
}
