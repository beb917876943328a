package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client over real connections, to real replicas with stores in memory. */
@Timeout(120)
final class WireTest {
    private static final Key A = Key.of("a");

    private final SortedMap<ReplicaId, String> addresses = ServedNode.freeAddresses(3);
    private final Topology view = Topology.firstOf(
            "wired",
            2,
            addresses.entrySet().stream()
                    .map(entry -> new Member(entry.getKey(), entry.getValue()))
                    .toList());
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<ServedNode> nodes =
            addresses.keySet().stream().map(this::serve).toList();

    private ServedNode serve(ReplicaId id) {
        ServedNode node = new ServedNode(id, addresses.get(id), view, complaints);
        node.start();
        return node;
    }

    @AfterEach
    void stop() {
        nodes.forEach(ServedNode::close);
    }

    private String endpoint(int number) {
        return addresses.get(new ReplicaId(number));
    }

    private DantaClient.Builder builder() {
        return DantaClient.builder().endpoints(endpoint(2)).deadline(Duration.ofSeconds(20));
    }

    @Test
    void oneEndpointIsEnoughToLearnTheRest() {
        try (DantaClient client = builder().cluster("wired").build()) {
            Space shop = client.space("shop");
            Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
            shop.execute(tx -> tx.put(stock, A, 1L));
            for (int i = 0; i < 100; i++) {
                shop.run(tx -> tx.update(stock, A, v -> v + 1));
            }

            assertThat(client.cluster()).isEqualTo("wired");
            assertThat(shop.read(tx -> tx.get(stock, A)).orElseThrow()).isEqualTo(101);
            // Soon all nodes are connected and agree, and then one round trip is enough.
            assertThat(client.stats().commitsFast()).isPositive();
        }
    }

    @Test
    void aNodeThatComesBackGetsWhatItMissed() {
        DantaClient client =
                builder().endpoints(endpoint(1), endpoint(2), endpoint(3)).build();
        Space shop = client.space("shop");
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        shop.execute(tx -> tx.put(stock, A, 0L));
        nodes.get(2).stop();
        for (int i = 0; i < 10; i++) {
            shop.run(tx -> tx.update(stock, A, v -> v + 1));
        }
        nodes.get(2).start();

        assertThat(client.close(Duration.ofSeconds(60)).isComplete()).isTrue();
        dev.danta.occ.Key key = stock.collection().encode(A);
        int shard = new dev.danta.txn.key.ShardMap(2).shardOf(key).number();
        nodes.get(2)
                .replicas()
                .call(() -> assertThat(Codecs.LONG.decode(nodes.get(2)
                                .replicas()
                                .store(shard)
                                .newest(key)
                                .value()
                                .toArray()))
                        .isEqualTo(10));
    }

    @Test
    void moreThanOneReplyCanCarryIsReadAllTheSame() {
        try (DantaClient client = builder().build()) {
            Space shop = client.space("shop");
            Table<byte[]> blobs = shop.table("blobs", Codecs.BYTES, Mode.STRICT);
            List<Key> keys = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Key key = Key.of("same shard", i);
                keys.add(key);
                shop.execute(tx -> tx.put(blobs, key, new byte[1 << 20]));
            }

            Map<Key, byte[]> found = shop.read(tx -> tx.getAll(blobs, keys));

            assertThat(found.keySet()).containsExactlyElementsOf(keys);
            assertThat(client.stats().readRounds()).isOne();
        }
    }

    @Test
    void aClientOfAnotherClusterIsToldSo() {
        assertThatThrownBy(() -> builder().cluster("other").build())
                .isInstanceOf(WrongClusterException.class)
                .hasMessageContaining(endpoint(2))
                .hasMessageContaining("other")
                .hasMessageContaining("wired")
                .message()
                .doesNotContain("\n");
        assertThat(complaints).hasSize(1).first().asString().contains("wants cluster other");
    }

    @Test
    void nobodyAtTheEndpointIsNamed() {
        nodes.forEach(ServedNode::stop);

        assertThatThrownBy(() -> builder().deadline(Duration.ofMillis(500)).build())
                .isInstanceOf(UnavailableException.class)
                .hasMessage("no node answered within 500 ms: " + endpoint(2) + ": connection refused");
    }

    @Test
    void whoTakesConnectionsAndSaysNothingIsNamedToo() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String endpoint = "127.0.0.1:" + silent.getLocalPort();
            assertThatThrownBy(() -> DantaClient.builder()
                            .endpoints(endpoint)
                            .deadline(Duration.ofMillis(500))
                            .build())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessage("no node answered within 500 ms: " + endpoint + ": has not greeted");
        }
    }

    @Test
    void anEndpointThatIsNoneIsAnError() {
        assertThatThrownBy(() -> DantaClient.builder().endpoints("nowhere").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void withoutAQuorumACommitNamesWhoIsAway() {
        DantaClient client = builder().build();
        Space shop = client.space("shop");
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        shop.execute(tx -> tx.put(stock, A, 0L));
        nodes.get(0).stop();
        nodes.get(2).stop();

        assertThatThrownBy(() -> shop.execute(Tx.options().deadline(Duration.ofSeconds(5)), tx -> tx.put(stock, A, 1L)))
                .isInstanceOfAny(UnavailableException.class, OutcomeUnknownException.class)
                .hasMessageContaining(endpoint(1))
                .hasMessageContaining(endpoint(3));
        client.close(Duration.ofMillis(100));
    }
}
