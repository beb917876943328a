package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;

/** What befalls nodes that are no members in the beginning: they join in the middle of it, and are as unlucky as the others. */
final class NewcomerFaults implements FaultSource {
    private static final double RUNS_WITHOUT = 0.2;

    private final SimRandom random;
    private final Cast all;
    private final List<ReplicaId> newcomers;

    private enum Kind {
        APART,
        FLAP,
        CLOG,
        CLOCK_JUMP,
        DRIFT,
        PAUSE,
        SLOW_DISK
    }

    /**
     * @param founders who is there in the beginning
     * @param all with those that come later
     */
    NewcomerFaults(SimRandom random, Cast founders, Cast all) {
        this.random = random;
        this.all = all;
        this.newcomers = all.nodes().stream()
                .filter(node -> !founders.nodes().contains(node))
                .toList();
    }

    @Override
    public List<TimedFault> draw(long untilNanos) {
        long meanGapNanos = random.between(300, 3_000) * Draws.MILLI;
        List<Kind> kinds = new ArrayList<>();
        if (!random.chance(RUNS_WITHOUT)) {
            for (Kind kind : Kind.values()) {
                if (random.chance(0.5)) {
                    kinds.add(kind);
                }
            }
        }
        return kinds.isEmpty()
                ? List.of()
                : Draws.apart(random, meanGapNanos, untilNanos, () -> fault(random.pick(kinds)));
    }

    private Fault fault(Kind kind) {
        List<ReplicaId> whose = random.chance(0.6) ? List.of(random.pick(newcomers)) : Cast.some(newcomers, random);
        Address one = new Address.Replica(whose.get(0));
        return switch (kind) {
            case APART, FLAP, CLOG -> between(kind, whose);
            case CLOCK_JUMP -> new Fault.ClockJump(one, random.between(-1_500, 1_500) * 1_000);
            case DRIFT -> new Fault.Drift(one, random.between(-300, 300) * 1_000, Draws.lasting(random, 1_500));
            case PAUSE -> new Fault.Pause(one, Draws.lasting(random, 200));
            case SLOW_DISK -> new Fault.SlowDisk(whose.get(0), (int) random.between(3, 60), Draws.lasting(random, 600));
        };
    }

    private Fault between(Kind kind, List<ReplicaId> whose) {
        List<Address> newcomersSide = new ArrayList<>();
        whose.forEach(node -> newcomersSide.add(new Address.Replica(node)));
        List<Address> others = random.chance(0.7) ? all.nodeAddresses() : new ArrayList<>(all.clients());
        others.removeAll(newcomersSide);
        List<Address> otherSide = random.chance(0.5) ? others : Cast.some(others, random);
        boolean bothWays = random.chance(0.5);
        boolean fromThem = random.chance(0.5);
        List<Address> senders = fromThem ? newcomersSide : otherSide;
        List<Address> receivers = fromThem ? otherSide : newcomersSide;
        return switch (kind) {
            case FLAP ->
                new Fault.Flap(
                        senders,
                        receivers,
                        bothWays,
                        Draws.lasting(random, 60),
                        Draws.lasting(random, 80),
                        Draws.lasting(random, 1_200));
            case CLOG ->
                new Fault.Clog(senders, receivers, bothWays, Draws.lasting(random, 300), Draws.lasting(random, 900));
            default -> new Fault.Cut(senders, receivers, bothWays, Draws.lasting(random, 900));
        };
    }
}
