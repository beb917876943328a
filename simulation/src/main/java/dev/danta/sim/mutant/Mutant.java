package dev.danta.sim.mutant;

import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;

/**
 * A cluster in which one rule is broken.
 *
 * @param name the line of protocol.md 11 that it stands for, or {@code x} if none does, and words
 * @param breaks what it does wrong, as half a sentence
 * @param settings in which it is hunted
 */
public record Mutant(String name, String breaks, SimSettings settings, SimParts parts) {
    /** One run of it. */
    public SimResult run(long seed) {
        return Simulation.run(settings, parts, seed);
    }

    @Override
    public String toString() {
        return name;
    }
}
