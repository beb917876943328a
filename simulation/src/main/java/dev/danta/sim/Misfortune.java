package dev.danta.sim;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.fault.FaultText;
import dev.danta.sim.fault.TimedFault;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.net.SimNetwork;
import dev.danta.sim.net.Weather;
import dev.danta.sim.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/** Lets the faults of a schedule happen to a cluster, and ends all of them when it heals. */
final class Misfortune {
    private static final long MILLI = 1_000_000L;

    /** A process that is to die at some moment of a batch dies after that long if there is no such moment. */
    private static final long CRASH_WAIT_MAX_NANOS = 300 * MILLI;

    private final World world;
    /** What ends a fault under way; by identity, in the order of their beginning. */
    private final List<Ending> endings = new ArrayList<>();

    private boolean healed;
    private Weather usualWeather = Weather.FAIR;
    private int gales;

    /** What faults happen to. */
    record World(
            EventQueue events,
            SimNetwork network,
            Trace trace,
            Coverage coverage,
            Invariants invariants,
            SortedMap<ReplicaId, SimNode> nodes,
            List<SimClient> clients,
            List<Connector> connectors) {}

    /** What ends a fault. */
    private static final class Ending {
        private final Runnable action;

        Ending(Runnable action) {
            this.action = action;
        }
    }

    Misfortune(World world) {
        this.world = world;
    }

    void plan(FaultSchedule schedule) {
        for (TimedFault timed : schedule.faults()) {
            world.events().after(timed.atNanos(), () -> {
                if (!healed) {
                    happen(timed.fault());
                }
            });
        }
    }

    private void happen(Fault fault) {
        world.trace().event("fault", FaultText.of(fault));
        world.coverage().count(fault.label());
        if (fault instanceof Fault.Crash crash) {
            crash.nodes().forEach(id -> node(id).crashAt(crash, CRASH_WAIT_MAX_NANOS));
            if (crash.nodes().size() > 1
                    && crash.nodes().size() == world.nodes().size()) {
                world.coverage().count("fault crash of all nodes");
            }
        } else if (fault instanceof Fault.Pause pause) {
            if (pause.whose() instanceof Address.Replica replica) {
                node(replica.id()).pause(pause.nanos());
            } else {
                client(pause.whose()).pause(pause.nanos());
            }
        } else if (fault instanceof Fault.ClientDies death) {
            die(client(death.whose()), death.afterSends());
        } else if (!happensToMachine(fault)) {
            happensToNetwork(fault);
        }
    }

    private boolean happensToMachine(Fault fault) {
        if (fault instanceof Fault.SlowDisk slow) {
            SimNode node = node(slow.node());
            node.slowDisk(slow.factor());
            later(slow.nanos(), () -> node.slowDisk(1));
        } else if (fault instanceof Fault.SlowMachine slow) {
            SimNode node = node(slow.node());
            node.slowDown(slow.factor());
            later(slow.nanos(), () -> node.slowDown(1));
        } else if (fault instanceof Fault.DiskFull full) {
            SimNode node = node(full.node());
            node.diskIsFull(full.retryNanos());
            later(full.nanos(), node::diskHasSpace);
        } else if (fault instanceof Fault.ClockJump jump) {
            clockOf(jump.whose()).jump(jump.micros());
        } else if (fault instanceof Fault.Drift drift) {
            SimClock clock = clockOf(drift.whose());
            clock.drift(drift.ppm());
            later(drift.nanos(), () -> clock.drift(0));
        } else {
            return false;
        }
        return true;
    }

    private void happensToNetwork(Fault fault) {
        SimNetwork network = world.network();
        if (fault instanceof Fault.Cut cut) {
            forEachLink(cut.senders(), cut.receivers(), cut.bothWays(), (from, to) -> block(from, to, cut.nanos()));
            world.connectors().forEach(Connector::onCut);
        } else if (fault instanceof Fault.Flap flap) {
            flap(flap, world.events().nowNanos() + flap.nanos());
        } else if (fault instanceof Fault.Clog clog) {
            clog(clog);
        } else if (fault instanceof Fault.Climate climate) {
            usualWeather = climate.weather();
            network.setWeather(usualWeather);
        } else if (fault instanceof Fault.Gale gale) {
            int number = ++gales;
            network.setWeather(gale.weather());
            later(gale.nanos(), () -> {
                if (number == gales) {
                    network.setWeather(usualWeather);
                }
            });
        } else {
            throw new IllegalStateException("nobody knows how to let this happen: " + fault);
        }
    }

    private void flap(Fault.Flap flap, long untilNanos) {
        long left = untilNanos - world.events().nowNanos();
        if (left <= 0) {
            return;
        }
        long downNanos = Math.min(flap.downNanos(), left);
        forEachLink(flap.senders(), flap.receivers(), flap.bothWays(), (from, to) -> block(from, to, downNanos));
        world.connectors().forEach(Connector::onCut);
        world.events().after(flap.downNanos() + flap.upNanos(), () -> {
            if (!healed) {
                flap(flap, untilNanos);
            }
        });
    }

    private void clog(Fault.Clog clog) {
        SimNetwork network = world.network();
        forEachLink(clog.senders(), clog.receivers(), clog.bothWays(), (from, to) -> {
            network.clog(from, to);
            burst(clog, from, to, world.events().nowNanos() + clog.nanos());
            later(clog.nanos(), () -> network.unclog(from, to));
        });
    }

    private void burst(Fault.Clog clog, Address from, Address to, long untilNanos) {
        world.events().after(clog.burstNanos(), () -> {
            if (!healed && world.events().nowNanos() < untilNanos) {
                world.network().burst(from, to);
                burst(clog, from, to, untilNanos);
            }
        });
    }

    /** Links between hosts of which there are any: clients have none to each other. */
    private void forEachLink(
            List<Address> senders, List<Address> receivers, boolean bothWays, BiConsumer<Address, Address> action) {
        for (Address sender : senders) {
            for (Address receiver : receivers) {
                Address from = addressOf(sender);
                Address to = addressOf(receiver);
                if (!from.equals(to) && world.network().isLinked(from, to)) {
                    action.accept(from, to);
                    if (bothWays) {
                        action.accept(to, from);
                    }
                }
            }
        }
    }

    private void block(Address from, Address to, long nanos) {
        world.network().block(from, to);
        later(nanos, () -> world.network().unblock(from, to));
    }

    private void die(SimClient client, int afterSends) {
        Runnable death = () -> {
            boolean isLast = world.clients().stream().filter(SimClient::isAlive).count() == 1;
            if (client.isAlive() && !isLast && !healed) {
                die(client);
            }
        };
        if (afterSends == 0) {
            death.run();
        } else {
            client.dieAfter(afterSends, death);
        }
    }

    private void die(SimClient client) {
        world.trace().event("fault", client.name() + " dies");
        world.coverage().count("client died");
        world.invariants().onClientDies(client.id());
        client.die();
    }

    /** Ends something in time, or when all heals. */
    private void later(long nanos, Runnable action) {
        Ending ending = new Ending(action);
        endings.add(ending);
        world.events().after(nanos, () -> {
            if (endings.remove(ending)) {
                action.run();
            }
        });
    }

    /**
     * All that is under way ends, and nothing more happens. A client that was once an hour ahead will be refused for an
     * hour, since no stamp of its own may go back: somebody starts it anew, which is a death and a new client.
     */
    void end() {
        world.trace().event("fault", "all heals");
        healed = true;
        endings.forEach(ending -> ending.action.run());
        endings.clear();
        world.network().heal();
        for (SimClient client : world.clients()) {
            if (client.isAlive() && client.clock().greatestAheadMicros() >= Fault.ClockJump.FAR_MICROS) {
                die(client);
            }
        }
    }

    private SimNode node(ReplicaId id) {
        SimNode node = world.nodes().get(id);
        if (node == null) {
            throw new IllegalStateException("there is no node " + id);
        }
        return node;
    }

    /** A client by its number; the other half of its id is the seed's. */
    private SimClient client(Address address) {
        long number = ((Address.Client) address).id().low();
        return world.clients().stream()
                .filter(client -> client.id().low() == number)
                .findFirst()
                .orElseThrow();
    }

    private Address addressOf(Address address) {
        return address instanceof Address.Replica ? address : client(address).address();
    }

    private SimClock clockOf(Address address) {
        return address instanceof Address.Replica replica
                ? node(replica.id()).clock()
                : client(address).clock();
    }
}
