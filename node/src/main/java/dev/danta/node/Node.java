package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.raft.GroupStanding;
import dev.danta.config.raft.RaftClusterConfig;
import dev.danta.config.raft.RaftSettings;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.transport.CannotListenException;
import dev.danta.wire.transport.ReplicationServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One server: a replica of every shard, and the port on which clients reach them. Several may live in one process, each
 * with its own folder and port. Its methods may be called by any thread.
 */
public final class Node implements AutoCloseable {
    /** How long clients that read slowly may hold up a shutdown. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);
    /** How long what was done for callers may take to reach all replicas; what does not is settled by others. */
    private static final Duration LAST_CALLS = Duration.ofMillis(500);

    private static final RaftSettings BESIDE = new RaftSettings(
            Duration.ofMillis(700),
            Duration.ofMillis(1_400),
            Duration.ofSeconds(1),
            1_000,
            Duration.ofMinutes(10),
            1 << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(20));

    /**
     * Why a node has stopped serving by itself.
     *
     * @param message one sentence
     * @param exitCode of the process: {@link #STORAGE} or {@link #BUG}
     */
    public record Failure(String message, int exitCode) {
        /** The disk, the folder or another part of the surroundings. */
        public static final int STORAGE = 2;
        /** Our own fault. */
        public static final int BUG = 4;
    }

    /**
     * What a node has done since it started, over all its shards. Rates are differences of two of these.
     *
     * @param batches drained from an inbox and handled
     * @param inputs handled in them
     * @param commits each with its sync
     * @param handleNanos spent in machines and in the open batches of the stores
     * @param commitNanos spent in commits
     * @param releaseNanos spent letting replies go
     * @param commitNanosMax the longest commit
     * @param reads answered from snapshots
     * @param refused requests turned away because an inbox was full
     * @param dropped messages lost for the same reason
     * @param inboxSize messages waiting now
     * @param heldBack questions about changes that wait for some now
     */
    public record Stats(
            long batches,
            long inputs,
            long commits,
            long handleNanos,
            long commitNanos,
            long releaseNanos,
            long commitNanosMax,
            long reads,
            long refused,
            long dropped,
            int inboxSize,
            int heldBack) {

        static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        Stats plus(Stats other) {
            return new Stats(
                    batches + other.batches,
                    inputs + other.inputs,
                    commits + other.commits,
                    handleNanos + other.handleNanos,
                    commitNanos + other.commitNanos,
                    releaseNanos + other.releaseNanos,
                    Math.max(commitNanosMax, other.commitNanosMax),
                    reads + other.reads,
                    refused + other.refused,
                    dropped + other.dropped,
                    inboxSize + other.inboxSize,
                    heldBack + other.heldBack);
        }
    }

    private final NodeSettings settings;
    private final NodeFolder folder;
    private final LateConfig config = new LateConfig();
    private final Sessions sessions = new Sessions();
    private final HostedShards shards = new HostedShards();
    private final HeldBack heldBack;
    private final ShardHost host;
    private final NodeDesk desk;
    private final long startedNanos = System.nanoTime();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicBoolean entering = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Recovery recovery;
    private volatile @Nullable ChangeDesk changes;
    private volatile @Nullable RaftClusterConfig raft;
    private volatile @Nullable Hearsay hearsay;
    private ClusterConfig.@Nullable Subscription subscription;
    private @Nullable ReplicationServer server;
    private @Nullable Failure failure;
    /** Does what callers of the public service ask for; null for a node without one. */
    private final @Nullable GatewayDesk gateway;

    private Node(NodeSettings settings, NodeFolder folder, GatewayDesk.@Nullable Opening gateway) {
        this.settings = settings;
        this.folder = folder;
        this.heldBack = new HeldBack(settings.node().id().number());
        this.host =
                new ShardHost(new ShardHost.Home(settings, folder, config, shards, this::replica), this::stopBecause);
        this.desk = new NodeDesk(settings, new Office());
        this.gateway =
                gateway == null ? null : gateway.open(settings.node().id().number(), this::addressFromHere);
    }

    /**
     * Claims its folder, listens, and comes to its cluster; replicas follow when the configuration has answered, see
     * {@link #awaitReady}. May take as long as it takes to reach a seed, or an election.
     *
     * @throws StorageException if the folder cannot be used, or the cluster does not take this node as it is; one sentence
     * @throws CannotListenException if the port cannot be had
     */
    public static Node start(NodeSettings settings, Start start) {
        return start(settings, start, RaftSettings.DEFAULTS);
    }

    /**
     * The same with the public service.
     *
     * @param gateway who does what its callers ask for
     */
    public static Node start(NodeSettings settings, Start start, GatewayDesk.Opening gateway) {
        return start(settings, start, RaftSettings.DEFAULTS, gateway);
    }

    /**
     * The same for a node that shares its process with the others of its cluster: the configuration's group elects sooner, as
     * no network is in between.
     */
    public static Node startBeside(NodeSettings settings, Start start, GatewayDesk.Opening gateway) {
        return start(settings, start, BESIDE, gateway);
    }

    /** The same, with a configuration that is tuned otherwise. */
    public static Node start(NodeSettings settings, Start start, RaftSettings raft) {
        return start(settings, start, raft, null);
    }

    private static Node start(
            NodeSettings settings, Start start, RaftSettings raft, GatewayDesk.@Nullable Opening gateway) {
        NodeFolder folder =
                NodeFolder.open(settings.node().dataDir(), settings.node().id());
        Node node = new Node(settings, folder, gateway);
        Admission admission = new Admission(settings, folder, raft);
        return node.started(() -> {
            node.listen();
            if (!(start instanceof Start.Wait) || admission.isDecided()) {
                node.enter(admission, start);
            }
        });
    }

    /** A node of a configuration that outlives it. */
    static Node start(NodeSettings settings, NodeFolder folder, ClusterConfig config) {
        Node node = new Node(settings, folder, null);
        return node.started(() -> {
            node.listen();
            node.follow(config);
        });
    }

    private Node started(Runnable starting) {
        try {
            starting.run();
            synchronized (this) {
                if (failure != null) {
                    throw new StorageException(failure.message());
                }
            }
            return this;
        } catch (RuntimeException refused) {
            halt();
            throw refused;
        }
    }

    private void listen() {
        NodeSettings.Limits limits = settings.limits();
        ReplicationServer.Settings transport = ReplicationServer.Settings.of(
                        settings.node().listen())
                .withLimits(limits.wire())
                .withSessionsMax(limits.clients());
        ReplicationServer started = ReplicationServer.start(
                transport,
                settings.node().id(),
                SystemClock::wallMicros,
                new Reception(settings.node().id(), shards, sessions, heldBack, config::known),
                desk,
                gateway);
        synchronized (this) {
            server = started;
        }
    }

    private void enter(Admission admission, Start start) {
        if (!entering.compareAndSet(false, true)) {
            throw new IllegalStateException("this node is one of a cluster already, or about to be");
        }
        boolean entered = false;
        try {
            RaftClusterConfig opened = admission.open(start);
            boolean isLate;
            synchronized (this) {
                isLate = stopping.get();
                raft = opened;
                if (!isLate) {
                    hearsay = new Hearsay(settings, opened, this::stopBecause);
                }
            }
            if (isLate) {
                opened.close();
                throw new StorageException("the node is stopping");
            }
            follow(opened);
            entered = true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StorageException("the node was stopped while it came to its cluster", stopped);
        } finally {
            entering.set(entered);
        }
    }

    private void follow(ClusterConfig real) {
        entering.set(true);
        config.become(real);
        ClusterConfig.Subscription told = real.listen(this::follow);
        synchronized (this) {
            subscription = told;
        }
        host.begin();
    }

    private final class Office implements NodeDesk.Office {
        @Override
        public ClusterConfig config() {
            return config;
        }

        @Override
        public AdminReply.NodeStatus status(boolean hashes) {
            return Node.this.status(hashes);
        }

        @Override
        public void enter(Start start) {
            if (config.known().isCreated()) {
                throw new IllegalStateException(
                        "this node is one of cluster " + config.known().cluster() + " already");
            }
            Node.this.enter(new Admission(settings, folder, RaftSettings.DEFAULTS), start);
        }
    }

    private AdminReply.NodeStatus status(boolean hashes) {
        ClusterState known = config.known();
        Recovery settling = recovery;
        ChangeDesk driving = changes;
        List<AdminReply.Replica> replicas = new ArrayList<>();
        PulledLogs pulled = settling == null ? new PulledLogs() : settling.pulled();
        for (ShardReplica replica : shards.all()) {
            AdminReply.Replica told = StatusReport.replica(replica, pulled, hashes);
            if (told != null) {
                replicas.add(told);
            }
        }
        return new AdminReply.NodeStatus(
                settings.node().id().number(),
                folder.facts().incarnation(),
                known.cluster(),
                settings.node().advertise().toString(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos),
                StatusReport.configuration(known, standing()),
                replicas,
                driving == null
                        ? List.of()
                        : driving.running().stream().map(StatusReport::running).toList(),
                trouble());
    }

    private String trouble() {
        RaftClusterConfig group = raft;
        return group == null ? "" : group.trouble().orElse("");
    }

    private GroupStanding standing() {
        RaftClusterConfig group = raft;
        return group == null ? StatusReport.UNKNOWN : group.standing();
    }

    private ShardReplica replica(ShardId shard, LmdbReplicaStore store) {
        return new ShardReplica(shard, store, settings, sessions, heldBack, this::report, this::onFailure);
    }

    private void report(Overdue overdue) {
        Recovery settling = recovery;
        if (settling != null) {
            settling.report(overdue);
        }
    }

    /** On the configuration's thread. */
    private void follow(ClusterState state) {
        if (!state.isCreated() || stopping.get()) {
            return;
        }
        ReplicationServer listening = server();
        if (listening != null) {
            listening.publish(Topologies.of(state));
        }
        Recovery settling = recovery;
        ChangeDesk driving = changes;
        if (settling == null || driving == null) {
            begin(state);
        } else {
            settling.follow(state);
            driving.wake();
        }
        host.follow(state);
    }

    private final class Others implements Recovery.Others {
        @Override
        public void say(ReplicaId node, Topology topology) {
            Hearsay hearing = hearsay;
            if (hearing != null) {
                hearing.hear(node, topology);
            }
        }

        @Override
        public void left(ReplicaId node) {
            Hearsay hearing = hearsay;
            if (hearing != null) {
                hearing.forget(node);
            }
        }
    }

    /** There is a cluster. */
    private void begin(ClusterState state) {
        Recovery settling = new Recovery(settings, RecoverySettings.DEFAULTS, state, new Others(), this::stopBecause);
        ChangeDesk driving =
                new ChangeDesk(settings, config, ChangeDesk.Settings.DEFAULT, settling::reaches, this::stopBecause);
        synchronized (this) {
            if (stopping.get()) {
                settling.close();
                return;
            }
            recovery = settling;
            changes = driving;
            settling.start();
            driving.start();
        }
    }

    /**
     * Waits until the replicas that the configuration wants here have taken up what their stores hold.
     *
     * @throws StorageException if the node has to stop instead
     */
    public void awaitReady() {
        try {
            host.ready().join();
        } catch (CompletionException refused) {
            halt();
            throw refused.getCause() instanceof StorageException unusable ? unusable : refused;
        }
    }

    /** Does {@code action}, on a thread of the node's, when {@link #awaitReady} would return; never, if it stops before. */
    void whenReady(Runnable action) {
        CompletableFuture<?> unused = host.ready().thenRun(action);
    }

    /**
     * What an operator may do, from here.
     *
     * @param patience how long each step may take
     */
    public ClusterOperations operations(Duration patience) {
        return new ClusterOperations(config, this::standing, patience);
    }

    /** For each shard of which it has a replica a hash of everything that this shows, by shard; reads all of it. */
    public SortedMap<Integer, String> digests() {
        SortedMap<Integer, String> digests = new TreeMap<>();
        for (ShardReplica replica : shards.all()) {
            digests.put(replica.shard().number(), replica.digest());
        }
        return digests;
    }

    /** The name of its cluster; empty before it has one. */
    public String cluster() {
        return config.known().cluster();
    }

    /** Whether it has a cluster, or is about to have one; else it waits for somebody to say which. */
    public boolean isInCluster() {
        return entering.get();
    }

    private synchronized @Nullable ReplicationServer server() {
        return server;
    }

    /** Where it listens, with the port that was really taken. */
    public HostAndPort address() {
        ReplicationServer started = server();
        return started == null ? settings.node().listen() : started.address();
    }

    /** The same for somebody in this process: nobody connects to "every network". */
    private String addressFromHere() {
        HostAndPort listens = address();
        boolean isEverywhere =
                listens.host().equals("0.0.0.0") || listens.host().equals("::");
        return (isEverywhere ? new HostAndPort("127.0.0.1", listens.port()) : listens).toString();
    }

    public NodeSettings settings() {
        return settings;
    }

    /** Transactions without a decision that were found in the stores at the start. */
    public int recoveredTransactions() {
        return host.recovered();
    }

    public Stats stats() {
        Stats sum = Stats.NONE;
        for (ShardReplica replica : shards.all()) {
            sum = sum.plus(replica.stats());
        }
        return sum;
    }

    /** Why it has stopped, or is stopping, by itself; empty if it was asked to, or serves. */
    public synchronized Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits until it has stopped, by itself or because it was asked to. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** On a shard's thread, as its last act. */
    private void onFailure(ShardReplica replica, Failure why) {
        stopBecause(why);
    }

    private void stopBecause(Failure why) {
        synchronized (this) {
            if (failure == null) {
                failure = why;
            }
            if (server == null) {
                // Not started yet: who starts it learns of it.
                return;
            }
        }
        // Stopping waits for the threads of the shards and of the settler, of which this is one.
        new Thread(this::close, "danta-" + settings.node().id().number() + "-stop").start();
    }

    /**
     * Stops in good order: handles what has come, answers it, leaves the folders clean. Waits for all that. Closing twice
     * does nothing more.
     */
    @Override
    public void close() {
        if (begin()) {
            endCalls(LAST_CALLS);
            endUpkeep();
            shards.all().forEach(ShardReplica::finish);
            shards.all().forEach(ShardReplica::join);
            ReplicationServer started = server();
            if (started != null) {
                started.stop(FAREWELL);
            }
            leave();
        }
        awaitStopped();
    }

    /**
     * Stops as a crash would: nothing more is answered, and what was not committed is lost. Afterwards the port is free and
     * the folders can be opened again.
     */
    public void halt() {
        if (begin()) {
            endCalls(Duration.ZERO);
            endUpkeep();
            ReplicationServer started = server();
            if (started != null) {
                started.stop(Duration.ZERO);
            }
            shards.all().forEach(ShardReplica::halt);
            shards.all().forEach(ShardReplica::join);
            leave();
        }
        awaitStopped();
    }

    /** Ends what is done for callers, while there are replicas to do it. */
    private void endCalls(Duration within) {
        if (gateway != null) {
            gateway.close(within);
        }
    }

    /** Ends whatever changes what there is to be stopped. */
    private void endUpkeep() {
        ClusterConfig.Subscription told;
        ChangeDesk driving;
        Recovery settling;
        synchronized (this) {
            told = subscription;
            driving = changes;
            settling = recovery;
        }
        desk.close();
        Hearsay hearing = hearsay;
        if (hearing != null) {
            hearing.close();
        }
        if (told != null) {
            told.close();
        }
        if (driving != null) {
            driving.close();
        }
        host.close();
        if (settling != null) {
            settling.close();
        }
    }

    private void leave() {
        RaftClusterConfig opened;
        synchronized (this) {
            opened = raft;
        }
        if (opened != null) {
            opened.close();
        }
        heldBack.close();
        folder.close();
        ended.countDown();
    }

    private boolean begin() {
        return stopping.compareAndSet(false, true);
    }

    private void awaitStopped() {
        try {
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
