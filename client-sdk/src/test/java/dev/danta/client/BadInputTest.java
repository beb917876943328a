package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application can do wrong, and what it is told to do instead. */
@Timeout(60)
final class BadInputTest {
    private static final Key A = Key.of("a");

    private final MemoryCluster cluster = new MemoryCluster(1, 1);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
    private final Table<Long> views = shop.table("views", Codecs.LONG, Mode.RELAXED);
    private final Counter clicks = shop.counter("clicks");

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private List<ThrowingCallable> callsWith(Key key) {
        return List.of(
                () -> shop.execute(tx -> tx.get(stock, key)),
                () -> shop.execute(tx -> tx.contains(stock, key)),
                () -> shop.execute(tx -> tx.put(stock, key, 1L)),
                () -> shop.execute(tx -> tx.update(stock, key, 0L, value -> value)),
                () -> shop.execute(tx -> tx.delete(stock, key)),
                () -> stock.get(key, Read.STRICT),
                () -> views.put(key, 1L),
                () -> views.delete(key),
                () -> views.get(key),
                () -> clicks.add(key, 1),
                () -> clicks.get(key));
    }

    @Test
    void aNullKey() {
        for (ThrowingCallable call : callsWith(null)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "a key of (strict table|relaxed table|counter) shop/\\w+ is null: make one by Key.of");
        }
    }

    @Test
    void aKeyThatIsTooLong() {
        for (ThrowingCallable call : callsWith(Key.of("x".repeat(480)))) {
            assertThatThrownBy(call)
                    .isInstanceOf(TooLargeException.class)
                    .hasMessageContaining("the key (\"xxx")
                    .hasMessageContaining("an encoded key has 1 to 480 bytes");
        }
    }

    @Test
    void aNullValue() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> shop.execute(tx -> tx.put(stock, A, null)),
                () -> shop.execute(tx -> tx.update(stock, A, 0L, value -> null)),
                () -> views.put(A, null))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is null: to have none, delete the key");
        }
    }

    @Test
    void aValueThatIsTooLarge() {
        Table<byte[]> blobs = shop.table("blobs", Codecs.BYTES, Mode.STRICT);
        assertThatThrownBy(() -> shop.execute(tx -> tx.put(blobs, A, new byte[Limits.VALUE_BYTES_MAX + 1])))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("strict table shop/blobs")
                .hasMessageContaining("more than " + Limits.VALUE_BYTES_MAX);
    }

    @Test
    void aValueThatAnotherCodecHasWritten() {
        Table<String> names = shop.table("stock", Codecs.STRING, Mode.STRICT);
        shop.execute(tx -> tx.put(names, A, "seven"));
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> shop.execute(tx -> tx.get(stock, A)),
                () -> stock.get(A, Read.STRICT),
                () -> stock.scan(KeyRange.all()).toList())) {
            assertThatThrownBy(call)
                    .isInstanceOf(CodecException.class)
                    .hasMessage("a value of strict table shop/stock could not be decoded: a long has 8 bytes, not 5;"
                            + " another codec may have written it");
        }
        assertThatThrownBy(() -> stock.getAsync(A, Read.STRICT).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(CodecException.class);
    }

    @Test
    void aTransactionThatIsCommittedTwiceOrByItsClosure() {
        Tx tx = shop.begin();
        tx.put(stock, A, 1L);
        tx.commit();

        assertThatThrownBy(tx::commit)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the transaction has ended");
        assertThatThrownBy(() -> shop.execute(Tx::commit))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("committed when the closure returns");
        assertThatThrownBy(() -> shop.execute(Tx::rollback)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aTransactionThatIsHandedToAnotherThreadOrKept() {
        AtomicReference<Tx> kept = new AtomicReference<>();
        shop.execute(tx -> {
            kept.set(tx);
            assertThatThrownBy(() -> CompletableFuture.runAsync(() -> tx.put(stock, A, 1L))
                            .join())
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("belongs to the thread that runs the closure")
                    .hasMessageContaining("Space.begin");
        });

        assertThat(stock.get(A, Read.STRICT)).isEmpty();
        assertThatThrownBy(() -> kept.get().get(stock, A))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the transaction has ended");
        Tx byHand = shop.begin();
        CompletableFuture.runAsync(() -> byHand.put(stock, A, 1L)).join();
        byHand.commit();
        assertThat(stock.get(A, Read.STRICT)).contains(1L);
    }

    /** The one keeps its thread, the other waits for it; neither commits when the thread is free again. */
    @Test
    void aClosureThatBlocks() throws InterruptedException {
        ExecutorService one = Executors.newSingleThreadExecutor();
        CountDownLatch released = new CountDownLatch(1);
        try (DantaClient patient = cluster.clientBuilder().executor(one).build()) {
            Space same = patient.space("shop");
            Table<Long> table = same.table("stock", Codecs.LONG, Mode.STRICT);
            TxOptions soon = Tx.options().deadline(Duration.ofMillis(200));
            CompletableFuture<Boolean> blocked = same.runAsync(soon, tx -> {
                tx.put(table, A, 1L);
                released.await();
                return true;
            });
            CompletableFuture<Boolean> waiting = same.runAsync(soon, tx -> {
                tx.put(table, A, 2L);
                return true;
            });
            for (CompletableFuture<Boolean> late : List.of(blocked, waiting)) {
                assertThatThrownBy(late::join)
                        .hasCauseInstanceOf(DeadlineExceededException.class)
                        .hasMessageContaining("does one block?");
            }
            released.countDown();
            one.shutdown();
            assertThat(one.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(stock.get(A, Read.STRICT)).isEmpty();
    }

    @Test
    void aCollectionOfAnotherMode() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> shop.execute(tx -> tx.put(views, A, 1L)),
                () -> shop.execute(tx -> tx.get(views, A)),
                () -> stock.put(A, 1L),
                () -> stock.get(A, Read.LOCAL),
                () -> views.get(A, Read.STRICT))) {
            assertThatThrownBy(call).isInstanceOf(ModeMismatchException.class).hasMessageContaining("shop/");
        }
    }

    @Test
    void aClientThatIsClosed() {
        clicks.add(A, 1);
        client.close();
        for (ThrowingCallable call : callsWith(A)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the client is closed");
        }
        assertThatThrownBy(shop::begin).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> stock.scan(KeyRange.all()).toList()).isInstanceOf(IllegalStateException.class);
    }
}
