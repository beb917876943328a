package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminDesk;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node publishes reaches every client, once, in order, and after the greeting. */
@Timeout(120)
class TopologyPushTest {
    private static Topology version(long version) {
        return version("shop", 0, version);
    }

    private static Topology version(String cluster, long identity, long version) {
        List<Membership> memberships = IntStream.range(0, 4)
                .mapToObj(shard -> new Membership(new ShardId(shard), new Epoch(version), List.of(new ReplicaId(1))))
                .toList();
        List<Member> nodes = List.of(new Member(new ReplicaId(1), "localhost:7400", version % 2 == 0));
        return new Topology(cluster, identity, version, 4, nodes, memberships);
    }

    @Test
    void a_newer_topology_reaches_every_open_stream_and_an_older_one_none() {
        try (TestNode node = new TestNode(1);
                TestClient one = new TestClient(node.endpoint());
                TestClient two = new TestClient(node.endpoint())) {
            await().until(() -> one.has("connected r1") && two.has("connected r1"));
            node.server().publish(version(5));
            await().until(() ->
                    one.topologies.equals(List.of(version(5))) && two.topologies.equals(List.of(version(5))));
            node.server().publish(version(5));
            node.server().publish(version(4));
            node.server().publish(version(6));
            await().until(() -> one.topologies.contains(version(6)) && two.topologies.contains(version(6)));
            assertThat(one.topologies).containsExactly(version(5), version(6));
            assertThat(two.topologies).containsExactly(version(5), version(6));
        }
    }

    @Test
    void who_comes_later_is_greeted_with_the_newest_and_told_no_older_one() {
        try (TestNode node = new TestNode(1)) {
            node.server().publish(version(7));
            try (TestClient client = new TestClient(node.endpoint())) {
                await().until(() -> client.has("connected r1"));
                assertThat(client.greetings.get(0).topology()).isEqualTo(version(7));
                node.server().publish(version(8));
                await().until(() -> !client.topologies.isEmpty());
                assertThat(client.topologies).containsExactly(version(8));
            }
        }
    }

    @Test
    void a_client_that_connects_while_the_topology_changes_ends_with_the_last() throws InterruptedException {
        try (TestNode node = new TestNode(1)) {
            Thread publisher = new Thread(() -> {
                for (int version = 2; version <= 3000; version++) {
                    node.server().publish(version(version));
                }
            });
            publisher.start();
            for (int i = 0; i < 20; i++) {
                try (TestClient client = new TestClient(node.endpoint())) {
                    await().until(() -> client.has("connected r1"));
                    if (i == 19) {
                        publisher.join();
                        await().until(() -> client.newestTopology().equals(version(3000)));
                    }
                    List<Long> told =
                            client.topologies.stream().map(Topology::version).toList();
                    assertThat(told).isSorted().doesNotHaveDuplicates();
                    assertThat(client.greetings).hasSize(1);
                }
            }
        }
    }

    @Test
    void a_node_of_no_cluster_yet_turns_clients_away_until_it_is_of_one() {
        TestNode other = new TestNode(2);
        ReplicationServer young = ReplicationServer.start(
                ReplicationServer.Settings.of(new HostAndPort("127.0.0.1", 0)),
                new ReplicaId(1),
                () -> 1,
                other,
                AdminDesk.CLOSED);
        try (other;
                TestClient client = new TestClient(Endpoint.seed(young.address()))) {
            await().until(() -> client.has("unreachable " + young.address() + ": belongs to no cluster yet"));
            young.publish(version(1));
            await().until(() -> client.has("connected r1"));
            assertThat(client.has("permanent")).isFalse();
        } finally {
            young.stop(Duration.ZERO);
        }
    }

    @Test
    void a_node_does_not_move_to_another_cluster() {
        try (TestNode node = new TestNode(1)) {
            assertThatThrownBy(() -> node.server().publish(version("bank", 0, 9)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a node does not move to another cluster: it is of shop, not of bank");
        }
    }

    @Test
    void two_clusters_of_one_name_are_told_apart() {
        try (TestNode node = new TestNode(1);
                TestClient client = new TestClient(node.endpoint())) {
            await().until(() -> client.has("connected r1"));
            ReplicationServer namesake = ReplicationServer.start(
                    ReplicationServer.Settings.of(new HostAndPort("127.0.0.1", 0)),
                    new ReplicaId(2),
                    () -> 1,
                    node,
                    AdminDesk.CLOSED);
            try {
                namesake.publish(version("shop", 99, 3));
                client.connections.connect(new Endpoint(namesake.address(), new ReplicaId(2)));
                await().until(() -> client.has(
                        "permanent " + namesake.address() + ": belongs to another cluster that is called shop, too"));
                assertThat(client.connections.connectedNodes()).containsExactly(new ReplicaId(1));
            } finally {
                namesake.stop(Duration.ZERO);
            }
        }
    }
}
