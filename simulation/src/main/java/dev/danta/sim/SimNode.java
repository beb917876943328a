package dev.danta.sim;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.Mutation;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.StorageException;
import dev.danta.ir.runtime.Transport;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.invariant.ReplicaWatch;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.SimNetwork;
import dev.danta.sim.trace.Trace;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node: its clock and its disks outlive its processes. One process at a time runs a replica of every shard and a settler; it can die,
 * start again, and stand still.
 */
final class SimNode implements SimNetwork.Party {
    private static final long WAKE_MAX_NANOS = 40_000;
    private static final long ASK_AGAIN_NANOS = 200_000_000;

    /** A slow machine waits for its disk as others do, and a little longer. */
    private static final int SYNC_SLOWNESS_MAX = 20;

    /** How often a full disk says so at a change already, and not only at the commit. */
    private static final double FULL_AT_ONCE = 0.3;

    private final ReplicaId id;
    private final World world;
    private final SimClock clock;
    private final SortedMap<ShardId, Home> homes = new TreeMap<>();
    private final SortedMap<ShardId, SimReplica> process = new TreeMap<>();
    private final List<Runnable> parked = new ArrayList<>();
    private final TreeSet<ShardId> putBack = new TreeSet<>();
    private boolean isUp;
    private long lives;
    private long pausedUntilNanos;
    private int diskFactor = 1;
    private int slowness = 1;
    private int full;
    private Fault.@Nullable CrashMoment crashPending;
    private int momentsLeft;
    private long downNanos;
    private Runnable onCrash = () -> {};
    private @Nullable SimSettler settler;
    private @Nullable SimConfig config;
    private Transport outbound = new LinkedLater();
    private final SimRandom random;

    /** Ends whatever a process was doing as it died. */
    private static final class ProcessDied extends RuntimeException {
        private static final long serialVersionUID = 1;

        ProcessDied() {
            super("a simulated process died here", null, false, false);
        }
    }

    /** What all processes of a run share. */
    record World(
            EventQueue events,
            SimRandom diskRandom,
            SimRandom settling,
            SimRandom forgetting,
            Trace trace,
            Coverage coverage,
            Invariants invariants,
            SimParts parts,
            Temper temper,
            Faltering faltering) {}

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
     * @param upkeep how often replicas catch up and forget
     * @param forgets whether they forget at all
     * @param logEntriesMax how much a replica's log keeps for members that do not pull it
     * @param feedEntriesKept how much of it is kept for feeds though all have pulled it
     * @param answers how much goes into one answer
     */
    record Temper(
            long syncMinNanos,
            long syncMeanNanos,
            int batchMax,
            boolean readsBesideThread,
            long holdBackNanos,
            long maxClockAheadMicros,
            RecoverySettings recovery,
            WaitingSettings waiting,
            UpkeepSettings upkeep,
            boolean forgets,
            long logEntriesMax,
            long feedEntriesKept,
            AnswerSizes answers) {}

    /** What one replica keeps over its process lives. */
    private record Home(Membership membership, ReplicaWatch watch) {}

    SimNode(ReplicaId id, World world, SimClock clock) {
        this.id = id;
        this.world = world;
        this.clock = clock;
        this.random = new SimRandom(world.diskRandom().next());
    }

    /** The stream of this node's disks and threads. */
    SimRandom random() {
        return random;
    }

    @Override
    public long life() {
        return isUp ? lives : -lives;
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

    /** How long it stays down after the crash that comes, or was. */
    long downNanos() {
        return downNanos;
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

    /** A replica of this node has noticed that it lacks something. */
    void noticed(ShardId shard) {
        if (settler != null) {
            settler.noticed(shard);
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
        outbox.linked = mortal(linking.link(born));
        settler = born;
        born.start();
        world.trace().event(id.toString(), "starts");
        isUp = true;
        onCrash = crashed;
        Transport mortal = mortal(transport);
        outbound = mortal;
        if (config != null) {
            homes.forEach((shard, home) -> admit(config, shard, home, mortal, lives));
            return;
        }
        homes.forEach((shard, home) -> {
            SimReplica replica = new SimReplica(this, world, home.membership(), home.watch(), mortal);
            process.put(shard, replica);
        });
        for (SimReplica replica : List.copyOf(process.values())) {
            guarded(replica::start);
        }
    }

    /** From now on a replica starts only if the configuration admits its disk. */
    void isAdmittedBy(SimConfig admitting) {
        config = admitting;
    }

    /** Asks whether a replica may serve on its disk, again and again until there is an answer. */
    private void admit(SimConfig asked, ShardId shard, Home home, Transport transport, long life) {
        SimDisk disk = home.watch().disk();
        long started = disk.start(random.next());
        DiskIdentity identity = new DiskIdentity(
                disk.logIncarnation().disk(),
                disk.durable().starts(),
                started,
                new DiskIdentity.LogEnd(disk.logIncarnation().epoch(), disk.logEnd()));
        askUntilAdmitted(asked, new ConfigRequest.Register(id, identity), shard, home, transport, life);
    }

    private void askUntilAdmitted(
            SimConfig asked, ConfigRequest.Register request, ShardId shard, Home home, Transport transport, long life) {
        if (!isUp || lives != life || process.containsKey(shard)) {
            return;
        }
        asked.ask(shard, request, answer -> {
            if (isUp && lives == life && !process.containsKey(shard)) {
                admitted(answer, request.disk(), shard, home, transport);
            }
        });
        world.events().after(ASK_AGAIN_NANOS, () -> askUntilAdmitted(asked, request, shard, home, transport, life));
    }

    /** Serves under the old identity, or is as good as new. */
    private void admitted(
            ShardConfig.Answer answer, DiskIdentity identity, ShardId shard, Home home, Transport transport) {
        SimDisk disk = home.watch().disk();
        disk.onStartAnswered();
        DiskIdentity seen = answer.config().starts().get(id);
        if (!answer.done()) {
            world.coverage().count("start refused");
            // Nor does a copy of a disk that was given up long ago stay: nobody would ever tell it what has become of
            // its
            // epoch, nor it the clients that know of it only.
            if (putBack.contains(shard) || (seen != null && identity.isBehind(seen))) {
                disk.format(random.next());
            }
        }
        putBack.remove(shard);
        if (disk.epoch() == null) {
            disk.apply(new PutEpoch(
                    world.parts().epochRules().onEmptyDisk(id, answer.config().active())));
            disk.commit();
        }
        SimReplica replica = new SimReplica(this, world, home.membership(), home.watch(), transport);
        process.put(shard, replica);
        guarded(replica::start);
    }

    /** What a backup of all its disks has, by shard. */
    List<SimDisk.Image> backup() {
        return homes.values().stream().map(home -> home.watch().disk().backup()).toList();
    }

    /**
     * Whether processes have started since, and the configuration knows: an older copy of the same process life, or of one
     * after which nobody has seen another, could not be told from the disk itself.
     *
     * @param startsSeen how many starts the configuration has seen of this node's disk, by shard
     */
    boolean isKnownToBeOld(List<SimDisk.Image> backup, ToLongFunction<ShardId> startsSeen) {
        Iterator<SimDisk.Image> images = backup.iterator();
        return homes.keySet().stream()
                .allMatch(shard -> startsSeen.applyAsLong(shard) > images.next().starts());
    }

    /** Its machine is set up anew from a backup. */
    void restore(List<SimDisk.Image> backup) {
        crash();
        Iterator<SimDisk.Image> images = backup.iterator();
        homes.values().forEach(home -> home.watch().disk().restore(images.next()));
        putBack.addAll(homes.keySet());
    }

    /** Its disks are lost. */
    void wipe() {
        crash();
        homes.values().forEach(home -> home.watch().disk().format(random.next()));
    }

    /** A replica that is no member gets an empty disk, on which it waits for an install. */
    void replaceDisk(ShardId shard, Membership active, long incarnation) {
        Home home = Objects.requireNonNull(homes.get(shard));
        SimReplica running = process.remove(shard);
        if (running != null) {
            running.die();
        }
        SimDisk disk = home.watch().disk();
        disk.format(incarnation);
        disk.apply(new PutEpoch(EpochState.outside(active)));
        disk.commit();
        if (isUp) {
            SimReplica replica = new SimReplica(this, world, home.membership(), home.watch(), outbound);
            process.put(shard, replica);
            guarded(replica::start);
        }
    }

    /** A batch has arrived from a client. */
    @Override
    public void arrive(List<Envelope> batch) {
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
            guarded(action);
        }
    }

    /** Lets a part of the process act; if the process dies meanwhile, nothing of what was still to be done is done. */
    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (ProcessDied died) {
            world.coverage().count("node died at its moment");
        } catch (StorageException failed) {
            if (full == 0) {
                throw failed;
            }
            world.coverage().count("node stopped by its full disk");
            crash();
        }
    }

    /** What a part of this process sends leaves as long as the process lives. */
    Transport mortal(Transport transport) {
        return new Transport() {
            @Override
            public void send(Address to, Envelope envelope) {
                transport.send(to, envelope);
                if (crashPending == Fault.CrashMoment.AMID_SENDS && --momentsLeft == 0) {
                    transport.flush();
                    throw died();
                }
            }

            @Override
            public void flush() {
                transport.flush();
            }
        };
    }

    /** A replica's store on this node's disk, which may be full, or the last thing the process touches. */
    Storage mortal(Storage storage) {
        return new Storage() {
            @Override
            public void apply(Mutation mutation) {
                if (full > 0 && random.chance(FULL_AT_ONCE)) {
                    throw new StorageException("no space is left for " + mutation);
                }
                storage.apply(mutation);
                if (crashPending == Fault.CrashMoment.AT_PERSIST && --momentsLeft == 0) {
                    throw died();
                }
            }

            @Override
            public void commit() {
                if (full > 0) {
                    throw new StorageException("no space is left for a commit");
                }
                storage.commit();
            }
        };
    }

    private ProcessDied died() {
        crash();
        return new ProcessDied();
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
        actions.forEach(this::guarded);
    }

    void slowDisk(int factor) {
        diskFactor = factor;
    }

    void slowDown(int factor) {
        slowness = factor;
    }

    /** How long the process takes to get to its work. */
    long wakeNanos() {
        return slowness * random.between(0, WAKE_MAX_NANOS);
    }

    /** From now on the disk takes nothing more, until {@link #diskHasSpace} was called as often. */
    void diskIsFull(long retryNanos) {
        full++;
        downNanos = retryNanos;
    }

    void diskHasSpace() {
        full--;
    }

    /** How long the next sync takes. */
    long syncNanos() {
        Temper temper = world.temper();
        return (long) diskFactor
                * Math.min(slowness, SYNC_SLOWNESS_MAX)
                * (temper.syncMinNanos() + random.exponential(temper.syncMeanNanos()));
    }

    /** Has the process die at {@code moment}; one that syncs nothing for long dies all the same. */
    void crashAt(Fault.Crash crash, long waitMaxNanos) {
        if (!isUp) {
            return;
        }
        Fault.CrashMoment moment = crash.moment();
        downNanos = crash.downNanos();
        if (moment == Fault.CrashMoment.AT_ONCE) {
            crash();
            return;
        }
        crashPending = moment;
        momentsLeft = crash.after();
        long life = lives;
        world.events().after(waitMaxNanos, () -> {
            if (crashPending != null && life == lives) {
                crash();
            }
        });
    }

    /** A replica asks, as it reaches {@code moment}, whether its process is to die there. */
    boolean diesAt(Fault.CrashMoment moment) {
        return crashPending == moment;
    }

    /** Dies in the middle of a commit of {@code disk}. */
    void crashInCommit(SimDisk disk) {
        world.coverage().count("disk commit torn");
        disk.tear(world.parts().storeIsAtomic() ? 0 : momentsLeft);
        crash();
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
        for (Home home : homes.values()) {
            if (home.watch().disk().hasOpenChanges()) {
                world.coverage().count("disk lost unsynced writes");
            }
            home.watch().disk().crash();
        }
        onCrash.run();
    }

    /** No fault is pending or under way any more; a process that is down stays down. */
    void heal() {
        crashPending = null;
        downNanos = 0;
        pausedUntilNanos = 0;
        goOn();
    }

    Address address() {
        return new Address.Replica(id);
    }
}
