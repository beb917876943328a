package dev.danta.config.raft;

import dev.danta.config.ClusterConfig;
import dev.danta.config.ConfigUnavailableException;
import dev.danta.config.News;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ReplicaId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration as a Raft group in the nodes keeps it. Every node opens one, on a folder of its own; whether it votes is
 * not its concern, but the leader's. A node that has to know whether it may go on at all asks {@link #lastKnown} and the
 * other nodes before it opens this: a server that is open may vote.
 */
public final class RaftClusterConfig implements ClusterConfig, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftClusterConfig.class);
    private static final Duration BEGINNING_MAX = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 50;
    private static final int ASKING_THREADS = 8;
    private static final int ASKING_WAITING_MAX = 1_000;

    private final News news;
    private final ConfigKeeper keeper;
    private final ExecutorService asking;
    /** Nodes that follow a configuration which this one can never become, and the generation of that. */
    private final ConcurrentSkipListMap<ReplicaId, Long> rivals = new ConcurrentSkipListMap<>();

    private RaftClusterConfig(News news, ConfigKeeper keeper) {
        this.news = news;
        this.keeper = keeper;
        this.asking = new ThreadPoolExecutor(
                ASKING_THREADS,
                ASKING_THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(ASKING_WAITING_MAX),
                runnable -> {
                    Thread thread = new Thread(runnable, "danta-config-ask");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** What a node last knew, or {@link ClusterState#NONE}; opens nothing. */
    public static ClusterState lastKnown(Path folder) throws IOException {
        return new KnownFile(folder).read();
    }

    /** Whether the next {@link #open} begins a group, which {@link #prepare} or {@link #recover} has asked for. */
    public static boolean isToBegin(Path folder) throws IOException {
        return new BeginFile(folder).read().isPresent();
    }

    /**
     * The next {@link #open} on this folder begins a cluster; it may be tried as often as it takes.
     *
     * @throws IOException with a sentence, if this folder is one of a cluster already
     */
    public static void prepare(Path folder, ClusterRequest.Create create) throws IOException {
        ClusterState known = lastKnown(folder);
        if (known.isCreated()) {
            throw new IOException("the folder " + folder + " is one of cluster " + known.cluster() + " already");
        }
        new BeginFile(folder).write(create);
    }

    /**
     * The way out when a majority of the voters is gone for good. The next {@link #open} on this folder begins another
     * generation of the group, with this node as the only voter and with what it last knew; whatever was agreed after that is
     * given up. No process may have the folder open. The other nodes that are left follow when they hear of it.
     *
     * @return what is given back
     * @throws IOException with a sentence, if nothing is known here
     */
    public static ClusterState recover(Path folder, ConfigSelf self) throws IOException {
        ClusterState known = lastKnown(folder);
        if (!known.isCreated()) {
            throw new IOException("nothing is known of a cluster in " + folder + ": there is nothing to recover from");
        }
        if (!known.nodes().containsKey(self.node())) {
            throw new IOException("node " + self.node().number() + " is not in cluster " + known.cluster()
                    + " as this folder knows it: recover from a node that is");
        }
        ClusterState recovered = known.recovered(self.node());
        new BeginFile(folder).write(new ClusterRequest.Restore(recovered));
        return recovered;
    }

    /**
     * Gives up what this folder knows for what another node knows: the way out where two nodes were recovered separately. No
     * process may have the folder open.
     *
     * @param chosen what is followed from the next {@link #open} on
     * @throws IOException with a sentence, if that is another cluster's
     */
    public static void giveUpFor(Path folder, ClusterState chosen) throws IOException {
        requireSameCluster(folder, lastKnown(folder), chosen);
        // In this order: a process that dies in between has given up nothing, or all.
        new KnownFile(folder).write(chosen);
        new BeginFile(folder).delete();
    }

    /**
     * Opens a node's part. It may take as long as an election if this node begins the group; else it does not wait for others.
     *
     * @param folder the configuration's own, for one process at a time
     * @param heard what other nodes know, or {@link ClusterState#NONE}
     * @throws IOException with a sentence, if the folder or the address cannot be used, or nothing is known of a cluster
     */
    public static RaftClusterConfig open(Path folder, ConfigSelf self, ClusterState heard, RaftSettings settings)
            throws IOException {
        return open(folder, self, heard, settings, (state, request) -> state.take(request, EpochRules.PROTOCOL));
    }

    static RaftClusterConfig open(
            Path folder,
            ConfigSelf self,
            ClusterState heard,
            RaftSettings settings,
            ConfigStateMachine.Applying applying)
            throws IOException {
        RatisLog.tame();
        Files.createDirectories(folder);
        ClusterState kept = lastKnown(folder);
        requireSameCluster(folder, kept, heard);
        if (kept.isCreated() && heard.isCreated() && !kept.isOfOneLine(heard)) {
            throw new IOException("the folder " + folder + " has the configuration that " + origin(kept.generation())
                    + ", and the nodes that were asked follow the one that " + origin(heard.generation())
                    + ": to follow it, too, danta cluster recover --data DIR --follow HOST:PORT");
        }
        ClusterState known = heard.version() > kept.version() ? heard : kept;
        if (kept.isCreated() && known.givenUp(kept) > 0) {
            sayGivenUp(kept, known);
        }
        News news = new News(known, "danta-config-news-" + self.node().number());
        BeginFile beginFile = new BeginFile(folder);
        Optional<ClusterRequest> begin = beginFile.read();
        if (begin.isPresent() && !isToBegin(begin.get(), known)) {
            sayNotBegun(begin.get(), known, self);
            begin = Optional.empty();
        }
        begin = begin.map(request -> withAllThatIsKnown(request, known, self));
        ConfigKeeper keeper = new ConfigKeeper(folder, self, settings, news, applying);
        RaftClusterConfig opened = new RaftClusterConfig(news, keeper);
        try {
            if (begin.isPresent()) {
                keeper.begin(begin.get());
                opened.take(begin.get());
            } else if (known.isCreated()) {
                keeper.join();
            } else {
                throw new IOException("nothing is known of a cluster in " + folder);
            }
            beginFile.delete();
            keeper.start();
            return opened;
        } catch (IOException | RuntimeException failed) {
            opened.close();
            throw failed;
        }
    }

    private static void requireSameCluster(Path folder, ClusterState known, ClusterState heard) throws IOException {
        if (!heard.isCreated() || !known.isCreated()) {
            return;
        }
        if (known.id() != heard.id() || !known.cluster().equals(heard.cluster())) {
            throw new IOException("the folder " + folder + " is one of cluster " + known.cluster() + " ("
                    + Long.toHexString(known.id()) + "), and the nodes that were asked are of cluster "
                    + heard.cluster() + " (" + Long.toHexString(heard.id()) + ")");
        }
    }

    private static void sayNotBegun(ClusterRequest begin, ClusterState known, ConfigSelf self) {
        if (begin instanceof ClusterRequest.Restore restore && restore.state().generation() != known.generation()) {
            LOG.warn(
                    "node {} does not begin the configuration again, because that was done from node {} meanwhile: it"
                            + " follows that",
                    self.node().number(),
                    ClusterState.recoveredFrom(known.generation()));
        }
    }

    private static void sayGivenUp(ClusterState had, ClusterState now) {
        LOG.warn(
                "the configuration was recovered from node {}, which had not heard of {} changes that are known here: they"
                        + " are given up",
                ClusterState.recoveredFrom(now.generation()),
                now.givenUp(had));
    }

    /**
     * Whether this has not been begun yet: by this node, or by another one that goes on with what was to be gone on with
     * here. Two such would be two configurations of one cluster.
     */
    private static boolean isToBegin(ClusterRequest begin, ClusterState known) {
        return !known.isCreated()
                || (begin instanceof ClusterRequest.Restore restore
                        && restore.state().before().containsKey(known.generation()));
    }

    /** Another survivor may have heard more than the one that is recovered: then that is what goes on. */
    private static ClusterRequest withAllThatIsKnown(ClusterRequest begin, ClusterState known, ConfigSelf self) {
        return begin instanceof ClusterRequest.Restore && known.nodes().containsKey(self.node())
                ? new ClusterRequest.Restore(known.recovered(self.node()))
                : begin;
    }

    private void take(ClusterRequest begin) throws IOException {
        ClusterAnswer answer;
        try {
            answer = ask(begin, BEGINNING_MAX).join();
        } catch (CompletionException failed) {
            throw new IOException("the cluster could not be begun: " + failed.getMessage(), failed);
        }
        if (!answer.done()) {
            throw new IOException("the cluster could not be begun: " + answer.why());
        }
        keeper.keep();
    }

    @Override
    public ClusterState known() {
        return news.newest();
    }

    /**
     * Another node knows this. If it is newer, and of the same cluster, it is known here, too, and the group that keeps it is
     * the one that is asked from then on. If the two were recovered separately neither may win silently: each node stays with
     * what it has, no change of members is made or asked for from here, and {@link #trouble} says so, until that node is heard
     * to have given in, or this one is opened again.
     */
    public synchronized void hear(ReplicaId from, ClusterState state) {
        ClusterState known = known();
        if (state.id() != known.id() || !state.cluster().equals(known.cluster())) {
            return;
        }
        if (!known.isOfOneLine(state)) {
            rivals.put(from, state.generation());
            LOG.error("{}", trouble().orElse(""));
            return;
        }
        rivals.remove(from);
        if (state.generation() > known.generation()) {
            LOG.warn(
                    "the configuration was recovered from node {}: node {} follows it",
                    ClusterState.recoveredFrom(state.generation()),
                    keeper.self().node().number());
            if (state.givenUp(known) > 0) {
                sayGivenUp(known, state);
            }
            rivals.clear();
        }
        news.hear(state);
    }

    /** What an operator has to decide before changes go on: a sentence; empty if nothing is the matter. */
    public Optional<String> trouble() {
        Map.Entry<ReplicaId, Long> rival = rivals.firstEntry();
        if (rival == null) {
            return Optional.empty();
        }
        ClusterState known = known();
        return Optional.of("cluster " + known.cluster() + " has two configurations: this node follows the one that "
                + origin(known.generation()) + ", node " + rival.getKey().number() + " follows the one that "
                + origin(rival.getValue()) + ". No members are changed until one of them is given up: stop the nodes"
                + " that follow it, and for each: danta cluster recover --data DIR --follow HOST:PORT, which is the"
                + " address of a node that follows the other");
    }

    private static String origin(long generation) {
        return generation == 0
                ? "was there first"
                : "was recovered from node " + ClusterState.recoveredFrom(generation);
    }

    /** Whether a request is harmless even if there are two configurations that do not know of each other's answers. */
    private static boolean isHarmless(ClusterRequest request) {
        return request instanceof ClusterRequest.Read
                || request instanceof ClusterRequest.StartNode
                || request instanceof ClusterRequest.SetAddress
                || request instanceof ClusterRequest.Drain
                || (request instanceof ClusterRequest.OfShard of && of.request() instanceof ConfigRequest.Register);
    }

    @Override
    public CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline) {
        Optional<String> trouble = isHarmless(request) ? Optional.empty() : trouble();
        if (trouble.isPresent()) {
            return CompletableFuture.completedFuture(new ClusterAnswer(request, known(), false, trouble.get()));
        }
        long deadlineNanos = System.nanoTime() + deadline.toNanos();
        CompletableFuture<ClusterAnswer> answer = new CompletableFuture<>();
        try {
            asking.execute(() -> ask(request, deadlineNanos, answer));
        } catch (RejectedExecutionException full) {
            answer.completeExceptionally(new ConfigUnavailableException(
                    asking.isShutdown()
                            ? "the configuration is closed here"
                            : ASKING_WAITING_MAX + " requests wait for the configuration already",
                    full));
        }
        return answer.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failed -> CompletableFuture.failedFuture(
                        failed instanceof TimeoutException ? unavailable("no answer came", failed) : failed));
    }

    private void ask(ClusterRequest request, long deadlineNanos, CompletableFuture<ClusterAnswer> answer) {
        while (!answer.isDone()) {
            try {
                ClusterAnswer came = keeper.client().ask(request, deadlineNanos);
                news.hear(came.state());
                answer.complete(came);
            } catch (InterruptedIOException stopped) {
                answer.completeExceptionally(unavailable("it is being closed here", stopped));
            } catch (IOException failed) {
                // Before its deadline a client only gives up when it is replaced by another one.
                if (System.nanoTime() - deadlineNanos >= 0 || asking.isShutdown() || !isPaused()) {
                    answer.completeExceptionally(unavailable(failed.getMessage(), failed));
                }
            }
        }
    }

    /** Whether a pause was not cut short by the end of this. */
    private static boolean isPaused() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ConfigUnavailableException unavailable(@Nullable String last, Throwable cause) {
        return new ConfigUnavailableException(
                "the configuration cannot be reached: a majority of its voters is away, or has no leader yet; asked "
                        + keeper.places() + "; last: " + last,
                cause);
    }

    @Override
    public Subscription listen(Consumer<ClusterState> listener) {
        return news.listen(listener);
    }

    @Override
    public boolean isLeader() {
        return rivals.isEmpty() && keeper.isLeader();
    }

    /** How the group stands, for an operator. */
    public GroupStanding standing() {
        return keeper.standing();
    }

    /** The names of those that vote, as this node's server has it. */
    List<String> voterNames() {
        return keeper.voterNames();
    }

    /** Whether this node's server runs; it does not while it is opened again. */
    boolean isOpen() {
        return keeper.isOpen();
    }

    @Override
    public void close() {
        asking.shutdownNow();
        keeper.close();
        news.close();
    }
}
