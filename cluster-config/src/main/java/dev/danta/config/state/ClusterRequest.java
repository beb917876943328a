package dev.danta.config.state;

import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What may be asked of the configuration. Whoever asks twice, for the first answer did not come, is answered as if it had
 * been once. Requests of operators name what they were meant for, an incarnation or an epoch, so that one that arrives very
 * late does nothing to what has come since.
 */
public sealed interface ClusterRequest {
    /** What is agreed? It changes nothing. */
    record Read() implements ClusterRequest {}

    /**
     * The cluster begins, with one node that has a replica of every shard.
     *
     * @param cluster its name
     * @param id drawn, so that two clusters of the same name are two
     * @param replication how many replicas a shard has once there are nodes enough: 1, 3 or 5
     * @param first the node
     * @param disks the incarnations of its shards' stores, one for every shard from 0 on
     */
    record Create(
            String cluster,
            long id,
            int replication,
            ReplicaId first,
            String address,
            String configAddress,
            NodeIdentity disk,
            SortedMap<ShardId, Long> disks)
            implements ClusterRequest {
        public Create {
            NodeEntry.requireAddresses(address, configAddress);
            disks = Collections.unmodifiableSortedMap(new TreeMap<>(disks));
        }
    }

    /** A new generation begins with what one node last knew, for the majority of the old one is gone for good. */
    record Restore(ClusterState state) implements ClusterRequest {}

    /** A node with a new folder comes; shards move to it. */
    record AddNode(ReplicaId node, String address, String configAddress, NodeIdentity disk) implements ClusterRequest {
        public AddNode {
            NodeEntry.requireAddresses(address, configAddress);
        }
    }

    /** A node is found elsewhere from now on. */
    record SetAddress(ReplicaId node, long incarnation, String address, String configAddress)
            implements ClusterRequest {
        public SetAddress {
            NodeEntry.requireAddresses(address, configAddress);
        }
    }

    /**
     * A node is to go: others get its replicas.
     *
     * @param isLost whether its folder is gone, so that nobody need wait for what only it has
     */
    record LeaveNode(ReplicaId node, long incarnation, boolean isLost) implements ClusterRequest {}

    /** A node that is leaving has nothing any more, and is not known from now on. */
    record ForgetNode(ReplicaId node, long incarnation) implements ClusterRequest {}

    /** The folder of a node is lost, and never comes back; the next new one under its number takes its place. */
    record ReplaceNode(ReplicaId node, long incarnation) implements ClusterRequest {}

    /** A replica should be on another node. */
    record MoveReplica(ShardId shard, Epoch epoch, ReplicaId from, ReplicaId to) implements ClusterRequest {}

    /** A process starts on this folder: may it go on? */
    record StartNode(ReplicaId node, NodeIdentity disk) implements ClusterRequest {}

    /** Whether clients should leave a node alone, for it is about to be stopped. */
    record Drain(ReplicaId node, long incarnation, boolean on) implements ClusterRequest {}

    /**
     * Something about one shard, answered as {@link dev.danta.ir.epoch.ShardConfig#take} does.
     *
     * @param folder for a {@link ConfigRequest.Register}, the incarnation of the node's folder in which the store is, so that
     *     one that is late does not speak for a folder that was replaced meanwhile; null for others
     */
    record OfShard(
            ShardId shard, ConfigRequest request, @Nullable Long folder) implements ClusterRequest {
        /** Of a driver, or of whoever does not know the folder. */
        public OfShard(ShardId shard, ConfigRequest request) {
            this(shard, request, null);
        }
    }

    /** All members of this epoch serve, and have what was only on replicas that left. */
    record Finished(ShardId shard, Epoch epoch) implements ClusterRequest {}

    /** A store has nothing that anybody needs ({@link ShardEntry#isSpent}): from now on it may be deleted. */
    record Release(ShardId shard, ReplicaId replica, long incarnation) implements ClusterRequest {}

    /** A collection has values of this type. */
    record Declare(CollectionName name, CollectionEntry entry) implements ClusterRequest {}
}
