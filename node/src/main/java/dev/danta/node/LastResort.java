package dev.danta.node;

import dev.danta.config.raft.ConfigSelf;
import dev.danta.config.raft.RaftClusterConfig;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.node.storage.NodeFolder;
import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.nio.file.Path;

/** What can be done when a majority of those that keep the configuration is gone for good: one goes on alone, from what it knows. */
public final class LastResort {
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
