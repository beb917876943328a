package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.Version;
import dev.danta.txn.ReadAnswer;
import dev.danta.wire.ClientHello;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.MessageGenerator;
import dev.danta.wire.WireLimits;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.codec.EnvelopeCodec;
import dev.danta.wire.codec.HelloCodec;
import dev.danta.wire.proto.FrameProto;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that do what they should not; the node turns them away and goes on serving everybody else. */
@Timeout(60)
class HostilePeerTest {
    private static final ClientId STRANGER = new ClientId(5, 5);
    private static final ReplicaId ONE = new ReplicaId(1);

    private final EnvelopeCodec codec = new EnvelopeCodec(WireLimits.DEFAULT);

    @Test
    void garbage_on_the_port_is_survived_without_a_stack_trace() throws Exception {
        try (GrpcLogRecorder log = new GrpcLogRecorder();
                TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            long next = 1;
            for (byte[] garbage : garbage()) {
                throwAt(node.address(), garbage);
                client.connections.send(ONE, client.decide(next));
                client.connections.flush();
                long expected = next;
                await().until(() -> client.acknowledged().contains(expected));
                next++;
            }
            assertThat(client.has("disconnected")).isFalse();
            assertWithoutStackTraces(log);
            assertThat(log.lines().size()).as(log.texts()::toString).isLessThan(10);
        }
    }

    private static void assertWithoutStackTraces(GrpcLogRecorder log) {
        assertThat(log.lines()).allSatisfy(line -> assertThat(line.getThrown()).isNull());
        assertThat(log.texts()).allSatisfy(text -> assertThat(text).doesNotContain("\n"));
    }

    private static List<byte[]> garbage() {
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        List<byte[]> all = new CopyOnWriteArrayList<>();
        all.add(new byte[0]);
        all.add("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.add(preface);
        for (long seed = 0; seed < 20; seed++) {
            all.add(RawStream.noise(200, seed).toByteArray());
            all.add(ByteString.copyFrom(preface)
                    .concat(RawStream.noise(200, seed))
                    .toByteArray());
        }
        return all;
    }

    private static void throwAt(HostAndPort address, byte[] bytes) throws Exception {
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(200);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            InputStream answer = socket.getInputStream();
            answer.readNBytes(64);
        } catch (IOException hungUp) {
            // Being cut off, or not answered, is what garbage deserves.
            return;
        }
    }

    @Test
    void a_frame_that_is_none_ends_its_own_stream_only() throws Exception {
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            for (long seed = 0; seed < 30; seed++) {
                try (RawStream raw = new RawStream(node.address())) {
                    byte[] noise = RawStream.noise(1 + new Random(seed).nextInt(80), seed)
                            .toByteArray();
                    Status end = raw.greet(STRANGER).send(noise).end();
                    assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(end.getDescription())
                            .startsWith("was sent a malformed message: ")
                            .doesNotContain("\n");
                }
            }
            assertThat(node.complaints)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line)
                            .contains("which sent a malformed message: ")
                            .doesNotContain("\n"));
            assertThat(node.complaints.size()).as("one line per second").isLessThan(15);
            assertThat(client.events).containsExactly("connected r1");
        }
    }

    @Test
    void a_frame_over_the_limit_ends_its_own_stream_only() throws Exception {
        WireLimits small = new WireLimits(8192, 8192, 1000, 10, 10, 10, 10, 100);
        try (GrpcLogRecorder log = new GrpcLogRecorder();
                TestNode node = new TestNode(1, 0, settings -> settings.withLimits(small));
                TestClient client = new TestClient(settings -> settings.withLimits(small), node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            try (RawStream raw = new RawStream(node.address())) {
                Status end = raw.greet(STRANGER).send(new byte[9000]).end();
                assertThat(end.getDescription())
                        .isEqualTo("was sent a malformed message: a frame of 9000 bytes is over the limit of 8192");
            }
            try (RawStream raw = new RawStream(node.address())) {
                Status end = raw.greet(STRANGER).send(new byte[1_000_000]).end();
                assertThat(end.isOk()).isFalse();
            }
            client.connections.send(ONE, client.decide(1));
            client.connections.flush();
            await().until(() -> client.acknowledged().contains(1L));
            assertThat(client.has("disconnected")).isFalse();
            assertWithoutStackTraces(log);
        }
    }

    @Test
    void messages_in_the_name_of_others_are_malformed() throws Exception {
        MessageGenerator generator = new MessageGenerator(1);
        assertRefused(batchOf(generator.requestOf(new ClientId(6, 6))), "Envelope.from is c");
        assertRefused(batchOf(generator.replyOf(new ReplicaId(1))), "Envelope.from is r1");
        Envelope reply = new Envelope(
                new ShardId(0),
                Epoch.FIRST,
                new Address.Client(STRANGER),
                new IrMessage.BodyMissing(new Timestamp(1, STRANGER)));
        assertRefused(batchOf(reply), "Envelope.message is a reply");
    }

    private FrameProto.ClientFrame batchOf(Envelope envelope) {
        return FrameProto.ClientFrame.newBuilder()
                .setBatch(FrameProto.Batch.newBuilder().addEnvelopes(codec.encode(envelope)))
                .build();
    }

    private static void assertRefused(FrameProto.ClientFrame frame, String why) throws Exception {
        try (TestNode node = new TestNode(1);
                RawStream raw = new RawStream(node.address())) {
            Status end = raw.greet(STRANGER).send(frame).end();
            assertThat(end.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(end.getDescription()).contains(why);
            await().until(() -> node.gone.size() == 1);
        }
    }

    @Test
    void the_greeting_comes_first_once_and_in_this_version() throws Exception {
        FrameProto.ClientFrame hello = FrameProto.ClientFrame.newBuilder()
                .setHello(HelloCodec.encode(new ClientHello("", 0, STRANGER, 1)))
                .build();
        FrameProto.ClientFrame ping =
                FrameProto.ClientFrame.newBuilder().setPing(1).build();
        FrameProto.ClientFrame future = FrameProto.ClientFrame.newBuilder()
                .setHello(hello.getHello().toBuilder().setProtocolVersion(9))
                .build();
        try (TestNode node = new TestNode(1)) {
            try (RawStream raw = new RawStream(node.address())) {
                assertThat(raw.greet(hello).send(hello).end().getDescription()).contains("a second time");
            }
            try (RawStream raw = new RawStream(node.address())) {
                assertThat(raw.send(ping).end().getDescription()).contains("before the greeting");
            }
            try (RawStream raw = new RawStream(node.address())) {
                Status end = raw.send(future).end();
                assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                assertThat(end.getDescription()).isEqualTo("speaks version 2 of the protocol, not 9");
            }
        }
    }

    /** A client that was away while another cluster of the same name was begun where its own had been. */
    @Test
    void another_cluster_of_the_same_name_is_refused_by_its_nodes_too() throws Exception {
        try (TestNode node = new TestNode(1);
                RawStream raw = new RawStream(node.address())) {
            FrameProto.ClientFrame hello = FrameProto.ClientFrame.newBuilder()
                    .setHello(HelloCodec.encode(new ClientHello(TestNode.CLUSTER, 99, STRANGER, 1)))
                    .build();
            Status end = raw.send(hello).end();
            assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(end.getDescription())
                    .isEqualTo("belongs to another cluster that is called " + TestNode.CLUSTER + ", too");
        }
    }

    @Test
    void whoever_does_not_greet_is_shown_out() throws Exception {
        try (TestNode node = new TestNode(1, 0, settings -> settings.withGreetingTimeout(Duration.ofMillis(300)));
                RawStream raw = new RawStream(node.address())) {
            Status end = raw.end();
            assertThat(end.getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
            assertThat(end.getDescription()).isEqualTo("got no greeting in time");
            await().until(() -> node.server().sessionCount() == 0);
        }
    }

    @Test
    void no_more_clients_are_served_than_the_settings_allow() {
        try (TestNode node = new TestNode(1, 0, settings -> settings.withSessionsMax(1));
                TestClient first = new TestClient(node.endpoint())) {
            await().until(() -> first.has("connected r1"));
            try (TestClient second = new TestClient(node.endpoint())) {
                await().until(() -> second.has("unreachable " + node.address() + ": serves no more than 1 clients"));
                first.connections.close(Duration.ofSeconds(5));
                await().until(() -> second.has("connected r1"));
            }
        }
    }

    @Test
    void a_client_that_does_not_read_costs_bounded_memory_and_blocks_nobody() throws Exception {
        int queueMax = 1000;
        try (TestNode node = new TestNode(1, 0, settings -> withQueue(settings, queueMax));
                TestClient reader = new TestClient(node.endpoint())) {
            await().until(() -> reader.has("connected r1"));
            try (RawStream raw = new RawStream(node.address())) {
                raw.greet(STRANGER);
                await().until(() -> node.sessions.size() == 2);
                Session slow = (Session) node.sessions.get(1);
                Envelope reply = new Envelope(
                        new ShardId(0),
                        Epoch.FIRST,
                        new Address.Replica(ONE),
                        new IrMessage.ExecuteRefused(new OpId(STRANGER, 1), "x".repeat(900)));
                List<Envelope> burst = Collections.nCopies(100, reply);
                for (int i = 0; i < 1000; i++) {
                    slow.send(burst);
                }
                assertThat(slow.queuedBytes()).isLessThan(queueMax * 1000L);
                assertThat(slow.droppedEnvelopes()).isGreaterThan(90_000);
                reader.connections.send(ONE, reader.decide(1));
                reader.connections.flush();
                await().until(() -> reader.acknowledged().contains(1L));
            }
            await().until(() -> node.gone.size() == 1);
            assertThat(((Session) node.gone.get(0)).queuedBytes()).isZero();
        }
    }

    private static ReplicationServer.Settings withQueue(ReplicationServer.Settings settings, int envelopesMax) {
        return new ReplicationServer.Settings(
                settings.listen(),
                settings.limits(),
                settings.sessionsMax(),
                envelopesMax,
                settings.sendQueueBytesMax(),
                settings.greetingTimeout(),
                settings.idleTimeout(),
                settings.readyBytes());
    }

    @Test
    void an_answer_over_the_limit_is_dropped_counted_and_complained_of() throws Exception {
        WireLimits small = new WireLimits(8192, 8192, 1000, 10, 10, 10, 10, 100);
        try (TestNode node = new TestNode(1, 0, settings -> settings.withLimits(small));
                TestClient client = new TestClient(settings -> settings.withLimits(small), node.endpoint())) {
            await().until(() -> node.sessions.size() == 1);
            ClientSession session = node.sessions.get(0);
            List<ReadAnswer.Entry> entries = Collections.nCopies(
                    10,
                    new ReadAnswer.Entry(new Version(new Timestamp(1, STRANGER), Bytes.wrap(new byte[1000])), false));
            session.send(List.of(new Envelope(
                    new ShardId(0),
                    Epoch.FIRST,
                    new Address.Replica(ONE),
                    new IrMessage.Answered(
                            new OpId(client.id, 1), new ReadAnswer.Versions(entries, 1, Timestamp.ZERO)))));
            assertThat(session.droppedEnvelopes()).isEqualTo(1);
            assertThat(node.complaints)
                    .singleElement()
                    .satisfies(line ->
                            assertThat(line).startsWith("could not answer ").contains("over the limit of"));
        }
    }

    @Test
    void one_connection_has_four_streams_at_most_however_many_calls_it_may_have() throws Exception {
        try (TestNode node = new TestNode(1)) {
            try (RawStream first = new RawStream(node.address()).greet(new ClientId(0, 1))) {
                for (int i = 2; i <= 4; i++) {
                    RawStream unused = first.beside().greet(new ClientId(0, i));
                }
                Status end = first.beside().end();
                assertThat(end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                assertThat(end.getDescription()).isEqualTo("takes no more than 4 streams of one connection");
                assertThat(node.server().sessionCount()).isEqualTo(4);
            }
            await().until(() -> node.server().sessionCount() == 0);
            try (RawStream again = new RawStream(node.address())) {
                assertThat(again.greet(new ClientId(0, 6))).isSameAs(again);
            }
        }
    }

    @Test
    void a_port_in_use_is_one_sentence() {
        try (TestNode node = new TestNode(1)) {
            assertThatThrownBy(() -> new TestNode(2, node.address().port(), settings -> settings))
                    .isInstanceOf(CannotListenException.class)
                    .hasMessage("cannot listen on " + node.address() + ": address already in use");
        }
    }

    @Test
    void an_address_that_is_not_ours_is_one_sentence() {
        assertThatThrownBy(() -> listenOn("no-such-host.invalid"))
                .isInstanceOf(CannotListenException.class)
                .hasMessage("cannot listen on no-such-host.invalid:7400: unknown host");
        assertThatThrownBy(() -> listenOn("192.0.2.1"))
                .isInstanceOf(CannotListenException.class)
                .hasMessage("cannot listen on 192.0.2.1:7400: this machine does not have that address");
    }

    private static void listenOn(String host) {
        ReplicationServer.start(
                ReplicationServer.Settings.of(new HostAndPort(host, 7400)),
                new ReplicaId(1),
                () -> {
                    throw new AssertionError("nobody greets");
                },
                new UnusedInbound(),
                AdminDesk.CLOSED);
    }

    /** For a server that never comes to be. */
    private static final class UnusedInbound implements Inbound {
        @Override
        public void onOpened(ClientSession session) {
            throw new AssertionError("nobody comes");
        }

        @Override
        public void onEnvelopes(ClientSession from, List<Envelope> batch) {
            throw new AssertionError("nobody comes");
        }

        @Override
        public void onClosed(ClientSession session) {
            throw new AssertionError("nobody comes");
        }

        @Override
        public void onComplaint(String line) {
            throw new AssertionError("nobody comes");
        }
    }

    @Test
    void a_server_of_something_else_is_a_permanent_or_plain_failure_in_one_line() throws Exception {
        try (ServerSocket web = new ServerSocket(0)) {
            Thread server = new Thread(() -> answerAsWebServer(web));
            server.setDaemon(true);
            server.start();
            HostAndPort address = new HostAndPort("127.0.0.1", web.getLocalPort());
            try (TestClient client = new TestClient(Endpoint.seed(address))) {
                await().until(() -> client.has("unreachable " + address + ": ") || client.has("permanent " + address));
                assertThat(client.events).allSatisfy(event -> assertThat(event).doesNotContain("\n"));
            }
        }
    }

    private static void answerAsWebServer(ServerSocket web) {
        try {
            while (true) {
                try (Socket socket = web.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
                    socket.getOutputStream().flush();
                }
            }
        } catch (IOException closed) {
            // The test is over.
            return;
        }
    }
}
