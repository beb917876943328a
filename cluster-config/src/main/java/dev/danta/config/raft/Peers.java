package dev.danta.config.raft;

import dev.danta.config.state.ClusterState;
import dev.danta.config.state.NodeEntry;
import dev.danta.ir.id.ReplicaId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/** Names of the group and of its members. */
final class Peers {
    private Peers() {}

    /**
     * A node's name in the group. It contains the incarnation of the node's folder: one that has lost its folder has
     * forgotten whom it voted for, and must never vote as its old self.
     */
    static RaftPeerId idOf(ReplicaId node, long incarnation) {
        return RaftPeerId.valueOf(prefix(node) + Long.toHexString(incarnation));
    }

    /** Which node a name is that of, with whatever folder. */
    static int numberOf(RaftPeerId peer) {
        String name = peer.toString();
        return Integer.parseInt(name.substring(1, name.indexOf('-')));
    }

    /** Whether a name is that of this node, with whatever folder. */
    static boolean isOf(RaftPeerId peer, ReplicaId node) {
        return peer.toString().startsWith(prefix(node));
    }

    private static String prefix(ReplicaId node) {
        return "n" + node.number() + "-";
    }

    /** The group's name, by which servers of different clusters, or generations of one, refuse each other. */
    static RaftGroupId groupOf(String cluster, long id, long generation) {
        String name = "danta configuration of " + cluster + " " + Long.toHexString(id) + " generation " + generation;
        return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)));
    }

    static RaftGroupId groupOf(ClusterState state) {
        return groupOf(state.cluster(), state.id(), state.generation());
    }

    static RaftPeer peer(ReplicaId node, NodeEntry entry) {
        return RaftPeer.newBuilder()
                .setId(idOf(node, entry.incarnation()))
                .setAddress(entry.configAddress())
                .build();
    }

    /** All nodes that have a folder, whether they vote or not. */
    static List<RaftPeer> all(ClusterState state) {
        List<RaftPeer> peers = new ArrayList<>();
        state.nodes().forEach((node, entry) -> {
            if (!state.isLost(node)) {
                peers.add(peer(node, entry));
            }
        });
        return peers;
    }
}
