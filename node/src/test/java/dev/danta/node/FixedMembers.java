package dev.danta.node;

import dev.danta.config.MemoryClusterConfig;
import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.config.state.NodeIdentity;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.epoch.ShardConfig;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.node.storage.LmdbReplicaStore;
import dev.danta.node.storage.NodeFolder;
import dev.danta.node.storage.ReplicaIdentity;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** A cluster of which every node is a member of every shard, for ever: each node has a configuration of its own that says so. */
record FixedMembers(String cluster, int shards, List<Member> members) {
    /** What clients are told of it, but for the version. */
    Topology topology() {
        return Topology.firstOf(cluster, shards, members);
    }

    /** Starts a node, and waits until it serves. */
    Node start(NodeSettings settings) {
        NodeFolder folder =
                NodeFolder.open(settings.node().dataDir(), settings.node().id());
        Node node;
        try {
            MemoryClusterConfig alone = new MemoryClusterConfig(state(settings, folder));
            node = Node.start(settings, folder, alone.of(settings.node().id()));
        } catch (RuntimeException unusable) {
            folder.close();
            throw unusable;
        }
        node.awaitReady();
        return node;
    }

    private ClusterState state(NodeSettings settings, NodeFolder folder) {
        ReplicaId self = settings.node().id();
        TreeMap<ReplicaId, NodeEntry> nodes = new TreeMap<>();
        for (Member member : members) {
            NodeIdentity disk = member.node().equals(self)
                    ? folder.facts().identity()
                    : new NodeIdentity(member.node().number(), 1, 1);
            String besides = new HostAndPort("config." + member.node().number(), 1).toString();
            nodes.put(member.node(), NodeEntry.coming(member.address(), besides, disk));
        }
        TreeMap<ShardId, ShardEntry> entries = new TreeMap<>();
        topology().memberships().forEach(active -> {
            TreeMap<ReplicaId, Long> disks = new TreeMap<>();
            active.members().forEach(member -> disks.put(member, (long) member.number()));
            disks.put(self, incarnation(settings, folder, active.shard()));
            entries.put(active.shard(), ShardEntry.first(ShardConfig.first(active, disks)));
        });
        return new ClusterState(
                cluster, 0, 1, members.size(), nodes, entries, new TreeMap<>(), new TreeSet<>(), new TreeMap<>());
    }

    private long incarnation(NodeSettings settings, NodeFolder folder, ShardId shard) {
        try (LmdbReplicaStore store = LmdbReplicaStore.open(
                folder.shard(shard.number()),
                new ReplicaIdentity(cluster, shard, settings.node().id()),
                settings.storage().map())) {
            return store.incarnation();
        }
    }
}
