package dev.danta.node;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.raft.ConfigSelf;
import dev.danta.config.raft.RaftClusterConfig;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.NodeFolder;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What can be done when a majority of those that keep the configuration is gone for good: one goes on alone, from what it
 * knows. And if that was done with two nodes separately: one of them follows the other.
 */
public final class LastResort {
    private static final Duration ASK_MAX = Duration.ofSeconds(3);

    private LastResort() {}

    /**
     * What a node's folder knows.
     *
     * @param node whose it is
     * @param known the configuration as it has heard of it last
     */
    public record Survivor(ReplicaId node, ClusterState known) {}

    /**
     * Looks into the folder of a node that does not run.
     *
     * @throws StorageException with one sentence, if it is none, runs, or knows of no cluster with itself in it
     */
    public static Survivor look(Path dataDir) {
        try (NodeFolder folder = NodeFolder.visit(dataDir)) {
            return survivor(folder);
        }
    }

    private static Survivor survivor(NodeFolder folder) {
        ReplicaId node = folder.facts().node();
        ClusterState known;
        try {
            known = RaftClusterConfig.lastKnown(Admission.configFolder(folder));
        } catch (IOException unreadable) {
            throw new StorageException(String.valueOf(unreadable.getMessage()), unreadable);
        }
        if (!known.isCreated()) {
            throw new StorageException(folder.path() + " knows of no cluster: there is nothing to recover from");
        }
        if (!known.nodes().containsKey(node)) {
            throw new StorageException("node " + node.number() + " is not in cluster " + known.cluster() + " as "
                    + folder.path() + " knows it: recover from a node that is");
        }
        return new Survivor(node, known);
    }

    /**
     * Asks the other nodes whether there is anything to be recovered. Waits some seconds for those that do not answer.
     *
     * @return why not, in one sentence; empty if none of them knows a reason
     */
    public static Optional<String> objection(Survivor survivor) {
        List<CompletableFuture<Optional<String>>> objections = new ArrayList<>();
        survivor.known().nodes().forEach((node, entry) -> {
            if (!node.equals(survivor.node())) {
                objections.add(CompletableFuture.supplyAsync(
                        () -> objection(survivor, node, HostAndPort.parse(entry.address()))));
            }
        });
        return objections.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> objection(Survivor survivor, ReplicaId node, HostAndPort place) {
        ClusterState known = survivor.known();
        try {
            Optional<ClusterState> theirs = ask(place, known.cluster());
            if (theirs.isEmpty() || theirs.get().id() != known.id()) {
                return Optional.empty();
            }
            long generation = theirs.get().generation();
            if (generation > known.generation()) {
                return Optional.of("node " + node.number() + " at " + place + " goes on with a configuration that was"
                        + " recovered from node " + ClusterState.recoveredFrom(generation) + ": start node "
                        + survivor.node().number() + " as it is, and it follows");
            }
            AdminReply reply = AdminClient.ask(place, known.cluster(), new AdminRequest.Status(false), ASK_MAX);
            return reply instanceof AdminReply.NodeStatus status
                            && status.configuration().reachable()
                    ? Optional.of("node " + node.number() + " at " + place
                            + " has a majority of the configuration's voters that answers: there is nothing to recover,"
                            + " start node " + survivor.node().number() + " as it is")
                    : Optional.empty();
        } catch (AdminUnreachableException gone) {
            return Optional.empty();
        }
    }

    private static Optional<ClusterState> ask(HostAndPort place, String cluster) {
        AdminReply reply = AdminClient.ask(place, cluster, new AdminRequest.Configuration(), ASK_MAX);
        try {
            return reply instanceof AdminReply.Known told && told.state().size() > 0
                    ? Optional.of(ConfigCodec.decodeState(told.state().toArray()))
                    : Optional.empty();
        } catch (MalformedConfigException malformed) {
            throw new StorageException(place + ": " + malformed.getMessage(), malformed);
        }
    }

    /**
     * What a survivor is to follow, instead of the configuration that was recovered from it.
     *
     * @param place where a node that follows it listens
     * @throws StorageException with one sentence, if there is none, or the survivor follows that one anyway
     */
    public static ClusterState other(Survivor survivor, HostAndPort place) {
        ClusterState known = survivor.known();
        Optional<ClusterState> asked;
        try {
            asked = ask(place, "");
        } catch (AdminUnreachableException silent) {
            throw new StorageException(String.valueOf(silent.getMessage()), silent);
        }
        ClusterState other =
                asked.orElseThrow(() -> new StorageException(place + " is a node that belongs to no cluster yet"));
        if (other.id() != known.id() || !other.cluster().equals(known.cluster())) {
            throw new StorageException(place + " belongs to another cluster"
                    + (other.cluster().equals(known.cluster()) ? " that is called " : ": ") + other.cluster());
        }
        if (!other.nodes().containsKey(survivor.node())) {
            throw new StorageException(
                    "node " + survivor.node().number() + " is not in the configuration that the node at " + place
                            + " follows: it can only come with an empty folder");
        }
        if (known.isOfOneLine(other)) {
            throw new StorageException("node " + survivor.node().number() + " and the node at " + place
                    + " do not disagree: start it as it is");
        }
        return other;
    }

    /**
     * From its next start on the node follows {@code chosen}, and what it knew is given up.
     *
     * @throws StorageException as {@link #look} does, or if it cannot be written
     */
    public static void giveUpFor(Path dataDir, ClusterState chosen) {
        try (NodeFolder folder = NodeFolder.visit(dataDir)) {
            RaftClusterConfig.giveUpFor(Admission.configFolder(folder), chosen);
        } catch (IOException unusable) {
            throw new StorageException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    /**
     * At its next start the node begins another generation of the configuration, alone, with what it knows. Whatever was agreed
     * beyond that is given up.
     *
     * @return the configuration with which it begins
     * @throws StorageException as {@link #look} does, or if it cannot be written
     */
    public static ClusterState recover(Path dataDir) {
        try (NodeFolder folder = NodeFolder.visit(dataDir)) {
            Survivor survivor = survivor(folder);
            NodeEntry entry = survivor.known().nodes().get(survivor.node());
            if (entry == null) {
                throw new IllegalStateException("a survivor is in its cluster: " + survivor);
            }
            HostAndPort place = HostAndPort.parse(entry.configAddress());
            ConfigSelf self = new ConfigSelf(survivor.node(), folder.facts().incarnation(), place.host(), place.port());
            return RaftClusterConfig.recover(Admission.configFolder(folder), self);
        } catch (IOException unusable) {
            throw new StorageException(String.valueOf(unusable.getMessage()), unusable);
        }
    }
}
