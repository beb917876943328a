package dev.danta.sim;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochChange;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Transport;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.LinkProfile;
import dev.danta.sim.net.SimNetwork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whoever looks after the members of a simulated cluster: replaces replicas for no reason, wipes nodes and puts back old
 * copies of disks, and has drivers bring about what then must be done. Drivers die now and then; another goes on.
 */
final class SimOperator {
    static final int MEMBERS_MAX = 5;

    private static final long MILLI = 1_000_000L;
    private static final ClientId HOST = new ClientId(0, 0x0FFL);

    private final SimNode.World world;
    private final SimConfig config;
    private final SimNetwork network;
    private final Disks disks;
    private final SimRandom random;
    private final SortedMap<ReplicaId, SimNode> nodes;
    private final Unrest unrest;
    private final SimRandom sizes;
    private final int founders;
    private final long patienceNanos;
    private final TreeMap<ShardId, LivingDriver> drivers = new TreeMap<>();
    private final TreeSet<Long> drained = new TreeSet<>();
    private final TreeMap<ShardId, SortedMap<ReplicaId, Long>> planned = new TreeMap<>();
    private final TreeSet<ShardId> cut = new TreeSet<>();
    private final TreeMap<ReplicaId, List<SimDisk.Image>> backups = new TreeMap<>();
    private long born;
    private boolean healed;

    SimOperator(
            SimNode.World world,
            SimConfig config,
            SimNetwork network,
            Disks disks,
            SimRandom random,
            SortedMap<ReplicaId, SimNode> nodes,
            Unrest unrest,
            SimRandom sizes,
            int founders) {
        this.founders = founders;
        this.unrest = unrest;
        this.sizes = sizes;
        this.world = world;
        this.config = config;
        this.network = network;
        this.disks = disks;
        this.random = random;
        this.nodes = nodes;
        this.patienceNanos = random.between(300, 3_000) * MILLI;
    }

    /** One life of a driver, on the operator's machine. */
    private final class LivingDriver implements SimNetwork.Party {
        private final EpochChange machine;
        private final Driver<EpochChange.Input> driver;
        private final String name;
        private final int cutAt;
        private boolean isCounted;
        private int steps;
        private boolean dead;

        /**
         * @param drains the incarnations of disks whose state all members have when it has ended well
         * @param cutAt the step after which it dies; negative for none, and then its steps are not counted
         */
        LivingDriver(ShardId shard, ClientId id, EpochChange machine, Collection<Long> drains, int cutAt) {
            this.machine = machine;
            this.cutAt = cutAt;
            this.isCounted = cutAt >= 0;
            this.name = "driver " + id.low() + " of " + shard;
            Address address = new Address.Client(id);
            network.join(address, new Address.Client(HOST), this);
            Driver.Ports ports = new Driver.Ports(
                    node(nodes.firstKey()).clock(),
                    Storage.NONE,
                    cuttable(network.transportOf(address)),
                    new SimTimers(
                            node(nodes.firstKey()).clock(),
                            random,
                            (nanos, action) -> world.events().after(nanos, () -> unlessDead(action)),
                            timer -> give(new EpochChange.Input.TimerFired(timer))),
                    bound -> random.between(0, bound),
                    report -> {
                        if (dead) {
                            return;
                        }
                        if (report instanceof ConfigRequest request) {
                            config.ask(
                                    shard,
                                    request,
                                    answer -> unlessDead(() -> give(new EpochChange.Input.Configured(answer))));
                        } else if (report instanceof EpochChange.Ended ended) {
                            world.coverage().count(ended.done() ? "driver ends" : "driver gives up");
                            if (ended.drained()) {
                                drained.addAll(drains);
                            }
                        }
                        step();
                    });
            this.driver = new Driver<>(machine, ports, (input, now, effects) -> {
                world.trace().step(name, input, effects);
                note(effects);
                step();
            });
        }

        /** What is brought to whom before the shard stands still, while it does, and after that. */
        private void note(List<Effect> effects) {
            String phase = machine.progress().phase().name().toLowerCase(Locale.ROOT);
            for (Effect effect : effects) {
                if (effect instanceof Effect.Send send) {
                    if (send.envelope().message() instanceof IrMessage.TakeState) {
                        world.coverage().count("state brought while " + phase);
                    } else if (send.envelope().message() instanceof IrMessage.CompareState) {
                        world.coverage().count("state compared while " + phase);
                    }
                }
            }
        }

        /** Another input was handled, or another effect has left. */
        private void step() {
            if (isCounted && !dead) {
                world.coverage().count(PlannedChange.STEP);
                if (++steps == cutAt) {
                    world.coverage().count(PlannedChange.CUT);
                    world.trace().event(name, "dies after step " + steps);
                    dead = true;
                }
            }
        }

        private Transport cuttable(Transport genuine) {
            return new Transport() {
                @Override
                public void send(Address to, Envelope envelope) {
                    if (!dead) {
                        genuine.send(to, envelope);
                        step();
                    }
                }

                @Override
                public void flush() {
                    genuine.flush();
                }
            };
        }

        private void unlessDead(Runnable action) {
            if (!dead) {
                action.run();
            }
        }

        private void give(EpochChange.Input input) {
            driver.run(List.of(input));
        }

        @Override
        public void arrive(List<Envelope> batch) {
            List<EpochChange.Input> inputs = new ArrayList<>();
            batch.forEach(envelope -> inputs.add(new EpochChange.Input.Received(envelope)));
            unlessDead(() -> driver.run(inputs));
        }

        void die() {
            if (!dead && !machine.isOver()) {
                world.coverage().count("driver dies");
                world.trace().event(name, "dies");
            }
            dead = true;
        }

        boolean isOver() {
            return dead || machine.isOver();
        }
    }

    /** Links to all nodes are laid, and from now on it looks after them. */
    void begin() {
        Address host = new Address.Client(HOST);
        network.join(host, batch -> {});
        nodes.values().forEach(node -> network.link(host, node.address(), LinkProfile.RACK));
        world.parts().wipes().forEach((atNanos, wiped) -> world.events().after(atNanos, () -> wipe(node(wiped))));
        world.parts()
                .plannedChange()
                .ifPresent(change -> world.events().after(change.atNanos(), () -> plan(change.kind())));
        look();
    }

    private void wipe(SimNode node) {
        world.coverage().count("fault wipe");
        backups.remove(node.id());
        node.wipe();
    }

    private boolean roams() {
        return !healed
                && world.parts().wipes().isEmpty()
                && world.parts().plannedChange().isEmpty();
    }

    private void plan(PlannedChange.Kind kind) {
        if (kind == PlannedChange.Kind.REPLACE) {
            // Whatever is missing is seen and replaced by itself.
            wipe(node(nodes.firstKey()));
        }
        for (ShardId shard : disks.shards()) {
            ShardConfig now = config.peek(shard);
            planned.put(
                    shard,
                    switch (kind) {
                        case REPLACE -> withDisksAsTheyAre(shard, now);
                        case GROW, SHRINK -> resized(shard, now, kind == PlannedChange.Kind.GROW);
                        case SWAP -> swapped(shard, now);
                    });
        }
    }

    /** Whether what was planned is what is there. */
    private boolean isAsPlanned(ShardId shard) {
        SortedMap<ReplicaId, Long> wanted = planned.get(shard);
        return wanted == null || wanted.equals(config.peek(shard).incarnations());
    }

    /** Where the driver of a shard is cut off: the first one of a planned change only. */
    private int cutAt(ShardId shard) {
        return world.parts()
                .plannedChange()
                .filter(change -> planned.containsKey(shard) && !isAsPlanned(shard) && cut.add(shard))
                .map(PlannedChange::cut)
                .orElse(-1);
    }

    private void look() {
        world.events().after(random.between(100, 300) * MILLI, () -> {
            for (ShardId shard : disks.shards()) {
                lookAfter(shard);
            }
            if (roams() && random.chance(0.15)) {
                misfortune();
            }
            if (roams() && resizes() && sizes.chance(0.1)) {
                crashNewcomer();
            }
            if (roams() && unrest.copies() > 0 && sizes.chance(unrest.copies()) && isQuiet() && isLossTolerated()) {
                copyOrPutBack();
            }
            look();
        });
    }

    /** Whether shards become larger and smaller in this run. */
    private boolean resizes() {
        return unrest.resizes() > 0;
    }

    /** The drawn faults concern the nodes of the beginning only. */
    private void crashNewcomer() {
        List<ReplicaId> newcomers =
                nodes.keySet().stream().filter(node -> node.number() > founders).toList();
        ReplicaId whose = sizes.pick(newcomers);
        Fault.CrashMoment moment = sizes.pick(List.of(
                Fault.CrashMoment.AT_ONCE,
                Fault.CrashMoment.BEFORE_COMMIT,
                Fault.CrashMoment.IN_SYNC,
                Fault.CrashMoment.BEFORE_SEND));
        world.coverage().count("fault crash of a newcomer");
        node(whose).crashAt(new Fault.Crash(List.of(whose), moment, 1, sizes.between(10, 500) * MILLI), 500 * MILLI);
    }

    /** Replicas that were members and have something, maybe, that the members do not have. */
    private List<ReplicaId> undrained(ShardId shard, ShardConfig now) {
        return nodes.keySet().stream()
                .filter(node -> resizes()
                        && !now.active().hasMember(node)
                        && disks.isRemoved(shard, node)
                        && !drained.contains(disks.incarnation(shard, node)))
                .toList();
    }

    /** A node that is no member gets an empty disk, to become one. */
    private long emptied(ShardId shard, ReplicaId coming, ShardConfig now) {
        if (drained.contains(disks.incarnation(shard, coming)) && disks.isRemoved(shard, coming)) {
            world.coverage().count("removed replica stops");
            world.invariants().onStops(shard, coming);
        }
        node(coming).replaceDisk(shard, now.active(), random.next());
        return disks.incarnation(shard, coming);
    }

    private void lookAfter(ShardId shard) {
        LivingDriver running = drivers.get(shard);
        if (running != null && !running.isOver()) {
            return;
        }
        ShardConfig now = config.peek(shard);
        for (ReplicaId member : now.active().members()) {
            if (now.retired().contains(disks.incarnation(shard, member))) {
                world.coverage().count("retired disk emptied");
                node(member).replaceDisk(shard, now.active(), random.next());
            }
        }
        SortedMap<ReplicaId, Long> lost = withDisksAsTheyAre(shard, now);
        if (!isAsPlanned(shard)) {
            drive(shard, now, planned.get(shard));
        } else if (!lost.equals(now.incarnations())) {
            drive(shard, now, lost);
        } else if (now.change() != null) {
            drive(
                    shard,
                    now,
                    now.change()
                                    .incarnations()
                                    .keySet()
                                    .equals(now.incarnations().keySet())
                            ? lost
                            : current(shard, now.change().incarnations()));
        } else if (!isWhole(shard)
                || disks.isAnybodyBehind(now.active())
                || !undrained(shard, now).isEmpty()) {
            drive(shard, now, null);
        } else if (roams() && random.chance(unrest.changes())) {
            drive(shard, now, sizes.chance(unrest.resizes()) ? resized(shard, now) : swapped(shard, now));
        }
    }

    private SortedMap<ReplicaId, Long> withDisksAsTheyAre(ShardId shard, ShardConfig now) {
        return current(shard, now.incarnations());
    }

    private SortedMap<ReplicaId, Long> current(ShardId shard, SortedMap<ReplicaId, Long> members) {
        TreeMap<ReplicaId, Long> incarnations = new TreeMap<>();
        members.keySet().forEach(member -> incarnations.put(member, disks.incarnation(shard, member)));
        return incarnations;
    }

    /** One member goes, and the node that is none comes, on a new disk. */
    private SortedMap<ReplicaId, Long> swapped(ShardId shard, ShardConfig now) {
        TreeMap<ReplicaId, Long> next = new TreeMap<>(now.incarnations());
        ReplicaId leaving = random.pick(List.copyOf(next.keySet()));
        for (ReplicaId candidate : nodes.keySet()) {
            if (!now.active().hasMember(candidate)) {
                next.remove(leaving);
                next.put(candidate, emptied(shard, candidate, now));
                world.coverage().count("fault replica replaced");
                break;
            }
        }
        return next;
    }

    /** Two members more, on new disks, or two less. */
    private SortedMap<ReplicaId, Long> resized(ShardId shard, ShardConfig now) {
        int size = now.incarnations().size();
        return resized(shard, now, size == 1 || (size < MEMBERS_MAX && sizes.chance(0.5)));
    }

    private SortedMap<ReplicaId, Long> resized(ShardId shard, ShardConfig now, boolean grows) {
        TreeMap<ReplicaId, Long> next = new TreeMap<>(now.incarnations());
        List<ReplicaId> others = new ArrayList<>(nodes.keySet());
        others.removeAll(next.keySet());
        for (int i = 0; i < 2; i++) {
            if (grows) {
                ReplicaId coming = others.remove(sizes.below(others.size()));
                next.put(coming, emptied(shard, coming, now));
                world.coverage().count("fault replica added");
            } else {
                next.remove(sizes.pick(List.copyOf(next.keySet())));
                world.coverage().count("fault replica removed");
            }
        }
        return next;
    }

    private SimNode node(ReplicaId id) {
        SimNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalStateException("there is no node " + id);
        }
        return node;
    }

    private void drive(ShardId shard, ShardConfig now, @Nullable SortedMap<ReplicaId, Long> wanted) {
        ClientId id = new ClientId(random.next(), 1_000_000 + ++born);
        EpochChange.Settings settings = new EpochChange.Settings(50 * MILLI, (int) (patienceNanos / (50 * MILLI)) + 4);
        EpochRules rules = world.parts().epochRules();
        List<ReplicaId> leaving = wanted == null ? undrained(shard, now) : List.of();
        EpochChange machine = wanted == null
                ? EpochChange.finishing(id, now.active().epoch(), leaving, rules, settings)
                : new EpochChange(id, now.active().epoch(), wanted, rules, settings);
        List<Long> drains = wanted == null
                ? leaving.stream().map(one -> disks.incarnation(shard, one)).toList()
                : now.incarnations().values().stream()
                        .filter(disk -> !wanted.containsValue(disk))
                        .toList();
        LivingDriver driver = new LivingDriver(shard, id, machine, drains, cutAt(shard));
        drivers.put(shard, driver);
        driver.give(new EpochChange.Input.Begun());
        if (!healed && random.chance(unrest.deaths())) {
            world.events().after(random.between(0, 500) * MILLI, driver::die);
        }
        if (!healed && wanted != null && random.chance(unrest.rivals())) {
            world.events().after(random.between(0, 300) * MILLI, () -> rival(shard, now, wanted));
        }
    }

    /** Somebody else takes a driver for dead that is not: both go on. */
    private void rival(ShardId shard, ShardConfig begun, SortedMap<ReplicaId, Long> wanted) {
        ShardConfig now = config.peek(shard);
        if (!healed && now.change() != null && now.active().equals(begun.active())) {
            world.coverage().count("driver has a rival");
            drive(shard, now, wanted);
        }
    }

    /** Whether all members serve in the active epoch, on the disks that the configuration knows. */
    boolean isWhole(ShardId shard) {
        ShardConfig now = config.peek(shard);
        return now.change() == null
                && now.incarnations().entrySet().stream()
                        .allMatch(member -> disks.serves(now.active(), member.getKey(), member.getValue()));
    }

    /** Whether nothing is left to be done. */
    boolean isDone() {
        return disks.shards().stream()
                .allMatch(shard -> isWhole(shard)
                        && isAsPlanned(shard)
                        && undrained(shard, config.peek(shard)).isEmpty()
                        && !disks.isAnybodyBehind(config.peek(shard).active()));
    }

    private void misfortune() {
        if (random.chance(0.3)) {
            config.outage(random.between(100, 2_000) * MILLI);
            world.coverage().count("fault configuration out of reach");
            return;
        }
        if (!isQuiet()) {
            return;
        }
        SimNode node = random.pick(List.copyOf(nodes.values()));
        if (!isLossTolerated()) {
            return;
        }
        List<SimDisk.Image> backup = backups.get(node.id());
        if (backup == null) {
            backups.put(node.id(), node.backup());
        } else if (random.chance(0.5) && isKnownToBeOld(node, backup)) {
            putBack(node, backup);
        } else {
            wipe(node);
        }
    }

    private boolean isLossTolerated() {
        return disks.shards().stream()
                .allMatch(shard -> config.peek(shard).active().faultsTolerated() > 0);
    }

    /** Whether nothing is left to be done, nobody is at it, and no member still goes on with a disk that has lost something. */
    private boolean isQuiet() {
        return isDone()
                && drivers.values().stream().allMatch(LivingDriver::isOver)
                && disks.shards().stream()
                        .noneMatch(shard -> disks.of(shard).values().stream().anyMatch(SimDisk::isLost));
    }

    private boolean isKnownToBeOld(SimNode node, List<SimDisk.Image> backup) {
        return node.isKnownToBeOld(backup, shard -> startsSeen(shard, node.id()));
    }

    private void putBack(SimNode node, List<SimDisk.Image> backup) {
        backups.remove(node.id());
        world.coverage().count("fault restored copy");
        node.restore(backup);
    }

    /** A copy by which a node may go back; it starts once more, so that the copy will be known to be old. */
    private void copyOrPutBack() {
        for (ReplicaId copied : List.copyOf(backups.keySet())) {
            List<SimDisk.Image> backup = backups.getOrDefault(copied, List.of());
            if (isKnownToBeOld(node(copied), backup)) {
                putBack(node(copied), backup);
                return;
            }
        }
        SimNode node = sizes.pick(List.copyOf(nodes.values()));
        backups.put(node.id(), node.backup());
        node.crashAt(
                new Fault.Crash(List.of(node.id()), Fault.CrashMoment.AT_ONCE, 1, sizes.between(5, 50) * MILLI),
                500 * MILLI);
    }

    private long startsSeen(ShardId shard, ReplicaId id) {
        DiskIdentity seen = config.peek(shard).starts().get(id);
        return seen == null || seen.incarnation() != disks.incarnation(shard, id) ? 0 : seen.starts();
    }

    void heal() {
        healed = true;
        config.heal();
    }
}
