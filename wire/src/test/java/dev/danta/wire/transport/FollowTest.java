package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that follow a cluster's configuration: who comes, who leaves, who moves, and the way back through a seed. */
@Timeout(120)
class FollowTest {
    private static final ReplicaId R1 = new ReplicaId(1);
    private static final ReplicaId R2 = new ReplicaId(2);
    private static final ReplicaId R3 = new ReplicaId(3);

    private static Topology topology(long version, Map<ReplicaId, HostAndPort> nodes) {
        List<Member> members = new ArrayList<>();
        new TreeMap<>(nodes).forEach((node, address) -> members.add(new Member(node, address.toString())));
        List<Membership> memberships = IntStream.range(0, 4)
                .mapToObj(shard -> new Membership(
                        new ShardId(shard), new Epoch(1), List.of(members.get(0).node())))
                .toList();
        return new Topology(TestNode.CLUSTER, 0, version, 4, members, memberships);
    }

    private static Topology topology(long version, TestNode... nodes) {
        Map<ReplicaId, HostAndPort> addresses = new TreeMap<>();
        Stream.of(nodes).forEach(node -> addresses.put(node.id(), node.address()));
        return topology(version, addresses);
    }

    private static HostAndPort nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new HostAndPort("127.0.0.1", socket.getLocalPort());
        }
    }

    @Test
    void it_connects_to_who_comes_and_lets_go_of_who_leaves() {
        try (TestNode one = new TestNode(1);
                TestNode two = new TestNode(2);
                TestNode three = new TestNode(3);
                TestClient client = new TestClient(one.endpoint(), two.endpoint())) {
            await().until(() -> client.has("connected r1") && client.has("connected r2"));
            client.connections.follow(topology(2, two, three));
            await().until(() -> client.has("connected r3"));
            await().until(() ->
                    client.has("disconnected r1 " + one.address() + ": is not a node of the cluster any more"));
            assertThat(client.connections.connectedNodes()).containsExactly(R2, R3);
            assertThat(client.events).doesNotContain("disconnected r2");
            await().until(() -> client.connections.status().size() == 2);
            await().until(() -> one.gone.size() == 1);
            assertThat(two.gone).isEmpty();
        }
    }

    @Test
    void what_is_older_or_of_another_cluster_is_not_followed() {
        try (TestNode one = new TestNode(1);
                TestNode two = new TestNode(2);
                TestClient client = new TestClient(one.endpoint())) {
            await().until(() -> client.has("connected r1"));
            client.connections.follow(topology(5, one));
            client.connections.follow(topology(4, two));
            client.connections.follow(topology(5, two));
            Topology other = topology(6, two);
            client.connections.follow(new Topology("bank", 0, 6, other.shards(), other.nodes(), other.memberships()));
            client.connections.follow(
                    new Topology(TestNode.CLUSTER, 77, 6, other.shards(), other.nodes(), other.memberships()));
            assertThat(client.connections.status())
                    .singleElement()
                    .satisfies(status -> assertThat(status.endpoint()).isEqualTo(one.endpoint()));
            assertThat(client.connections.connectedNodes()).containsExactly(R1);
        }
    }

    @Test
    void a_node_that_has_moved_is_found_at_its_new_address() {
        try (TestNode here = new TestNode(1);
                TestNode there = new TestNode(1);
                TestClient client = new TestClient(here.endpoint())) {
            await().until(() -> client.has("connected r1"));
            client.connections.follow(topology(2, there));
            await().until(() -> there.sessions.size() == 1);
            await().until(() -> client.connections.connectedNodes().contains(R1));
            List<String> ofOne = client.events.stream()
                    .filter(event -> event.contains(" r1"))
                    .toList();
            assertThat(ofOne)
                    .containsExactly(
                            "connected r1",
                            "disconnected r1 " + here.address() + ": is not a node of the cluster any more",
                            "connected r1");
        }
    }

    @Test
    void a_dead_address_of_a_node_that_left_is_not_tried_any_more() throws IOException {
        HostAndPort dead = nobody();
        try (TestNode one = new TestNode(1);
                TestClient client = new TestClient(one.endpoint(), new Endpoint(dead, R2))) {
            await().until(() -> client.has("connected r1") && client.has("unreachable " + dead));
            client.connections.follow(topology(2, one));
            await().until(() -> client.connections.status().size() == 1);
            assertThat(client.connections.status().get(0).endpoint()).isEqualTo(one.endpoint());
        }
    }

    @Test
    void a_seed_by_another_name_is_the_way_to_its_node_and_when_it_breaks_the_nodes_own_address_is() {
        try (TestNode one = new TestNode(1);
                TestNode two = new TestNode(2)) {
            HostAndPort otherName = new HostAndPort("localhost", one.address().port());
            // The seed is tried again, too, and whoever is connected first stays: here it comes second.
            Duration late = Duration.ofMinutes(5);
            try (TestClient client =
                    new TestClient(settings -> settings.withRetries(late, late, late), Endpoint.seed(otherName))) {
                await().until(() -> client.has("connected r1"));
                client.connections.follow(topology(2, one, two));
                await().until(() -> client.has("connected r2"));
                assertThat(one.sessions).hasSize(1);
                one.sessions.get(0).close("is tired");
                await().until(() -> client.connections.status().stream()
                        .anyMatch(status -> status.endpoint().equals(one.endpoint())));
                await().until(() -> client.connections.connectedNodes().contains(R1));
            }
        }
    }

    @Test
    void a_client_that_was_left_behind_comes_back_through_a_seed() {
        TestNode old = new TestNode(1);
        HostAndPort place = old.address();
        try (old;
                TestClient client = new TestClient(
                        settings -> settings.withRetries(
                                Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofSeconds(1)),
                        Endpoint.seed(place))) {
            await().until(() -> client.has("connected r1"));
            client.connections.follow(topology(2, Map.of(R2, new HostAndPort("127.0.0.1", 9))));
            old.close();
            await().until(() -> client.has("disconnected r1"));
            try (TestNode young = new TestNode(3, place.port(), settings -> settings)) {
                await().until(() -> client.has("connected r3"));
                assertThat(young.sessions).as("however often it tried").isNotEmpty();
            }
        }
    }

    @Test
    void a_dead_seed_is_tried_seldom_while_nodes_are_connected() throws IOException {
        HostAndPort dead = nobody();
        try (TestNode one = new TestNode(1);
                TestClient client = new TestClient(
                        settings ->
                                settings.withRetries(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1)),
                        Endpoint.seed(dead),
                        Endpoint.seed(one.address()))) {
            await().until(() -> client.has("connected r1"));
            client.connections.follow(topology(2, one));
            long before = triesOf(client, dead);
            // An hour passes before it is tried again, but for the one attempt that may have been under way.
            for (int i = 0; i < 200; i++) {
                one.server().publish(topology(3 + i, one));
            }
            await().until(() -> client.newestTopology().version() == 202);
            assertThat(triesOf(client, dead)).isBetween(0L, before + 2);
        }
    }

    private static long triesOf(TestClient client, HostAndPort address) {
        return client.events.stream()
                .filter(event -> event.startsWith("unreachable " + address))
                .count();
    }
}
