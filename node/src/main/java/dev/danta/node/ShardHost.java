package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.PutEpoch;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFacts;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens, admits, closes and deletes the stores of this node's replicas, as the configuration has it (protocol.md 9). One
 * thread of its own; every step is decided by a configuration that is not older than the one with which this start of the
 * node was answered.
 *
 * <p>Invariants: no replica runs before the configuration has answered this start of its disk, and its epoch is on the disk
 * then; a store is deleted only when the configuration says that nobody needs it.
 */
final class ShardHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardHost.class);
    private static final Duration ASK_AT_MOST = Duration.ofSeconds(10);
    private static final long AGAIN_MILLIS = 300;

    private final Home home;
    private final ReplicaId self;
    private final Consumer<Node.Failure> onFailure;
    private final ScheduledThreadPoolExecutor thread;
    private final Map<ShardId, Place> places = new TreeMap<>();
    private final Set<ShardId> keptAhead = new TreeSet<>();
    private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
    private ClusterState newest = ClusterState.NONE;
    private boolean isAdmitted;
    private final AtomicInteger recovered = new AtomicInteger();
    private volatile boolean closing;

    /** Makes a replica of a store that was admitted. */
    interface Births {
        ShardReplica replica(ShardId shard, LmdbReplicaStore store);
    }

    /** Where replicas live, and who knows of them. */
    record Home(NodeSettings settings, NodeFolder folder, ClusterConfig config, HostedShards hosted, Births births) {}

    /** One shard here: a store that asks whether it may start, and then the replica on it. */
    private static final class Place {
        private final LmdbReplicaStore store;
        private @Nullable ShardReplica replica;
        private boolean isAsking;

        Place(LmdbReplicaStore store) {
            this.store = store;
        }
    }

    /** @param onFailure called on this host's thread if the node cannot go on; must not wait for it */
    ShardHost(Home home, Consumer<Node.Failure> onFailure) {
        this.home = home;
        this.self = home.settings().node().id();
        this.onFailure = onFailure;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread one = new Thread(task, "danta-" + self.number() + "-host");
            one.setDaemon(true);
            return one;
        });
        this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Asks whether this start of the node may go on, until there is an answer; replicas come after it. */
    void begin() {
        run(this::askToStart);
    }

    private void askToStart() {
        CompletableFuture<?> unused = home.config()
                .ask(new ClusterRequest.StartNode(self, home.folder().facts().identity()), ASK_AT_MOST)
                .whenComplete((answer, unavailable) -> run(() -> {
                    if (answer == null) {
                        LOG.debug(
                                "node {} waits for the configuration: {}", self.number(), String.valueOf(unavailable));
                        later(this::askToStart);
                    } else {
                        onStartAnswered(answer);
                    }
                }));
    }

    private void onStartAnswered(ClusterAnswer answer) {
        if (!answer.done()) {
            throw new StorageException(answer.why());
        }
        ClusterState state = answer.state();
        NodeFacts facts = home.folder().facts();
        if (facts.isInCluster()
                && (facts.clusterId() != state.id() || !facts.cluster().equals(state.cluster()))) {
            throw new StorageException("the data folder " + home.folder().path() + " belongs to another cluster"
                    + (facts.cluster().equals(state.cluster()) ? " that is called " : ": ") + facts.cluster());
        }
        home.folder().keep(facts.in(state.cluster(), state.id()).answered());
        isAdmitted = true;
        hear(state);
        lookAtAll();
    }

    /** There is a newer configuration. */
    void follow(ClusterState state) {
        run(() -> {
            if (state.version() > newest.version()) {
                newest = state;
                if (isAdmitted) {
                    lookAtAll();
                }
            }
        });
    }

    /** Completes when all replicas that should be here first are. */
    CompletableFuture<Boolean> ready() {
        return ready;
    }

    /** Undecided transactions that were found in stores so far. */
    int recovered() {
        return recovered.get();
    }

    private void run(Runnable step) {
        try {
            thread.execute(() -> guarded(step));
        } catch (RejectedExecutionException closed) {
            LOG.debug("the host of replicas is closed");
        }
    }

    private void later(Runnable step) {
        try {
            Future<?> unused = thread.schedule(() -> guarded(step), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("the host of replicas is closed");
        }
    }

    private void guarded(Runnable step) {
        if (closing) {
            return;
        }
        try {
            step.run();
        } catch (StorageException unusable) {
            fail(new Node.Failure(String.valueOf(unusable.getMessage()), Node.Failure.STORAGE));
        } catch (RuntimeException bug) {
            LOG.error("node {} stops: a bug in hosting replicas", self.number(), bug);
            fail(new Node.Failure("a bug stopped the host of replicas: " + bug.getMessage(), Node.Failure.BUG));
        }
    }

    private void fail(Node.Failure why) {
        closing = true;
        ready.completeExceptionally(new StorageException(why.message()));
        onFailure.accept(why);
    }

    private void lookAtAll() {
        if (newest.nodes().containsKey(self)
                && newest.lost().contains(home.folder().facts().incarnation())) {
            throw new StorageException("the folder of node " + self.number()
                    + " was given up as lost, and must not come back: start with an empty one");
        }
        NodeEntry entry = newest.nodes().get(self);
        if (entry != null
                && entry.incarnation() == home.folder().facts().incarnation()
                && entry.starts() > home.folder().facts().starts()) {
            throw new StorageException("node " + self.number() + " was started at " + entry.address()
                    + " meanwhile, on a copy of this folder: only one of them may run");
        }
        newest.shards().keySet().forEach(this::look);
        boolean isWhole = newest.isCreated()
                && newest.shards().keySet().stream().allMatch(shard -> isSettled(shard, entry(shard)));
        if (isWhole && !ready.isDone()) {
            ready.complete(true);
        }
    }

    private boolean isSettled(ShardId shard, ShardEntry entry) {
        Place place = places.get(shard);
        return !entry.concerns(self) || (place != null && place.replica != null);
    }

    private ShardEntry entry(ShardId shard) {
        ShardEntry entry = newest.shards().get(shard);
        if (entry == null) {
            throw new IllegalStateException("the configuration has no " + shard);
        }
        return entry;
    }

    /** One step for one shard; what it asks looks again when it is answered. */
    private void look(ShardId shard) {
        ShardEntry entry = entry(shard);
        Place place = places.get(shard);
        if (!entry.concerns(self)) {
            dropIfOlder(shard, entry);
            return;
        }
        if (place == null) {
            place = open(shard, entry);
        }
        requireSameEpoch(shard, known(shard, place), entry.config().active());
        if (place.isAsking) {
            return;
        }
        if (entry.isSpent(self, place.store.incarnation()) && isRegistered(entry, place.store.incarnation())) {
            release(shard, place);
        } else if (place.replica == null) {
            register(shard, place);
        }
    }

    private boolean isRegistered(ShardEntry entry, long incarnation) {
        DiskIdentity registered = entry.config().starts().get(self);
        return registered != null && registered.incarnation() == incarnation;
    }

    private Place open(ShardId shard, ShardEntry entry) {
        LmdbReplicaStore store = openStore(shard);
        Place place = new Place(store);
        places.put(shard, place);
        Long member = entry.config().incarnations().get(self);
        if (member != null && member != store.incarnation() && !entry.lost().contains(member)) {
            throw new StorageException("the store of shard " + shard.number() + " in " + store.folder()
                    + " is empty or not its own: cluster " + newest.cluster()
                    + " knows another one. If it is lost, run: danta cluster replace " + self.number());
        }
        return place;
    }

    /** Asks whether the replica may start on its disk, until there is an answer. */
    private void register(ShardId shard, Place place) {
        ConfigRequest.Register request = new ConfigRequest.Register(self, place.store.disk());
        long folder = home.folder().facts().incarnation();
        ask(shard, place, new ClusterRequest.OfShard(shard, request, folder), answer -> {
            if (place.replica == null) {
                registered(shard, place, request.disk(), answer);
            }
        });
    }

    private void ask(ShardId shard, Place place, ClusterRequest request, Consumer<ClusterAnswer> then) {
        place.isAsking = true;
        CompletableFuture<?> unused = home.config()
                .ask(request, ASK_AT_MOST)
                .whenComplete((answer, unavailable) -> run(() -> {
                    place.isAsking = false;
                    if (places.get(shard) != place) {
                        return;
                    }
                    if (answer == null) {
                        LOG.debug(
                                "node {} waits for the configuration: {}", self.number(), String.valueOf(unavailable));
                        later(() -> look(shard));
                        return;
                    }
                    hear(answer.state());
                    then.accept(answer);
                    lookAtAll();
                }));
    }

    private void hear(ClusterState state) {
        if (state.version() > newest.version()) {
            newest = state;
        }
    }

    /** Serves under the old identity, or waits to be made a member; the epoch is on the disk first. */
    private void registered(ShardId shard, Place place, DiskIdentity disk, ClusterAnswer answer) {
        ShardEntry entry = entry(shard);
        ShardConfig config = entry.config();
        DiskIdentity seen = config.starts().get(self);
        if (!answer.done()) {
            if (seen == null
                    || seen.incarnation() != disk.incarnation()
                    || entry.lost().contains(disk.incarnation())) {
                // Nobody wants this store any more; whether another one is wanted is seen next.
                LOG.info("node {} drops its store of shard {}: {}", self.number(), shard.number(), answer.why());
                dropIfOlder(shard, entry);
                // One that is kept asks no more until the next start.
                place.isAsking = places.get(shard) == place;
                return;
            }
            if (disk.isBehind(seen)) {
                throw new StorageException("the store of shard " + shard.number() + " in " + place.store.folder()
                        + " is an older copy. If its disk is lost, run: danta cluster replace " + self.number());
            }
        }
        place.store.onStartAnswered();
        if (place.store.epoch() == null) {
            place.store.apply(new PutEpoch(EpochRules.PROTOCOL.onNewDisk(self, answer.done(), config.active())));
            place.store.commit();
        }
        ShardReplica replica = home.births().replica(shard, place.store);
        place.replica = replica;
        recovered.addAndGet(replica.start());
        home.hosted().put(shard.number(), replica);
        LOG.info("node {} has a replica of shard {}: {}", self.number(), shard.number(), replica.epoch());
    }

    /** Nobody needs the store any more, and when the configuration has that it is deleted. */
    private void release(ShardId shard, Place place) {
        long incarnation = place.store.incarnation();
        ask(shard, place, new ClusterRequest.Release(shard, self, incarnation), answer -> {
            boolean isGone = !isRegistered(entry(shard), incarnation);
            if (answer.done() && isGone) {
                drop(shard, place);
            } else if (!answer.done()) {
                LOG.debug("node {} keeps its store of shard {}: {}", self.number(), shard.number(), answer.why());
            }
        });
    }

    /**
     * Nobody needs the store, says a configuration that may know less than the store does: one that was recovered from a node
     * that had not heard of everything. What belongs to a later epoch is not deleted for its sake.
     */
    private void dropIfOlder(ShardId shard, ShardEntry entry) {
        Place place = places.get(shard);
        if (place == null && !home.folder().hasShard(shard.number())) {
            return;
        }
        if (place != null && place.replica != null && place.replica.epoch() == null) {
            later(() -> look(shard));
            return;
        }
        EpochState known = known(shard, place);
        if (known == null || !isAhead(known, entry.config().active())) {
            drop(shard, place);
        } else if (keptAhead.add(shard)) {
            LOG.warn(
                    "node {} keeps its store of shard {}, which the configuration has nothing of: it is in epoch {} already",
                    self.number(),
                    shard.number(),
                    known.membership().epoch().number());
        }
    }

    private @Nullable EpochState known(ShardId shard, @Nullable Place place) {
        if (place != null) {
            return place.replica == null ? place.store.epoch() : place.replica.epoch();
        }
        try (LmdbReplicaStore store = openStore(shard)) {
            return store.epoch();
        }
    }

    private static boolean isAhead(EpochState known, Membership active) {
        int order = known.membership().epoch().compareTo(active.epoch());
        // What it was given for a later epoch may be all that is left of what only the members before it had.
        boolean isToBeAhead =
                known.pending() != null && known.pending().next().epoch().compareTo(active.epoch()) > 0;
        return order > 0 || isToBeAhead || (order == 0 && counts(known));
    }

    private static boolean counts(EpochState known) {
        return known.standing() == EpochState.Standing.MEMBER || known.standing() == EpochState.Standing.SEALED;
    }

    /**
     * Where configurations were recovered separately the same epoch may have been made twice, with other members: what a
     * replica was told in the one does not count in the other.
     */
    private void requireSameEpoch(ShardId shard, @Nullable EpochState known, Membership active) {
        if (known != null
                && counts(known)
                && known.membership().epoch().equals(active.epoch())
                && !known.membership().equals(active)) {
            throw new StorageException("the store of shard " + shard.number() + " on node " + self.number()
                    + " is one of another configuration's epoch "
                    + active.epoch().number() + ", with members "
                    + known.membership().members() + " instead of " + active.members()
                    + ". If it is lost, run: danta cluster replace " + self.number());
        }
    }

    private LmdbReplicaStore openStore(ShardId shard) {
        return LmdbReplicaStore.open(
                home.folder().shard(shard.number()),
                new ReplicaIdentity(newest.cluster(), shard, self),
                home.settings().storage().map());
    }

    private void drop(ShardId shard, @Nullable Place place) {
        if (place != null) {
            places.remove(shard);
            home.hosted().put(shard.number(), null);
            close(place);
        }
        if (home.folder().hasShard(shard.number())) {
            home.folder().deleteShard(shard.number());
            LOG.info("node {} has no replica of shard {} any more", self.number(), shard.number());
        }
    }

    private static void close(Place place) {
        ShardReplica replica = place.replica;
        if (replica == null) {
            place.store.close();
        } else {
            replica.finish();
            replica.join();
        }
    }

    /** Opens and deletes nothing more, and closes stores whose replicas do not run yet. */
    @Override
    public void close() {
        closing = true;
        // No interrupt: it would close files in the middle of what is done with them.
        thread.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (Place place : places.values()) {
            if (place.replica == null) {
                place.store.close();
            }
        }
        ready.completeExceptionally(new StorageException("the node is stopping"));
    }
}
