package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.ReadQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with an idempotency key take effect once, over real replicas in memory. */
@Timeout(120)
final class OnceTest {
    private static final Key A = Key.of("a");

    private final MemoryCluster cluster = new MemoryCluster(3, 4);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private static TxOptions key(String key) {
        return Tx.options().idempotencyKey(key);
    }

    private static long add(Space space, Table<Long> table, TxOptions options) {
        return space.<Long, RuntimeException>run(options, tx -> tx.update(table, A, 0L, value -> value + 1));
    }

    private long value() {
        return shop.<Long, RuntimeException>read(tx -> tx.get(stock, A).orElse(0L));
    }

    @Test
    void aRepetitionGetsTheFirstResultAndRunsNothing() {
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            long result = shop.<Long, RuntimeException>run(key("k"), tx -> {
                runs.incrementAndGet();
                return tx.update(stock, A, 0L, value -> value + 1);
            });
            assertThat(result).isOne();
        }

        assertThat(runs).hasValue(1);
        assertThat(value()).isOne();
        assertThat(add(shop, stock, key("another"))).isEqualTo(2);
    }

    @Test
    void anotherClientGetsItToo() {
        add(shop, stock, key("k"));

        try (DantaClient other = cluster.client()) {
            Space space = other.space("shop");
            assertThat(add(space, space.table("stock", Codecs.LONG, Mode.STRICT), key("k")))
                    .isOne();
        }
        assertThat(value()).isOne();
    }

    @Test
    void inAnotherSpaceTheSameKeyIsAnother() {
        add(shop, stock, key("k"));

        Space other = client.space("other");
        assertThat(other.<String, RuntimeException>run(key("k"), tx -> "here")).isEqualTo("here");
    }

    @Test
    void anotherRequestUnderTheSameKeyIsAMismatch() {
        add(shop, stock, key("k").request("add", 1, A.toString()));

        IdempotencyMismatchException mismatch = catchThrowableOfType(
                IdempotencyMismatchException.class, () -> add(shop, stock, key("k").request("add", 2, A.toString())));
        assertThat(mismatch.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(mismatch.retryable()).isFalse();
        assertThat(mismatch).hasMessageContaining("idempotency key (\"k\")");
        assertThatThrownBy(() -> add(shop, stock, key("k"))).isInstanceOf(IdempotencyMismatchException.class);
        assertThat(add(shop, stock, key("k").request("add", 1, A.toString()))).isOne();
        assertThat(value()).isOne();
    }

    @Test
    void resultsOfSimpleTypesAreKeptAndOthersWithACodec() {
        for (Object result : List.of("text", 5L, 6, true, false)) {
            for (int i = 0; i < 2; i++) {
                assertThat(shop.<Object, RuntimeException>run(key("of " + result), tx -> result))
                        .isEqualTo(result);
            }
        }
        for (int i = 0; i < 2; i++) {
            int times = i;
            assertThat(shop.<byte[], RuntimeException>run(key("bytes"), tx -> new byte[] {7, (byte) times}))
                    .containsExactly(7, 0);
            assertThat(shop.<Duration, RuntimeException>run(key("codec"), SECONDS, tx -> Duration.ofSeconds(3 + times)))
                    .isEqualTo(Duration.ofSeconds(3));
            assertThat(shop.<Duration>runAsync(key("async"), SECONDS, tx -> Duration.ofSeconds(8 + times))
                            .join())
                    .isEqualTo(Duration.ofSeconds(8));
            shop.execute(key("nothing"), tx -> tx.update(stock, A, 0L, value -> value + 1));
            assertThat(shop.<String, RuntimeException>run(key("null"), tx -> null))
                    .isNull();
        }
        assertThat(value()).isOne();
        assertThatThrownBy(() -> shop.<Duration, RuntimeException>run(key("other"), tx -> {
                    tx.put(stock, A, 100L);
                    return Duration.ZERO;
                }))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("java.time.Duration")
                .hasMessageContaining("run(options, codec, work)");
        assertThat(value()).isOne();
    }

    private static final Codec<Duration> SECONDS = new Codec<>() {
        @Override
        public byte[] encode(Duration value) {
            return Codecs.LONG.encode(value.toSeconds());
        }

        @Override
        public Duration decode(byte[] bytes) {
            return Duration.ofSeconds(Codecs.LONG.decode(bytes));
        }
    };

    @Test
    void ofManyAtTheSameTimeOneIsDone() {
        try (DantaClient other = cluster.client()) {
            Space elsewhere = other.space("shop");
            Table<Long> table = elsewhere.table("stock", Codecs.LONG, Mode.STRICT);
            List<CompletableFuture<Long>> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                results.add(shop.runAsync(key("k"), tx -> tx.update(stock, A, 0L, value -> value + 1)));
                results.add(elsewhere.runAsync(key("k"), tx -> tx.update(table, A, 0L, value -> value + 1)));
            }
            assertThat(results).allSatisfy(result -> assertThat(result.join()).isOne());
        }
        assertThat(value()).isOne();
    }

    @Test
    void whatWasUnknownIsRunAgain() {
        cluster.loseToClient((node, envelope) -> envelope.message() instanceof IrMessage.Voted
                || envelope.message() instanceof IrMessage.Accepted
                || envelope.message() instanceof IrMessage.Decided);
        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class, () -> add(shop, stock, key("k").deadline(Duration.ofMillis(150))));
        assertThat(unknown.retryable()).isTrue();
        assertThat(unknown).hasMessageContaining("run it again with its idempotency key");
        cluster.loseNothing();

        assertThat(add(shop, stock, key("k"))).isOne();
        assertThat(value()).isOne();
    }

    @Test
    void whatTheClosureThrewIsNotKept() {
        assertThatThrownBy(() -> shop.execute(key("k"), tx -> {
                    tx.put(stock, A, 9L);
                    throw new IllegalArgumentException("declined");
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("declined");

        assertThat(add(shop, stock, key("k"))).isOne();
    }

    /** The one that it asks has not heard of the first run yet; what it complains of is its own effect. */
    @Test
    void aReplicaThatIsBehindDoesNotMakeARepetitionFail() {
        ReplicaId behind = new ReplicaId(1);
        cluster.loseToNode((node, envelope) -> node.equals(behind) && !(envelope.message() instanceof IrMessage.Ask));
        shop.execute(key("k"), tx -> {
            tx.put(stock, A, 1L);
            return;
        });
        try (DantaClient other = cluster.client()) {
            Space space = other.space("shop");
            Table<Long> table = space.table("stock", Codecs.LONG, Mode.STRICT);
            AtomicInteger runs = new AtomicInteger();
            cluster.loseToNode((node, envelope) -> {
                boolean isRead =
                        envelope.message() instanceof IrMessage.Ask ask && ask.query() instanceof ReadQuery.Versions;
                return node.equals(behind) ? !(envelope.message() instanceof IrMessage.Ask) : isRead && runs.get() == 0;
            });

            space.execute(key("k"), tx -> {
                runs.incrementAndGet();
                throw new IllegalStateException("this has been done");
            });

            assertThat(runs).hasValue(1);
            cluster.loseNothing();
            assertThat(space.<Long, RuntimeException>read(tx -> tx.get(table, A).orElse(0L)))
                    .isOne();
        }
    }

    @Test
    void onlyClosuresThatWriteHaveAKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> shop.begin(key("k")));
        assertThatIllegalArgumentException().isThrownBy(() -> shop.<String, RuntimeException>read(key("k"), tx -> "x"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shop.<String, RuntimeException>run(Tx.options(), Codecs.STRING, tx -> "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> key(""));
        assertThatIllegalArgumentException().isThrownBy(() -> key("k").keptFor(Duration.ofMinutes(59)));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        add(shop, stock, key("k").keptFor(Duration.ofHours(1)).deadline(Duration.ofMinutes(31))));
        assertThatIllegalArgumentException().isThrownBy(() -> key("k").request(1.5));
        assertThatThrownBy(() -> add(shop, stock, key("k".repeat(600)))).isInstanceOf(TooLargeException.class);
    }

    @Test
    void whoMakesRequestsCleansUpAfterThem() {
        AtomicLong looked = new AtomicLong();
        cluster.loseToNode((node, envelope) -> {
            if (envelope.message() instanceof IrMessage.Ask ask && ask.query() instanceof ReadQuery.Range) {
                looked.incrementAndGet();
            }
            return false;
        });
        for (int i = 0; i < RequestCleaner.REQUESTS_EACH; i++) {
            assertThat(looked).hasValue(0);
            add(shop, stock, key("k" + i));
        }
        Awaitility.await().untilAsserted(() -> assertThat(looked).hasValue(4));
        add(shop, stock, key("one more"));
        assertThat(looked).hasValue(4);
    }
}
