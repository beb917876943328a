package dev.danta.sim.fault;

import dev.danta.ir.message.Address;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.Weather;
import java.util.ArrayList;
import java.util.List;

/** Links that fail in less clean ways: between nodes, now and then, in bursts, and seconds too late. */
final class LinkFaults implements FaultSource {
    private static final double RUNS_WITHOUT = 0.4;

    private final SimRandom random;
    private final Cast cast;

    private enum Kind {
        NODES_APART,
        SPLIT,
        FLAP,
        CLOG,
        LATE
    }

    /** Between whom. */
    private record Ends(List<Address> senders, List<Address> receivers, boolean bothWays) {}

    LinkFaults(SimRandom random, Cast cast) {
        this.random = random;
        this.cast = cast;
    }

    @Override
    public List<TimedFault> draw(long untilNanos) {
        long meanGapNanos = random.between(500, 5_000) * Draws.MILLI;
        List<Kind> kinds = new ArrayList<>();
        if (!random.chance(RUNS_WITHOUT)) {
            for (Kind kind : Kind.values()) {
                boolean needsNodes = kind == Kind.NODES_APART || kind == Kind.SPLIT;
                if (random.chance(0.5) && (!needsNodes || cast.nodes().size() > 1)) {
                    kinds.add(kind);
                }
            }
        }
        return kinds.isEmpty()
                ? List.of()
                : Draws.apart(random, meanGapNanos, untilNanos, () -> fault(random.pick(kinds)));
    }

    private Fault fault(Kind kind) {
        return switch (kind) {
            case NODES_APART -> {
                Ends ends = nodesApart();
                yield new Fault.Cut(ends.senders(), ends.receivers(), ends.bothWays(), Draws.lasting(random, 900));
            }
            case SPLIT -> {
                Ends ends = split();
                yield new Fault.Cut(ends.senders(), ends.receivers(), true, Draws.lasting(random, 900));
            }
            case FLAP -> {
                Ends ends = anyEnds();
                yield new Fault.Flap(
                        ends.senders(),
                        ends.receivers(),
                        ends.bothWays(),
                        Draws.lasting(random, 60),
                        Draws.lasting(random, 80),
                        Draws.lasting(random, 1_200));
            }
            case CLOG -> {
                Ends ends = anyEnds();
                yield new Fault.Clog(
                        ends.senders(),
                        ends.receivers(),
                        ends.bothWays(),
                        Draws.lasting(random, 300),
                        Draws.lasting(random, 900));
            }
            case LATE ->
                new Fault.Gale(
                        new Weather(
                                Draws.upTo(random, 0.1),
                                Draws.upTo(random, 0.3),
                                Draws.upTo(random, 0.3),
                                Draws.upTo(random, 0.5),
                                random.between(5, 250) / 1_000.0),
                        Draws.lasting(random, 1_000));
        };
    }

    /** One node from another, or some from the others: what each has with its clients goes on. */
    private Ends nodesApart() {
        List<Address> there = cast.nodeAddresses();
        List<Address> here = new ArrayList<>();
        int count = random.chance(0.6) ? 1 : 1 + random.below(there.size() - 1);
        for (int i = 0; i < count; i++) {
            here.add(there.remove(random.below(there.size())));
        }
        return new Ends(here, random.chance(0.5) ? Cast.some(there, random) : there, random.chance(0.5));
    }

    /** Two halves of the world, each with nodes and perhaps clients. */
    private Ends split() {
        List<Address> here = new ArrayList<>();
        List<Address> there = cast.nodeAddresses();
        int count = 1 + random.below(there.size() - 1);
        for (int i = 0; i < count; i++) {
            here.add(there.remove(random.below(there.size())));
        }
        for (Address client : cast.clients()) {
            (random.chance(0.5) ? here : there).add(client);
        }
        return new Ends(here, there, true);
    }

    private Ends anyEnds() {
        boolean bothWays = random.chance(0.5);
        if (cast.nodes().size() > 1 && random.chance(0.3)) {
            return nodesApart();
        }
        List<Address> nodes = random.chance(0.6)
                ? List.of(random.pick(cast.nodeAddresses()))
                : Cast.some(cast.nodeAddresses(), random);
        List<Address> clients = random.chance(0.5) ? cast.clients() : Cast.some(cast.clients(), random);
        return random.chance(0.5) ? new Ends(nodes, clients, bothWays) : new Ends(clients, nodes, bothWays);
    }
}
