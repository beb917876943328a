package dev.danta.config.state;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which nodes should have a replica of which shard: as many as the replication factor allows, evenly, and with few moves.
 * The same input gives the same placement everywhere.
 */
final class Placement {
    private final SortedMap<ShardId, TreeSet<ReplicaId>> shards = new TreeMap<>();
    private final SortedMap<ReplicaId, Integer> loads = new TreeMap<>();

    private Placement(SortedMap<ShardId, NavigableSet<ReplicaId>> now, NavigableSet<ReplicaId> nodes) {
        nodes.forEach(node -> loads.put(node, 0));
        now.forEach((shard, replicas) -> {
            TreeSet<ReplicaId> kept = new TreeSet<>(replicas);
            kept.retainAll(nodes);
            shards.put(shard, kept);
            kept.forEach(replica -> load(replica, 1));
        });
    }

    /**
     * How many replicas a shard has on so many nodes: an odd number.
     *
     * @return 0 if there is no node
     */
    static int replicas(int replication, int nodes) {
        int most = Math.min(replication, nodes);
        return most % 2 == 0 ? Math.max(0, most - 1) : most;
    }

    /**
     * A placement on {@code nodes}. While there are fewer nodes than the replication factor asks for, nothing moves for the
     * sake of evenness: more nodes are expected, and then it would have been for nothing.
     *
     * @param nodes at least one
     */
    static SortedMap<ShardId, NavigableSet<ReplicaId>> place(
            SortedMap<ShardId, NavigableSet<ReplicaId>> now, NavigableSet<ReplicaId> nodes, int replication) {
        Placement placement = new Placement(now, nodes);
        int replicas = replicas(replication, nodes.size());
        placement.shards.values().forEach(members -> placement.fit(members, replicas));
        if (nodes.size() >= replication) {
            placement.level();
        }
        return new TreeMap<>(placement.shards);
    }

    private int load(ReplicaId node, int more) {
        return loads.merge(node, more, Integer::sum);
    }

    /** Drops replicas where there is most to do, or takes more where there is least. */
    private void fit(NavigableSet<ReplicaId> members, int replicas) {
        while (members.size() > replicas) {
            ReplicaId busiest = members.stream()
                    .max(Comparator.comparing((ReplicaId node) -> load(node, 0)).thenComparing(node -> node))
                    .orElseThrow();
            members.remove(busiest);
            load(busiest, -1);
        }
        while (members.size() < replicas) {
            ReplicaId idlest = loads.keySet().stream()
                    .filter(node -> !members.contains(node))
                    .min(Comparator.comparing((ReplicaId node) -> load(node, 0)).thenComparing(node -> node))
                    .orElseThrow();
            members.add(idlest);
            load(idlest, 1);
        }
    }

    /** Moves replicas from the node with the most to that with the least until they differ by one at most. */
    private void level() {
        while (true) {
            Comparator<ReplicaId> byLoad = Comparator.comparing((ReplicaId node) -> load(node, 0));
            ReplicaId busiest = loads.keySet().stream()
                    .max(byLoad.thenComparing(node -> node))
                    .orElseThrow();
            ReplicaId idlest = loads.keySet().stream()
                    .min(byLoad.thenComparing(node -> node))
                    .orElseThrow();
            if (load(busiest, 0) - load(idlest, 0) <= 1) {
                return;
            }
            // The busier node has a shard more than the idler one, so there is one that the idler has not.
            TreeSet<ReplicaId> members = shards.values().stream()
                    .filter(one -> one.contains(busiest) && !one.contains(idlest))
                    .findFirst()
                    .orElseThrow();
            members.remove(busiest);
            members.add(idlest);
            load(busiest, -1);
            load(idlest, 1);
        }
    }
}
