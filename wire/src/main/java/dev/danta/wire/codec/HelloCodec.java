package dev.danta.wire.codec;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.ClientHello;
import dev.danta.wire.Member;
import dev.danta.wire.ServerHello;
import dev.danta.wire.proto.FrameProto;
import java.util.ArrayList;
import java.util.List;

/** Greetings to protobuf and back. */
public final class HelloCodec {
    /** What both ends speak; compared before anything else of a greeting is looked at. */
    public static final int PROTOCOL_VERSION = 1;

    private HelloCodec() {}

    public static FrameProto.ClientHello encode(ClientHello hello) {
        return FrameProto.ClientHello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setCluster(hello.cluster())
                .setClient(IdCodec.encode(hello.client()))
                .setWallMicros(hello.wallMicros())
                .build();
    }

    public static FrameProto.ServerHello encode(ServerHello hello) {
        FrameProto.ServerHello.Builder wire = FrameProto.ServerHello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setCluster(hello.cluster())
                .setNode(hello.node().number())
                .setWallMicros(hello.wallMicros())
                .setShards(hello.shards())
                .setEpoch(hello.epoch().number());
        for (Member member : hello.members()) {
            wire.addMembers(FrameProto.ServerHello.Member.newBuilder()
                    .setNode(member.node().number())
                    .setAddress(member.address()));
        }
        return wire.build();
    }

    /** @throws MalformedMessageException if it is not what {@link #encode(ClientHello)} makes */
    public static ClientHello decode(FrameProto.ClientHello wire) {
        Place at = new Place();
        at.message("ClientHello");
        at.field("client");
        at.requirePresent(wire.hasClient());
        ClientId client = IdCodec.client(wire.getClient());
        try {
            return new ClientHello(wire.getCluster(), client, wire.getWallMicros());
        } catch (IllegalArgumentException refused) {
            throw new MalformedMessageException("ClientHello: " + refused.getMessage());
        }
    }

    /** @throws MalformedMessageException if it is not what {@link #encode(ServerHello)} makes */
    public static ServerHello decode(FrameProto.ServerHello wire) {
        Place at = new Place();
        at.message("ServerHello");
        at.field("node");
        ReplicaId node = IdCodec.replica(wire.getNode(), at);
        at.field("epoch");
        Epoch epoch = IdCodec.epoch(wire.getEpoch(), at);
        at.field("members");
        at.requireCount(wire.getMembersCount(), ServerHello.MEMBERS_MAX);
        try {
            List<Member> members = new ArrayList<>(wire.getMembersCount());
            for (FrameProto.ServerHello.Member member : wire.getMembersList()) {
                members.add(new Member(new ReplicaId(member.getNode()), member.getAddress()));
            }
            return new ServerHello(wire.getCluster(), node, wire.getWallMicros(), wire.getShards(), epoch, members);
        } catch (IllegalArgumentException refused) {
            throw new MalformedMessageException("ServerHello: " + refused.getMessage());
        }
    }
}
