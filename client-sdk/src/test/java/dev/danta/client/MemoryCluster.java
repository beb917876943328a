package dev.danta.client;

import dev.danta.client.internal.NodeLinks;
import dev.danta.client.internal.ShellSettings;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.txn.client.ClientSettings;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * Nodes in this process: their threads also serve as the transport's threads towards clients. Messages can be lost on purpose.
 */
final class MemoryCluster implements NodeLinks.Factory, AutoCloseable {
    private static final long MILLI = 1_000_000;
    /** Less patience than in the field, so that tests of failures are quick. */
    static final ClientSettings IMPATIENT = new ClientSettings(
            20 * MILLI,
            50 * MILLI,
            20 * MILLI,
            100 * MILLI,
            200 * MILLI,
            100 * MILLI,
            64,
            64L << 20,
            100,
            new RecoverySettings(200 * MILLI, 50 * MILLI, 20 * MILLI, 100),
            100,
            100,
            10_000 * MILLI,
            60_000 * MILLI);

    private final Topology view;
    private final MemoryDesk desk = new MemoryDesk();
    private final Map<ReplicaId, Node> nodes = new TreeMap<>();
    private final Map<ClientId, NodeLinks.Listener> listeners = new ConcurrentHashMap<>();
    private volatile BiPredicate<ReplicaId, Envelope> lossToNode = (node, envelope) -> false;
    private volatile BiPredicate<ReplicaId, Envelope> lossToClient = (node, envelope) -> false;

    MemoryCluster(int size, int shards) {
        this(size, shards, "memory");
    }

    MemoryCluster(int size, int shards, String name) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            members.add(new Member(new ReplicaId(i), "node-" + i + ":7400"));
        }
        this.view = Topology.firstOf(name, shards, members);
        members.forEach(member -> nodes.put(member.node(), new Node(member.node())));
        nodes.values().forEach(Node::start);
    }

    DantaClient.Builder clientBuilder() {
        return DantaClient.builder()
                .links(this)
                .settings(new ShellSettings(1000, 64, 8, IMPATIENT))
                .deadline(Duration.ofSeconds(10));
    }

    DantaClient client() {
        return clientBuilder().build();
    }

    /** From now on requests are lost of which {@code loss} says so, for the node they are meant for. */
    void loseToNode(BiPredicate<ReplicaId, Envelope> loss) {
        lossToNode = loss;
    }

    /** From now on replies are lost of which {@code loss} says so, for the node they come from. */
    void loseToClient(BiPredicate<ReplicaId, Envelope> loss) {
        lossToClient = loss;
    }

    /** Who keeps what collections are; whether nodes are up does not matter to it. */
    MemoryDesk desk() {
        return desk;
    }

    void loseNothing() {
        loseToNode((node, envelope) -> false);
        loseToClient((node, envelope) -> false);
    }

    void stop(int number) {
        node(number).stop();
    }

    void start(int number) {
        node(number).start();
    }

    /** How the cluster was described at first. */
    Topology first() {
        return view;
    }

    /** A node tells its clients of another description. */
    void describe(int number, Topology topology) {
        ReplicaId id = new ReplicaId(number);
        node(number).replicas.call(() -> listeners.values().forEach(listener -> listener.onTopology(id, topology)));
    }

    /** A node greets its clients anew, with another description. */
    void greetAnew(int number, Topology topology) {
        ReplicaId id = new ReplicaId(number);
        node(number).replicas.call(() -> listeners.values().forEach(listener -> listener.onConnected(id, topology)));
    }

    /** How many clients have links. */
    int clients() {
        return listeners.size();
    }

    /** What a replica has, read on its own thread. */
    MemoryStore store(int number, int shard) {
        return node(number).replicas.store(shard);
    }

    /** Waits until everything that has been sent to a node so far has been handled there. */
    void settle(int number) {
        node(number).replicas.call(() -> {});
    }

    private Node node(int number) {
        Node node = nodes.get(new ReplicaId(number));
        if (node == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return node;
    }

    @Override
    public int endpoints() {
        return nodes.size();
    }

    @Override
    public NodeLinks open(ClientId self, NodeLinks.Listener listener) {
        listeners.put(self, listener);
        nodes.values().forEach(node -> node.greet(listener));
        return new Links(self);
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.replicas.close());
    }

    private final class Links implements NodeLinks {
        private final ClientId self;
        private final Map<ReplicaId, List<Envelope>> queued = new LinkedHashMap<>();

        Links(ClientId self) {
            this.self = self;
        }

        @Override
        public void send(Address to, Envelope envelope) {
            ReplicaId node = ((Address.Replica) to).id();
            if (!lossToNode.test(node, envelope)) {
                queued.computeIfAbsent(node, n -> new ArrayList<>()).add(envelope);
            }
        }

        @Override
        public void flush() {
            queued.forEach((id, envelopes) -> nodes.get(id).replicas.receive(envelopes));
            queued.clear();
        }

        @Override
        public CompletableFuture<AdminReply> ask(Member node, String cluster, AdminRequest request, Duration within) {
            return desk.ask(request, within).toCompletableFuture();
        }

        @Override
        public void close() {
            listeners.remove(self);
        }
    }

    private final class Node {
        private final ReplicaId id;
        private final MemoryNode replicas;

        Node(ReplicaId id) {
            this.id = id;
            this.replicas = new MemoryNode(id, view, this::reply);
        }

        void start() {
            replicas.start();
            replicas.call(() -> listeners.values().forEach(listener -> listener.onConnected(id, view)));
        }

        void stop() {
            replicas.stop();
            replicas.call(() -> listeners.values().forEach(listener -> listener.onDisconnected(id, "was stopped")));
        }

        void greet(NodeLinks.Listener listener) {
            replicas.execute(() -> {
                if (replicas.isUp()) {
                    listener.onConnected(id, view);
                } else {
                    listener.onTrouble("node-" + id.number() + ":7400", NodeLinks.Trouble.UNREACHABLE, "was stopped");
                }
            });
        }

        private void reply(ClientId client, Envelope envelope) {
            NodeLinks.Listener listener = listeners.get(client);
            if (listener != null && !lossToClient.test(id, envelope)) {
                listener.onReceived(List.of(envelope));
            }
        }
    }
}
