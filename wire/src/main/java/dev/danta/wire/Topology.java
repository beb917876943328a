package dev.danta.wire;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What a client needs to know of a cluster's configuration: where its nodes are and who the members of each shard are. Of
 * two of one cluster that with the greater version is the newer one.
 *
 * <p>Nothing rests on its being new: replicas refuse what is of another epoch (protocol.md 9).
 *
 * @param cluster the name, 1 to 100 characters
 * @param identity drawn when the cluster was created, so that two that were given the same name are told apart
 * @param version of the configuration, from 1 on
 * @param shards how many the key space has, fixed when the cluster was created
 * @param nodes ascending, each once, and no address twice
 * @param memberships of every shard, by its number. A member that is not among the nodes has no known address
 */
public record Topology(
        String cluster, long identity, long version, int shards, List<Member> nodes, List<Membership> memberships) {
    /** The most nodes that one can name. */
    public static final int NODES_MAX = 1000;
    /** The most shards. */
    public static final int SHARDS_MAX = 4096;

    private static final int CLUSTER_CHARS_MAX = 100;

    public Topology {
        requireClusterName(cluster);
        nodes = List.copyOf(nodes);
        memberships = List.copyOf(memberships);
        if (version < 1) {
            throw new IllegalArgumentException("a configuration's versions start at 1, this is " + version);
        }
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("a cluster has 1 to " + SHARDS_MAX + " shards, not " + shards);
        }
        requireNodes(nodes);
        if (memberships.size() != shards) {
            throw new IllegalArgumentException(
                    "one membership for each of " + shards + " shards, not " + memberships.size());
        }
        for (int i = 0; i < shards; i++) {
            if (memberships.get(i).shard().number() != i) {
                throw new IllegalArgumentException("memberships stand by the numbers of their shards, but " + i
                        + " is of " + memberships.get(i).shard());
            }
        }
    }

    private static void requireNodes(List<Member> nodes) {
        if (nodes.isEmpty() || nodes.size() > NODES_MAX) {
            throw new IllegalArgumentException("a cluster has 1 to " + NODES_MAX + " nodes, not " + nodes.size());
        }
        for (int i = 1; i < nodes.size(); i++) {
            if (nodes.get(i - 1).node().compareTo(nodes.get(i).node()) >= 0) {
                throw new IllegalArgumentException("nodes are not ascending: "
                        + nodes.get(i - 1).node() + ", " + nodes.get(i).node());
            }
        }
        if (nodes.stream().map(Member::address).distinct().count() != nodes.size()) {
            throw new IllegalArgumentException("two nodes have one address");
        }
    }

    /** How a cluster begins whose nodes, an odd number of them, all have a replica of every shard. */
    public static Topology firstOf(String cluster, int shards, List<Member> nodes) {
        List<ReplicaId> members = nodes.stream().map(Member::node).toList();
        List<Membership> memberships = IntStream.range(0, shards)
                .mapToObj(shard -> new Membership(new ShardId(shard), Epoch.FIRST, members))
                .toList();
        return new Topology(cluster, 0, 1, shards, nodes, memberships);
    }

    /**
     * The same for somebody who reaches nodes elsewhere than where they say that they are.
     *
     * @param translator where to connect to, given what a node advertises; both {@code host:port}
     */
    public Topology translated(UnaryOperator<String> translator) {
        List<Member> elsewhere = nodes.stream()
                .map(member -> new Member(member.node(), translator.apply(member.address()), member.draining()))
                .toList();
        return new Topology(cluster, identity, version, shards, elsewhere, memberships);
    }

    /** Whether {@code other} is a description of the same cluster, at whatever time. */
    public boolean isOfSameCluster(Topology other) {
        return cluster.equals(other.cluster) && identity == other.identity && shards == other.shards;
    }

    /** The members of one shard; its number must be below {@link #shards()}. */
    public Membership membership(ShardId shard) {
        return memberships.get(shard.number());
    }

    /** Empty for a node that is not, or no longer, of this cluster. */
    public Optional<Member> node(ReplicaId id) {
        return nodes.stream().filter(member -> member.node().equals(id)).findFirst();
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
