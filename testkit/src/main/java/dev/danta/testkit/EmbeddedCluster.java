package dev.danta.testkit;

import dev.danta.client.DantaClient;
import dev.danta.gateway.Gateway;
import dev.danta.node.ClusterOperations;
import dev.danta.node.Node;
import dev.danta.node.NodeSettings;
import dev.danta.node.Start;
import dev.danta.testkit.fault.FaultNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real nodes in this process: gRPC on loopback, LMDB in a folder. Nodes are numbered from 1 on. Thread-safe;
 * calls about nodes wait for one another.
 *
 * <p>One that is {@linkplain Builder#partitionable partitionable} has a proxy between all of its nodes, and between them and
 * clients, so that links can be cut: {@link #partition} and {@link #heal}, or anything else that its {@link #network} can do.
 *
 * <p>Nodes in one process share its heap and its fate: a test of crashes that lose more than a node's memory needs
 * processes of their own.
 */
public final class EmbeddedCluster implements AutoCloseable {
    private static final String HOST = "127.0.0.1:";
    private static final int REPLICAS_MAX = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What the party is called in the {@link #network} that all clients are but those of {@link #clientBuilderBeside}. */
    public static final String CLIENTS = "clients";

    private final String name;
    private final Path directory;
    private final boolean temporary;
    private final List<Member> members = new ArrayList<>();
    private final Builder builder;
    private final @Nullable Ways ways;

    private static final class Member {
        private final int number;
        private final String endpoint;
        private final Path settings;
        private final Start start;
        private @Nullable Node running;

        Member(int number, String endpoint, Path settings, Start start) {
            this.number = number;
            this.endpoint = endpoint;
            this.settings = settings;
            this.start = start;
        }
    }

    private EmbeddedCluster(Builder builder) {
        Path given = builder.directory;
        temporary = given == null;
        directory = given == null ? Folders.temporary() : given.toAbsolutePath();
        name = builder.name;
        this.builder = builder;
        Folders.create(directory);
        ways = builder.partitionable ? new Ways() : null;
        for (int number = 1; number <= builder.nodes; number++) {
            add(number);
        }
    }

    /** One more, whose settings are written unless they are there, and which does not run yet. */
    private void add(int number) {
        Path settings = directory.resolve("node-" + number + ".toml");
        if (!Files.exists(settings)) {
            Folders.write(settings, settingsOf(number, addresses(number)));
        }
        // One that is started again is where the others know it to be.
        NodeSettings.Self self = NodeSettings.read(settings, Map.of()).node();
        if (ways != null) {
            ways.open(number, self);
        }
        Start start = number == 1
                ? new Start.Init(name, builder.shards, builder.replication())
                : Start.join(endpoints().stream().map(waysFrom(number)).toList());
        members.add(new Member(number, self.advertise().toString(), settings, start));
    }

    /** Where a node is, in lines of its settings. */
    private String addresses(int number) {
        List<Integer> free = Ports.free(4);
        int known = builder.firstPort > 0 ? builder.firstPort + number - 1 : free.get(0);
        if (ways != null) {
            return address("listen", free.get(1))
                    + address("advertise", known)
                    + address("config-listen", free.get(2))
                    + address("config-advertise", free.get(3));
        }
        // By default the configuration listens a thousand ports higher.
        return address("listen", known) + (builder.firstPort > 0 ? "" : address("config-listen", free.get(1)));
    }

    private static String address(String key, int port) {
        return key + " = " + quoted(HOST + port) + "\n";
    }

    /** Where a node, or a client beside it, connects to, given what another advertises. */
    private UnaryOperator<String> waysFrom(int number) {
        return ways == null ? UnaryOperator.identity() : ways.from(number);
    }

    /** Three nodes, one shard, free ports, a temporary folder: unless said otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    private String settingsOf(int number, String addresses) {
        String folder = directory.resolve("node-" + number).toString();
        return """
                [node]
                id = %d
                data-dir = %s
                %s
                [storage]
                forget-after = "%d ms"
                forget-every = "%d ms"
                feed-entries = %d
                """.formatted(
                        number,
                        quoted(folder),
                        addresses,
                        builder.forgetAfter.toMillis(),
                        builder.forgetEvery.toMillis(),
                        builder.feedEntries);
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** The cluster's name. */
    public String name() {
        return name;
    }

    /** Where the nodes' folders and settings are; deleted at the end if it is a temporary one. */
    public Path directory() {
        return directory;
    }

    /** Where clients reach each node, or would: {@code host:port}, in the order of their numbers. */
    public List<String> endpoints() {
        return members.stream().map(member -> member.endpoint).toList();
    }

    /** A builder that knows the endpoints and the cluster. */
    public DantaClient.Builder clientBuilder() {
        return DantaClient.builder().endpoints(endpoints()).cluster(name);
    }

    /**
     * A builder of a client that is where a node is: what the node is cut off from, it is cut off from, too.
     *
     * @throws IllegalStateException unless this is partitionable
     */
    public DantaClient.Builder clientBuilderBeside(int number) {
        UnaryOperator<String> from = requireWays().from(member(number).number);
        return clientBuilder()
                .endpoints(endpoints().stream().map(from).toList())
                .addressTranslator(from);
    }

    /** A client with the defaults; close it before the cluster. */
    public DantaClient client() {
        return clientBuilder().build();
    }

    public int size() {
        return members.size();
    }

    public synchronized boolean isRunning(int number) {
        return member(number).running != null;
    }

    /** Stops a node in good order; does nothing if it is not running. */
    public synchronized void stopNode(int number) {
        Member member = member(number);
        Node node = member.running;
        if (node != null) {
            member.running = null;
            node.close();
        }
    }

    /** Stops a node as a crash would: connections are cut, nothing more is answered or written. */
    public synchronized void killNode(int number) {
        Member member = member(number);
        Node node = member.running;
        if (node != null) {
            member.running = null;
            node.halt();
        }
    }

    /**
     * Starts a node that was stopped or killed, on its folder and port; does nothing if it is running. Waits until it serves,
     * if so many are running that the cluster can let it.
     */
    public synchronized void startNode(int number) {
        Member member = member(number);
        if (member.running == null) {
            UnaryOperator<String> from = waysFrom(number);
            member.running = Node.startBeside(
                    NodeSettings.read(member.settings, Map.of()).withTranslator(from),
                    member.start,
                    (node, address) -> Gateway.open(node, address, from));
        }
        List<Node> running = running();
        if (running.size() > members.size() / 2) {
            running.forEach(Node::awaitReady);
        }
    }

    /** What each of the running nodes has done since it started. */
    synchronized List<Node.Stats> stats() {
        return running().stream().map(Node::stats).toList();
    }

    /** What a node is called in the {@link #network}, whatever goes to it or comes from it. */
    public static String party(int number) {
        return "n" + number;
    }

    /**
     * Nothing gets from these nodes, and clients {@linkplain #clientBuilderBeside beside} them, to the others and all other
     * clients any more, nor back, until {@link #heal}. Connections stay open, as they do when a network fails; what is said in
     * them gets there afterwards, unless it has been given up.
     *
     * @throws IllegalStateException unless this is partitionable
     */
    public synchronized void partition(int... numbers) {
        List<Integer> these = Arrays.stream(numbers)
                .map(number -> member(number).number)
                .boxed()
                .toList();
        requireWays()
                .part(
                        these,
                        members.stream()
                                .map(member -> member.number)
                                .filter(number -> !these.contains(number))
                                .toList());
    }

    /** Nothing is cut, nor slow, any more. */
    public void heal() {
        requireWays().network().heal();
    }

    /**
     * The proxy between the nodes, which are its {@link #party parties}, and {@link #CLIENTS}: to cut one link, or one way of it,
     * to delay what goes over it, or to reset its connections.
     *
     * @throws IllegalStateException unless this is partitionable
     */
    public FaultNetwork network() {
        return requireWays().network();
    }

    private Ways requireWays() {
        if (ways == null) {
            throw new IllegalStateException("links can be cut in a cluster whose builder was told partitionable()");
        }
        return ways;
    }

    private List<Node> running() {
        return members.stream()
                .map(member -> member.running)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    /** One more node joins the cluster, and gets a number; shards move to it, see {@link #awaitSettled}. */
    public synchronized int addNode() {
        int number = members.size() + 1;
        add(number);
        startNode(number);
        return number;
    }

    /** A node that does not run loses its folder. */
    public synchronized void wipeNode(int number) {
        if (member(number).running != null) {
            throw new IllegalStateException("node " + number + " is running");
        }
        Folders.delete(directory.resolve("node-" + number));
    }

    /** The folder of a node is given up: it may come back with an empty one. */
    public synchronized void replaceNode(int number) {
        operations().replace(number);
    }

    /** A replica moves from one node to another, see {@link #awaitSettled}. */
    public synchronized void moveShard(int shard, int from, int to) {
        operations().move(shard, from, to);
    }

    /** The nodes that have a replica of a shard, as the configuration says. */
    public synchronized List<Integer> membersOf(int shard) {
        return operations().members(shard);
    }

    /** Waits until every shard has the members that it should have, and all of them serve. */
    public synchronized void awaitSettled() {
        operations().awaitSettled(members.size());
    }

    /** For each shard of which a running node has a replica a hash of everything that this shows, by shard. */
    public synchronized SortedMap<Integer, String> digestsOf(int number) {
        Node node = member(number).running;
        if (node == null) {
            throw new IllegalStateException("node " + number + " is not running");
        }
        return node.digests();
    }

    private ClusterOperations operations() {
        List<Node> running = running();
        if (running.isEmpty()) {
            throw new IllegalStateException("no node is running");
        }
        return running.get(0).operations(PATIENCE);
    }

    /** Stops all nodes, and deletes the folder if it is a temporary one. */
    @Override
    public synchronized void close() {
        if (ways != null) {
            // So that nobody waits in vain for another when it takes its leave.
            ways.network().heal();
        }
        members.forEach(member -> stopNode(member.number));
        if (ways != null) {
            ways.close();
        }
        if (temporary) {
            Folders.delete(directory);
        }
    }

    private Member member(int number) {
        if (number < 1 || number > members.size()) {
            throw new IllegalArgumentException("the nodes are 1 to " + members.size() + ", " + number + " is none");
        }
        return members.get(number - 1);
    }

    /** Says how large the cluster is and where it lives. Not thread-safe. */
    public static final class Builder {
        private static final int PORT_MAX = 65_535;

        private int nodes = 3;
        private int replication;
        private int shards = 1;
        private int firstPort;
        private boolean partitionable;
        private Duration forgetAfter = NodeSettings.Forgetting.DEFAULT.after();
        private Duration forgetEvery = NodeSettings.Forgetting.DEFAULT.every();
        private int feedEntries = NodeSettings.Forgetting.DEFAULT.feedEntries();
        private @Nullable Path directory;
        private String name = "embedded-"
                + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

        private Builder() {}

        /** An odd number: 1, 3, 5. */
        public Builder nodes(int newNodes) {
            if (newNodes < 1 || newNodes % 2 == 0) {
                throw new IllegalArgumentException("a cluster has an odd number of nodes, not " + newNodes);
            }
            nodes = newNodes;
            return this;
        }

        /** How many replicas a shard has once there are nodes enough: 1, 3 or 5; by default as many as there are nodes. */
        public Builder replication(int newReplication) {
            if (newReplication != 1 && newReplication != 3 && newReplication != REPLICAS_MAX) {
                throw new IllegalArgumentException("shards have 1, 3 or 5 replicas, not " + newReplication);
            }
            replication = newReplication;
            return this;
        }

        private int replication() {
            return replication == 0 ? Math.min(REPLICAS_MAX, nodes) : replication;
        }

        public Builder shards(int newShards) {
            if (newShards < 1) {
                throw new IllegalArgumentException("a cluster has at least one shard, not " + newShards);
            }
            shards = newShards;
            return this;
        }

        /**
         * How soon nodes forget transactions that are over: what is this old, and how often they look for it; in whole
         * milliseconds. By default a minute, and every five seconds.
         */
        public Builder forgetting(Duration after, Duration every) {
            forgetAfter = after;
            forgetEvery = every;
            return this;
        }

        /**
         * How many of its last operations each shard keeps for change feeds, from 1 on; by default 100,000. With few of them a
         * reader that stays behind comes to a gap.
         */
        public Builder feedEntries(int newFeedEntries) {
            if (newFeedEntries < 1) {
                throw new IllegalArgumentException(
                        "a shard keeps at least one operation for feeds, not " + newFeedEntries);
            }
            feedEntries = newFeedEntries;
            return this;
        }

        /** Puts a proxy between all nodes, and between them and clients. Costs some microseconds for each message. */
        public Builder partitionable() {
            partitionable = true;
            return this;
        }

        /**
         * Where to keep everything; it stays when the cluster is closed. Data of an earlier cluster there is taken up, if
         * that had the same name, nodes and shards: give a {@link #name} too.
         */
        public Builder directory(Path newDirectory) {
            directory = newDirectory;
            return this;
        }

        /** By default a random one, so that no client ever talks to the wrong cluster. */
        public Builder name(String newName) {
            name = newName;
            return this;
        }

        /** The first node's port; the others follow it. By default free ones are found. */
        public Builder firstPort(int newFirstPort) {
            if (newFirstPort < 1 || newFirstPort > PORT_MAX) {
                throw new IllegalArgumentException("a port is between 1 and " + PORT_MAX + ", not " + newFirstPort);
            }
            firstPort = newFirstPort;
            return this;
        }

        /**
         * Starts all nodes.
         *
         * @throws RuntimeException with one sentence, if a port or a folder cannot be used; then nothing is left running
         */
        public EmbeddedCluster build() {
            EmbeddedCluster cluster = new EmbeddedCluster(this);
            boolean started = false;
            try {
                for (int number = 1; number <= nodes; number++) {
                    cluster.startNode(number);
                }
                cluster.awaitSettled();
                started = true;
            } finally {
                if (!started) {
                    cluster.close();
                }
            }
            return cluster;
        }
    }
}
