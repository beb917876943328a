package dev.danta.node;

import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.transport.CannotListenException;
import dev.danta.wire.transport.ReplicationServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One server: a replica of every shard, and the port on which clients reach them. Several may live in one process, each
 * with its own folder and port. Its methods may be called by any thread.
 */
public final class Node implements AutoCloseable {
    /** How long clients that read slowly may hold up a shutdown. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

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
            int inboxSize) {

        static final Stats NONE = new Stats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

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
                    inboxSize + other.inboxSize);
        }
    }

    private final NodeSettings settings;
    private final List<ShardReplica> shards = new ArrayList<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Recovery recovery;
    private @Nullable ReplicationServer server;
    private int recovered;
    private @Nullable Failure failure;

    private Node(NodeSettings settings) {
        this.settings = settings;
        this.recovery = new Recovery(settings, RecoverySettings.DEFAULTS, this::stopBecause);
    }

    /**
     * Opens the stores, takes up what they hold, and listens.
     *
     * @throws StorageException if a folder cannot be used or its content is damaged
     * @throws CannotListenException if the port cannot be had
     */
    public static Node start(NodeSettings settings) {
        Node node = new Node(settings);
        try {
            node.open();
            return node;
        } catch (RuntimeException refused) {
            node.halt();
            throw refused instanceof CompletionException wrapped
                            && wrapped.getCause() instanceof StorageException unusable
                    ? unusable
                    : refused;
        }
    }

    private void open() {
        Sessions sessions = new Sessions();
        for (int number = 0; number < settings.cluster().shards(); number++) {
            ShardReplica replica =
                    new ShardReplica(new ShardId(number), settings, sessions, recovery::report, this::onFailure);
            shards.add(replica);
            recovered += replica.start();
        }
        NodeSettings.Limits limits = settings.limits();
        ReplicationServer.Settings transport = ReplicationServer.Settings.of(
                        settings.node().listen())
                .withLimits(limits.wire())
                .withSessionsMax(limits.clients());
        ReplicationServer started = ReplicationServer.start(
                transport,
                settings.node().id(),
                SystemClock::wallMicros,
                new Reception(List.copyOf(shards), sessions),
                AdminDesk.CLOSED);
        started.publish(settings.cluster().topology());
        recovery.start();
        synchronized (this) {
            server = started;
            if (failure != null) {
                throw new StorageException(failure.message());
            }
        }
    }

    private synchronized @Nullable ReplicationServer server() {
        return server;
    }

    /** Where it listens, with the port that was really taken. */
    public HostAndPort address() {
        ReplicationServer started = server();
        return started == null ? settings.node().listen() : started.address();
    }

    public NodeSettings settings() {
        return settings;
    }

    /** Transactions without a decision that were found in the stores at the start. */
    public int recoveredTransactions() {
        return recovered;
    }

    public Stats stats() {
        Stats sum = Stats.NONE;
        for (ShardReplica replica : shards) {
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
            recovery.close();
            shards.forEach(ShardReplica::finish);
            shards.forEach(ShardReplica::join);
            ReplicationServer started = server();
            if (started != null) {
                started.stop(FAREWELL);
            }
            ended.countDown();
        }
        awaitStopped();
    }

    /**
     * Stops as a crash would: nothing more is answered, and what was not committed is lost. Afterwards the port is free and
     * the folders can be opened again.
     */
    public void halt() {
        if (begin()) {
            recovery.close();
            ReplicationServer started = server();
            if (started != null) {
                started.stop(Duration.ZERO);
            }
            shards.forEach(ShardReplica::halt);
            shards.forEach(ShardReplica::join);
            ended.countDown();
        }
        awaitStopped();
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
