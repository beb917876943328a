package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.config.state.Steward;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochChange;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Driver;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.runtime.Timer;
import dev.danta.ir.runtime.Transport;
import dev.danta.wire.ServerHello;
import dev.danta.wire.transport.ConnectionListener;
import dev.danta.wire.transport.Endpoint;
import dev.danta.wire.transport.ReplicaConnections;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a driver of a change ({@link EpochChange}): a thread, connections of its own under a name that nobody had
 * before. It ends by itself, or when it is given up because it does not come on; it keeps nothing.
 */
final class ChangeRun implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeRun.class);
    private static final long AGAIN_NANOS = 500_000_000L;
    /** It is not the number of repetitions that ends a driver, but that nothing goes on. */
    private static final int TICKS_MAX = Integer.MAX_VALUE;
    /** Every question has one answer, so this is never full unless somebody sends what was not asked for. */
    private static final int INBOX_MAX = 4_096;

    private static final Duration ASK_AT_MOST = Duration.ofSeconds(10);

    private final Steward.Task task;
    private final ShardId shard;
    private final ClusterConfig config;
    private final EpochChange machine;
    private final Driver<EpochChange.Input> driver;
    private final DueTimers timers = new DueTimers();
    private final BlockingQueue<EpochChange.Input> inbox = new LinkedBlockingQueue<>(INBOX_MAX);
    private final ReplicaConnections connections;
    private final Thread thread;
    private final Runnable onNews;
    private final Consumer<Node.Failure> onFailure;
    private final long beganNanos = System.nanoTime();
    private @Nullable ConfigRequest asked;
    private volatile EpochChange.Progress progress;
    private volatile long movedNanos = beganNanos;
    private long phaseNanos = beganNanos;
    private long sealedNanos = beganNanos;
    private volatile EpochChange.@Nullable Ended ended;
    private volatile boolean closing;

    /**
     * Begins at once.
     *
     * @param state with the nodes that may be concerned
     * @param onNews called on this run's thread when another phase begins, and as its last act but one; must not wait
     * @param onFailure called on this run's thread before that if it ends by a bug; must not wait for it. Another driver would
     *     only meet the same bug
     */
    ChangeRun(
            NodeSettings node,
            ShardId shard,
            Steward.Task task,
            ClusterConfig config,
            ClusterState state,
            Runnable onNews,
            Consumer<Node.Failure> onFailure) {
        this.task = task;
        this.shard = shard;
        this.config = config;
        this.onNews = onNews;
        this.onFailure = onFailure;
        SecureRandom random = new SecureRandom();
        ClientId id = new ClientId(random.nextLong(), random.nextLong());
        this.machine = machine(id, task);
        this.progress = machine.progress();
        this.driver = new Driver<>(
                machine,
                new Driver.Ports(
                        new SystemClock(),
                        Storage.NONE,
                        new Outgoing(),
                        timers,
                        bound -> ThreadLocalRandom.current().nextLong(bound + 1),
                        this::tell),
                null);
        this.connections = ReplicaConnections.open(
                ReplicaConnections.Settings.of(id, state.cluster())
                        .withLimits(node.limits().wire()),
                List.of(),
                SystemClock::wallMicros,
                new Incoming());
        connections.follow(Topologies.of(state).translated(node.translator()));
        this.thread = new Thread(this::run, "danta-" + node.node().id().number() + "-change-" + shard.number());
        this.thread.setDaemon(true);
        this.thread.start();
    }

    private static EpochChange machine(ClientId id, Steward.Task task) {
        EpochChange.Settings settings = new EpochChange.Settings(AGAIN_NANOS, TICKS_MAX);
        if (task instanceof Steward.Task.Change change) {
            return new EpochChange(id, change.from(), change.incarnations(), EpochRules.PROTOCOL, settings);
        }
        Steward.Task.Finish finish = (Steward.Task.Finish) task;
        return EpochChange.finishing(
                id, finish.epoch(), finish.leaving(), finish.gone(), EpochRules.PROTOCOL, settings);
    }

    Steward.Task task() {
        return task;
    }

    /** How far it is. */
    EpochChange.Progress progress() {
        return progress;
    }

    long beganNanos() {
        return beganNanos;
    }

    /** How it ended; null while it has not. */
    EpochChange.@Nullable Ended ended() {
        return ended;
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    /** For how long nothing has gone on, but for waits for the configuration. */
    long idleNanos() {
        return System.nanoTime() - movedNanos;
    }

    private void run() {
        try {
            List<EpochChange.Input> batch = new ArrayList<>();
            batch.add(new EpochChange.Input.Begun());
            while (!closing) {
                driver.run(batch);
                batch.clear();
                noteProgress();
                if (machine.isOver()) {
                    return;
                }
                EpochChange.Input first = inbox.poll(Math.max(0, timers.patienceNanos()), TimeUnit.NANOSECONDS);
                for (Timer timer : timers.takeDue()) {
                    batch.add(new EpochChange.Input.TimerFired(timer));
                }
                if (first != null) {
                    batch.add(first);
                    inbox.drainTo(batch);
                }
            }
        } catch (InterruptedException closed) {
            LOG.debug("the driver of a change of {} is given up", shard);
        } catch (RuntimeException bug) {
            LOG.error("this node stops: a bug in the driver of a change of {}", shard, bug);
            onFailure.accept(new Node.Failure(
                    "a bug stopped the change of shard " + shard.number() + ": " + bug.getMessage(), Node.Failure.BUG));
        } finally {
            connections.close(Duration.ZERO);
            onNews.run();
        }
    }

    private void noteProgress() {
        EpochChange.Progress now = machine.progress();
        boolean isNews = now.phase() != progress.phase();
        if (isNews) {
            notePhase(progress.phase(), now.phase());
        }
        boolean waitsForConfig = now.phase() == EpochChange.Phase.ASKING || now.phase() == EpochChange.Phase.ACTIVATING;
        if (waitsForConfig || !now.equals(progress)) {
            movedNanos = System.nanoTime();
            progress = now;
        }
        if (isNews) {
            onNews.run();
        }
    }

    /** How long each phase was, and above all how long nobody was served. */
    private void notePhase(EpochChange.Phase over, EpochChange.Phase begun) {
        long now = System.nanoTime();
        LOG.debug("a change of {}: {} was over after {} ms", shard, over, millis(now - phaseNanos));
        phaseNanos = now;
        if (begun == EpochChange.Phase.SEALING) {
            sealedNanos = now;
        } else if (begun == EpochChange.Phase.FINISHING && over == EpochChange.Phase.ACTIVATING) {
            LOG.info("shard {} stood still for {} ms to change its members", shard.number(), millis(now - sealedNanos));
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private void tell(Report report) {
        if (report instanceof ConfigRequest request) {
            ask(request);
        } else if (report instanceof EpochChange.Ended end) {
            ended = end;
        }
    }

    /** One question at a time: each Propose is another attempt, and would be in the way of the one before. */
    private void ask(ConfigRequest request) {
        synchronized (this) {
            if (request.equals(asked)) {
                return;
            }
            asked = request;
        }
        CompletableFuture<?> unused = config.ask(new ClusterRequest.OfShard(shard, request), ASK_AT_MOST)
                .whenComplete((answer, unavailable) -> {
                    synchronized (this) {
                        asked = null;
                    }
                    if (answer != null) {
                        answered(request, answer);
                    } else {
                        LOG.debug("a change of {} waits for the configuration: {}", shard, String.valueOf(unavailable));
                    }
                });
    }

    private void answered(ConfigRequest request, ClusterAnswer answer) {
        ShardEntry entry = answer.state().shards().get(shard);
        if (entry != null) {
            ShardConfig.Answer told = new ShardConfig.Answer(request, entry.config(), answer.done());
            offer(new EpochChange.Input.Configured(told));
        }
    }

    private void offer(EpochChange.Input input) {
        if (!inbox.offer(input)) {
            LOG.debug("the inbox of a change is full");
        }
    }

    private final class Outgoing implements Transport {
        @Override
        public void send(Address to, Envelope envelope) {
            if (to instanceof Address.Replica replica && !connections.send(replica.id(), envelope)) {
                LOG.debug("a change of {} is not connected to {}", shard, replica.id());
            }
        }

        @Override
        public void flush() {
            connections.flush();
        }
    }

    private final class Incoming implements ConnectionListener {
        @Override
        public void onConnected(ReplicaId node, ServerHello greeting) {
            LOG.debug("a change of {} is connected to {}", shard, node);
        }

        @Override
        public void onEnvelopes(ReplicaId node, List<Envelope> batch) {
            batch.forEach(envelope -> offer(new EpochChange.Input.Received(envelope)));
        }

        @Override
        public void onDisconnected(ReplicaId node, String cause) {
            LOG.debug("a change of {} lost {}: {}", shard, node, cause);
        }

        @Override
        public void onUnreachable(Endpoint endpoint, String cause) {
            LOG.debug("a change of {} cannot reach {}: {}", shard, endpoint, cause);
        }

        @Override
        public void onPermanentFailure(Endpoint endpoint, String cause) {
            LOG.warn("a change of {} cannot reach {}: {}", shard, endpoint, cause);
        }
    }

    /** Gives it up; another one goes on. Does not wait for its end. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }

    /** Waits for its end, after {@link #close}. */
    void join() throws InterruptedException {
        thread.join();
    }
}
