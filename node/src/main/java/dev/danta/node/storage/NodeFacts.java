package dev.danta.node.storage;

import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node's folder says of itself.
 *
 * @param node its number
 * @param incarnation drawn when the folder was new
 * @param starts how many starts on it the configuration has answered, and one more if {@code life} is given
 * @param life drawn for the last start, until the configuration has answered it; then null
 * @param cluster the name of the cluster that it belongs to; empty before it belongs to one
 * @param clusterId of that cluster, drawn when it was created
 */
public record NodeFacts(
        ReplicaId node,
        long incarnation,
        long starts,
        @Nullable Long life,
        String cluster,
        long clusterId) {
    private static final String FORMAT = "1";

    static NodeFacts fresh(ReplicaId node) {
        return new NodeFacts(node, new SecureRandom().nextLong(), 0, null, "", 0);
    }

    /** A start that was not answered is made once more, not counted again. */
    NodeFacts started() {
        return life != null
                ? this
                : new NodeFacts(node, incarnation, starts + 1, new SecureRandom().nextLong(), cluster, clusterId);
    }

    /** The configuration knows of the start. */
    public NodeFacts answered() {
        return new NodeFacts(node, incarnation, starts, null, cluster, clusterId);
    }

    /** It belongs to this cluster from now on. */
    public NodeFacts in(String newCluster, long newId) {
        return new NodeFacts(node, incarnation, starts, life, newCluster, newId);
    }

    /** Whether it belongs to a cluster. */
    public boolean isInCluster() {
        return !cluster.isEmpty();
    }

    /** As the configuration is told it. */
    public NodeIdentity identity() {
        return new NodeIdentity(incarnation, starts, life == null ? 0 : life);
    }

    String text() {
        return "format=" + FORMAT + "\nnode=" + node.number() + "\nincarnation=" + incarnation + "\nstarts=" + starts
                + (life == null ? "" : "\nlife=" + life) + "\ncluster=" + cluster + "\ncluster-id=" + clusterId + "\n";
    }

    /** @throws StorageException if that is none */
    static NodeFacts parse(String file, List<String> lines) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                facts.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        String format = facts.getOrDefault("format", "");
        if (!format.equals(FORMAT)) {
            throw new StorageException(
                    file + " has format '" + format + "', and this version reads " + FORMAT + " only");
        }
        try {
            String life = facts.get("life");
            return new NodeFacts(
                    new ReplicaId(Integer.parseInt(facts.getOrDefault("node", ""))),
                    Long.parseLong(facts.getOrDefault("incarnation", "")),
                    Long.parseLong(facts.getOrDefault("starts", "")),
                    life == null ? null : Long.valueOf(life),
                    facts.getOrDefault("cluster", ""),
                    Long.parseLong(facts.getOrDefault("cluster-id", "")));
        } catch (IllegalArgumentException damaged) {
            throw new StorageException(file + " is damaged: " + damaged.getMessage(), damaged);
        }
    }
}
