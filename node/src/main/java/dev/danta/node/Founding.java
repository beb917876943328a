package dev.danta.node;

import dev.danta.config.state.ClusterRequest;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import java.security.SecureRandom;
import java.util.TreeMap;

/** How a cluster begins: with one node, and a store of each shard on it that nobody has used. */
final class Founding {
    private Founding() {}

    /**
     * Makes the stores, and what is to be asked of the configuration.
     *
     * @param address where others reach the node
     * @param configAddress where the configuration's group does
     */
    static ClusterRequest.Create create(
            NodeSettings settings, NodeFolder folder, Start.Init init, String address, String configAddress) {
        ReplicaId self = settings.node().id();
        TreeMap<ShardId, Long> disks = new TreeMap<>();
        for (int number = 0; number < init.shards(); number++) {
            ShardId shard = new ShardId(number);
            try (LmdbReplicaStore store = LmdbReplicaStore.open(
                    folder.shard(number),
                    new ReplicaIdentity(init.cluster(), shard, self),
                    settings.storage().map())) {
                disks.put(shard, store.incarnation());
            }
        }
        return new ClusterRequest.Create(
                init.cluster(),
                new SecureRandom().nextLong(),
                init.replication(),
                self,
                address,
                configAddress,
                folder.facts().identity(),
                disks);
    }
}
