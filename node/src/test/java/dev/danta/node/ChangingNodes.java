package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.MemoryClusterConfig;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.node.storage.NodeFolder;
import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Nodes on real ports and disks, with a configuration that they share in memory. */
final class ChangingNodes implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final MemoryClusterConfig config = new MemoryClusterConfig(ClusterState.NONE);
    private final ClusterConfig port = config.of(new ReplicaId(1));
    private final Map<Integer, HostAndPort> addresses = new TreeMap<>();
    private final Map<Integer, Node> running = new TreeMap<>();

    ChangingNodes(Path folder) {
        this.folder = folder;
    }

    MemoryClusterConfig config() {
        return config;
    }

    ClusterState state() {
        return port.known();
    }

    ShardEntry shard(int number) {
        ShardEntry entry = state().shards().get(new ShardId(number));
        if (entry == null) {
            throw new IllegalStateException("no shard " + number);
        }
        return entry;
    }

    Path dataOf(int number) {
        return folder.resolve("node-" + number);
    }

    HostAndPort addressOf(int number) {
        return addresses.computeIfAbsent(number, one -> freePort());
    }

    static HostAndPort freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostAndPort("127.0.0.1", socket.getLocalPort());
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private NodeSettings settings(int number) {
        return NodeSettings.of(new NodeSettings.Self(new ReplicaId(number), addressOf(number), dataOf(number)));
    }

    private String configAddressOf(int number) {
        return "config.of:" + number;
    }

    /** The cluster begins, with node 1. */
    void found(int shards, int replication) {
        NodeFolder disk = NodeFolder.open(dataOf(1), new ReplicaId(1));
        require(ask(Founding.create(
                settings(1),
                disk,
                new Start.Init("test", shards, replication),
                addressOf(1).toString(),
                configAddressOf(1))));
        running.put(1, Node.start(settings(1), disk, config.of(new ReplicaId(1))));
        node(1).awaitReady();
    }

    /** A node comes with a new folder. */
    void join(int number) {
        NodeFolder disk = NodeFolder.open(dataOf(number), new ReplicaId(number));
        require(ask(new ClusterRequest.AddNode(
                new ReplicaId(number),
                addressOf(number).toString(),
                configAddressOf(number),
                disk.facts().identity())));
        running.put(number, Node.start(settings(number), disk, config.of(new ReplicaId(number))));
    }

    /** A node starts on the folder that it has. */
    Node start(int number) {
        NodeFolder disk = NodeFolder.open(dataOf(number), new ReplicaId(number));
        Node node = Node.start(settings(number), disk, config.of(new ReplicaId(number)));
        running.put(number, node);
        return node;
    }

    Node node(int number) {
        Node node = running.get(number);
        if (node == null) {
            throw new IllegalStateException("node " + number + " does not run");
        }
        return node;
    }

    void kill(int number) {
        node(number).halt();
        running.remove(number);
    }

    void wipe(int number) {
        try (Stream<Path> all = Files.walk(dataOf(number))) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException notDeleted) {
            throw new UncheckedIOException(notDeleted);
        }
    }

    ClusterAnswer ask(ClusterRequest request) {
        return port.ask(request, PATIENCE).join();
    }

    static void require(ClusterAnswer answer) {
        if (!answer.done()) {
            throw new IllegalStateException(answer.why());
        }
    }

    /** Waits until the configuration is like that. */
    ClusterState await(Predicate<ClusterState> wanted) {
        CompletableFuture<ClusterState> found = new CompletableFuture<>();
        ClusterConfig.Subscription told = port.listen(state -> {
            if (wanted.test(state)) {
                found.complete(state);
            }
        });
        try {
            return found.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } finally {
            told.close();
        }
    }

    /** Waits until every shard has the members that are wanted, and all of them serve. */
    ClusterState awaitSettled() {
        return await(state -> state.shards().values().stream().noneMatch(ShardEntry::isChanging));
    }

    List<ReplicaId> members(int shard) {
        return shard(shard).config().active().members();
    }

    @Override
    public void close() {
        new ArrayList<>(running.values()).forEach(Node::close);
        config.close();
    }
}
