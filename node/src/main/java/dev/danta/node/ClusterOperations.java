package dev.danta.node;

import dev.danta.config.ClusterConfig;
import dev.danta.config.raft.GroupStanding;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What an operator does to a cluster, from within the process of one of its nodes. Blocks; may be used by any thread. What is
 * refused, or not answered in time, is an {@link IllegalStateException} with one sentence.
 */
public final class ClusterOperations {
    private static final int VOTERS_MAX = 5;
    private static final long LOOK_EVERY_MILLIS = 20;

    private final ClusterConfig config;
    private final Supplier<GroupStanding> group;
    private final Duration patience;

    ClusterOperations(ClusterConfig config, Supplier<GroupStanding> group, Duration patience) {
        this.config = config;
        this.group = group;
        this.patience = patience;
    }

    /** The replica of a shard goes from one node to another. */
    public void move(int shard, int from, int to) {
        ask(new ClusterRequest.MoveReplica(
                new ShardId(shard), entry(shard).config().active().epoch(), new ReplicaId(from), new ReplicaId(to)));
    }

    /** The disk of a node is lost: the next empty one under its number takes its place. */
    public void replace(int node) {
        ask(new ClusterRequest.ReplaceNode(new ReplicaId(node), entryOf(node).incarnation()));
    }

    /** A node gives its replicas away, and is then forgotten. */
    public void remove(int node) {
        ask(new ClusterRequest.LeaveNode(new ReplicaId(node), entryOf(node).incarnation(), false));
    }

    /** The nodes that have a replica of a shard. */
    public List<Integer> members(int shard) {
        return entry(shard).config().active().members().stream()
                .map(ReplicaId::number)
                .toList();
    }

    /**
     * Waits until there are this many nodes, every shard has the members that are wanted, all of which serve, and as many
     * nodes keep the configuration as may: before that the loss of one can stop all changes.
     */
    public void awaitSettled(int nodes) {
        await(
                state -> state.nodes().size() == nodes
                        && state.shards().values().stream().noneMatch(ShardEntry::isChanging),
                nodes + " nodes and no change under way");
        awaitVoters(Math.min(VOTERS_MAX, nodes - 1 + nodes % 2));
    }

    private void awaitVoters(int wanted) {
        long begun = System.nanoTime();
        while (group.get().voters().size() < wanted) {
            if (System.nanoTime() - begun > patience.toNanos()) {
                throw new IllegalStateException("waited " + patience.toSeconds() + " s in vain for " + wanted
                        + " nodes to keep the configuration: " + group.get());
            }
            CompletableFuture.runAsync(
                            () -> {}, CompletableFuture.delayedExecutor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS))
                    .join();
        }
    }

    private void await(Predicate<ClusterState> wanted, String what) {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        ClusterConfig.Subscription told = config.listen(state -> {
            if (wanted.test(state)) {
                found.complete(true);
            }
        });
        try {
            found.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException late) {
            throw new IllegalStateException(
                    "waited " + patience.toSeconds() + " s in vain for " + what + ": " + config.known(), late);
        } finally {
            told.close();
        }
    }

    private ShardEntry entry(int shard) {
        ShardEntry entry = config.known().shards().get(new ShardId(shard));
        if (entry == null) {
            throw new IllegalStateException("there is no shard " + shard);
        }
        return entry;
    }

    private NodeEntry entryOf(int node) {
        NodeEntry entry = config.known().nodes().get(new ReplicaId(node));
        if (entry == null) {
            throw new IllegalStateException("there is no node " + node);
        }
        return entry;
    }

    private void ask(ClusterRequest request) {
        ClusterAnswer answer;
        try {
            answer = config.ask(request, patience).join();
        } catch (CompletionException unavailable) {
            throw new IllegalStateException(String.valueOf(unavailable.getMessage()), unavailable);
        }
        if (!answer.done()) {
            throw new IllegalStateException(answer.why());
        }
    }
}
