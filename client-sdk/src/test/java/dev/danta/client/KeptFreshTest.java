package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.danta.ir.message.IrMessage;
import dev.danta.txn.ReadQuery;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application sees of a cache that feeds keep fresh: three nodes, two shards. */
@Timeout(120)
final class KeptFreshTest {
    private static final Key A = Key.of("a");
    /** Feeds ask often, and yet nothing is too old on a slow machine. */
    private static final Duration WITHIN = Duration.ofMillis(300);

    private static final Duration LONG = Duration.ofMinutes(2);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.clientBuilder().cache(1 << 20).build();
    private final DantaClient other = cluster.client();
    private final Space shop = client.space("shop");
    private final Space elsewhere = other.space("shop");
    private final Table<String> names = shop.table("names", Codecs.STRING, Mode.RELAXED);
    private final Table<String> theirNames = elsewhere.table("names", Codecs.STRING, Mode.RELAXED);
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
    private final Table<Long> theirs = elsewhere.table("stock", Codecs.LONG, Mode.STRICT);
    /** What was asked about keys. */
    private final AtomicLong questions = new AtomicLong();

    KeptFreshTest() {
        cluster.loseToNode((node, envelope) -> {
            if (envelope.message() instanceof IrMessage.Ask ask && !(ask.query() instanceof ReadQuery.Feed)) {
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

    private static void awaitBegun(KeptFresh fresh) {
        until(() -> fresh.lag().isPresent());
    }

    private static void until(Supplier<Boolean> isSo) {
        while (!isSo.get()) {
            Thread.onSpinWait();
        }
    }

    /** It is read once, and from then on feeds tell: what somebody else has put comes without a question for the key. */
    @Test
    void whatOthersPutIsReadOutOfTheCacheWithoutAQuestion() {
        theirNames.put(A, "one");
        try (KeptFresh fresh = names.keepFresh(WITHIN)) {
            awaitBegun(fresh);
            Table<String> cached = names.cached(LONG);
            assertThat(cached.get(A)).hasValue("one");
            long asked = questions.get();

            theirNames.put(A, "two");
            until(() -> cached.get(A).equals(Optional.of("two")));

            assertThat(questions).hasValue(asked);
        }
    }

    /** Much longer than it would do without feeds; that it can be so fresh rests on nothing but what nodes have told. */
    @Test
    void whatWasReadLongAgoIsAsGoodAsNewAndIsCountedSo() {
        theirNames.put(A, "one");
        try (KeptFresh fresh = names.keepFresh(WITHIN)) {
            awaitBegun(fresh);
            Table<String> cached = names.cached(WITHIN);
            until(() -> {
                assertThat(cached.get(A)).hasValue("one");
                return client.stats().cacheVouched() >= 10;
            });
            assertThat(client.stats().cacheHits()).isGreaterThanOrEqualTo(10);
            theirNames.put(A, "two");
            until(() -> cached.get(A).equals(Optional.of("two")));
        }
    }

    @Test
    void setsMapsAndCountersAreKeptFreshToo() {
        SetOf<String> tags = shop.setOf("tags", Codecs.STRING, 4);
        MapOf<String, String> labels = shop.mapOf("labels", Codecs.STRING, Codecs.STRING);
        GrowSetOf<String> seen = shop.growSetOf("seen", Codecs.STRING);
        Counter views = shop.counter("views");
        try (KeptFresh one = tags.keepFresh(WITHIN);
                KeptFresh two = labels.keepFresh(WITHIN);
                KeptFresh three = seen.keepFresh(WITHIN);
                KeptFresh four = views.keepFresh(WITHIN)) {
            awaitBegun(one);
            awaitBegun(two);
            awaitBegun(three);
            awaitBegun(four);
            assertThat(tags.cached(LONG).members(A)).isEmpty();
            assertThat(labels.cached(LONG).entries(A)).isEmpty();
            assertThat(seen.cached(LONG).members(A)).isEmpty();
            assertThat(views.cached(LONG).get(A)).isZero();
            long asked = questions.get();

            elsewhere.setOf("tags", Codecs.STRING, 4).add(A, "new");
            elsewhere.mapOf("labels", Codecs.STRING, Codecs.STRING).put(A, "color", "red");
            elsewhere.growSetOf("seen", Codecs.STRING).add(A, "me");
            elsewhere.counter("views").add(A, 3);

            until(() -> tags.cached(LONG).members(A).contains("new"));
            until(() -> labels.cached(LONG).entries(A).containsKey("color"));
            until(() -> seen.cached(LONG).members(A).contains("me"));
            until(() -> views.cached(LONG).get(A) == 3);
            assertThat(questions).hasValue(asked);
        }
    }

    @Test
    void aTransactionDoesNotBeginWithWhatOthersHaveReplaced() {
        shop.execute(tx -> tx.put(stock, A, 5L));
        try (KeptFresh fresh = stock.keepFresh(WITHIN)) {
            awaitBegun(fresh);
            // What was remembered before may be old: it is asked for, and from then on told.
            assertThat(shop.<Optional<Long>, RuntimeException>read(tx -> tx.get(stock, A)))
                    .hasValue(5L);
            AtomicLong value = new AtomicLong(10);
            // The one that is followed may be the last to learn of a commit: then it costs a retry after all.
            until(() -> {
                long retries = client.stats().retries();
                long written = value.incrementAndGet();
                elsewhere.execute(tx -> tx.put(theirs, A, written));
                awaitTold(fresh);
                long sum = shop.<Long, RuntimeException>run(tx -> tx.update(stock, A, 0L, old -> old + 1));
                assertThat(sum).isEqualTo(written + 1);
                return client.stats().retries() == retries;
            });
        }
    }

    /** Until everything is known that was there when this was called. */
    private static void awaitTold(KeptFresh fresh) {
        long begun = System.nanoTime();
        until(() -> {
            Duration lag = fresh.lag().orElseThrow();
            return lag.toNanos() < System.nanoTime() - begun;
        });
    }

    @Test
    void itEndsWhenItIsClosedAndMayBeClosedTwice() {
        KeptFresh one = names.keepFresh(WITHIN);
        KeptFresh two = names.keepFresh(LONG);
        awaitBegun(one);
        one.close();
        one.close();
        assertThat(one.lag()).isEmpty();
        assertThat(two.lag()).isPresent();
        client.close(Duration.ofMillis(200));
        two.close();
        assertThatIllegalStateException().isThrownBy(two::lag);
    }

    @Test
    void whatCannotBeKeptFresh() {
        assertThatIllegalArgumentException().isThrownBy(() -> names.keepFresh(Duration.ZERO));
        assertThatIllegalStateException()
                .isThrownBy(() -> theirs.keepFresh(WITHIN))
                .withMessageContaining("no cache");
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Offline.empty().table("shop", "names", Codecs.STRING).keepFresh(WITHIN))
                .withMessageContaining("apart");
    }
}
