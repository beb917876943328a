package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.message.IrMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class RelaxedTest {
    private static final Key A = Key.of("a", 1);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<String> catalog = shop.table("catalog", Codecs.STRING, Mode.RELAXED);
    private final Counter views = shop.counter("views");

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void aPutIsReadByAQuorum() {
        assertThat(catalog.get(A, Read.QUORUM)).isEmpty();
        catalog.put(A, "one");
        catalog.put(A, "two");

        assertThat(catalog.get(A, Read.QUORUM)).hasValue("two");
        catalog.delete(A);
        assertThat(catalog.get(A, Read.QUORUM)).isEmpty();
        assertThat(client.stats().relaxedUpdates()).isEqualTo(3);
        assertThat(client.stats().relaxedReads()).isEqualTo(3);
    }

    @Test
    void aLocalReadMayMissWhatOneReplicaHasNotGot() {
        cluster.loseToNode((node, envelope) -> envelope.message() instanceof IrMessage.Execute);
        CompletableFuture<Void> put = catalog.putAsync(A, "one");
        assertThat(catalog.get(A)).isEmpty();
        cluster.loseNothing();
        put.join();

        assertThat(catalog.get(A, Read.QUORUM)).hasValue("one");
    }

    @Test
    void withAckOneASingleNodeIsEnoughAndTheOthersGetItLater() {
        catalog.put(A, "before");
        SetOf<String> tags = shop.setOf("tags", Codecs.STRING);
        cluster.loseToNode((node, envelope) -> node.number() != 1);

        catalog.with(Ack.ONE).put(A, "one");
        views.with(Ack.ONE).add(A, 3);
        tags.with(Ack.ONE).add(A, "red");
        shop.mapOf("map", Codecs.STRING, Codecs.STRING).with(Ack.ONE).put(A, "f", "v");
        shop.growSetOf("grown", Codecs.STRING).with(Ack.ONE).add(A, "e");
        shop.eventStream("events", Codecs.STRING, Duration.ofDays(1))
                .with(Ack.ONE)
                .append(A, "happened");
        shop.boundedCounter("stock", Bounds.atLeast(0)).gain(A, 1, Ack.ONE);

        cluster.loseNothing();
        assertThat(client.close(Duration.ofSeconds(10)).isComplete()).isTrue();
        cluster.loseToNode((node, envelope) -> node.number() == 1);
        try (DantaClient other = cluster.client()) {
            Space again = other.space("shop");
            assertThat(again.table("catalog", Codecs.STRING, Mode.RELAXED).get(A, Read.QUORUM))
                    .hasValue("one");
            assertThat(again.counter("views").get(A, Read.QUORUM)).isEqualTo(3);
            assertThat(again.setOf("tags", Codecs.STRING).members(A, Read.QUORUM))
                    .containsExactly("red");
        }
    }

    @Test
    void withoutItAQuorumIsNeeded() {
        catalog.put(A, "before");
        cluster.loseToNode((node, envelope) -> node.number() != 1);
        try (DantaClient hasty =
                cluster.clientBuilder().deadline(Duration.ofMillis(300)).build()) {
            Table<String> same = hasty.space("shop").table("catalog", Codecs.STRING, Mode.RELAXED);
            assertThatThrownBy(() -> same.put(A, "two"))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("by a quorum");
            cluster.loseToNode((node, envelope) -> true);
            assertThatThrownBy(() -> same.with(Ack.ONE).put(A, "three"))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("by any node");
        }
        cluster.loseNothing();
    }

    @Test
    void additionsFromManyThreadsAndClientsAllCountOnce() {
        List<CompletableFuture<Void>> additions = new ArrayList<>();
        try (DantaClient other = cluster.client()) {
            Counter same = other.space("shop").counter("views");
            for (int i = 1; i <= 100; i++) {
                additions.add(views.addAsync(A, i));
                additions.add(same.addAsync(A, -1));
            }
            additions.forEach(CompletableFuture::join);
        }

        assertThat(views.get(A, Read.QUORUM)).isEqualTo(5050 - 100);
        assertThat(views.get(Key.of("never"))).isZero();
    }

    @Test
    void anAdditionThatDoesNotFitIsRefusedAndTheClientLivesOn() {
        views.add(A, Long.MAX_VALUE);

        assertThatThrownBy(() -> views.add(A, 1)).isInstanceOf(RefusedException.class);

        views.add(A, -1);
        assertThat(views.get(A, Read.QUORUM)).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void withoutAQuorumAnUpdateIsUnknownAndSaysWho() {
        try (DantaClient hasty =
                cluster.clientBuilder().deadline(Duration.ofMillis(200)).build()) {
            Table<String> table = hasty.space("shop").table("catalog", Codecs.STRING, Mode.RELAXED);
            cluster.stop(1);
            cluster.stop(2);

            assertThatThrownBy(() -> table.put(A, "one"))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("node-1:7400: was stopped")
                    .hasMessageContaining("node-2:7400: was stopped");
        }
    }

    @Test
    void aStoppedReplicaGetsWhatItMissed() {
        cluster.stop(3);
        catalog.put(A, "one");
        views.add(A, 5);
        cluster.start(3);

        assertThat(client.close(Duration.ofSeconds(60)).isComplete()).isTrue();
        cluster.settle(3);
        dev.danta.occ.Key key = new Collection("shop", "views", Collection.Kind.COUNTER).encode(A);
        List<Long> sums = new ArrayList<>();
        for (int shard = 0; shard < 2; shard++) {
            if (cluster.store(3, shard).relaxed(key) instanceof dev.danta.relaxed.Counter counter) {
                sums.add(counter.value());
            }
        }
        assertThat(sums).containsExactly(5L);
    }

    @Test
    void twoNamesForOneKeyDoNotCollide() {
        catalog.put(Key.of("a", "b"), "two strings");
        catalog.put(Key.of("ab"), "one string");
        catalog.put(Key.of(new byte[] {'a', 'b'}), "bytes");
        catalog.put(Key.of(7), "integer");

        assertThat(catalog.get(Key.of("a", "b"), Read.QUORUM)).hasValue("two strings");
        assertThat(catalog.get(Key.of("ab"), Read.QUORUM)).hasValue("one string");
        assertThat(catalog.get(Key.of(new byte[] {'a', 'b'}), Read.QUORUM)).hasValue("bytes");
        assertThat(catalog.get(Key.of(7L), Read.QUORUM)).hasValue("integer");
    }

    @Test
    void halfASurrogatePairIsNoKeyAndNoText() {
        assertThatThrownBy(() -> Key.of("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> catalog.put(A, "\ud800")).isInstanceOf(CodecException.class);
        assertThatThrownBy(() -> Key.of()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Key.of(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Double");
    }
}
