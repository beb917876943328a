package dev.danta.wire;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import java.util.List;

/**
 * A node's greeting: who it is, and the cluster as it knows it.
 *
 * @param cluster the name that tells one cluster from another, 1 to 100 characters
 * @param node its number, which is also that of its replicas
 * @param wallMicros its clock, in microseconds since 1970
 * @param shards how many shards the key space has, fixed when the cluster was created
 * @param epoch of the membership
 * @param members the nodes of that epoch, ascending, each once
 */
public record ServerHello(
        String cluster, ReplicaId node, long wallMicros, int shards, Epoch epoch, List<Member> members) {
    static final int CLUSTER_CHARS_MAX = 100;
    /** The most nodes a greeting can name. */
    public static final int MEMBERS_MAX = 1000;

    public ServerHello {
        requireClusterName(cluster);
        members = List.copyOf(members);
        if (wallMicros < 0) {
            throw new IllegalArgumentException("a clock must not be negative: " + wallMicros);
        }
        if (shards < 1) {
            throw new IllegalArgumentException("a cluster has at least one shard, not " + shards);
        }
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException("a cluster has 1 to " + MEMBERS_MAX + " nodes, not " + members.size());
        }
        for (int i = 1; i < members.size(); i++) {
            if (members.get(i - 1).node().compareTo(members.get(i).node()) >= 0) {
                throw new IllegalArgumentException("members are not ascending: " + members);
            }
        }
    }

    /** The same greeting at another time. */
    public ServerHello at(long newWallMicros) {
        return new ServerHello(cluster, node, newWallMicros, shards, epoch, members);
    }

    static void requireClusterName(String cluster) {
        if (cluster.isBlank() || cluster.length() > CLUSTER_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a cluster's name has 1 to " + CLUSTER_CHARS_MAX + " characters: '" + cluster + "'");
        }
        if (cluster.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a cluster's name has no control characters");
        }
    }
}
