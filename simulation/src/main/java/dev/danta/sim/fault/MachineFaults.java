package dev.danta.sim.fault;

import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/** Machines that are slow, or full, or wrong about the time. */
final class MachineFaults implements FaultSource {
    private static final double RUNS_WITHOUT = 0.4;
    private static final double RUNS_WITH_CLOCK_FAR_OFF = 0.1;
    private static final long HOUR_MICROS = 3_600_000_000L;

    private final SimRandom random;
    private final Cast cast;

    private enum Kind {
        DISK_FULL,
        SLOW_MACHINE,
        DRIFT
    }

    MachineFaults(SimRandom random, Cast cast) {
        this.random = random;
        this.cast = cast;
    }

    @Override
    public List<TimedFault> draw(long untilNanos) {
        long meanGapNanos = random.between(800, 6_000) * Draws.MILLI;
        List<TimedFault> faults = new ArrayList<>();
        List<Kind> kinds = new ArrayList<>();
        if (!random.chance(RUNS_WITHOUT)) {
            for (Kind kind : Kind.values()) {
                if (random.chance(0.5)) {
                    kinds.add(kind);
                }
            }
        }
        if (!kinds.isEmpty()) {
            faults.addAll(Draws.apart(random, meanGapNanos, untilNanos, () -> fault(random.pick(kinds))));
        }
        if (random.chance(RUNS_WITH_CLOCK_FAR_OFF)) {
            faults.add(farOff(untilNanos));
        }
        return faults;
    }

    /**
     * One clock only: were a client and the replicas it needs an hour ahead together, they would write versions that keep
     * everybody waiting for an hour. That is allowed (clocks are needed for progress), but then nothing is tested.
     */
    private TimedFault farOff(long untilNanos) {
        // As with deaths, the first client is spared.
        List<Address> others = cast.everybody().stream().skip(1).toList();
        Address whose = random.pick(others);
        long micros = random.chance(0.5) ? HOUR_MICROS : -HOUR_MICROS;
        return new TimedFault(Draws.rounded(random.between(0, untilNanos - 1)), new Fault.ClockJump(whose, micros));
    }

    private Fault fault(Kind kind) {
        return switch (kind) {
            case DISK_FULL ->
                new Fault.DiskFull(random.pick(cast.nodes()), Draws.lasting(random, 150), Draws.lasting(random, 700));
            case SLOW_MACHINE ->
                new Fault.SlowMachine(
                        random.pick(cast.nodes()), (int) random.between(5, 400), Draws.lasting(random, 900));
            case DRIFT ->
                new Fault.Drift(
                        random.pick(cast.everybody()), random.between(-300, 300) * 1_000, Draws.lasting(random, 1_500));
        };
    }
}
