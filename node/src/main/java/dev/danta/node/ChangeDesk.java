package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.config.state.Steward;
import dev.danta.ir.epoch.EpochChange;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On the node that looks after changes: has drivers bring about what the {@link Steward} says, one after the other for each
 * shard, a few shards at a time, and again after a while where one has failed. It keeps nothing: wherever it is started next,
 * it goes on from what the configuration says. Two of them at once are only slower.
 */
final class ChangeDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeDesk.class);
    private static final long LOOK_MILLIS = 250;
    private static final Duration ASK_AT_MOST = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    private final ReplicaId self;
    private final ClusterConfig config;
    private final Settings settings;
    private final NodeSettings node;
    private final Predicate<ReplicaId> isUp;
    private final Consumer<Node.Failure> onFailure;
    private final Thread thread;
    private final Map<ShardId, Work> works = new TreeMap<>();
    private boolean isNews;
    private volatile boolean closing;
    private volatile List<Running> running = List.of();

    /**
     * What an operator may choose.
     *
     * @param changesMax shards that change at a time; high is done sooner, low leaves more for operations
     * @param idleMax after how long a driver that does not come on is replaced by another; low gets over a lost node sooner,
     *     high tolerates pauses
     */
    record Settings(int changesMax, Duration idleMax) {
        static final Settings DEFAULT = new Settings(2, Duration.ofSeconds(10));
    }

    /**
     * A change that is being driven from here.
     *
     * @param from the epoch that ends or, where one is finished only, the active one
     * @param next the members that are to be, or are
     * @param tries how many drivers before this one have failed
     * @param trouble why the last of them did; empty if none has
     */
    record Running(
            ShardId shard,
            Epoch from,
            List<ReplicaId> next,
            EpochChange.Progress progress,
            long nanos,
            int tries,
            String trouble) {}

    /** What is known of one shard's changes in this process. */
    private static final class Work {
        private @Nullable ChangeRun run;
        /** Whether nobody is left to hand something over when the run has ended well. */
        private boolean isLast;

        private int tries;
        private long notBeforeNanos = System.nanoTime();
        private String trouble = "";
    }

    /**
     * @param isUp whether a node seems to be there
     * @param onFailure called on this thread, or a driver's, as its last act, if it ends by a bug; must not wait for it
     */
    ChangeDesk(
            NodeSettings node,
            ClusterConfig config,
            Settings settings,
            Predicate<ReplicaId> isUp,
            Consumer<Node.Failure> onFailure) {
        this.node = node;
        this.self = node.node().id();
        this.config = config;
        this.settings = settings;
        this.isUp = isUp;
        this.onFailure = onFailure;
        this.thread = new Thread(this::work, "danta-" + self.number() + "-changes");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What is being driven now, by shard; for any thread. */
    List<Running> running() {
        return running;
    }

    /** Something may have changed. Never blocks. */
    synchronized void wake() {
        isNews = true;
        notifyAll();
    }

    private synchronized void rest() throws InterruptedException {
        if (!isNews) {
            TimeUnit.MILLISECONDS.timedWait(this, LOOK_MILLIS);
        }
        isNews = false;
    }

    private void work() {
        try {
            while (!closing) {
                if (config.isLeader() && config.known().isCreated()) {
                    lookAfter();
                } else {
                    giveUpAll();
                }
                running = told();
                rest();
            }
        } catch (InterruptedException closed) {
            LOG.debug("nobody looks after changes here any more");
        } catch (RuntimeException bug) {
            LOG.error("node {} stops: a bug in looking after changes", self.number(), bug);
            onFailure.accept(new Node.Failure("a bug stopped changes: " + bug.getMessage(), Node.Failure.BUG));
        } finally {
            works.values().forEach(ChangeDesk::giveUp);
        }
    }

    private void lookAfter() throws InterruptedException {
        for (Map.Entry<ShardId, Work> one : works.entrySet()) {
            lookAfter(one.getKey(), one.getValue());
        }
        ClusterState state = config.known();
        long now = System.nanoTime();
        TreeMap<ShardId, Work> busy = new TreeMap<>(works);
        // Who rests after a failure is left out as if somebody were at it.
        busy.values().removeIf(work -> work.run == null && now - work.notBeforeNanos >= 0);
        long resting = busy.values().stream().filter(work -> work.run == null).count();
        for (Steward.Task task : Steward.tasks(state, busy.keySet(), settings.changesMax() + (int) resting, isUp)) {
            begin(task, state);
        }
    }

    private void lookAfter(ShardId shard, Work work) throws InterruptedException {
        ChangeRun run = work.run;
        if (run == null) {
            return;
        }
        if (run.isOver()) {
            work.run = null;
            EpochChange.Ended ended = run.ended();
            boolean isWell = ended != null && ended.done() && ended.drained();
            if (isWell && (!work.isLast || finish(shard, run.task()))) {
                work.tries = 0;
                work.trouble = "";
                work.notBeforeNanos = System.nanoTime();
            } else {
                failed(shard, work, whyNot(ended, run.progress().phase()));
            }
        } else if (run.idleNanos() > settings.idleMax().toNanos()) {
            LOG.info(
                    "node {} gives up the driver of a change of shard {}: {}",
                    self.number(),
                    shard.number(),
                    run.progress());
            run.close();
        }
    }

    /** Why it has to be begun again. */
    private static String whyNot(EpochChange.@Nullable Ended ended, EpochChange.Phase phase) {
        if (ended == null) {
            return "its driver was given up in " + phase.name().toLowerCase(Locale.ROOT);
        }
        if (!ended.done()) {
            return "it came no further: another attempt went before it, or too few members answer";
        }
        return ended.drained()
                ? "that it is finished could not be agreed yet"
                : "the members lack something yet that only removed ones have";
    }

    private void failed(ShardId shard, Work work, String why) {
        work.tries++;
        work.trouble = why;
        long pause = Math.min(PAUSE_NANOS_MAX, TimeUnit.MILLISECONDS.toNanos(200) << Math.min(work.tries, 6));
        work.notBeforeNanos = System.nanoTime() + pause;
        LOG.info("node {} begins the change of shard {} again soon: {}", self.number(), shard.number(), work.trouble);
    }

    /** All members serve in the epoch, and have what only others had. */
    private boolean finish(ShardId shard, Steward.Task task) throws InterruptedException {
        Epoch epoch = task instanceof Steward.Task.Change change
                ? new Epoch(change.from().number() + 1)
                : ((Steward.Task.Finish) task).epoch();
        ClusterAnswer answer = ask(new ClusterRequest.Finished(shard, epoch));
        if (answer != null && answer.done()) {
            LOG.info(
                    "node {}: all members of shard {} serve in epoch {}",
                    self.number(),
                    shard.number(),
                    epoch.number());
        }
        return answer != null;
    }

    /** Null if there was no answer; it is asked again when it is seen that nothing has changed. */
    private @Nullable ClusterAnswer ask(ClusterRequest request) throws InterruptedException {
        CompletableFuture<ClusterAnswer> asked = config.ask(request, ASK_AT_MOST);
        try {
            return asked.get();
        } catch (ExecutionException unavailable) {
            LOG.debug("changes wait for the configuration", unavailable);
            return null;
        }
    }

    private void begin(Steward.Task task, ClusterState state) throws InterruptedException {
        if (task instanceof Steward.Task.Forget forget) {
            ClusterAnswer answer = ask(new ClusterRequest.ForgetNode(forget.node(), forget.incarnation()));
            if (answer != null && answer.done()) {
                LOG.info("node {} is not in the cluster any more", forget.node().number());
            }
            return;
        }
        ShardId shard = shardOf(task);
        Work work = works.computeIfAbsent(shard, one -> new Work());
        LOG.info("node {} begins: {}", self.number(), task);
        // The driver of a change drains the members that it replaces, and knows nothing of those that left before them.
        work.isLast =
                task instanceof Steward.Task.Finish || leaving(state, shard).isEmpty();
        work.run = new ChangeRun(node, shard, task, config, state, this::wake, onFailure);
    }

    private static List<ReplicaId> leaving(ClusterState state, ShardId shard) {
        ShardEntry entry = state.shards().get(shard);
        return entry == null ? List.of() : entry.leaving();
    }

    private static ShardId shardOf(Steward.Task task) {
        return task instanceof Steward.Task.Change change ? change.shard() : ((Steward.Task.Finish) task).shard();
    }

    private List<Running> told() {
        List<Running> told = new ArrayList<>();
        works.forEach((shard, work) -> {
            ChangeRun run = work.run;
            if (run != null) {
                told.add(running(shard, work, run));
            }
        });
        return List.copyOf(told);
    }

    private Running running(ShardId shard, Work work, ChangeRun run) {
        Steward.Task task = run.task();
        Epoch from = task instanceof Steward.Task.Change change ? change.from() : ((Steward.Task.Finish) task).epoch();
        List<ReplicaId> next = task instanceof Steward.Task.Change change
                ? List.copyOf(change.incarnations().keySet())
                : List.of();
        return new Running(
                shard, from, next, run.progress(), System.nanoTime() - run.beganNanos(), work.tries, work.trouble);
    }

    /** Somebody else looks after changes now. */
    private void giveUpAll() {
        works.values().forEach(ChangeDesk::giveUp);
        works.clear();
    }

    private static void giveUp(Work work) {
        if (work.run != null) {
            work.run.close();
        }
    }

    /** Gives up what is under way here; another node goes on with it. Waits for the end of its threads. */
    @Override
    public void close() {
        closing = true;
        thread.interrupt();
        try {
            thread.join();
            for (Work work : works.values()) {
                if (work.run != null) {
                    work.run.join();
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
