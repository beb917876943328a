package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.Weather;
import java.util.ArrayList;
import java.util.List;

/**
 * The usual faults of a run. Each run has a temper of its own: some kinds of fault never come, others often (swarm
 * testing, Groce et al. 2012), so that rare combinations are met without every run being one long outage.
 */
final class FaultPlan implements FaultSource {
    private static final int MOMENTS_MAX = 12;

    private final SimRandom random;
    private final Cast cast;

    private enum Kind {
        CRASH,
        CRASH_MANY,
        CUT,
        GALE,
        PAUSE,
        SLOW_DISK,
        CLOCK_JUMP
    }

    FaultPlan(SimRandom random, Cast cast) {
        this.random = random;
        this.cast = cast;
    }

    @Override
    public List<TimedFault> draw(long untilNanos) {
        List<TimedFault> faults = new ArrayList<>();
        long meanGapNanos = random.between(150, 2_500) * Draws.MILLI;
        List<Kind> kinds = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (random.chance(kind == Kind.CRASH_MANY ? 0.3 : 0.6)) {
                kinds.add(kind);
            }
        }
        if (random.chance(0.5)) {
            faults.add(new TimedFault(0, new Fault.Climate(climate())));
        }
        if (!kinds.isEmpty()) {
            faults.addAll(Draws.apart(random, meanGapNanos, untilNanos, () -> fault(random.pick(kinds))));
        }
        return faults;
    }

    private Fault fault(Kind kind) {
        return switch (kind) {
            case CRASH -> crash(List.of(random.pick(cast.nodes())), 400);
            case CRASH_MANY -> crash(random.chance(0.4) ? cast.nodes() : Cast.some(cast.nodes(), random), 250);
            case CUT -> cut();
            case GALE -> new Fault.Gale(gale(), Draws.lasting(random, 700));
            case PAUSE -> new Fault.Pause(random.pick(cast.everybody()), Draws.lasting(random, 200));
            case SLOW_DISK ->
                new Fault.SlowDisk(random.pick(cast.nodes()), (int) random.between(3, 60), Draws.lasting(random, 600));
            case CLOCK_JUMP ->
                new Fault.ClockJump(random.pick(cast.everybody()), random.between(-1_500, 1_500) * 1_000);
        };
    }

    private Fault crash(List<ReplicaId> nodes, long meanDownMillis) {
        Fault.CrashMoment moment = random.pick(List.of(Fault.CrashMoment.values()));
        int after = moment.isOneOfMany() ? 1 + random.below(MOMENTS_MAX) : 1;
        return new Fault.Crash(nodes, moment, after, Draws.lasting(random, meanDownMillis));
    }

    /** Nodes from clients or the other way round: single links, a whole client, or a whole node. */
    private Fault cut() {
        List<Address> replicas = cast.nodeAddresses();
        List<Address> here = random.chance(0.5) ? List.of(random.pick(replicas)) : Cast.some(replicas, random);
        List<Address> there = random.chance(0.5) ? cast.clients() : Cast.some(cast.clients(), random);
        boolean bothWays = random.chance(0.5);
        long nanos = Draws.lasting(random, 600);
        return random.chance(0.5)
                ? new Fault.Cut(here, there, bothWays, nanos)
                : new Fault.Cut(there, here, bothWays, nanos);
    }

    private Weather climate() {
        return new Weather(
                Draws.upTo(random, 0.01),
                Draws.upTo(random, 0.02),
                Draws.upTo(random, 0.2),
                Draws.upTo(random, 0.3),
                0);
    }

    private Weather gale() {
        return new Weather(
                Draws.upTo(random, 0.4), Draws.upTo(random, 0.4), Draws.upTo(random, 0.6), Draws.upTo(random, 0.6), 0);
    }
}
