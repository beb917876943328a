package dev.danta.config;

import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.NodeIdentity;
import dev.danta.ir.epoch.ConfigRequest;
import dev.danta.ir.epoch.DiskIdentity;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.SortedMap;
import java.util.TreeMap;

/** Requests as tests write them: a node's folder has ten times its number as incarnation, its stores have that times 100 and more. */
public final class Requests {
    public static final long CLUSTER_ID = 7;

    private Requests() {}

    public static ReplicaId node(int number) {
        return new ReplicaId(number);
    }

    public static NodeIdentity folder(int node) {
        return new NodeIdentity(10L * node, 1, 1000 + node);
    }

    public static String address(int node) {
        return "127.0.0.1:" + (7400 + node);
    }

    public static String configAddress(int node) {
        return "127.0.0.1:" + (8400 + node);
    }

    /** The store of a shard on a node, the nth one there. */
    public static long store(int node, int shard, int nth) {
        return 1000L * node + 10L * shard + nth;
    }

    public static ClusterRequest.Create create(int shards, int replication) {
        return create(shards, replication, configAddress(1));
    }

    public static ClusterRequest.Create create(int shards, int replication, String configAddress) {
        SortedMap<ShardId, Long> disks = new TreeMap<>();
        for (int shard = 0; shard < shards; shard++) {
            disks.put(new ShardId(shard), store(1, shard, 0));
        }
        return new ClusterRequest.Create(
                "shop", CLUSTER_ID, replication, node(1), address(1), configAddress, folder(1), disks);
    }

    public static ClusterRequest.AddNode add(int node) {
        return new ClusterRequest.AddNode(node(node), address(node), configAddress(node), folder(node));
    }

    public static ClusterRequest.OfShard register(int node, int shard, int nth, long starts) {
        return new ClusterRequest.OfShard(
                new ShardId(shard), new ConfigRequest.Register(node(node), disk(store(node, shard, nth), starts)));
    }

    public static DiskIdentity disk(long incarnation, long starts) {
        return new DiskIdentity(incarnation, starts, 50 + starts, new DiskIdentity.LogEnd(Epoch.FIRST, starts));
    }
}
