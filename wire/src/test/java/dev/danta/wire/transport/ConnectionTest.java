package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.WireLimits;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends together, over real sockets on loopback. */
@Timeout(60)
class ConnectionTest {
    private static final ReplicaId ONE = new ReplicaId(1);

    @Test
    void batches_arrive_in_order_and_are_answered_in_order() {
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            for (long number = 1; number <= 20_000; number++) {
                assertThat(client.connections.send(ONE, client.decide(number))).isTrue();
                if (number % 64 == 0) {
                    client.connections.flush();
                }
            }
            client.connections.flush();
            await().until(() -> client.acknowledged().size() == 20_000);
            assertThat(client.acknowledged())
                    .isEqualTo(LongStream.rangeClosed(1, 20_000).boxed().toList());
            assertThat(client.connections.droppedEnvelopes()).isZero();
        }
    }

    @Test
    void many_threads_share_a_stream_and_each_keeps_its_order() throws Exception {
        int threads = 8;
        int each = 3_000;
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> senders = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long base = 1_000_000L * (thread + 1);
                Thread sender = new Thread(() -> {
                    awaitQuietly(start);
                    for (int i = 0; i < each; i++) {
                        client.connections.send(ONE, client.decide(base + i));
                        client.connections.flush();
                    }
                });
                senders.add(sender);
                sender.start();
            }
            start.countDown();
            for (Thread sender : senders) {
                sender.join();
            }
            await().until(() -> client.acknowledged().size() == threads * each);
            for (int thread = 0; thread < threads; thread++) {
                long base = 1_000_000L * (thread + 1);
                assertThat(client.acknowledged().stream().filter(number -> number / 1_000_000 == base / 1_000_000))
                        .containsExactlyElementsOf(
                                LongStream.range(base, base + each).boxed().toList());
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void a_client_learns_who_is_behind_a_seed_and_what_the_cluster_looks_like() {
        try (TestNode node = new TestNode(3);
                TestClient client = new TestClient(Endpoint.seed(node.address()))) {
            await().until(() -> client.has("connected r3"));
            assertThat(client.greetings.get(0).topology()).isEqualTo(TestNode.TOPOLOGY);
            assertThat(client.connections.connectedNodes()).containsExactly(new ReplicaId(3));
            assertThat(client.connections.status()).singleElement().satisfies(status -> {
                assertThat(status.connected()).isTrue();
                assertThat(status.node()).isEqualTo(new ReplicaId(3));
                assertThat(status.cause()).isEmpty();
            });
            await().until(() -> node.sessions.size() == 1);
            assertThat(node.sessions.get(0).client()).isEqualTo(client.id);
        }
    }

    @Test
    void two_addresses_of_one_node_end_up_as_one_link() {
        try (TestNode node = new TestNode(1)) {
            HostAndPort other = new HostAndPort("localhost", node.address().port());
            try (TestClient client = new TestClient(Endpoint.seed(node.address()), Endpoint.seed(other))) {
                await().until(() -> client.connections.status().size() == 1
                        && client.connections.status().get(0).connected());
                await().until(() -> node.gone.size() == 1);
                assertThat(node.server().sessionCount()).isEqualTo(1);
                client.connections.connect(node.endpoint());
                assertThat(client.connections.status()).hasSize(1);
                assertThat(client.events).containsExactly("connected r1");
            }
        }
    }

    @Test
    void a_client_of_another_cluster_is_told_so_and_others_are_served() {
        try (TestNode node = new TestNode(1);
                TestClient welcome = new TestClient(node.endpoint());
                TestClient stranger = new TestClient(
                        settings -> ReplicaConnections.Settings.of(settings.client(), "bank"), node.endpoint())) {
            String cause = node.address() + ": belongs to cluster shop, not bank";
            await().until(() -> stranger.has("permanent " + cause));
            assertThat(stranger.connections.status().get(0).cause()).isEqualTo(cause);
            assertThat(stranger.connections.send(ONE, stranger.decide(1))).isFalse();
            await().until(() -> welcome.has("connected r1"));
            await().until(() -> node.complaints.stream().anyMatch(line -> line.endsWith("which wants cluster bank")));
            assertEcho(welcome);
        }
    }

    @Test
    void another_node_than_the_expected_one_is_not_taken() {
        try (TestNode node = new TestNode(2);
                TestClient client = new TestClient(new Endpoint(node.address(), ONE))) {
            await().until(() -> client.has("permanent " + node.address() + ": is node r2, not r1"));
            assertThat(client.has("connected")).isFalse();
        }
    }

    @Test
    void a_client_without_a_cluster_takes_the_first_it_finds_and_stays_with_it() {
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(
                        settings -> ReplicaConnections.Settings.of(settings.client(), ""), node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            assertEcho(client);
        }
    }

    @Test
    void after_a_restart_of_the_node_the_client_is_back() {
        TestNode first = new TestNode(1);
        HostAndPort address = first.address();
        try (TestClient client = new TestClient(first.endpoint())) {
            await().until(() -> client.has("connected r1"));
            first.close();
            await().until(() -> client.has("disconnected r1 " + address));
            await().until(() -> client.has("unreachable " + address + ": connection refused"));
            assertThat(client.connections.send(ONE, client.decide(1))).isFalse();
            assertThat(client.connections.connectedNodes()).isEmpty();
            try (TestNode second = new TestNode(1, address.port(), settings -> settings)) {
                await().until(() -> client.connections.connectedNodes().contains(ONE));
                assertEcho(client);
                assertThat(second.sessions).hasSize(1);
            }
        }
    }

    @Test
    void a_node_that_stops_in_good_order_sends_what_it_has_and_says_why() {
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            for (long number = 1; number <= 1000; number++) {
                client.connections.send(ONE, client.decide(number));
            }
            client.connections.flush();
            await().until(() -> !client.acknowledged().isEmpty());
            node.server().stop(Duration.ofSeconds(10));
            await().until(() -> client.has("disconnected r1 " + node.address() + ": is stopping"));
            assertThat(node.gone).hasSize(1);
            assertThat(client.acknowledged()).startsWith(1L);
        }
    }

    @Test
    void closing_lets_go_of_what_is_queued() {
        try (TestNode node = new TestNode(1)) {
            TestClient client = new TestClient(node.endpoint());
            await().until(() -> client.has("connected r1"));
            for (long number = 1; number <= 5000; number++) {
                client.connections.send(ONE, client.decide(number));
            }
            client.connections.close(Duration.ofSeconds(10));
            assertThat(client.acknowledged()).hasSize(5000);
            assertThat(client.has("disconnected r1 " + node.address() + ": closed by this client"))
                    .isTrue();
            await().until(() -> node.gone.size() == 1 && node.server().sessionCount() == 0);
        }
    }

    @Test
    void where_nobody_listens_the_cause_says_so_in_one_line() throws Exception {
        HostAndPort nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = new HostAndPort("127.0.0.1", socket.getLocalPort());
        }
        HostAndPort nowhere = new HostAndPort("no-such-host.invalid", 7400);
        try (TestClient client = new TestClient(Endpoint.seed(nobody), Endpoint.seed(nowhere))) {
            await().until(() -> client.has("unreachable " + nobody + ": connection refused"));
            await().until(() -> client.has("unreachable " + nowhere + ": unknown host"));
            assertThat(client.connections.status())
                    .extracting(LinkStatus::cause)
                    .containsExactly(nobody + ": connection refused", nowhere + ": unknown host");
        }
    }

    @Test
    void whoever_accepts_and_says_nothing_is_given_up() throws Exception {
        try (ServerSocket mute = new ServerSocket(0)) {
            HostAndPort address = new HostAndPort("127.0.0.1", mute.getLocalPort());
            try (TestClient client = new TestClient(
                    settings -> withGreetingTimeout(settings, Duration.ofMillis(200)), Endpoint.seed(address))) {
                await().until(() -> client.has("unreachable " + address + ": no greeting within 200 ms"));
            }
        }
    }

    private static ReplicaConnections.Settings withGreetingTimeout(
            ReplicaConnections.Settings settings, Duration timeout) {
        return new ReplicaConnections.Settings(
                settings.client(),
                settings.cluster(),
                settings.limits(),
                settings.sendQueueEnvelopesMax(),
                settings.sendQueueBytesMax(),
                settings.connectTimeout(),
                timeout,
                Duration.ofMillis(50),
                settings.pingsMissedMax(),
                settings.retryMin(),
                settings.retryMax(),
                settings.retrySeldom(),
                settings.readyBytes());
    }

    @Test
    void a_peer_that_falls_silent_is_noticed_and_one_that_is_merely_idle_is_kept() throws Exception {
        try (TestNode node = new TestNode(1);
                FreezingProxy proxy = new FreezingProxy(node.address());
                TestClient client = new TestClient(
                        settings -> settings.withPings(Duration.ofMillis(100), 5),
                        new Endpoint(proxy.address(), ONE))) {
            await().until(() -> client.has("connected r1"));
            // Idle for longer than silence is tolerated; the pings keep it.
            long before = proxy.bytesFromServer();
            await().until(() -> proxy.bytesFromServer() > before + 100);
            assertThat(client.has("disconnected")).isFalse();
            proxy.freeze();
            await().until(() -> client.has("disconnected r1 " + proxy.address() + ": silent for 500 ms"));
        }
    }

    @Test
    void an_envelope_over_a_limit_is_refused_before_it_is_sent() {
        WireLimits small = new WireLimits(8192, 8192, 1000, 10, 10, 10, 10, 100);
        try (TestNode node = new TestNode(1, 0, settings -> settings.withLimits(small));
                TestClient client = new TestClient(settings -> settings.withLimits(small), node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                writes.add(new Write(new Key(Bytes.utf8("k" + i)), Bytes.wrap(new byte[1000])));
            }
            Envelope tooLarge = new Envelope(
                    new ShardId(0),
                    Epoch.FIRST,
                    new Address.Client(client.id),
                    new IrMessage.Propose(
                            new Timestamp(1, client.id),
                            new PrepareBody(List.of(new ShardId(0)), new AccessSet(List.of(), writes))));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> client.connections.send(ONE, tooLarge))
                    .withMessageContaining("over the limit of");
            assertEcho(client);
        }
    }

    private static void assertEcho(TestClient client) {
        long number = 1L + client.acknowledged().size();
        assertThat(client.connections.send(ONE, client.decide(number))).isTrue();
        client.connections.flush();
        await().until(() -> client.acknowledged().contains(number));
    }
}
