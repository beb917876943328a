package dev.danta.sim.fault;

import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Which clients die in a run, and when: none in more than half of all runs, and never all of them. */
final class ClientDeaths implements FaultSource {
    private static final double RUNS_WITH_DEATHS = 0.4;
    private static final int SENDS_MAX = 24;

    private final SimRandom random;
    private final Cast cast;

    ClientDeaths(SimRandom random, Cast cast) {
        this.random = random;
        this.cast = cast;
    }

    @Override
    public List<TimedFault> draw(long untilNanos) {
        List<TimedFault> deaths = new ArrayList<>();
        // The first is spared: its clock is near enough for replicas to answer it, and somebody has to look in the end.
        List<Address> living = cast.clients().stream().skip(1).collect(Collectors.toCollection(ArrayList::new));
        if (random.chance(RUNS_WITH_DEATHS) && !living.isEmpty()) {
            int count = 1 + random.below(living.size());
            for (int i = 0; i < count; i++) {
                Address whose = living.remove(random.below(living.size()));
                long atNanos = Draws.rounded(random.between(0, untilNanos - 1));
                int afterSends = random.chance(0.5) ? 0 : 1 + random.below(SENDS_MAX);
                deaths.add(new TimedFault(atNanos, new Fault.ClientDies(whose, afterSends)));
            }
        }
        return deaths;
    }
}
