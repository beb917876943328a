package dev.danta.wire.codec;

import dev.danta.ir.quorum.Membership;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.proto.FrameProto;
import java.util.ArrayList;
import java.util.List;

/** What a client is told of the configuration, to protobuf and back. */
public final class TopologyCodec {
    private TopologyCodec() {}

    public static FrameProto.Topology encode(Topology topology) {
        FrameProto.Topology.Builder wire = FrameProto.Topology.newBuilder()
                .setCluster(topology.cluster())
                .setIdentity(topology.identity())
                .setVersion(topology.version())
                .setShards(topology.shards());
        for (Member node : topology.nodes()) {
            wire.addNodes(FrameProto.Topology.Node.newBuilder()
                    .setNode(node.node().number())
                    .setAddress(node.address())
                    .setDraining(node.draining()));
        }
        topology.memberships().forEach(membership -> wire.addMemberships(MembershipCodec.encode(membership)));
        return wire.build();
    }

    /** @throws MalformedMessageException if it is not what {@link #encode} makes */
    public static Topology decode(FrameProto.Topology wire) {
        Place at = new Place();
        at.message("Topology");
        at.field("nodes");
        at.requireCount(wire.getNodesCount(), Topology.NODES_MAX);
        List<Member> nodes = new ArrayList<>(wire.getNodesCount());
        for (FrameProto.Topology.Node node : wire.getNodesList()) {
            nodes.add(member(node, at));
        }
        at.field("memberships");
        at.requireCount(wire.getMembershipsCount(), Topology.SHARDS_MAX);
        List<Membership> memberships = new ArrayList<>(wire.getMembershipsCount());
        wire.getMembershipsList().forEach(membership -> memberships.add(MembershipCodec.decode(membership, at)));
        try {
            return new Topology(
                    wire.getCluster(), wire.getIdentity(), wire.getVersion(), wire.getShards(), nodes, memberships);
        } catch (IllegalArgumentException refused) {
            throw new MalformedMessageException("Topology: " + refused.getMessage());
        }
    }

    private static Member member(FrameProto.Topology.Node wire, Place at) {
        try {
            return new Member(IdCodec.replica(wire.getNode(), at), wire.getAddress(), wire.getDraining());
        } catch (IllegalArgumentException refused) {
            throw new MalformedMessageException("Topology.nodes: " + refused.getMessage());
        }
    }
}
