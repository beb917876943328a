package dev.danta.sim.fault;

import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Which clients die in a run, and when: none in more than half of all runs. Drawn from a stream of its own, so that the
 * other faults of a seed are the same with it and without.
 */
public final class ClientDeaths {
    private static final double RUNS_WITH_DEATHS = 0.4;

    private final SimRandom random;
    private final boolean some;

    public ClientDeaths(SimRandom random) {
        this.random = random;
        this.some = random.chance(RUNS_WITH_DEATHS);
    }

    /** Whether clients may die in this run at all. */
    public boolean some() {
        return some;
    }

    /** The moments of at most {@code most} deaths, up to {@code untilNanos}. */
    public List<Long> draw(int most, long untilNanos) {
        List<Long> moments = new ArrayList<>();
        if (most > 0 && some) {
            int deaths = 1 + random.below(most);
            for (int i = 0; i < deaths; i++) {
                moments.add(random.between(0, untilNanos - 1));
            }
        }
        return moments;
    }

    /** Whose turn it is. */
    public Fault.ClientDies whose(List<Address> living) {
        return new Fault.ClientDies(random.pick(living));
    }
}
