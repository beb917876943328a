package dev.danta.client.internal;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A cluster as one of its nodes describes it: every node has a replica of every shard.
 *
 * @param addresses where each node listens, as {@code host:port}
 */
public record ClusterView(String cluster, int shards, Epoch epoch, SortedMap<ReplicaId, String> addresses) {
    public ClusterView {
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    }

    /** The members of each shard, by the shard's number. */
    public List<Membership> memberships() {
        List<ReplicaId> members = List.copyOf(addresses.keySet());
        return IntStream.range(0, shards)
                .mapToObj(shard -> new Membership(new ShardId(shard), epoch, members))
                .toList();
    }
}
