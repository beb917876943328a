package dev.danta.node;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.raft.ConfigSelf;
import dev.danta.config.raft.RaftClusterConfig;
import dev.danta.config.raft.RaftSettings;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.NodeFacts;
import dev.danta.node.storage.NodeFolder;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process comes to its cluster. What live nodes know of this node is asked before its part of the configuration is
 * opened: a server that is open may vote, and a node whose folder is empty or old must not.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final Duration SEED_MAX = Duration.ofSeconds(3);
    private static final Duration ASK_MAX = Duration.ofSeconds(10);
    private static final long JOIN_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SEEDS_AGAIN_MILLIS = 500;

    private final NodeSettings settings;
    private final NodeFolder folder;
    private final RaftSettings raft;
    private final ReplicaId self;
    private final Path configFolder;

    Admission(NodeSettings settings, NodeFolder folder, RaftSettings raft) {
        this.settings = settings;
        this.folder = folder;
        this.raft = raft;
        this.self = settings.node().id();
        this.configFolder = configFolder(folder);
    }

    /** Where the configuration's part of a node's folder is. */
    static Path configFolder(NodeFolder folder) {
        return folder.path().resolve("config");
    }

    /** Whether the folder is one of a cluster already, or about to begin one. */
    boolean isDecided() {
        try {
            // What a node has heard of a cluster that it was not taken into decides nothing: it may try again.
            NodeEntry known = RaftClusterConfig.lastKnown(configFolder).nodes().get(self);
            return folder.facts().isInCluster()
                    || (known != null && known.incarnation() == folder.facts().incarnation())
                    || RaftClusterConfig.isToBegin(configFolder);
        } catch (IOException unreadable) {
            throw new StorageException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    /**
     * The node's part of the configuration, opened. May take as long as an election, or as it takes to reach a seed.
     *
     * @throws StorageException with one sentence, if the node must not go on, or cannot
     */
    RaftClusterConfig open(Start start) throws InterruptedException {
        try {
            if (isDecided()) {
                if (!(start instanceof Start.Resume)) {
                    LOG.info("node {} goes on with the cluster that its folder is one of", self.number());
                }
                return resume(start);
            }
            if (start instanceof Start.Init init) {
                return begin(init);
            }
            if (start instanceof Start.Join join) {
                return join(join.seeds());
            }
            throw new StorageException(
                    "the data folder " + folder.path()
                            + " is new: say --init and a name to begin a cluster, or --join and where one of its nodes listens");
        } catch (IOException unusable) {
            throw new StorageException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private ConfigSelf configSelf() {
        HostAndPort listen = settings.node().configListen();
        return new ConfigSelf(self, folder.facts().incarnation(), listen.host(), listen.port(), settings.translator());
    }

    private String address() {
        return settings.node().advertise().toString();
    }

    private String configAddress() {
        return settings.node().configAdvertise().toString();
    }

    private RaftClusterConfig open(ClusterState heard) throws IOException {
        return RaftClusterConfig.open(configFolder, configSelf(), heard, raft);
    }

    private RaftClusterConfig begin(Start.Init init) throws IOException {
        RaftClusterConfig.prepare(configFolder, Founding.create(settings, folder, init, address(), configAddress()));
        return open(ClusterState.NONE);
    }

    private RaftClusterConfig join(List<HostAndPort> seeds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + JOIN_MAX_NANOS;
        ClusterState heard = ask(seeds, "");
        while (!heard.isCreated()) {
            if (System.nanoTime() - deadline > 0) {
                throw new StorageException("no node of a cluster answers at " + listed(seeds));
            }
            TimeUnit.MILLISECONDS.sleep(SEEDS_AGAIN_MILLIS);
            heard = ask(seeds, "");
        }
        ClusterRequest.AddNode request = new ClusterRequest.AddNode(
                self, address(), configAddress(), folder.facts().identity());
        requireDone(heard.take(request, EpochRules.PROTOCOL));
        RaftClusterConfig opened = open(heard);
        try {
            requireDone(opened.ask(request, ASK_MAX).join());
            return opened;
        } catch (CompletionException unavailable) {
            opened.close();
            throw new StorageException(String.valueOf(unavailable.getMessage()), unavailable);
        } catch (RuntimeException refused) {
            opened.close();
            throw refused;
        }
    }

    private static String listed(List<HostAndPort> places) {
        return String.join(", ", places.stream().map(HostAndPort::toString).toList());
    }

    private static void requireDone(ClusterAnswer answer) {
        if (!answer.done()) {
            throw new StorageException(answer.why());
        }
    }

    /** If nobody is there to ask, the whole cluster is starting: then the configuration itself is asked before anything serves. */
    private RaftClusterConfig resume(Start start) throws IOException, InterruptedException {
        ClusterState known = RaftClusterConfig.lastKnown(configFolder);
        List<HostAndPort> places = new ArrayList<>(settings.node().seeds());
        known.nodes().forEach((node, entry) -> {
            if (!node.equals(self)) {
                places.add(settings.wayTo(entry.address()));
            }
        });
        NodeFacts facts = folder.facts();
        ClusterState heard = ofThisLine(ask(places, facts.cluster()));
        if (start instanceof Start.Join join) {
            requireSameCluster(join.seeds(), heard);
        }
        if (heard.isCreated()) {
            if (facts.isInCluster() && (!facts.cluster().equals(heard.cluster()) || facts.clusterId() != heard.id())) {
                throw new StorageException("the data folder " + folder.path() + " belongs to another cluster"
                        + (facts.cluster().equals(heard.cluster()) ? " that is called " : ": ") + facts.cluster());
            }
            // One that was cut off since before this node came does not know of it, and that is no reason.
            boolean isOlder =
                    heard.version() < known.version() && !heard.nodes().containsKey(self);
            if (!isOlder) {
                requireDone(heard.take(new ClusterRequest.StartNode(self, facts.identity()), EpochRules.PROTOCOL));
            }
        }
        requireNotRunning(heard.version() > known.version() ? heard : known);
        RaftClusterConfig opened = open(heard);
        keepAddress(opened);
        return opened;
    }

    /** Somebody else's folder, or somebody else's seeds: a node that would go on all the same would be where nobody expects it. */
    private void requireSameCluster(List<HostAndPort> seeds, ClusterState heard)
            throws IOException, InterruptedException {
        NodeFacts facts = folder.facts();
        ClusterState there = ask(seeds, "");
        if (!facts.isInCluster() || !there.isCreated() || there.id() == facts.clusterId()) {
            return;
        }
        // A wiped node that began a cluster of this name at its old address keeps nobody from going on with the others.
        boolean isNamesake = there.cluster().equals(facts.cluster());
        if (!heard.isCreated() || !isNamesake) {
            String theirs = isNamesake ? "another one of that name" : "cluster " + there.cluster();
            throw new StorageException("the data folder " + folder.path() + " is one of cluster " + facts.cluster()
                    + ", and " + listed(seeds) + " belongs to " + theirs + ": mend the path of the folder, or --join");
        }
    }

    /** Of a folder and a copy of it, made while its process ran, both would say the same of themselves. */
    private void requireNotRunning(ClusterState known) {
        NodeEntry entry = known.nodes().get(self);
        if (entry == null
                || entry.incarnation() != folder.facts().incarnation()
                || entry.address().equals(address())) {
            return;
        }
        AdminReply reply;
        try {
            reply = AdminClient.ask(
                    settings.wayTo(entry.address()), known.cluster(), new AdminRequest.Status(false), SEED_MAX);
        } catch (AdminUnreachableException stopped) {
            return;
        }
        if (reply instanceof AdminReply.NodeStatus status
                && status.node() == self.number()
                && status.incarnation() == entry.incarnation()) {
            throw new StorageException("node " + self.number() + " runs at " + entry.address() + " already, on this"
                    + " folder or on one that this is a copy of: only one of them may run");
        }
    }

    /** The settings may name other addresses than before; it is not waited for. */
    private void keepAddress(RaftClusterConfig opened) {
        NodeEntry entry = opened.known().nodes().get(self);
        if (entry != null
                && !(entry.address().equals(address()) && entry.configAddress().equals(configAddress()))) {
            CompletableFuture<?> unused = opened.ask(
                            new ClusterRequest.SetAddress(
                                    self, folder.facts().incarnation(), address(), configAddress()),
                            Duration.ofMinutes(5))
                    .whenComplete((answer, unavailable) -> {
                        if (answer == null || !answer.done()) {
                            LOG.warn(
                                    "node {} is not known to be at {}: {}",
                                    self.number(),
                                    address(),
                                    answer == null ? String.valueOf(unavailable) : answer.why());
                        }
                    });
        }
    }

    /**
     * The newest that anybody there knows, or {@link ClusterState#NONE}; all are asked at once.
     *
     * @param cluster who belongs to another one does not count; empty for any
     */
    private ClusterState ask(List<HostAndPort> places, String cluster) throws IOException, InterruptedException {
        if (places.isEmpty()) {
            return ClusterState.NONE;
        }
        ExecutorService asking = Executors.newFixedThreadPool(Math.min(places.size(), 8));
        try {
            List<Future<ClusterState>> answers = new ArrayList<>();
            for (HostAndPort place : places) {
                answers.add(asking.submit(() -> ask(place, cluster)));
            }
            ClusterState newest = ClusterState.NONE;
            for (Future<ClusterState> answer : answers) {
                newest = newer(newest, answer.get());
            }
            return newest;
        } catch (ExecutionException bug) {
            throw new IllegalStateException(bug.getCause());
        } finally {
            asking.shutdownNow();
        }
    }

    /** The newer of what two nodes know; what cannot be what this one knows, or will know, does not count. */
    private ClusterState newer(ClusterState one, ClusterState other) throws IOException {
        if (one.isCreated() && other.isCreated() && one.id() != other.id()) {
            NodeFacts facts = folder.facts();
            if (facts.isInCluster() && (one.id() == facts.clusterId() || other.id() == facts.clusterId())) {
                // A wiped node that began a cluster of its own at its old address must not keep the others from
                // starting.
                LOG.warn("some of the nodes that were asked belong to another cluster than {}", facts.cluster());
                return one.id() == facts.clusterId() ? one : other;
            }
            throw new StorageException("the nodes that were asked are of different clusters: " + one.cluster() + " and "
                    + other.cluster() + (one.cluster().equals(other.cluster()) ? ", which is another one" : ""));
        }
        if (one.isCreated() && other.isCreated() && !one.isOfOneLine(other)) {
            return ofThisLine(one, other);
        }
        return other.isCreated() && (!one.isCreated() || other.version() > one.version()) ? other : one;
    }

    /** Two nodes were recovered separately, and others follow either: a node stays with those that it was with. */
    private ClusterState ofThisLine(ClusterState one, ClusterState other) throws IOException {
        ClusterState known = RaftClusterConfig.lastKnown(configFolder);
        boolean isWithOne = known.isCreated() && known.isOfOneLine(one);
        boolean isWithOther = known.isCreated() && known.isOfOneLine(other);
        if (isWithOne == isWithOther) {
            throw new StorageException("the nodes that were asked have two configurations of cluster " + one.cluster()
                    + ", recovered from node " + ClusterState.recoveredFrom(one.generation()) + " and from node "
                    + ClusterState.recoveredFrom(other.generation())
                    + ": give one of them up before this node starts (danta cluster status says how)");
        }
        return isWithOne ? one : other;
    }

    /** What is known here stays, if the nodes that were asked can never come to it. */
    private ClusterState ofThisLine(ClusterState heard) throws IOException {
        ClusterState known = RaftClusterConfig.lastKnown(configFolder);
        if (!known.isCreated() || !heard.isCreated() || known.id() != heard.id() || known.isOfOneLine(heard)) {
            return heard;
        }
        LOG.warn(
                "the nodes that were asked follow a configuration that was recovered from node {}, and this one does"
                        + " not: danta cluster status says what to do",
                ClusterState.recoveredFrom(heard.generation()));
        return ClusterState.NONE;
    }

    private static ClusterState ask(HostAndPort place, String cluster) {
        try {
            AdminReply reply = AdminClient.ask(place, cluster, new AdminRequest.Configuration(), SEED_MAX);
            if (reply instanceof AdminReply.Known known && known.state().size() > 0) {
                return ConfigCodec.decodeState(known.state().toArray());
            }
            LOG.debug("{} does not know of a cluster: {}", place, reply);
        } catch (AdminUnreachableException | MalformedConfigException silent) {
            LOG.debug("{} was asked for its cluster: {}", place, silent.getMessage());
        }
        return ClusterState.NONE;
    }
}
