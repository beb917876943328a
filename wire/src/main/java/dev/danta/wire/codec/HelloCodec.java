package dev.danta.wire.codec;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.ClientHello;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.proto.FrameProto;

/** Greetings to protobuf and back. */
public final class HelloCodec {
    /** What both ends speak; compared before anything else of a greeting is looked at. */
    public static final int PROTOCOL_VERSION = 2;

    private HelloCodec() {}

    public static FrameProto.ClientHello encode(ClientHello hello) {
        return FrameProto.ClientHello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setCluster(hello.cluster())
                .setIdentity(hello.identity())
                .setClient(IdCodec.encode(hello.client()))
                .setWallMicros(hello.wallMicros())
                .build();
    }

    public static FrameProto.ServerHello encode(ServerHello hello) {
        return FrameProto.ServerHello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setNode(hello.node().number())
                .setWallMicros(hello.wallMicros())
                .setTopology(TopologyCodec.encode(hello.topology()))
                .build();
    }

    /** @throws MalformedMessageException if it is not what {@link #encode(ClientHello)} makes */
    public static ClientHello decode(FrameProto.ClientHello wire) {
        Place at = new Place();
        at.message("ClientHello");
        at.field("client");
        at.requirePresent(wire.hasClient());
        ClientId client = IdCodec.client(wire.getClient());
        try {
            return new ClientHello(wire.getCluster(), wire.getIdentity(), client, wire.getWallMicros());
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
        at.field("topology");
        at.requirePresent(wire.hasTopology());
        Topology topology = TopologyCodec.decode(wire.getTopology());
        try {
            return new ServerHello(node, wire.getWallMicros(), topology);
        } catch (IllegalArgumentException refused) {
            throw new MalformedMessageException("ServerHello: " + refused.getMessage());
        }
    }
}
