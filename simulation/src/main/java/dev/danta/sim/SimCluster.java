package dev.danta.sim;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.Transport;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Invariants;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.Coverage;
import dev.danta.sim.kernel.EventQueue;
import dev.danta.sim.kernel.SimClock;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.net.LinkProfile;
import dev.danta.sim.net.SimNetwork;
import dev.danta.sim.trace.Trace;
import dev.danta.sim.workload.Script;
import dev.danta.sim.workload.Session;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientSettings;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.RecoverySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The whole cluster of one run in one thread: first everything goes wrong that the seed says, then all heals, users finish
 * what they are doing, read everything once more, and clients drain.
 */
final class SimCluster {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000 * MILLI;

    /** By then, after healing, every call must be answered and everything settled. */
    private static final long LIVENESS_BOUND_NANOS = 40 * SECOND;

    private static final long LOOK_AGAIN_NANOS = 100 * MILLI;

    private static final String MEMBERS = "members";
    private static final String UNREST = "unrest";

    /** How much clocks may drift until the end of a run, with room to spare. */
    private static final long CLOCK_MARGIN_MICROS = 1_500_000;

    private final SimSettings settings;
    private final SimParts parts;
    private final EventQueue events = new EventQueue();
    private final Coverage coverage = new Coverage();
    private final Trace trace;
    private final SimRandom shape;
    private final SimRandom leases;
    private final SimRandom networkRandom;
    private final SimRandom linkRandom;
    private final SimRandom workloadRandom;
    private final SimRandom settling;
    private final SimRandom upkeep;
    private final SimRandom forgetting;
    private final SimRandom comparisons;
    private final SimRandom hurry;
    private final SimRandom queues;
    private final Faltering faltering;
    private final SimRandom pages;
    private final SimNetwork network;
    private final Invariants invariants;
    private final SortedMap<ReplicaId, SimNode> nodes = new TreeMap<>();
    private final List<SimClient> clients = new ArrayList<>();
    private final List<Connector> connectors = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Load load;
    private final Disks disks;
    private final List<Workload> workloads;
    private final List<SimClock> clocks = new ArrayList<>();
    private final SimNode.Temper temper;
    private final FaultSchedule schedule;
    private final Misfortune misfortune;

    private @Nullable SimOperator operator;

    private int unread;
    private int undrained;

    SimCluster(SimSettings settings, SimParts parts, long seed, FaultSchedule schedule, Trace.@Nullable Appender out) {
        this.settings = settings;
        this.parts = parts;
        this.load = parts.load(settings.scenario());
        this.trace = load.isTraced() ? new Trace(events, out) : Trace.silent(events);
        this.shape = SimRandom.named(seed, "shape");
        this.leases = SimRandom.named(seed, "leases");
        this.networkRandom = SimRandom.named(seed, "network");
        this.linkRandom = SimRandom.named(seed, "links");
        this.workloadRandom = SimRandom.named(seed, "workload");
        this.settling = SimRandom.named(seed, "settling");
        this.schedule = schedule;
        this.network = new SimNetwork(events, networkRandom, coverage);
        ShardMap shards = new ShardMap(settings.shards());
        this.disks = new Disks(shards);
        this.invariants = new Invariants(disks, coverage, parts.asserting());
        this.upkeep = SimRandom.named(seed, "upkeep");
        this.forgetting = SimRandom.named(seed, "forgetting");
        this.comparisons = SimRandom.named(seed, "comparisons");
        this.hurry = SimRandom.named(seed, "hurry");
        this.queues = SimRandom.named(seed, "queues");
        SimRandom stopping = SimRandom.named(seed, "stopping");
        SimRandom membersRandom = SimRandom.named(seed, MEMBERS);
        boolean changesMembers = parts.changesMembers(membersRandom);
        double stopsHalfWay = load.isDrawn() ? parts.stopsHalfWay(stopping, changesMembers) : 0;
        this.faltering = new Faltering(events, stopping, coverage, stopsHalfWay);
        this.pages = SimRandom.named(seed, "pages");
        this.temper = temper();
        this.invariants.setLogEntriesMax(temper.logEntriesMax());
        this.workloads = load.workloads(shape, settings.shards());
        SimRandom clockRandom = SimRandom.named(seed, "clock");
        List<Membership> memberships = memberships();
        memberships.forEach(invariants::onFirst);
        makeNodes(memberships, SimRandom.named(seed, "disk"), clockRandom);
        if (changesMembers) {
            operator = operator(memberships, membersRandom, clockRandom, SimRandom.named(seed, UNREST));
        }
        makeClients(memberships, shards, seed, clockRandom);
        this.misfortune = new Misfortune(
                new Misfortune.World(events, network, trace, coverage, invariants, nodes, clients, connectors));
    }

    private SimNode.Temper temper() {
        return new SimNode.Temper(
                shape.between(20_000, 400_000),
                shape.between(50_000, 2_000_000),
                (int) shape.between(1, 64),
                shape.chance(0.7),
                shape.chance(0.5) ? shape.between(100_000, 3 * MILLI) : 0,
                5_000_000,
                parts.recovery(hurried(new RecoverySettings(
                                settling.between(300, 2_000) * MILLI,
                                settling.between(50, 300) * MILLI,
                                settling.between(20, 80) * MILLI,
                                (int) settling.pick(List.of(1L, 8L, 256L)).longValue())))
                        .withWaitingMax(queues.pick(List.of(16, 1_024))),
                parts.waiting(new WaitingSettings(settling.between(1, 30) * MILLI, (int)
                        settling.pick(List.of(0L, 2L, 128L)).longValue())),
                parts.upkeep(new UpkeepSettings(
                                upkeep.between(100, 3_000) * MILLI,
                                upkeep.between(100, 2_000) * MILLI,
                                upkeep.between(1_000, 5_000) * 1_000)
                        .withComparing(comparing())),
                parts.forgets(forgetting),
                parts.logEntriesMax(comparisons.pick(List.of(1_000_000L, 1_000_000L, 200L, 20L))),
                settings.scenario() == Scenario.FEED || settings.scenario() == Scenario.FRESH
                        ? comparisons.pick(List.of(2L, 15L, 200L, 100_000L))
                        : 0,
                load.isDrawn() ? AnswerSizes.drawn(pages) : AnswerSizes.USUAL);
    }

    /** In one run of twenty, and where settlers stop half-way, others settle so soon that they meet owners at work. */
    private RecoverySettings hurried(RecoverySettings drawn) {
        return hurry.chance(0.05) || faltering.isAtAll()
                ? new RecoverySettings(
                        hurry.between(2, 50) * MILLI,
                        hurry.between(2, 20) * MILLI,
                        hurry.between(2, 10) * MILLI,
                        drawn.settlementsMax())
                : drawn;
    }

    private UpkeepSettings.Comparing comparing() {
        return new UpkeepSettings.Comparing(
                comparisons.between(300, 4_000) * MILLI, comparisons.pick(List.of(0L, MILLI / 10, 10 * MILLI)), (int)
                        comparisons.pick(List.of(1L, 2L, 8L, 32L)).longValue());
    }

    private List<Membership> memberships() {
        List<ReplicaId> members = new ArrayList<>();
        for (int i = 1; i <= settings.replicas(); i++) {
            members.add(new ReplicaId(i));
        }
        List<Membership> memberships = new ArrayList<>();
        for (int i = 0; i < settings.shards(); i++) {
            memberships.add(new Membership(new ShardId(i), Epoch.FIRST, members));
        }
        return memberships;
    }

    private void makeNodes(List<Membership> memberships, SimRandom diskRandom, SimRandom clockRandom) {
        SimNode.World world = new SimNode.World(
                events, diskRandom, settling, forgetting, trace, coverage, invariants, parts, temper, faltering);
        for (ReplicaId id : memberships.get(0).members()) {
            SimClock clock = clock(clockRandom, clockRandom.between(-50, 50) * 1_000);
            SimNode node = new SimNode(id, world, clock);
            memberships.forEach(shard -> node.addReplica(shard, invariants.watch(shard.shard(), id)));
            nodes.put(id, node);
            network.join(node.address(), node);
            for (SimNode other : nodes.values()) {
                network.link(node.address(), other.address(), other == node ? LinkProfile.RACK : betweenNodes());
            }
        }
    }

    /** How many nodes a run has, those among them that are no members in the beginning. */
    static int nodes(SimSettings settings, SimParts parts, long seed) {
        return parts.changesMembers(SimRandom.named(seed, MEMBERS))
                ? nodes(settings, parts.unrest(SimRandom.named(seed, UNREST)))
                : settings.replicas();
    }

    private static int nodes(SimSettings settings, Unrest unrest) {
        return 1 + (unrest.resizes() > 0 ? SimOperator.MEMBERS_MAX : settings.replicas());
    }

    /** Other nodes, which are no members yet; a configuration that knows the disks; and somebody who changes it. */
    private SimOperator operator(
            List<Membership> memberships, SimRandom random, SimRandom clockRandom, SimRandom unrestRandom) {
        Unrest drawn = parts.unrest(unrestRandom);
        // What settlers leave half-way is to meet a change of epoch before somebody else ends it.
        Unrest unrest = faltering.isAtAll() ? drawn.withChangesAtLeast(0.3) : drawn;
        SimNode.World world = new SimNode.World(
                events,
                new SimRandom(random.next()),
                settling,
                forgetting,
                trace,
                coverage,
                invariants,
                parts,
                temper,
                faltering);
        for (int i = settings.replicas() + 1; i <= nodes(settings, unrest); i++) {
            ReplicaId spare = new ReplicaId(i);
            SimNode node = new SimNode(spare, world, clock(clockRandom, 0));
            memberships.forEach(shard -> node.addReplica(shard, invariants.watch(shard.shard(), spare)));
            nodes.put(spare, node);
            network.join(node.address(), node);
            nodes.values()
                    .forEach(other -> network.link(
                            node.address(), other.address(), other == node ? LinkProfile.RACK : betweenNodes()));
        }
        SimConfig config = new SimConfig(world, new SimRandom(random.next()), disks, parts.epochRules());
        for (Membership shard : memberships) {
            disks.all(shard.shard()).forEach((replica, disk) -> {
                disk.format(random.next());
            });
            config.begin(shard);
            disks.all(shard.shard()).forEach((replica, disk) -> {
                boolean founds = shard.hasMember(replica);
                disk.apply(new PutEpoch(founds ? EpochState.serving(shard) : EpochState.outside(shard)));
                disk.commit();
            });
        }
        nodes.values().forEach(one -> one.isAdmittedBy(config));
        return new SimOperator(world, config, network, disks, random, nodes, unrest, unrestRandom, settings.replicas());
    }

    private LinkProfile betweenNodes() {
        if (!load.isDrawn() || linkRandom.chance(0.6)) {
            return LinkProfile.RACK;
        }
        return linkRandom.chance(0.7) ? LinkProfile.CLOUD : LinkProfile.REGIONS;
    }

    private SimClock clock(SimRandom random, long offsetMicros) {
        // A clock that runs far ahead in a long run takes every client's with it, and what is written seems younger
        // than it is.
        boolean isBroken = load.isDrawn() && random.chance(0.2);
        long driftPpm = isBroken ? random.between(-10_000, 10_000) : random.between(-100, 100);
        SimClock clock = new SimClock(events, driftPpm, offsetMicros);
        clocks.add(clock);
        return clock;
    }

    private void makeClients(List<Membership> memberships, ShardMap shards, long seed, SimRandom clockRandom) {
        SimRandom clientRandom = SimRandom.named(seed, "client");
        SimClient.World world = new SimClient.World(
                events,
                clientRandom,
                trace,
                coverage,
                invariants,
                parts,
                load.isDrawn() && parts.caches(SimRandom.named(seed, "cache")),
                settings.replicas());
        for (int i = 1; i <= settings.clients(); i++) {
            ClientId id = new ClientId(clientRandom.next(), i);
            TxnClient machine = new TxnClient(
                    id,
                    shards,
                    memberships,
                    clientSettings(),
                    parts.readRules(),
                    parts.quorumRules(),
                    parts.counterRules());
            // The first client's clock is near enough for replicas, so that something gets done in every run.
            long offsetMicros = load.isDrawn() ? clientOffsetMicros(clockRandom) : 0;
            SimClock clock = clock(clockRandom, i == 1 ? Math.min(offsetMicros, 0) : offsetMicros);
            SimClient client = new SimClient(id, machine, world, clock, network.transportOf(new Address.Client(id)));
            clients.add(client);
            network.join(client.address(), client);
            LinkProfile mostly = fromClient();
            boolean alike = linkRandom.chance(0.5);
            for (SimNode node : nodes.values()) {
                network.link(client.address(), node.address(), alike ? mostly : fromClient());
                SimRandom random = new SimRandom(networkRandom.next());
                connectors.add(new Connector(events, random, network, client, node));
            }
        }
    }

    /** Mostly a little wrong, sometimes by seconds, rarely beyond what replicas put up with. */
    private static long clientOffsetMicros(SimRandom random) {
        if (random.chance(0.7)) {
            return random.between(-20, 20) * 1_000;
        }
        return random.chance(0.8) ? random.between(-60_000, 3_000) * 1_000 : random.between(4_500, 7_000) * 1_000;
    }

    private LinkProfile fromClient() {
        if (!load.isDrawn() || linkRandom.chance(0.55)) {
            return LinkProfile.RACK;
        }
        if (linkRandom.chance(0.6)) {
            return LinkProfile.CLOUD;
        }
        return linkRandom.chance(0.5) ? LinkProfile.MOBILE : LinkProfile.REGIONS;
    }

    private ClientSettings clientSettings() {
        ClientSettings usual = ClientSettings.DEFAULTS;
        if (!load.isDrawn()) {
            return usual;
        }
        return new ClientSettings(
                usual.fastPathMinNanos(),
                usual.fastPathMaxNanos(),
                shape.between(50, 150) * MILLI,
                shape.between(500, 2_000) * MILLI,
                shape.between(300, 1_500) * MILLI,
                shape.between(100, 1_000) * MILLI,
                (int) shape.pick(List.of(2L, 16L, 512L)).longValue(),
                shape.chance(0.2) ? shape.between(3_000, 30_000) : usual.spreadBytesMax(),
                usual.unknownsKept(),
                temper.recovery(),
                shape.chance(0.3) ? 1 : usual.knownVersionsMax(),
                usual.knownVersionBytesMax(),
                leases.between(500, 10_000) * MILLI,
                leases.between(1_000, 60_000) * MILLI);
    }

    SimResult run(long seed) {
        Violation violation = null;
        try {
            runPhases();
        } catch (Violation found) {
            violation = found;
        } catch (RuntimeException thrown) {
            // An exception out of a machine, a store or a script ends a real process: here it ends the run.
            violation = Violation.thrown(thrown);
        }
        if (violation != null) {
            trace.event("violated", violation.kind() + ": " + violation.getMessage());
        }
        return new SimResult(
                seed, settings, schedule, violation, trace.digest(), events.nowNanos(), trace.steps(), coverage);
    }

    private void runPhases() {
        nodes.values().forEach(this::start);
        connectors.forEach(connector -> events.after(networkRandom.between(0, 20 * MILLI), connector::connect));
        startSessions();
        misfortune.plan(schedule);
        if (operator != null) {
            operator.begin();
        }
        long faultyNanos = settings.faulty().toNanos();
        runUntil(faultyNanos);
        heal();
        runUntilAnswered(events.nowNanos() + LIVENESS_BOUND_NANOS);
        invariants.afterHealing();
        workloads.forEach(Workload::judge);
    }

    /** What there is now. */
    SteadyLoad.Row row(long transactions) {
        return new SteadyLoad.Row(transactions, events.nowNanos(), disks.census(), invariants.remembered());
    }

    private void runUntil(long nanos) {
        boolean more = true;
        while (more && !load.isOver()) {
            more = events.runNext(nanos);
        }
    }

    private void start(SimNode node) {
        node.start(network.transportOf(node.address()), settler -> lodge(settler, node), () -> onCrash(node));
    }

    private Transport lodge(SimSettler settler, SimNode node) {
        network.join(settler.address(), node.address(), settler);
        return network.transportOf(settler.address());
    }

    private List<SimClient> living() {
        return clients.stream().filter(SimClient::isAlive).toList();
    }

    private void startSessions() {
        long longThink = load.longThinkNanos(shape);
        for (SimClient client : clients) {
            int users = 1 + shape.below(3);
            for (int i = 0; i < users; i++) {
                SimRandom random = new SimRandom(workloadRandom.next());
                List<Script> scripts = workloads.stream()
                        .map(workload -> workload.newScript(client, random))
                        .toList();
                Session session = new Session(client, random, scripts, longThink);
                sessions.add(session);
                session.start();
            }
        }
    }

    private void onCrash(SimNode node) {
        connectors.stream().filter(connector -> connector.node() == node).forEach(Connector::onCrash);
        events.after(node.downNanos(), () -> {
            if (!node.isUp()) {
                coverage.count("node restarted");
                start(node);
            }
        });
    }

    private void heal() {
        misfortune.end();
        faltering.heal();
        if (operator != null) {
            operator.heal();
        }
        for (SimNode node : nodes.values()) {
            node.heal();
            if (!node.isUp()) {
                start(node);
            }
        }
        clocks.forEach(SimClock::correct);
        clients.forEach(SimClient::heal);
        sessions.forEach(Session::stop);
    }

    /** Users finish, then every client reads everything and drains. */
    private void runUntilAnswered(long limitNanos) {
        while (operator != null && !operator.isDone()) {
            next(limitNanos, "members are still changing");
        }
        while (!sessions.stream().allMatch(Session::isIdle)) {
            next(limitNanos, "users are still waiting for answers");
        }
        unread = living().size();
        living().forEach(client -> readAll(client, 0));
        while (unread > 0) {
            next(limitNanos, "reads after healing are not answered");
        }
        undrained = living().size();
        living().forEach(this::drain);
        while (undrained > 0) {
            next(limitNanos, "clients do not drain");
        }
        while (!invariants.isSettled()) {
            next(limitNanos, "what dead clients left is not settled");
        }
        String difference = invariants.difference();
        while (difference != null) {
            long later = events.nowNanos() + LOOK_AGAIN_NANOS;
            while (events.nowNanos() < later) {
                next(limitNanos, difference);
            }
            difference = invariants.difference();
        }
    }

    private void next(long limitNanos, String otherwise) {
        if (!events.runNext(limitNanos)) {
            throw new Violation(
                    Violation.Kind.LIVENESS,
                    otherwise + ", " + LIVENESS_BOUND_NANOS / SECOND + " simulated seconds after everything healed");
        }
    }

    private void readAll(SimClient client, int number) {
        if (number == workloads.size() || isFarAhead(client)) {
            unread--;
            return;
        }
        workloads.get(number).readAll(client, workloadRandom, answered -> {
            if (answered) {
                readAll(client, number + 1);
            } else {
                client.after(100 * MILLI, () -> readAll(client, number));
            }
        });
    }

    /** Replicas may refuse whatever such a client proposes: it only has to be answered. */
    private boolean isFarAhead(SimClient client) {
        return client.clock().greatestAheadMicros() > temper.maxClockAheadMicros() - CLOCK_MARGIN_MICROS;
    }

    private void drain(SimClient client) {
        client.call(new ClientCall.Drain(), LIVENESS_BOUND_NANOS, outcome -> {
            if (!(outcome instanceof CallOutcome.Drained drained && drained.left() == 0)) {
                throw new Violation(Violation.Kind.LIVENESS, client.address() + " does not drain: " + outcome);
            }
            undrained--;
        });
    }
}
