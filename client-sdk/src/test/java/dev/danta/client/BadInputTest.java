package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final SetOf<String> tags = shop.setOf("tags", Codecs.STRING);
    private final MapOf<String, Long> prices = shop.mapOf("prices", Codecs.STRING, Codecs.LONG);
    private final GrowSetOf<String> seen = shop.growSetOf("seen", Codecs.STRING);
    private final EventStream<String> events = shop.eventStream("events", Codecs.STRING, Duration.ofHours(1));
    private final BoundedCounter seats = shop.boundedCounter("seats", Bounds.atMost(9));

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
                () -> clicks.get(key),
                () -> tags.add(key, "new"),
                () -> tags.members(key),
                () -> prices.put(key, "rome", 1L),
                () -> prices.get(key, "rome"),
                () -> seen.add(key, "new"),
                () -> seen.members(key),
                () -> events.append(key, "new"),
                () -> events.read(key, Instant.EPOCH, Instant.now()),
                () -> seats.gain(key, 1),
                () -> seats.spend(key, 1),
                () -> seats.value(key),
                () -> seats.estimate(key),
                () -> seats.giveBack(key));
    }

    @Test
    void aNullKey() {
        for (ThrowingCallable call : callsWith(null)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "a key of (strict table|relaxed table|counter|bounded counter|set|map|grow-only set|event stream) shop/\\w+ is null: make one by Key.of");
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
    void aNullElement() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> tags.add(A, null),
                () -> tags.removeAsync(A, null),
                () -> tags.change(A, null, List.of()),
                () -> tags.contains(A, "new", null),
                () -> prices.put(A, null, 1L),
                () -> prices.putAsync(A, "rome", null),
                () -> prices.change(A, null, List.of()),
                () -> prices.get(A, "rome", null),
                () -> seen.add(A, null),
                () -> seen.addAll(A, null),
                () -> seen.members(A, null),
                () -> events.append(A, (String) null),
                () -> events.append(A, (List<EventStream.Dated<String>>) null),
                () -> events.append(A, List.of(new EventStream.Dated<>("new", null))),
                () -> events.read(A, null, Instant.EPOCH),
                () -> shop.setOf("new", null),
                () -> shop.mapOf("new", Codecs.STRING, null),
                () -> shop.growSetOf(null, Codecs.STRING),
                () -> shop.eventStream("new", Codecs.STRING, null),
                () -> Offline.load(null),
                () -> Offline.empty().merge(null),
                () -> Offline.empty().setOf(null, "tags", Codecs.STRING))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("null is not .*|a value for .* is null");
        }
    }

    @Test
    void aValueThatIsTooLarge() {
        Table<byte[]> blobs = shop.table("blobs", Codecs.BYTES, Mode.STRICT);
        Table<byte[]> pictures = shop.table("pictures", Codecs.BYTES, Mode.RELAXED);
        byte[] large = new byte[Limits.VALUE_BYTES_MAX + 1];
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> shop.execute(tx -> tx.put(blobs, A, large)),
                () -> pictures.put(A, large),
                () -> pictures.putAsync(A, large).join())) {
            assertThatThrownBy(call)
                    .isInstanceOf(TooLargeException.class)
                    .hasMessageMatching("a value for (strict|relaxed) table shop/(blobs|pictures) has " + large.length
                            + " bytes, more than " + Limits.VALUE_BYTES_MAX);
        }
    }

    @Test
    void aKeyOfNothing() {
        for (ThrowingCallable call : List.<ThrowingCallable>of(Key::of, KeyRange::prefix)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a key needs at least one element");
        }
        shop.execute(tx -> tx.put(stock, Key.of(""), 7L));
        assertThat(stock.get(Key.of(""), Read.STRICT))
                .as("an empty string is an element")
                .contains(7L);
    }

    /** Each is refused where it is given, with what to give; and none is taken for something else. */
    @Test
    void whateverIsNull() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("a space's name", () -> client.space(null));
        calls.put("a collection's name", () -> shop.table(null, Codecs.LONG, Mode.STRICT));
        calls.put("a codec: there are those of Codecs", () -> shop.table("new", null, Mode.STRICT));
        calls.put("a mode: a table is STRICT or RELAXED", () -> shop.table("new", Codecs.LONG, null));
        calls.put("an index's name", () -> stock.index(null, Key::of));
        calls.put("an extractor", () -> stock.index("new", null));
        calls.put("a closure", () -> shop.run(null));
        calls.put("a closure: there", () -> shop.runAsync(null));
        calls.put("a closure: there is", () -> shop.execute(null));
        calls.put("a closure: there is nothing", () -> shop.read(null));
        calls.put("options", () -> shop.run((TxOptions) null, tx -> 1));
        calls.put("options: there are", () -> shop.begin(null));
        calls.put("a level of reading", () -> stock.get(A, null));
        calls.put("a level of", () -> views.get(A, null));
        calls.put("a level", () -> clicks.get(A, null));
        calls.put("a range: for everything", () -> stock.scan(null));
        calls.put("a range", () -> shop.execute(tx -> tx.entries(stock, null)));
        calls.put("a key, which a range's end is", () -> KeyRange.all().from(null));
        calls.put("keys", () -> shop.execute(tx -> tx.getAll(stock, null)));
        calls.put("a table", () -> shop.execute(tx -> tx.get((Table<Long>) null, A)));
        calls.put("a change", () -> shop.execute(tx -> tx.update(stock, A, 0L, null)));
        calls.put("anything to be done after the commit", () -> shop.execute(tx -> tx.afterCommit((Runnable) null)));
        calls.put("bounds", () -> shop.boundedCounter("new", null));
        calls.put("options: there are defaults", () -> seats.spend(A, 1, null));
        calls.put("a rule", () -> Spend.with(null));
        calls.put("a rule's name", () -> SpendRule.named(null));
        calls.put("a condition", () -> SpendRule.named("new").strictWhen(null));
        calls.put("a session", () -> views.in(null));
        calls.put("a session's token", () -> client.session(null));
        calls.put("a staleness", () -> views.cached(null));
        calls.put("the string of a handle", () -> client.outcomeOf(null));
        calls.put("a deadline", () -> Tx.options().deadline(null));
        calls.put("an idempotency key", () -> Tx.options().idempotencyKey(null));
        calls.put("an endpoint", () -> DantaClient.builder().endpoints("127.0.0.1:7400", null));
        calls.put("a cluster's name", () -> DantaClient.builder().cluster(null));
        calls.forEach((what, call) -> assertThatThrownBy(call)
                .as(what)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("null is not " + what));
        assertThat(stock.get(A, Read.STRICT)).isEmpty();
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
        shop.table("views", Codecs.STRING, Mode.RELAXED).put(A, "seven");
        assertThatThrownBy(() -> views.get(A))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("relaxed table shop/views could not be decoded")
                .hasMessageContaining("another codec may have written it");
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
        AtomicReference<Iterator<Entry<Long>>> entries = new AtomicReference<>();
        shop.execute(tx -> entries.set(tx.entries(stock, KeyRange.all()).iterator()));
        assertThatThrownBy(() -> entries.get().hasNext())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the transaction has ended, and what it gave with it: use it within its closure");
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

    /** On the caller's own thread nobody can end it; but what comes later than its deadline has no effect. */
    @Test
    void aClosureThatBlocksItsCaller() {
        TxOptions soon = Tx.options().deadline(Duration.ofMillis(100));
        for (TxAction<RuntimeException> after : List.<TxAction<RuntimeException>>of(
                tx -> {}, tx -> tx.get(stock, Key.of("b")), tx -> tx.put(stock, A, 2L))) {
            assertThatThrownBy(() -> shop.execute(soon, tx -> {
                        tx.put(stock, A, 1L);
                        await().pollDelay(Duration.ofMillis(150)).until(() -> true);
                        after.run(tx);
                    }))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("the transaction's deadline passed before");
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
        Index<Long> byValue = stock.uniqueIndex("by-value", Key::of);
        Session session = client.session();
        Tx open = shop.begin();
        open.put(stock, A, 1L);
        client.close();
        for (ThrowingCallable call : callsWith(A)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the client is closed");
        }
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                shop::begin,
                open::commit,
                () -> shop.runAsync(tx -> 1).join(),
                () -> stock.scan(KeyRange.all()).toList(),
                () -> byValue.get(A),
                () -> views.in(session).get(A))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the client is closed");
        }
    }
}
