package dev.danta.config.raft;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.EpochRules;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Nodes of one cluster, each with a real Raft server on loopback, in one process. */
final class TestNodes implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(90);

    /** Short, but not so short that a busy machine loses its leader all the time. */
    static final RaftSettings SETTINGS = new RaftSettings(
            Duration.ofMillis(1_000),
            Duration.ofMillis(2_000),
            Duration.ofMillis(1_500),
            200,
            Duration.ofMinutes(10),
            1 << 16,
            Duration.ofMillis(100),
            Duration.ofSeconds(3));

    private final Path folder;
    private final RaftSettings settings;
    private final SortedMap<Integer, Integer> ports = new TreeMap<>();
    private final SortedMap<Integer, RaftClusterConfig> nodes = new TreeMap<>();
    private final SortedMap<Integer, NodeIdentity> folders = new TreeMap<>();
    private ConfigStateMachine.Applying applying = (state, request) -> state.take(request, EpochRules.PROTOCOL);

    TestNodes(Path folder) {
        this(folder, SETTINGS);
    }

    TestNodes(Path folder, RaftSettings settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /** Nodes that are opened from now on apply requests so. */
    void applyBy(ConfigStateMachine.Applying other) {
        applying = other;
    }

    private int port(int node) throws IOException {
        Integer known = ports.get(node);
        if (known == null) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                known = free.getLocalPort();
            }
            ports.put(node, known);
        }
        return known;
    }

    String configAddress(int node) throws IOException {
        return "127.0.0.1:" + port(node);
    }

    void moveTo(int node, int port) {
        ports.put(node, port);
    }

    Path folder(int node) {
        return folder.resolve("n" + node);
    }

    /** Where the files of a node's log are. */
    Path log(int node) throws IOException {
        try (Stream<Path> below = Files.walk(folder(node))) {
            return below.filter(one -> one.getFileName().toString().equals("current"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private NodeIdentity identity(int node) {
        return folders.computeIfAbsent(node, Requests::folder);
    }

    ConfigSelf self(int node) throws IOException {
        return new ConfigSelf(Requests.node(node), identity(node).incarnation(), "127.0.0.1", port(node));
    }

    RaftClusterConfig begin(int shards, int replication) throws IOException {
        RaftClusterConfig.prepare(folder(1), Requests.create(shards, replication, configAddress(1)));
        return open(1, ClusterState.NONE);
    }

    RaftClusterConfig open(int node, ClusterState heard) throws IOException {
        RaftClusterConfig opened = RaftClusterConfig.open(folder(node), self(node), heard, settings, applying);
        nodes.put(node, opened);
        return opened;
    }

    /** Opens a node on what is in its folder, with what any open node knows. */
    RaftClusterConfig reopen(int node) throws IOException {
        return open(
                node,
                nodes.values().stream()
                        .map(RaftClusterConfig::known)
                        .reduce(ClusterState.NONE, (a, b) -> a.version() > b.version() ? a : b));
    }

    /** A new node comes, as one that has asked the first open node what it knows. */
    RaftClusterConfig join(int node) throws IOException {
        RaftClusterConfig opened = open(node, nodes.get(nodes.firstKey()).known());
        ClusterAnswer added = opened.ask(
                        new ClusterRequest.AddNode(
                                Requests.node(node), Requests.address(node), configAddress(node), identity(node)),
                        LONG)
                .join();
        if (!added.done()) {
            throw new IllegalStateException(added.why());
        }
        return opened;
    }

    void loseFolder(int node, long incarnation) {
        folders.put(node, new NodeIdentity(incarnation, 1, incarnation));
    }

    RaftClusterConfig node(int node) {
        return nodes.get(node);
    }

    List<Integer> open() {
        return List.copyOf(nodes.keySet());
    }

    Optional<Integer> leader() {
        return nodes.entrySet().stream()
                .filter(node -> node.getValue().isLeader())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The numbers of those that vote, as this node knows it. */
    List<Integer> voters(int node) {
        return nodes.get(node).standing().voters();
    }

    void stop(int node) {
        nodes.remove(node).close();
    }

    @Override
    public void close() {
        List.copyOf(nodes.keySet()).forEach(this::stop);
    }
}
