package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.message.IrMessage;
import dev.danta.txn.ReadQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client remembers saves it questions, and never gives a wrong answer. */
@Timeout(120)
final class CacheTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");
    private static final Duration LONG = Duration.ofHours(1);

    private final MemoryCluster cluster = new MemoryCluster(3, 4);
    private final DantaClient client = cluster.clientBuilder().cache(1 << 20).build();
    private final DantaClient other = cluster.client();
    private final Space shop = client.space("shop");
    private final Space elsewhere = other.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
    private final Table<Long> theirs = elsewhere.table("stock", Codecs.LONG, Mode.STRICT);
    private final Table<String> names = shop.table("names", Codecs.STRING, Mode.RELAXED);
    private final Table<String> theirNames = elsewhere.table("names", Codecs.STRING, Mode.RELAXED);
    private final AtomicLong questions = new AtomicLong();

    CacheTest() {
        cluster.loseToNode((node, envelope) -> {
            if (envelope.message() instanceof IrMessage.Ask ask
                    && (ask.query() instanceof ReadQuery.Versions || ask.query() instanceof ReadQuery.Relaxed)) {
                questions.incrementAndGet();
            }
            return false;
        });
    }

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    private void set(Space space, Table<Long> table, Key key, long value) {
        space.execute(tx -> tx.put(table, key, value));
    }

    private long add(Key key) {
        return shop.<Long, RuntimeException>run(tx -> tx.update(stock, key, 0L, value -> value + 1));
    }

    @Test
    void whatWasWrittenOrReadIsNotAskedForAgain() {
        set(shop, stock, A, 5);
        assertThat(add(A)).isEqualTo(6);
        assertThat(add(A)).isEqualTo(7);
        assertThat(questions).hasValue(0);

        assertThat(add(B)).isOne();
        assertThat(questions).hasValue(1);
        assertThat(add(B)).isEqualTo(2);
        assertThat(questions).hasValue(1);
        assertThat(client.stats().cacheHits()).isEqualTo(3);
        assertThat(client.stats().cacheMisses()).isOne();
        assertThat(client.stats().cacheEntries()).isEqualTo(2);
        assertThat(client.stats().cacheBytes()).isBetween(100L, 1_000L);
    }

    @Test
    void thatNothingIsThereIsRemembered() {
        for (int i = 0; i < 3; i++) {
            assertThat(shop.<Optional<Long>, RuntimeException>read(tx -> tx.get(stock, A)))
                    .isEmpty();
        }
        assertThat(questions).hasValue(1);
        set(elsewhere, theirs, A, 3);
        assertThat(shop.<Optional<Long>, RuntimeException>read(tx -> tx.get(stock, A)))
                .hasValue(3L);
    }

    @Test
    void whatSomebodyElseHasChangedCostsARetryAndNeverAWrongResult() {
        AtomicInteger runs = new AtomicInteger();
        set(shop, stock, A, 5);
        set(elsewhere, theirs, A, 100);

        long sum = shop.<Long, RuntimeException>run(tx -> {
            runs.incrementAndGet();
            return tx.update(stock, A, 0L, value -> value + 1);
        });

        assertThat(sum).isEqualTo(101);
        assertThat(runs).hasValue(2);
        assertThat(client.stats().abortsStaleRead()).isOne();
        assertThat(questions).as("the refusal told the newest value").hasValue(0);
        set(elsewhere, theirs, A, 200);
        assertThat(shop.<Optional<Long>, RuntimeException>read(tx -> tx.get(stock, A)))
                .hasValue(200L);
    }

    /** The closure declines because of what is long over: that is not true, and does not get out. */
    @Test
    void whatAClosureThrowsBecauseOfSomethingOldDoesNotCount() {
        set(shop, stock, A, 0);
        set(elsewhere, theirs, A, 10);
        TxWork<Long, RuntimeException> buy = tx -> {
            long left = tx.get(stock, A).orElseThrow();
            if (left < 1) {
                throw new IllegalStateException("sold out");
            }
            tx.put(stock, A, left - 1);
            return left - 1;
        };

        assertThat(shop.run(buy)).isEqualTo(9);
        set(elsewhere, theirs, A, 0);
        assertThatThrownBy(() -> shop.run(buy))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("sold out");
    }

    @Test
    void whoEndsATransactionByHandIsNotShownWhatMayBeOld() {
        set(shop, stock, A, 1);
        try (Tx tx = shop.begin()) {
            assertThat(tx.get(stock, A)).hasValue(1L);
        }
        assertThat(questions).hasValue(1);
    }

    @Test
    void relaxedValuesAreReadOutOfTheCacheForAsLongAsTheyMayBe() {
        Table<String> cached = names.cached(LONG);
        theirNames.put(A, "one");
        assertThat(cached.get(A)).hasValue("one");
        long asked = questions.get();
        theirNames.put(A, "two");
        for (int i = 0; i < 3; i++) {
            assertThat(cached.get(A)).hasValue("one");
        }
        assertThat(questions).hasValue(asked);
        assertThat(cached.get(A, Read.QUORUM)).hasValue("two");
        assertThat(names.cached(Duration.ofNanos(1)).get(A)).hasValue("two");
        assertThat(cached.get(A)).as("what was asked for meanwhile").hasValue("two");
    }

    @Test
    void onesOwnPutsShowAtOnce() {
        Table<String> cached = names.cached(LONG);
        assertThat(cached.get(A)).isEmpty();
        names.put(A, "mine");
        assertThat(cached.get(A)).hasValue("mine");
        cached.delete(A);
        assertThat(cached.get(A)).isEmpty();
        assertThat(questions.get()).isBetween(2L, 3L);
    }

    @Test
    void countersAreCachedToo() {
        Counter views = shop.counter("views").cached(LONG);
        Counter same = elsewhere.counter("views");
        views.add(A, 2);
        assertThat(views.get(A)).isEqualTo(2);
        same.add(A, 5);
        views.add(A, 1);
        assertThat(views.get(A)).isEqualTo(3);
        assertThat(views.get(A, Read.QUORUM)).isEqualTo(8);
    }

    @Test
    void aCacheHasABoundAndAStrictTableNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.clientBuilder().cache(65_535));
        assertThatIllegalArgumentException().isThrownBy(() -> names.cached(Duration.ZERO));
        assertThatThrownBy(() -> stock.cached(LONG)).isInstanceOf(ModeMismatchException.class);
    }

    @Test
    void whatIsRememberedIsBounded() {
        try (DantaClient small = cluster.clientBuilder().cache(64 << 10).build()) {
            Space space = small.space("shop");
            Table<String> texts = space.table("texts", Codecs.STRING, Mode.STRICT);
            for (int i = 0; i < 100; i++) {
                String text = "x".repeat(900);
                Key key = Key.of(i);
                space.execute(tx -> tx.put(texts, key, text));
            }
            assertThat(small.stats().cacheBytes()).isBetween(10_000L, 32_768L);
            assertThat(small.stats().cacheEntries()).isBetween(10L, 32L);
            assertThat(List.copyOf(space.<java.util.Map<Key, String>, RuntimeException>run(
                                    tx -> tx.range(texts, KeyRange.all()))
                            .keySet()))
                    .hasSize(100);
        }
    }
}
