package dev.danta.node;

import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.NodeIdentity;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import dev.danta.wire.HostAndPort;
import java.util.TreeMap;
import java.util.TreeSet;

/** The configuration that the settings stand for: every node is a member of every shard, for ever. */
final class FixedMembers {
    private FixedMembers() {}

    static ClusterState of(NodeSettings settings, NodeFolder folder) {
        NodeSettings.Cluster cluster = settings.requireCluster();
        ReplicaId self = settings.node().id();
        TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>();
        cluster.members().forEach(member -> {
            HostAndPort address = member.hostAndPort();
            NodeIdentity disk = member.node().equals(self)
                    ? folder.facts().identity()
                    : new NodeIdentity(member.node().number(), 1, 1);
            String besides = new HostAndPort("config." + member.node().number(), 1).toString();
            nodes.put(member.node(), NodeEntry.coming(address.toString(), besides, disk));
        });
        TreeMap<ShardId, ShardEntry> shards = new TreeMap<>();
        for (int number = 0; number < cluster.shards(); number++) {
            ShardId shard = new ShardId(number);
            Membership active = cluster.membership(shard);
            TreeMap<ReplicaId, Long> disks = new TreeMap<>();
            active.members().forEach(member -> disks.put(member, (long) member.number()));
            disks.put(self, incarnation(settings, cluster, folder, shard));
            shards.put(shard, ShardEntry.first(ShardConfig.first(active, disks)));
        }
        return new ClusterState(
                cluster.id(),
                0,
                1,
                cluster.members().size() > 4 ? 5 : cluster.members().size(),
                nodes,
                shards,
                new TreeMap<>(),
                new TreeSet<>());
    }

    private static long incarnation(
            NodeSettings settings, NodeSettings.Cluster cluster, NodeFolder folder, ShardId shard) {
        try (LmdbReplicaStore store = LmdbReplicaStore.open(
                folder.shard(shard.number()),
                new ReplicaIdentity(cluster.id(), shard, settings.node().id()),
                settings.storage().map())) {
            return store.incarnation();
        }
    }
}
