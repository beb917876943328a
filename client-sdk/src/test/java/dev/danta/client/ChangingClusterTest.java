package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client over real connections to a cluster whose nodes come and go, and whose seeds may be anything. */
@Timeout(120)
final class ChangingClusterTest {
    private static final int SHARDS = 2;
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");

    private final SortedMap<ReplicaId, String> addresses = ServedNode.freeAddresses(7);
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<ServedNode> served = new ArrayList<>();

    @AfterEach
    void stop() {
        served.forEach(ServedNode::close);
    }

    private String address(int number) {
        return addresses.get(new ReplicaId(number));
    }

    private Topology topology(long version, long epoch, int... members) {
        return topology("changing", version, epoch, members);
    }

    private Topology topology(String cluster, long version, long epoch, int... members) {
        List<ReplicaId> replicas =
                IntStream.of(members).mapToObj(ReplicaId::new).toList();
        return new Topology(
                cluster,
                1,
                version,
                SHARDS,
                replicas.stream().map(id -> new Member(id, addresses.get(id))).toList(),
                IntStream.range(0, SHARDS)
                        .mapToObj(shard -> new Membership(new ShardId(shard), new Epoch(epoch), replicas))
                        .toList());
    }

    private ServedNode made(int number, Topology topology) {
        ServedNode node = new ServedNode(new ReplicaId(number), address(number), topology, complaints);
        served.add(node);
        return node;
    }

    private List<ServedNode> started(Topology topology) {
        List<ServedNode> nodes = new ArrayList<>();
        for (Member member : topology.nodes()) {
            ServedNode node = made(member.node().number(), topology);
            node.start();
            nodes.add(node);
        }
        return nodes;
    }

    private DantaClient.Builder builder(String... endpoints) {
        return DantaClient.builder().endpoints(endpoints).deadline(Duration.ofSeconds(30));
    }

    private static void isOfUse(DantaClient client) {
        Space shop = client.space("shop");
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        shop.execute(tx -> {
            tx.put(stock, A, 1L);
            tx.put(stock, B, 2L);
        });
        long sum = shop.read(
                tx -> tx.get(stock, A).orElseThrow() + tx.get(stock, B).orElseThrow());
        assertThat(sum).isEqualTo(3);
    }

    @Test
    void itGoesOnWhenAllMembersAreReplacedSinceItStarted() {
        Topology before = topology(1, 1, 1, 2, 3);
        List<ServedNode> first = started(before);
        try (DantaClient client = builder(address(1)).build()) {
            isOfUse(client);
            Topology after = topology(2, 2, 4, 5, 6);
            List<ServedNode> second = started(after);
            first.forEach(node -> node.publish(after));
            await().until(() -> second.stream().allMatch(node -> node.clients() == 1));
            first.forEach(ServedNode::stop);

            isOfUse(client);

            // Nobody whom it ever knew at its start is left; what it knows now is enough to begin anew.
            second.forEach(ServedNode::stop);
            second.forEach(ServedNode::start);
            isOfUse(client);
        }
    }

    @Test
    void itLetsGoOfANodeThatLeavesAndConnectsToTheOneThatComes() {
        Topology before = topology(1, 1, 1, 2, 3);
        List<ServedNode> nodes = started(before);
        try (DantaClient client = builder(address(1), address(2)).build()) {
            await().until(() -> nodes.stream().allMatch(node -> node.clients() == 1));
            Topology after = topology(2, 2, 2, 3, 4);
            ServedNode fourth = made(4, after);
            fourth.start();
            nodes.get(2).publish(after);
            await().until(() -> fourth.clients() == 1);
            assertThat(client.cluster()).isEqualTo("changing");
            // Node 1 was a seed, and stays one; node 3 was not, and is a member still.
            assertThat(nodes.get(2).clients()).isOne();
        }
    }

    @Test
    void aMemberOfTomorrowWhoseAddressComesLaterIsConnectedToThen() {
        List<ServedNode> nodes = started(topology(1, 1, 1, 2, 3));
        try (DantaClient client = builder(address(3)).build()) {
            Topology added = topology(2, 1, 1, 2, 3);
            List<Member> members = new ArrayList<>(added.nodes());
            members.add(new Member(new ReplicaId(4), address(4)));
            Topology withFour = new Topology("changing", 1, 2, SHARDS, members, added.memberships());
            ServedNode fourth = made(4, withFour);
            nodes.get(0).publish(withFour);
            fourth.start();
            await().until(() -> fourth.clients() == 1);
            isOfUse(client);
        }
    }

    @Test
    void oneLiveSeedIsEnoughWhateverTheOthersAre() throws IOException {
        List<ServedNode> nodes = started(topology(1, 1, 1, 2, 3));
        ServedNode otherCluster = made(5, topology("another", 9, 1, 5));
        otherCluster.start();
        ServedNode young = made(6, topology(1, 1, 6));
        young.startWithoutCluster();
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String[] seeds = {
                "127.0.0.1:" + silent.getLocalPort(),
                address(7),
                address(5),
                address(6),
                "no-such-host.invalid:7400",
                address(2)
            };
            try (DantaClient client = builder(seeds).cluster("changing").build()) {
                isOfUse(client);
                await().until(() -> nodes.stream().allMatch(node -> node.clients() == 1));
                assertThat(otherCluster.clients()).isZero();
            }
        }
    }

    @Test
    void whereAllSeedsAreOfAnotherClusterThatIsSaidAtOnce() {
        ServedNode one = made(5, topology("another", 9, 1, 5));
        ServedNode two = made(6, topology("third", 9, 1, 6));
        one.start();
        two.start();
        assertThatThrownBy(() -> builder(address(5), address(6), address(5))
                        .cluster("changing")
                        .deadline(Duration.ofDays(1))
                        .build())
                .isInstanceOf(WrongClusterException.class)
                .hasMessageContaining(address(5) + ": belongs to cluster another, not changing")
                .hasMessageContaining(address(6) + ": belongs to cluster third, not changing");
    }

    @Test
    void whereTheOthersAreDeadItIsSaidAtTheDeadlineWithEachCause() {
        ServedNode one = made(5, topology("another", 9, 1, 5));
        one.start();
        assertThatThrownBy(() -> builder(address(5), address(7))
                        .cluster("changing")
                        .deadline(Duration.ofMillis(500))
                        .build())
                .isInstanceOf(WrongClusterException.class)
                .hasMessageContaining(address(5) + ": belongs to cluster another, not changing")
                .hasMessageContaining(address(7) + ": connection refused");
    }

    @Test
    void aNodeOfNoClusterYetIsWaitedForUntilTheDeadline() {
        ServedNode young = made(6, topology(1, 1, 6));
        young.startWithoutCluster();
        assertThatThrownBy(() ->
                        builder(address(6)).deadline(Duration.ofMillis(300)).build())
                .isInstanceOf(UnavailableException.class)
                .hasMessage("no node answered within 300 ms: " + address(6) + ": belongs to no cluster yet");
        CompletableFuture<Void> published = CompletableFuture.runAsync(() -> young.publish(topology(1, 1, 6)));
        try (DantaClient client = builder(address(6)).build()) {
            isOfUse(client);
        }
        published.join();
        assertThat(complaints).isEmpty();
    }
}
