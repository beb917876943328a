package dev.danta.node;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.raft.RaftClusterConfig;
import dev.danta.config.state.ClusterState;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears, from what other nodes say in greeting, that they follow a configuration of another generation: one that was recovered
 * after its majority was lost. A group hears of its own changes by itself, but of its successor nobody would tell it. Asks such
 * a node what it knows, and has this node's configuration take it up.
 *
 * <p>One thread of its own; {@link #hear} and {@link #forget} may be called by any and never block.
 */
final class Hearsay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Hearsay.class);
    private static final long LOOK_MILLIS = 500;
    private static final Duration ASK_MAX = Duration.ofSeconds(3);

    private final NodeSettings settings;
    private final RaftClusterConfig config;
    private final Consumer<Node.Failure> onFailure;
    private final Map<ReplicaId, Topology> told = new ConcurrentSkipListMap<>();
    private final Map<ReplicaId, Judged> judged = new TreeMap<>();
    private final ScheduledExecutorService thread;

    /** Which generations were compared. */
    private record Judged(long theirs, long ours) {}

    /** @param onFailure called on this thread, as its last act, if it ends by a bug; must not wait for it */
    Hearsay(NodeSettings settings, RaftClusterConfig config, Consumer<Node.Failure> onFailure) {
        this.settings = settings;
        this.config = config;
        this.onFailure = onFailure;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread one = new Thread(task, "danta-" + settings.node().id().number() + "-hearsay");
            one.setDaemon(true);
            return one;
        });
        Future<?> unused = thread.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A node that can be reached says this of its configuration. */
    void hear(ReplicaId node, Topology topology) {
        told.put(node, topology);
    }

    /** A node cannot be reached any more. */
    void forget(ReplicaId node) {
        told.remove(node);
    }

    private void look() {
        try {
            told.forEach(this::look);
        } catch (RuntimeException bug) {
            LOG.error("this node stops: a bug in hearing of recovered configurations", bug);
            thread.shutdown();
            onFailure.accept(new Node.Failure(
                    "a bug stopped hearing of recovered configurations: " + bug.getMessage(), Node.Failure.BUG));
        }
    }

    private void look(ReplicaId node, Topology topology) {
        ClusterState known = config.known();
        Judged now = new Judged(ClusterState.generationOf(topology.version()), known.generation());
        if (topology.identity() != known.id() || now.equals(judged.get(node))) {
            return;
        }
        boolean isSameOrEarlier = now.theirs() == now.ours() || known.before().containsKey(now.theirs());
        Optional<ClusterState> theirs = isSameOrEarlier ? Optional.of(known) : ask(node, topology);
        theirs.ifPresent(state -> {
            config.hear(node, state);
            judged.put(node, now);
        });
    }

    /** What a node knows; nothing if it does not say, and then it is asked again. */
    private Optional<ClusterState> ask(ReplicaId node, Topology topology) {
        Optional<HostAndPort> place = topology.nodes().stream()
                .filter(member -> member.node().equals(node))
                .map(member -> settings.wayTo(member.address()))
                .findFirst();
        if (place.isEmpty()) {
            return Optional.empty();
        }
        try {
            AdminReply reply =
                    AdminClient.ask(place.get(), topology.cluster(), new AdminRequest.Configuration(), ASK_MAX);
            if (reply instanceof AdminReply.Known known && known.state().size() > 0) {
                return Optional.of(ConfigCodec.decodeState(known.state().toArray()));
            }
            LOG.debug("{} does not tell its configuration: {}", node, reply);
        } catch (AdminUnreachableException | MalformedConfigException silent) {
            LOG.debug("{} was asked for its configuration: {}", node, silent.getMessage());
        }
        return Optional.empty();
    }

    /** Hears nothing more. Does not wait for a question that is under way: what comes of it harms nobody. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
