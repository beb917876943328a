package dev.danta.config;

import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ReplicaId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A configuration of one process, for tests: all nodes share the object, and nothing outlives it. It has a thread, which tells
 * listeners.
 */
public final class MemoryClusterConfig implements AutoCloseable {
    private final Object lock = new Object();
    private final EpochRules rules;
    private final List<Waiting> waiting = new ArrayList<>();
    private final News news;
    private ClusterState state;
    private volatile int leader;
    private boolean isOut;

    /** One that begins with what is agreed already, or with {@link ClusterState#NONE}. The node with the least number leads. */
    public MemoryClusterConfig(ClusterState first) {
        this(first, EpochRules.PROTOCOL);
    }

    public MemoryClusterConfig(ClusterState first, EpochRules rules) {
        this.state = first;
        this.news = new News(first, "danta-config-news");
        this.rules = rules;
        this.leader = first.nodes().isEmpty() ? 1 : first.nodes().firstKey().number();
    }

    /** As this node sees it. */
    public ClusterConfig of(ReplicaId node) {
        return new View(node);
    }

    /** From now on this node looks after changes. */
    public void lead(ReplicaId node) {
        leader = node.number();
    }

    /** Out of reach: requests wait until {@link #comeBack}, or until their deadline. */
    public void goOut() {
        synchronized (lock) {
            isOut = true;
        }
    }

    public void comeBack() {
        List<Waiting> answered;
        synchronized (lock) {
            isOut = false;
            answered = List.copyOf(waiting);
            waiting.clear();
        }
        answered.stream().filter(one -> !one.answer.isDone()).forEach(one -> one.answer.complete(take(one.request)));
    }

    private record Waiting(ClusterRequest request, CompletableFuture<ClusterAnswer> answer) {}

    private CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline) {
        synchronized (lock) {
            if (isOut) {
                CompletableFuture<ClusterAnswer> answer = new CompletableFuture<>();
                waiting.add(new Waiting(request, answer));
                CompletableFuture.delayedExecutor(deadline.toNanos(), TimeUnit.NANOSECONDS)
                        .execute(() -> answer.completeExceptionally(new ConfigUnavailableException(
                                "the configuration has not answered for " + deadline.toMillis() + " ms")));
                return answer;
            }
        }
        return CompletableFuture.completedFuture(take(request));
    }

    private ClusterAnswer take(ClusterRequest request) {
        synchronized (lock) {
            ClusterAnswer answer = state.take(request, rules);
            state = answer.state();
            news.hear(state);
            return answer;
        }
    }

    @Override
    public void close() {
        news.close();
    }

    private final class View implements ClusterConfig {
        private final ReplicaId node;

        View(ReplicaId node) {
            this.node = Objects.requireNonNull(node);
        }

        @Override
        public ClusterState known() {
            return news.newest();
        }

        @Override
        public CompletableFuture<ClusterAnswer> ask(ClusterRequest request, Duration deadline) {
            return MemoryClusterConfig.this.ask(request, deadline);
        }

        @Override
        public Subscription listen(Consumer<ClusterState> listener) {
            return news.listen(listener);
        }

        @Override
        public boolean isLeader() {
            return leader == node.number();
        }
    }
}
