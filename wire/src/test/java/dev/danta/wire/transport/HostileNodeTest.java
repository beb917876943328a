package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.codec.TopologyCodec;
import dev.danta.wire.proto.FrameProto;
import dev.danta.wire.proto.ReplicationGrpc;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client makes of a node that says wrong things about its cluster: one line, and no connection. */
@Timeout(60)
class HostileNodeTest {
    private static final Topology GOOD = TestNode.TOPOLOGY;
    private static final FrameProto.ServerFrame HELLO = FrameProto.ServerFrame.newBuilder()
            .setHello(HelloCodec.encode(new ServerHello(new ReplicaId(1), 5, GOOD)))
            .build();

    /** Answers every stream with the same frames. */
    private static Server saying(FrameProto.ServerFrame... frames) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new ReplicationGrpc.ReplicationImplBase() {
                    @Override
                    public StreamObserver<FrameProto.ClientFrame> exchange(
                            StreamObserver<FrameProto.ServerFrame> client) {
                        List.of(frames).forEach(client::onNext);
                        return new Deaf();
                    }
                })
                .build()
                .start();
    }

    private record Deaf() implements StreamObserver<FrameProto.ClientFrame> {
        @Override
        public void onNext(FrameProto.ClientFrame frame) {}

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onCompleted() {}
    }

    private static FrameProto.ServerFrame frame(Topology topology) {
        return FrameProto.ServerFrame.newBuilder()
                .setTopology(TopologyCodec.encode(topology))
                .build();
    }

    private static void isGivenUp(String why, FrameProto.ServerFrame... frames) throws IOException {
        Server server = saying(frames);
        HostAndPort address = new HostAndPort("127.0.0.1", server.getPort());
        try (TestClient client = new TestClient(new Endpoint(address, new ReplicaId(1)))) {
            await().until(() -> client.has("permanent " + address + ": " + why));
            assertThat(client.topologies).isEmpty();
        } finally {
            server.shutdownNow();
        }
    }

    @Test
    void a_topology_ahead_of_the_greeting_is_malformed() throws IOException {
        isGivenUp("sent a malformed message: Topology comes before the greeting", frame(GOOD), HELLO);
    }

    @Test
    void a_topology_that_is_none_is_malformed() throws IOException {
        isGivenUp(
                "sent a malformed message: Topology: a cluster has 1 to 1000 nodes, not 0",
                HELLO,
                FrameProto.ServerFrame.newBuilder()
                        .setTopology(TopologyCodec.encode(GOOD).toBuilder().clearNodes())
                        .build());
    }

    @Test
    void a_node_does_not_move_to_another_cluster_in_the_middle_of_a_stream() throws IOException {
        List<Member> nodes = GOOD.nodes();
        isGivenUp("belongs to cluster bank, not shop", HELLO, frame(Topology.firstOf("bank", GOOD.shards(), nodes)));
        isGivenUp(
                "belongs to another cluster that is called shop, too",
                HELLO,
                frame(new Topology("shop", 9, 2, GOOD.shards(), nodes, GOOD.memberships())));
        isGivenUp(
                "belongs to another cluster that is called shop, too",
                HELLO,
                frame(Topology.firstOf("shop", GOOD.shards() + 1, nodes)));
    }

    @Test
    void a_greeting_without_a_topology_is_malformed() throws IOException {
        isGivenUp(
                "sent a malformed message: ServerHello.topology is missing",
                FrameProto.ServerFrame.newBuilder()
                        .setHello(HELLO.getHello().toBuilder().clearTopology())
                        .build());
    }
}
