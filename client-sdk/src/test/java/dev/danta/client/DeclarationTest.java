package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Collections are declared once, and the cluster keeps what as. */
@Timeout(60)
final class DeclarationTest {
    private static final Key A = Key.of("a");

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void aClientThatDisagreesIsRefusedAtItsFirstUse() {
        shop.counter("views").add(A, 1);
        try (DantaClient other = cluster.client()) {
            Space otherShop = other.space("shop");
            Table<Long> strict = otherShop.table("views", Codecs.LONG, Mode.STRICT);

            ModeMismatchException refused = catchThrowableOfType(
                    ModeMismatchException.class, () -> otherShop.execute(tx -> tx.put(strict, A, 1L)));

            assertThat(refused)
                    .hasMessage("shop/views is a counter in this cluster, not a strict table: open it as what it is, or"
                            + " use another name");
            assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(refused.retryable()).isFalse();
            assertThatThrownBy(() -> strict.get(A, Read.STRICT)).isInstanceOf(ModeMismatchException.class);
            assertThatThrownBy(() -> otherShop.table("views", Codecs.LONG, Mode.RELAXED))
                    .isInstanceOf(ModeMismatchException.class)
                    .hasMessageContaining("strict table before, not as a relaxed table");
        }
        assertThat(shop.counter("views").get(A, Read.QUORUM)).isOne();
    }

    @Test
    void theOtherWaysToUseItAreRefusedToo() {
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        shop.execute(tx -> tx.put(stock, A, 7L));
        try (DantaClient other = cluster.client();
                DantaClient third = cluster.client()) {
            Table<Long> relaxed = other.space("shop").table("stock", Codecs.LONG, Mode.RELAXED);
            Counter counter = third.space("shop").counter("stock");

            assertThatThrownBy(() -> relaxed.put(A, 1L)).isInstanceOf(ModeMismatchException.class);
            assertThatThrownBy(() -> relaxed.get(A)).isInstanceOf(ModeMismatchException.class);
            assertThatThrownBy(() -> counter.add(A, 1)).isInstanceOf(ModeMismatchException.class);
            assertThatThrownBy(() -> counter.get(A)).isInstanceOf(ModeMismatchException.class);
            assertThatThrownBy(() -> relaxed.putAsync(A, 1L).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ModeMismatchException.class);
        }
    }

    @Test
    void theClusterIsAskedOnceForEachCollection() {
        Counter views = shop.counter("views");
        Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
        List<CompletableFuture<Void>> all =
                Stream.generate(() -> views.addAsync(A, 1)).limit(20).toList();
        all.forEach(CompletableFuture::join);
        for (int i = 0; i < 5; i++) {
            shop.execute(tx -> tx.update(stock, A, 0L, before -> before + 1));
        }
        shop.counter("views").add(A, 1);

        assertThat(cluster.desk().asked()).isEqualTo(2);
        assertThat(views.get(A, Read.QUORUM)).isEqualTo(21);
    }

    @Test
    void whatIsKnownGoesOnWithoutTheConfigurationAndWhatIsNewFailsByItsDeadline() {
        shop.counter("views").add(A, 1);
        cluster.desk().open(false);
        try (DantaClient other =
                cluster.clientBuilder().deadline(Duration.ofMillis(300)).build()) {
            other.space("shop").counter("views").add(A, 1);
            Counter fresh = other.space("shop").counter("clicks");

            UnavailableException failed = catchThrowableOfType(UnavailableException.class, () -> fresh.add(A, 1));
            assertThat(failed)
                    .hasMessageStartingWith(
                            "the cluster could not be told what shop/clicks is, no node answered in time: ")
                    .hasMessageContaining("node-1:7400: the configuration has no majority");
            assertThat(failed.causes()).containsOnlyKeys("node-1:7400", "node-2:7400", "node-3:7400");
            assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(failed.retryable()).isTrue();

            cluster.desk().open(true);
            fresh.add(A, 5);
            assertThat(fresh.get(A, Read.QUORUM)).isEqualTo(5);
        }
        assertThat(shop.counter("views").get(A, Read.QUORUM)).isEqualTo(2);
    }

    @Test
    void aNameThatTheClusterWouldNotTakeIsRefusedAtOnce() {
        for (String name : List.of("", " ", "a\nb", "\ud83d", "x".repeat(101))) {
            assertThatThrownBy(() -> shop.counter(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 to 100 printable characters");
            assertThatThrownBy(() -> client.space(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
