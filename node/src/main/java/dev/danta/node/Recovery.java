package dev.danta.node;

import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.Memberships;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.ir.upkeep.CatchUp;
import dev.danta.ir.upkeep.Forgetting;
import dev.danta.ir.upkeep.RangesCompared;
import dev.danta.ir.upkeep.Unsettled;
import dev.danta.ir.upkeep.Upkeep;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.txn.recovery.MembersChanged;
import dev.danta.txn.recovery.Overdue;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.txn.recovery.Settler;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.transport.ConnectionListener;
import dev.danta.wire.transport.Endpoint;
import dev.danta.wire.transport.ReplicaConnections;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles, for the replicas of this node, transactions whose clients are gone: one thread with a {@link Settler}, which
 * talks to all nodes, its own among them, as a client does; and has the replicas catch up from their peers with a
 * {@link CatchUp} and forget what is over with a {@link Forgetting}. It learns of members and nodes at run time.
 */
final class Recovery implements ConnectionListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    /** What is beyond that is dropped: replicas report again, and replies come again when they are asked again. */
    private static final int INBOX_MAX = 16_384;

    private final NodeSettings settings;
    private final ClientId id;
    private final ReplicaId self;
    private final String cluster;
    private final BlockingQueue<Settler.Input> inbox = new ArrayBlockingQueue<>(INBOX_MAX);
    private final DueTimers timers = new DueTimers();
    private final Settler settler;
    private final Driver<Settler.Input> driver;
    private final List<Driver<Upkeep>> upkeep;
    private final Thread thread;
    private final PulledLogs pulled = new PulledLogs();
    private final Map<ShardId, Membership> followed = new TreeMap<>();
    private final ReplicaConnections connections;
    private final Others others;
    private final Consumer<Node.Failure> onFailure;
    private volatile boolean closing;

    /** Who wants to know what other nodes say of the cluster. Called on transport threads; must not block. */
    interface Others {
        /** A node that is connected says this. */
        void say(ReplicaId node, Topology topology);

        /** It is not connected any more. */
        void left(ReplicaId node);
    }

    /**
     * Connects; nothing runs yet.
     *
     * @param state as it is known when this begins
     * @param onFailure called on this thread, as its last act, if it ends by a bug; must not wait for it
     */
    Recovery(
            NodeSettings settings,
            RecoverySettings recovery,
            ClusterState state,
            Others others,
            Consumer<Node.Failure> onFailure) {
        this.settings = settings;
        this.others = others;
        this.self = settings.node().id();
        this.cluster = state.cluster();
        this.onFailure = onFailure;
        SecureRandom random = new SecureRandom();
        this.id = new ClientId(random.nextLong(), random.nextLong());
        Memberships memberships = state.memberships();
        Driver.Ports ports = new Driver.Ports(
                new SystemClock(),
                Storage.NONE,
                new Outgoing(),
                timers,
                bound -> ThreadLocalRandom.current().nextLong(bound + 1),
                this::tell);
        this.settler = new Settler(id, memberships, recovery);
        this.driver = new Driver<>(settler, ports, null);
        UpkeepSettings often = settings.storage().forgetting().within(UpkeepSettings.DEFAULTS);
        this.upkeep = List.of(
                new Driver<>(new CatchUp(self, id, memberships, often), ports, null),
                new Driver<>(new Forgetting(self, id, memberships, often), ports, null));
        this.thread = new Thread(this::run, "danta-" + settings.node().id().number() + "-recovery");
        this.thread.setDaemon(true);
        this.connections = ReplicaConnections.open(
                ReplicaConnections.Settings.of(id, cluster)
                        .withLimits(settings.limits().wire()),
                List.of(),
                SystemClock::wallMicros,
                this);
        connections.follow(Topologies.of(state).translated(settings.translator()));
    }

    /** There is a newer configuration: told to the machines as a replica would tell it. By one thread; never blocks. */
    void follow(ClusterState state) {
        connections.follow(Topologies.of(state).translated(settings.translator()));
        state.shards().forEach((shard, entry) -> {
            Membership active = entry.config().active();
            if (active.equals(followed.put(shard, active))) {
                return;
            }
            offer(new Settler.Input.Received(
                    new Envelope(shard, active.epoch(), new Address.Replica(self), new IrMessage.WrongEpoch(active))));
        });
    }

    /** How much of peers' logs is still to be pulled. */
    PulledLogs pulled() {
        return pulled;
    }

    /** Whether {@code node} can be reached now. */
    boolean reaches(ReplicaId node) {
        return node.equals(self) || connections.connectedNodes().contains(node);
    }

    private void tell(Report report) {
        if (report instanceof MembersChanged changed) {
            LOG.info("the settler knows of {}", changed.now());
        } else if (report instanceof RangesCompared compared) {
            tell(compared);
        } else if (report instanceof Unsettled unsettled) {
            unsettled.open().forEach(open -> report(new Overdue(open.id(), open.participants())));
        }
    }

    private static void tell(RangesCompared compared) {
        if (compared.taken() > 0) {
            LOG.info("{} took {} values that it lacked from {}", compared.shard(), compared.taken(), compared.peer());
        } else {
            LOG.debug("{}", compared);
        }
    }

    void start() {
        thread.start();
    }

    /** A replica of this node reports a transaction. Never blocks. */
    void report(Overdue overdue) {
        offer(new Settler.Input.Reported(overdue));
    }

    private void offer(Settler.Input input) {
        if (!inbox.offer(input)) {
            LOG.debug("the settler's inbox is full");
        }
    }

    private void run() {
        try {
            List<Settler.Input> batch = new ArrayList<>();
            upkeep.forEach(one -> one.run(List.of(new Upkeep.Started())));
            while (!closing) {
                Settler.Input first = inbox.poll(Math.max(0, timers.patienceNanos()), TimeUnit.NANOSECONDS);
                for (Timer timer : timers.takeDue()) {
                    batch.add(new Settler.Input.TimerFired(timer));
                }
                if (first != null) {
                    batch.add(first);
                    inbox.drainTo(batch);
                }
                driver.run(batch);
                List<Upkeep> told = batch.stream().flatMap(Recovery::forUpkeep).toList();
                upkeep.forEach(one -> one.run(told));
                batch.clear();
            }
        } catch (InterruptedException closed) {
            LOG.debug("the settler's thread ends");
        } catch (RuntimeException bug) {
            LOG.error("node {} stops: a bug in settling", settings.node().id().number(), bug);
            onFailure.accept(new Node.Failure("a bug stopped settling: " + bug.getMessage(), Node.Failure.BUG));
        }
    }

    /** All machines are told what comes and which timers fire; none knows those of another. */
    private static Stream<Upkeep> forUpkeep(Settler.Input input) {
        if (input instanceof Settler.Input.Received received) {
            return Stream.of(new Upkeep.Received(received.envelope()));
        }
        return input instanceof Settler.Input.TimerFired fired
                ? Stream.of(new Upkeep.TimerFired(fired.timer()))
                : Stream.empty();
    }

    private final class Outgoing implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            if (to instanceof Address.Replica replica && !connections.send(replica.id(), envelope)) {
                LOG.debug("not connected to {}", replica.id());
            }
        }

        @Override
        public void flush() {
            connections.flush();
        }
    }

    @Override
    public void onConnected(ReplicaId node, ServerHello greeting) {
        LOG.debug("the settler is connected to {}", node);
        others.say(node, greeting.topology());
    }

    @Override
    public void onTopology(ReplicaId node, Topology topology) {
        others.say(node, topology);
    }

    @Override
    public void onEnvelopes(ReplicaId node, List<Envelope> batch) {
        batch.forEach(envelope -> {
            pulled.hear(envelope);
            offer(new Settler.Input.Received(envelope));
        });
    }

    @Override
    public void onDisconnected(ReplicaId node, String cause) {
        LOG.debug("the settler lost {}: {}", node, cause);
        others.left(node);
    }

    @Override
    public void onUnreachable(Endpoint endpoint, String cause) {
        LOG.debug("the settler cannot reach {}: {}", endpoint, cause);
    }

    @Override
    public void onPermanentFailure(Endpoint endpoint, String cause) {
        LOG.warn("transactions cannot be settled through {}: {}", endpoint, cause);
    }

    /** Ends the thread and its connections; what was being settled is left to others. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            // One that was never started has ended.
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        connections.close(Duration.ZERO);
    }
}
