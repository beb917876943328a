package dev.danta.sim.mutant;

import dev.danta.sim.SimParts;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import java.util.List;

/**
 * A cluster in which one rule is broken.
 *
 * @param name the line of protocol.md 11 that it stands for, or {@code x} if none does, and words
 * @param breaks what it does wrong, as half a sentence
 * @param settings in which it is hunted
 * @param directed runs that lead it to where it shows, tried before any others; it is broken in them, too
 */
public record Mutant(String name, String breaks, SimSettings settings, SimParts parts, List<Directed> directed) {
    public Mutant {
        directed = List.copyOf(directed);
    }

    /** One that is met at random. */
    public Mutant(String name, String breaks, SimSettings settings, SimParts parts) {
        this(name, breaks, settings, parts, List.of());
    }

    /** One run of it. */
    public SimResult run(long seed) {
        return Simulation.run(settings, parts, seed);
    }

    @Override
    public String toString() {
        return name;
    }
}
