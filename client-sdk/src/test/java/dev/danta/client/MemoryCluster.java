package dev.danta.client;

import dev.danta.client.internal.ClusterView;
import dev.danta.client.internal.NodeLinks;
import dev.danta.client.internal.ShellSettings;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Scheduler;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.txn.client.ClientSettings;
import dev.danta.txn.participant.Participant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiPredicate;

/**
 * Nodes in this process: real replicas, each with a store in memory and a thread of its own, which also serves as the
 * transport's thread towards clients. Messages can be lost on purpose.
 */
final class MemoryCluster implements NodeLinks.Factory, AutoCloseable {
    private static final long MILLI = 1_000_000;
    /** Less patience than in the field, so that tests of failures are quick. */
    static final ClientSettings IMPATIENT = new ClientSettings(
            20 * MILLI, 50 * MILLI, 20 * MILLI, 100 * MILLI, 200 * MILLI, 100 * MILLI, 64, 64L << 20, 100, 100, 100);

    private final ClusterView view;
    private final Map<ReplicaId, Node> nodes = new TreeMap<>();
    private final Map<ClientId, NodeLinks.Listener> listeners = new ConcurrentHashMap<>();
    private volatile BiPredicate<ReplicaId, Envelope> lossToNode = (node, envelope) -> false;
    private volatile BiPredicate<ReplicaId, Envelope> lossToClient = (node, envelope) -> false;

    MemoryCluster(int size, int shards) {
        TreeMap<ReplicaId, String> addresses = new TreeMap<>();
        for (int i = 1; i <= size; i++) {
            addresses.put(new ReplicaId(i), "node-" + i);
        }
        this.view = new ClusterView("memory", shards, Epoch.FIRST, addresses);
        addresses.keySet().forEach(id -> nodes.put(id, new Node(id)));
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

    /** What a replica has, read on its own thread. */
    MemoryStore store(int number, int shard) {
        return node(number).stores.get(new ShardId(shard));
    }

    /** Waits until everything that has been sent to a node so far has been handled there. */
    void settle(int number) {
        node(number).call(() -> {});
    }

    private Node node(int number) {
        Node node = nodes.get(new ReplicaId(number));
        if (node == null) {
            throw new IllegalArgumentException("no node " + number);
        }
        return node;
    }

    @Override
    public NodeLinks open(ClientId self, NodeLinks.Listener listener) {
        listeners.put(self, listener);
        nodes.values().forEach(node -> node.greet(listener));
        return new Links(self);
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.thread.shutdownNow());
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
            queued.forEach((id, envelopes) -> nodes.get(id).receive(envelopes));
            queued.clear();
        }

        @Override
        public void close() {
            listeners.remove(self);
        }
    }

    private final class Node {
        private final ReplicaId id;
        private final ExecutorService thread;
        private final Map<ShardId, MemoryStore> stores = new HashMap<>();
        private final Map<ShardId, Driver<IrReplica.Input>> drivers = new HashMap<>();
        private boolean up;

        Node(ReplicaId id) {
            this.id = id;
            this.thread = Executors.newSingleThreadExecutor(task -> {
                Thread made = new Thread(task, "node-" + id.number());
                made.setDaemon(true);
                return made;
            });
            view.memberships().forEach(membership -> stores.put(membership.shard(), new MemoryStore()));
        }

        void start() {
            call(() -> {
                view.memberships().forEach(membership -> {
                    Driver<IrReplica.Input> driver = driver(membership);
                    driver.run(List.of(new IrReplica.Input.Started()));
                    drivers.put(membership.shard(), driver);
                });
                up = true;
                listeners.values().forEach(listener -> listener.onConnected(id, view));
            });
        }

        void stop() {
            call(() -> {
                up = false;
                listeners.values().forEach(listener -> listener.onDisconnected(id, "was stopped"));
            });
        }

        void greet(NodeLinks.Listener listener) {
            thread.execute(() -> {
                if (up) {
                    listener.onConnected(id, view);
                } else {
                    listener.onTrouble("node-" + id.number(), NodeLinks.Trouble.UNREACHABLE, "was stopped");
                }
            });
        }

        void receive(List<Envelope> envelopes) {
            List<Envelope> batch = List.copyOf(envelopes);
            thread.execute(() -> {
                if (up) {
                    batch.forEach(envelope ->
                            drivers.get(envelope.shard()).run(List.of(new IrReplica.Input.Received(envelope))));
                }
            });
        }

        void call(Runnable action) {
            Future<?> done = thread.submit(action);
            try {
                done.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        private Driver<IrReplica.Input> driver(Membership membership) {
            MemoryStore store = stores.get(membership.shard());
            long aheadMicros = 500_000;
            Participant participant = new Participant(store, store, new Participant.Settings(aheadMicros));
            IrReplica machine = new IrReplica(id, membership, new IrReplica.Settings(aheadMicros), store, participant);
            Driver.Ports ports = new Driver.Ports(
                    () -> new Moment(System.nanoTime(), System.currentTimeMillis() * 1000),
                    store,
                    new Replies(),
                    new NoTimers(),
                    bound -> 0,
                    report -> {});
            return new Driver<>(machine, ports, null);
        }

        private final class Replies implements Transport {
            @Override
            public void send(Address to, Envelope envelope) {
                NodeLinks.Listener listener = listeners.get(((Address.Client) to).id());
                if (listener != null && !lossToClient.test(id, envelope)) {
                    listener.onReceived(List.of(envelope));
                }
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }
        }
    }

    private record NoTimers() implements Scheduler {
        @Override
        public void arm(Timer timer, long delayNanos) {
            throw new IllegalStateException("a replica arms no timer: " + timer);
        }

        @Override
        public void cancel(Timer timer) {
            throw new IllegalStateException("a replica arms no timer: " + timer);
        }
    }
}
