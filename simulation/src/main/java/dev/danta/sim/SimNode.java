package dev.danta.sim;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Transport;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.invariant.ReplicaWatch;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.trace.Trace;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node: its clock and its disks outlive its processes. One process at a time runs a replica of every shard and a settler; it can die,
 * start again, and stand still.
 */
final class SimNode {
    private final ReplicaId id;
    private final World world;
    private final SimClock clock;
    private final SortedMap<ShardId, Home> homes = new TreeMap<>();
    private final SortedMap<ShardId, SimReplica> process = new TreeMap<>();
    private final List<Runnable> parked = new ArrayList<>();
    private boolean isUp;
    private long lives;
    private long pausedUntilNanos;
    private int diskFactor = 1;
    private Fault.@Nullable CrashMoment crashPending;
    private Runnable onCrash = () -> {};
    private @Nullable SimSettler settler;

    /** What all processes of a run share. */
    record World(
            EventQueue events,
            SimRandom diskRandom,
            SimRandom settling,
            Trace trace,
            Coverage coverage,
            Invariants invariants,
            SimParts parts,
            Temper temper) {}

    /**
     * What is drawn once for a run.
     *
     * @param syncMinNanos the least time that a sync takes
     * @param syncMeanNanos how much longer it takes on average
     * @param batchMax how many inputs make one batch at most
     * @param readsBesideThread whether reads are answered from the durable image, beside the shard's thread, as a node
     *     does, or by the machine
     * @param holdBackNanos how long a batch that only has decisions may wait for others to share its sync
     * @param maxClockAheadMicros how far ids and stamps may be ahead of a replica's clock
     * @param recovery when transactions are settled by others than their clients
     */
    record Temper(
            long syncMinNanos,
            long syncMeanNanos,
            int batchMax,
            boolean readsBesideThread,
            long holdBackNanos,
            long maxClockAheadMicros,
            RecoverySettings recovery) {}

    /** What one replica keeps over its process lives. */
    private record Home(Membership membership, ReplicaWatch watch) {}

    SimNode(ReplicaId id, World world, SimClock clock) {
        this.id = id;
        this.world = world;
        this.clock = clock;
    }

    void addReplica(Membership membership, ReplicaWatch watch) {
        homes.put(membership.shard(), new Home(membership, watch));
    }

    ReplicaId id() {
        return id;
    }

    SimClock clock() {
        return clock;
    }

    boolean isUp() {
        return isUp;
    }

    /** Lays the links of a settler, and gives it its end of them. */
    interface Linking {
        Transport link(SimSettler settler);
    }

    /** The transport of a settler that is only known when the settler is. */
    private static final class LinkedLater implements Transport {
        private @Nullable Transport linked;

        @Override
        public void send(Address to, Envelope envelope) {
            Objects.requireNonNull(linked).send(to, envelope);
        }

        @Override
        public void flush() {
            Objects.requireNonNull(linked).flush();
        }
    }

    /** A replica of this node reports a transaction to the settler beside it. */
    void report(Overdue overdue) {
        if (settler != null) {
            settler.report(overdue);
        }
    }

    /**
     * Starts a process.
     *
     * @param transport carries what replicas send
     * @param linking connects its settler to all nodes
     * @param crashed told when the process dies
     */
    void start(Transport transport, Linking linking, Runnable crashed) {
        LinkedLater outbox = new LinkedLater();
        ClientId settlerId = new ClientId(world.settling().next(), ++lives * 1_000 + id.number());
        Memberships memberships =
                new Memberships(homes.values().stream().map(Home::membership).toList());
        SimSettler born = new SimSettler(settlerId, this, world, memberships, outbox);
        outbox.linked = linking.link(born);
        settler = born;
        world.trace().event(id.toString(), "starts");
        isUp = true;
        onCrash = crashed;
        homes.forEach((shard, home) -> {
            SimReplica replica = new SimReplica(this, world, home.membership(), home.watch(), transport);
            process.put(shard, replica);
            replica.start();
        });
    }

    /** A batch has arrived from a client. */
    void arrive(List<Envelope> batch) {
        if (!isUp) {
            return;
        }
        whenRunning(() -> {
            for (Envelope envelope : batch) {
                SimReplica replica = process.get(envelope.shard());
                if (replica != null) {
                    replica.arrive(envelope);
                }
            }
        });
    }

    /** Does {@code action} now, or when the process goes on after a pause; never, if it dies before. */
    void whenRunning(Runnable action) {
        if (pausedUntilNanos > world.events().nowNanos()) {
            parked.add(action);
        } else {
            action.run();
        }
    }

    void pause(long nanos) {
        if (!isUp) {
            return;
        }
        pausedUntilNanos = Math.max(pausedUntilNanos, world.events().nowNanos() + nanos);
        world.events().after(nanos, this::goOn);
    }

    private void goOn() {
        if (pausedUntilNanos > world.events().nowNanos()) {
            return;
        }
        List<Runnable> actions = List.copyOf(parked);
        parked.clear();
        actions.forEach(Runnable::run);
    }

    void slowDisk(int factor) {
        diskFactor = factor;
    }

    /** How long the next sync takes. */
    long syncNanos() {
        SimRandom random = world.diskRandom();
        Temper temper = world.temper();
        return diskFactor * (temper.syncMinNanos() + random.exponential(temper.syncMeanNanos()));
    }

    /** Has the process die at {@code moment}; one that syncs nothing for long dies all the same. */
    void crashAt(Fault.CrashMoment moment, long waitMaxNanos) {
        if (!isUp) {
            return;
        }
        if (moment == Fault.CrashMoment.AT_ONCE) {
            crash();
            return;
        }
        crashPending = moment;
        world.events().after(waitMaxNanos, () -> {
            if (crashPending != null) {
                crash();
            }
        });
    }

    /** A replica asks, as it reaches {@code moment}, whether its process is to die there. */
    boolean diesAt(Fault.CrashMoment moment) {
        return crashPending == moment;
    }

    void crash() {
        if (!isUp) {
            return;
        }
        world.trace().event(id.toString(), "dies");
        isUp = false;
        crashPending = null;
        pausedUntilNanos = 0;
        parked.clear();
        process.values().forEach(SimReplica::die);
        process.clear();
        if (settler != null) {
            settler.die();
        }
        settler = null;
        homes.values().forEach(home -> home.watch().disk().crash());
        onCrash.run();
    }

    /** No fault is pending or under way any more; a process that is down stays down. */
    void heal() {
        crashPending = null;
        pausedUntilNanos = 0;
        goOn();
    }

    Address address() {
        return new Address.Replica(id);
    }
}
