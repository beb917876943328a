package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.Weather;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the faults of a run. Each run has a temper of its own: some kinds of fault never come, others often (swarm
 * testing, Groce et al. 2012), so that rare combinations are met without every run being one long outage.
 */
public final class FaultPlan {
    private static final long MILLI = 1_000_000L;

    private final SimRandom random;
    private final List<ReplicaId> nodes;
    private final List<Address> clients;
    private final List<Kind> kinds;
    private final long meanGapNanos;

    private enum Kind {
        CRASH,
        CRASH_MANY,
        CUT,
        GALE,
        PAUSE,
        SLOW_DISK,
        CLOCK_JUMP
    }

    /** A plan; one seed in eight has no faults at all. */
    public FaultPlan(SimRandom random, List<ReplicaId> nodes, List<Address> clients) {
        this.random = random;
        this.nodes = List.copyOf(nodes);
        this.clients = List.copyOf(clients);
        this.meanGapNanos = random.between(150, 2_500) * MILLI;
        List<Kind> drawn = new ArrayList<>();
        if (!random.chance(0.125)) {
            for (Kind kind : Kind.values()) {
                if (random.chance(kind == Kind.CRASH_MANY ? 0.3 : 0.6)) {
                    drawn.add(kind);
                }
            }
        }
        this.kinds = List.copyOf(drawn);
    }

    public boolean isCalm() {
        return kinds.isEmpty();
    }

    /** How long until the next fault. */
    public long gapNanos() {
        return random.exponential(meanGapNanos);
    }

    /** The next fault, unless the plan is calm. */
    public Fault draw() {
        return switch (random.pick(kinds)) {
            case CRASH -> new Fault.Crash(List.of(random.pick(nodes)), moment(), lasting(400));
            case CRASH_MANY -> new Fault.Crash(some(nodes), moment(), lasting(250));
            case CUT -> cut();
            case GALE -> new Fault.Gale(weather(), lasting(700));
            case PAUSE -> new Fault.Pause(anyone(), lasting(200));
            case SLOW_DISK -> new Fault.SlowDisk(random.pick(nodes), (int) random.between(3, 60), lasting(600));
            case CLOCK_JUMP -> new Fault.ClockJump(anyone(), random.between(-1_500, 1_500) * 1_000);
        };
    }

    private Fault.CrashMoment moment() {
        return random.pick(List.of(Fault.CrashMoment.values()));
    }

    private long lasting(long meanMillis) {
        return MILLI + random.exponential(meanMillis * MILLI);
    }

    /** Nodes from clients or the other way round: single links, a whole client, or a whole node. */
    private Fault.Cut cut() {
        List<Address> replicas = new ArrayList<>();
        nodes.forEach(node -> replicas.add(new Address.Replica(node)));
        List<Address> here = random.chance(0.5) ? List.of(random.pick(replicas)) : some(replicas);
        List<Address> there = random.chance(0.5) ? clients : some(clients);
        return random.chance(0.5)
                ? new Fault.Cut(here, there, random.chance(0.5), lasting(600))
                : new Fault.Cut(there, here, random.chance(0.5), lasting(600));
    }

    private <T> List<T> some(List<T> all) {
        List<T> chosen = new ArrayList<>(all);
        int size = 1 + random.below(all.size());
        while (chosen.size() > size) {
            chosen.remove(random.below(chosen.size()));
        }
        return chosen;
    }

    /** What the network is like between gales. */
    public Weather usualWeather() {
        return random.chance(0.5) ? Weather.FAIR : new Weather(upTo(0.01), upTo(0.02), upTo(0.2), upTo(0.3));
    }

    private Weather weather() {
        return new Weather(upTo(0.4), upTo(0.4), upTo(0.6), upTo(0.6));
    }

    private double upTo(double most) {
        return random.chance(0.5) ? random.unit() * most : 0;
    }

    private Address anyone() {
        List<Address> all = new ArrayList<>(clients);
        nodes.forEach(node -> all.add(new Address.Replica(node)));
        return random.pick(all);
    }
}
