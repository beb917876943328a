package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.UnavailableException;
import dev.danta.config.raft.RaftSettings;
import dev.danta.ir.id.ReplicaId;
import dev.danta.node.Node;
import dev.danta.node.NodeSettings;
import dev.danta.node.Start;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client of real nodes whose members are all replaced while it works: it began with one dead seed and one live one, and in
 * the end knows nobody whom it knew then.
 */
@Tag("long")
@Timeout(240)
final class ReplacedClusterTest {
    private static final RaftSettings QUICK = new RaftSettings(
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1_000,
            Duration.ofMinutes(10),
            1 << 20,
            Duration.ofMillis(100),
            Duration.ofSeconds(20));
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KEYS = 50;

    @TempDir
    private Path folder;

    private final List<Integer> ports = Ports.free(14);
    private final Map<Integer, Node> running = new TreeMap<>();

    @AfterEach
    void stopAll() {
        running.values().forEach(Node::close);
    }

    private HostAndPort address(int number) {
        return new HostAndPort("127.0.0.1", ports.get(2 * number - 2));
    }

    private NodeSettings settings(int number) {
        HostAndPort config = new HostAndPort("127.0.0.1", ports.get(2 * number - 1));
        HostAndPort listen = address(number);
        return NodeSettings.of(new NodeSettings.Self(
                new ReplicaId(number), listen, folder.resolve("n" + number), config, listen, config, List.of()));
    }

    private void start(int number, Start start) {
        Node node = Node.start(settings(number), start, QUICK);
        running.put(number, node);
        node.awaitReady();
    }

    private void join(int number, int seed) {
        start(number, new Start.Join(List.of(address(seed))));
    }

    private void stop(int number) {
        running.remove(number).close();
    }

    private AdminReply.NodeStatus status(int at) {
        AdminRequest question = new AdminRequest.Status(false);
        return (AdminReply.NodeStatus) AdminClient.ask(address(at), "", question, PATIENCE);
    }

    /** Asks again and again until these are the nodes, all shards have three members, and nothing is left to do. */
    private void awaitNodes(int at, Integer... numbers) {
        await().atMost(Duration.ofSeconds(100)).until(() -> {
            AdminReply.Configuration configuration = status(at).configuration();
            return configuration.nodes().stream()
                            .map(AdminReply.Node::node)
                            .toList()
                            .equals(List.of(numbers))
                    && configuration.shards().stream()
                            .allMatch(
                                    shard -> shard.settled() && shard.members().size() == 3);
        });
    }

    private void remove(int number, int at) {
        AdminReply reply =
                AdminClient.ask(address(at), "shop", new AdminRequest.Remove(number, false, false), PATIENCE);
        assertThat(reply).isInstanceOf(AdminReply.Done.class);
    }

    private DantaClient client(int... seeds) {
        return DantaClient.builder()
                .endpoints(IntStream.of(seeds)
                        .mapToObj(seed -> address(seed).toString())
                        .toList())
                .cluster("shop")
                .deadline(PATIENCE)
                .build();
    }

    @Test
    void aClientGoesOnAfterAllMembersThatItBeganWithAreGone() {
        start(1, new Start.Init("shop", 1, 3));
        join(2, 1);
        join(3, 1);
        awaitNodes(1, 1, 2, 3);
        int nobody = 7;
        try (DantaClient client = client(nobody, 1)) {
            Space shop = client.space("shop");
            Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
            for (int i = 0; i < KEYS; i++) {
                Key key = Key.of("k" + i);
                shop.execute(tx -> tx.put(stock, key, 0L));
            }
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Long> rounds = CompletableFuture.supplyAsync(() -> {
                long round = 0;
                while (!enough.get()) {
                    Key key = Key.of("k" + round % KEYS);
                    shop.execute(tx -> tx.put(stock, key, tx.get(stock, key).orElseThrow() + 1));
                    round++;
                }
                return round;
            });
            for (int number = 4; number <= 6; number++) {
                join(number, number - 1);
                awaitNodes(number, number - 3, number - 2, number - 1, number);
                remove(number - 3, number);
                awaitNodes(number, number - 2, number - 1, number);
                stop(number - 3);
            }
            enough.set(true);
            long done = rounds.join();
            assertThat(done).isPositive();
            assertThat(sum(client)).as("nothing that was acknowledged is lost").isEqualTo(done);
            assertThat(running.keySet()).containsExactly(4, 5, 6);
        }
        try (DantaClient late = client(1, 5)) {
            assertThat(sum(late)).isPositive();
        }
        assertThatThrownBy(() -> DantaClient.builder()
                        .endpoints(address(1).toString(), address(2).toString())
                        .deadline(Duration.ofMillis(300))
                        .build())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining(address(1) + ": connection refused")
                .hasMessageContaining(address(2) + ": connection refused");
    }

    private static long sum(DantaClient client) {
        Space shop = client.space("shop");
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        List<Key> keys = IntStream.range(0, KEYS).mapToObj(i -> Key.of("k" + i)).toList();
        return shop.read(tx -> tx.getAll(stock, keys).values().stream()
                .mapToLong(Long::longValue)
                .sum());
    }
}
