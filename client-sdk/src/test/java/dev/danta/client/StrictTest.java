package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.ir.message.IrMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction does, seen from an application, over real replicas in memory: three nodes, four shards. */
@Timeout(120)
final class StrictTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");

    private final MemoryCluster cluster = new MemoryCluster(3, 4);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private void set(Key key, long value) {
        shop.execute(tx -> tx.put(stock, key, value));
    }

    private Optional<Long> value(Key key) {
        return shop.read(tx -> tx.get(stock, key));
    }

    @Test
    void whatWasCommittedIsReadByEverybody() {
        set(A, 7);

        assertThat(value(A)).hasValue(7L);
        try (DantaClient other = cluster.client()) {
            Space space = other.space("shop");
            Table<Long> table = space.table("stock", Codecs.LONG, Mode.STRICT);
            assertThat(space.<Optional<Long>, RuntimeException>read(tx -> tx.get(table, A)))
                    .hasValue(7L);
        }
    }

    @Test
    void aTransactionReadsItsOwnWrites() {
        set(A, 1);

        List<Optional<Long>> seen = shop.run(tx -> {
            List<Optional<Long>> values = new ArrayList<>();
            tx.put(stock, A, 2L);
            values.add(tx.get(stock, A));
            tx.delete(stock, A);
            values.add(tx.get(stock, A));
            values.add(tx.contains(stock, A) ? Optional.of(-1L) : Optional.empty());
            tx.put(stock, A, 3L);
            values.add(Optional.of(tx.getAll(stock, List.of(A, B)).get(A)));
            return values;
        });

        assertThat(seen).containsExactly(Optional.of(2L), Optional.empty(), Optional.empty(), Optional.of(3L));
        assertThat(value(A)).hasValue(3L);
    }

    @Test
    void getAllReturnsWhatThereIsInTheOrderAskedInOneRound() {
        set(A, 1);
        set(Key.of("c"), 3);
        long before = client.stats().readRounds();

        var found = shop.run(tx -> tx.getAll(stock, List.of(Key.of("c"), B, A)));

        assertThat(List.copyOf(found.entrySet()))
                .extracting(entry -> entry.getKey() + "=" + entry.getValue())
                .containsExactly("(\"c\")=3", "(\"a\")=1");
        assertThat(client.stats().readRounds() - before).isOne();
    }

    @Test
    void aDeletedKeyIsGoneAndCanComeBack() {
        set(A, 1);
        shop.execute(tx -> tx.delete(stock, A));
        assertThat(value(A)).isEmpty();

        set(A, 2);
        assertThat(value(A)).hasValue(2L);
    }

    @Test
    void updateReadsAndWrites() {
        set(A, 1);

        assertThat(shop.<Long, RuntimeException>run(tx -> tx.update(stock, A, v -> v + 1)))
                .isEqualTo(2);
        assertThat(shop.<Long, RuntimeException>run(tx -> tx.update(stock, B, 10L, v -> v + 1)))
                .isEqualTo(11);
        assertThatThrownBy(() -> shop.run(tx -> tx.update(stock, Key.of("none"), v -> v + 1)))
                .isInstanceOf(NoSuchElementException.class);
        assertThat(value(A)).hasValue(2L);
        assertThat(value(B)).hasValue(11L);
    }

    @Test
    void whatTheClosureThrowsAbortsIsNotRetriedAndPassesThrough() {
        set(A, 1);
        AtomicInteger runs = new AtomicInteger();
        IOException own = new IOException("declined");

        assertThatThrownBy(() -> shop.run(tx -> {
                    runs.incrementAndGet();
                    tx.put(stock, A, 2L);
                    throw own;
                }))
                .isSameAs(own);

        assertThat(runs).hasValue(1);
        assertThat(value(A)).hasValue(1L);
    }

    @Test
    void aTransactionThatTouchesNothingNeedsNobody() {
        List.of(1, 2, 3).forEach(cluster::stop);

        assertThat(shop.<String, RuntimeException>run(tx -> "nothing")).isEqualTo("nothing");
        try (Tx tx = shop.begin()) {
            assertThat(tx.commit()).isEqualTo(new Committed("", 1, Committed.Path.FAST));
        }
    }

    @Test
    void whenSomethingReadIsOutOfDateTheClosureRunsAgainWithTheNewestAndNoMoreReads() {
        set(A, 1);
        AtomicInteger runs = new AtomicInteger();
        long roundsBefore = client.stats().readRounds();

        long result = shop.run(tx -> {
            long read = tx.get(stock, A).orElseThrow();
            if (runs.getAndIncrement() == 0) {
                set(A, 100);
            }
            tx.put(stock, A, read + 1);
            return read + 1;
        });

        assertThat(result).isEqualTo(101);
        assertThat(value(A)).hasValue(101L);
        assertThat(runs).hasValueGreaterThanOrEqualTo(2);
        assertThat(client.stats().retries()).isPositive();
        assertThat(client.stats().abortsStaleRead()).isPositive();
        // The first attempt's round and that of value(A); a retry asks again only if it came late.
        assertThat(client.stats().readRounds() - roundsBefore).isGreaterThanOrEqualTo(2);
    }

    @Test
    void theFirstVersionSeenOfAKeyIsTheOneThatCounts() {
        set(A, 1);
        AtomicInteger runs = new AtomicInteger();

        List<Long> seen = shop.run(tx -> {
            long first = tx.get(stock, A).orElseThrow();
            if (runs.getAndIncrement() == 0) {
                set(A, 2);
            }
            long second = tx.get(stock, A).orElseThrow();
            return List.of(first, second);
        });

        // In the first attempt both reads gave 1, and the commit found out; in the second both gave 2.
        assertThat(seen).containsExactly(2L, 2L);
        assertThat(runs).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aReplicaThatLagsBehindCannotMakeTransactionsFailForEver(int lagging) {
        set(A, 0);
        cluster.loseToNode(
                (node, envelope) -> node.number() == lagging && envelope.message() instanceof IrMessage.Decide);

        for (int i = 1; i <= 20; i++) {
            shop.run(tx -> tx.update(stock, A, v -> v + 1));
        }

        assertThat(value(A)).hasValue(20L);
        cluster.loseNothing();
    }

    @Test
    void concurrentIncrementsAllCount() throws Exception {
        set(A, 0);
        int threads = 8;
        int each = 50;
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            all.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < each; i++) {
                            shop.run(
                                    Tx.options().deadline(Duration.ofSeconds(60)),
                                    tx -> tx.update(stock, A, v -> v + 1));
                        }
                    },
                    task -> new Thread(task).start()));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();

        assertThat(value(A)).hasValue((long) threads * each);
    }

    @Test
    void writeSkewIsPrevented() throws Exception {
        set(A, 1);
        set(B, 1);
        CyclicBarrier bothHaveRead = new CyclicBarrier(2);

        // Each takes from its own key, and only if both together stay at least 1.
        List<CompletableFuture<Boolean>> takers = new ArrayList<>();
        for (Key own : List.of(A, B)) {
            takers.add(shop.runAsync(Tx.options(), tx -> {
                long sum = tx.get(stock, A).orElseThrow() + tx.get(stock, B).orElseThrow();
                if (tx.attempt() == 1) {
                    bothHaveRead.await();
                }
                if (sum < 2) {
                    return false;
                }
                tx.update(stock, own, v -> v - 1);
                return true;
            }));
        }

        assertThat(List.of(takers.get(0).get(), takers.get(1).get())).containsExactlyInAnyOrder(true, false);
        assertThat(value(A).orElseThrow() + value(B).orElseThrow()).isOne();
    }

    @Test
    void ofTwoThatInsertAnAbsentKeyOneFindsIt() throws Exception {
        CyclicBarrier bothHaveLooked = new CyclicBarrier(2);
        List<CompletableFuture<Boolean>> inserters = new ArrayList<>();
        for (long i = 1; i <= 2; i++) {
            long mine = i;
            inserters.add(shop.runAsync(tx -> {
                boolean taken = tx.contains(stock, A);
                if (tx.attempt() == 1) {
                    bothHaveLooked.await();
                }
                if (!taken) {
                    tx.put(stock, A, mine);
                }
                return !taken;
            }));
        }

        assertThat(List.of(inserters.get(0).get(), inserters.get(1).get())).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aStrictReadSeesNoHalfOfATransaction() throws Exception {
        set(A, 0);
        set(B, 0);
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (long i = 1; i <= 100; i++) {
                long value = i;
                shop.execute(tx -> {
                    tx.put(stock, A, value);
                    tx.put(stock, B, -value);
                });
            }
        });
        while (!writer.isDone()) {
            long sum = shop.read(
                    Tx.options().deadline(Duration.ofSeconds(60)),
                    tx -> tx.get(stock, A).orElseThrow() + tx.get(stock, B).orElseThrow());
            assertThat(sum).isZero();
        }
        writer.get();
    }

    @Test
    void aTransactionThatOnlyReadsLeavesNothingBehind() {
        set(A, 1);
        long before = client.stats().commits();
        assertThat(value(A)).hasValue(1L);
        assertThat(value(B)).isEmpty();
        assertThat(client.stats().commits()).isEqualTo(before);
        assertThat(client.stats().strictReads()).isEqualTo(2);
    }

    @Test
    void aStrictReadOfOneKeyNeedsNoTransaction() {
        assertThat(stock.get(A, Read.STRICT)).isEmpty();
        set(A, 1);
        assertThat(stock.get(A, Read.STRICT)).hasValue(1L);
        assertThat(stock.getAsync(A, Read.STRICT).join()).hasValue(1L);
        assertThat(client.stats().strictReads()).isEqualTo(3);
    }

    @Test
    void aStrictReadDoesNotWrite() {
        assertThatThrownBy(() -> shop.read(tx -> {
                    tx.put(stock, A, 1L);
                    return 1;
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(value(A)).isEmpty();
    }

    @Test
    void beginCommitAndRollback() {
        Committed committed;
        try (Tx tx = shop.begin()) {
            tx.put(stock, A, 5L);
            committed = tx.commit();
            assertThatThrownBy(tx::commit).isInstanceOf(IllegalStateException.class);
        }
        assertThat(committed.timestamp()).isNotEmpty();
        assertThat(committed.attempts()).isOne();
        try (Tx tx = shop.begin()) {
            tx.put(stock, A, 6L);
            tx.rollback();
            assertThatThrownBy(() -> tx.get(stock, A)).isInstanceOf(IllegalStateException.class);
        }
        try (Tx tx = shop.begin()) {
            tx.put(stock, A, 7L);
        }
        assertThat(value(A)).hasValue(5L);
    }

    @Test
    void aTransactionByHandThatLosesIsAConflict() {
        set(A, 1);
        try (Tx tx = shop.begin()) {
            long read = tx.get(stock, A).orElseThrow();
            set(A, 10);
            tx.put(stock, A, read + 1);

            ConflictException lost = catchThrowableOfType(ConflictException.class, tx::commit);

            assertThat(lost.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(lost.retryable()).isTrue();
            assertThat(lost.txId()).isPresent();
            assertThat(lost.attempts()).isOne();
            assertThat(lost).hasMessageContaining("out of date");
        }
        assertThat(value(A)).hasValue(10L);
    }

    @Test
    void attemptsAreLimitedAsAsked() {
        set(A, 1);
        AtomicInteger runs = new AtomicInteger();

        ConflictException lost = catchThrowableOfType(
                ConflictException.class,
                () -> shop.run(Tx.options().attemptsMax(3), tx -> {
                    long read = tx.get(stock, A).orElseThrow();
                    set(A, 100 + runs.incrementAndGet());
                    tx.put(stock, A, read + 1);
                    return read;
                }));

        assertThat(lost.attempts()).isEqualTo(3);
        assertThat(runs).hasValue(3);
    }

    @Test
    void aClosuresTransactionIsOverWithItAndIsNotCommittedByHand() {
        List<Tx> kept = new ArrayList<>();
        shop.execute(tx -> {
            kept.add(tx);
            assertThatThrownBy(tx::commit).isInstanceOf(IllegalStateException.class);
            tx.put(stock, A, 1L);
        });

        assertThat(value(A)).hasValue(1L);
        assertThatThrownBy(() -> kept.get(0).put(stock, A, 2L)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatFollowsACommitRunsOnceAfterIt() {
        set(A, 1);
        AtomicInteger runs = new AtomicInteger();
        List<Committed> followed = new ArrayList<>();

        shop.execute(tx -> {
            tx.afterCommit(followed::add);
            long read = tx.get(stock, A).orElseThrow();
            if (runs.getAndIncrement() == 0) {
                set(A, 10);
            }
            tx.put(stock, A, read + 1);
        });

        assertThat(followed).hasSize(1);
        assertThat(followed.get(0).attempts()).isEqualTo(runs.get());
    }

    @Test
    void anErrorInWhatFollowsSaysThatTheTransactionTookEffect() {
        AfterCommitException failed = catchThrowableOfType(
                AfterCommitException.class,
                () -> shop.execute(tx -> {
                    tx.put(stock, A, 1L);
                    tx.afterCommit(() -> {
                        throw new IllegalStateException("printer on fire");
                    });
                }));

        assertThat(failed.outcome()).isEqualTo(Outcome.APPLIED);
        assertThat(failed).hasMessageContaining("printer on fire");
        assertThat(value(A)).hasValue(1L);
    }

    @Test
    void anAsynchronousTransactionPassesItsExceptionOn() {
        IOException own = new IOException("declined");
        CompletableFuture<String> future = shop.runAsync(tx -> {
            throw own;
        });

        assertThatThrownBy(future::join).isInstanceOf(CompletionException.class).hasCause(own);
    }

    @Test
    void aRelaxedTableIsNoPartOfATransactionNorAStrictOneOfRelaxedCalls() {
        Table<Long> relaxed = shop.table("catalog", Codecs.LONG, Mode.RELAXED);

        assertThatThrownBy(() -> shop.execute(tx -> tx.put(relaxed, A, 1L)))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("relaxed table shop/catalog");
        assertThatThrownBy(() -> stock.put(A, 1L)).isInstanceOf(ModeMismatchException.class);
        assertThatThrownBy(() -> stock.get(A)).isInstanceOf(ModeMismatchException.class);
    }

    @Test
    void oneCollectionHasOneMode() {
        assertThatThrownBy(() -> shop.table("stock", Codecs.LONG, Mode.RELAXED))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("shop/stock was declared as a strict table before, not as a relaxed table");
        assertThatThrownBy(() -> shop.counter("stock")).isInstanceOf(ModeMismatchException.class);
        assertThat(client.space("other")
                        .table("stock", Codecs.LONG, Mode.RELAXED)
                        .mode())
                .isEqualTo(Mode.RELAXED);
    }

    @Test
    void whatIsTooLargeIsRefusedBeforeAnythingIsSent() {
        Table<byte[]> blobs = shop.table("blobs", Codecs.BYTES, Mode.STRICT);
        long before = client.stats().readRounds();

        assertThatThrownBy(() -> shop.execute(tx -> tx.put(blobs, A, new byte[(1 << 20) + 1])))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("1048577");
        assertThatThrownBy(() -> shop.run(tx -> tx.get(stock, Key.of("k".repeat(Key.SIZE_MAX)))))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("480")
                .message()
                .contains("(\"" + "k".repeat(58) + "...")
                .hasSizeLessThan(250);
        assertThatThrownBy(() -> shop.execute(tx -> {
                    for (int i = 0; i < 5000; i++) {
                        tx.put(stock, Key.of(i), 1L);
                    }
                }))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("4096");
        assertThatThrownBy(() -> shop.execute(tx -> {
                    for (int i = 0; i < 5; i++) {
                        tx.put(blobs, Key.of("same", i), new byte[1 << 20]);
                    }
                }))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("bytes");
        assertThat(client.stats().readRounds()).isEqualTo(before);
    }

    @Test
    void aValueOfAnotherTypeIsACodecsError() {
        Table<String> texts = shop.table("stock", Codecs.STRING, Mode.STRICT);
        shop.execute(tx -> tx.put(texts, A, "not eight bytes at all"));

        assertThatThrownBy(() -> value(A)).isInstanceOf(CodecException.class).hasMessageContaining("8 bytes");
    }

    @Test
    void aRangeShowsWhatIsThereInOrderWithTheTransactionsOwnWrites() {
        for (String name : List.of("b", "c", "d")) {
            set(Key.of("shelf", name), name.charAt(0));
        }
        set(Key.of("elsewhere", "x"), 1);

        var found = shop.run(tx -> {
            tx.put(stock, Key.of("shelf", "a"), 1L);
            tx.delete(stock, Key.of("shelf", "c"));
            tx.put(stock, Key.of("shelf", "d"), 4L);
            return tx.range(stock, KeyRange.prefix("shelf"));
        });

        assertThat(List.copyOf(found.entrySet()))
                .extracting(entry -> entry.getKey() + "=" + entry.getValue())
                .containsExactly("(\"shelf\", \"a\")=1", "(\"shelf\", \"b\")=98", "(\"shelf\", \"d\")=4");
    }

    @Test
    void aWholeTableIsReadFromAllShards() {
        for (int i = 0; i < 30; i++) {
            set(Key.of(i - 15), i);
        }
        assertThat(shop.<Long, RuntimeException>read(tx -> tx.scan(stock, KeyRange.all())
                        .mapToLong(Long::longValue)
                        .sum()))
                .isEqualTo(30 * 29 / 2);
        var some = shop.read(tx -> tx.range(stock, KeyRange.between(Key.of(-2), Key.of(2))));
        assertThat(some.keySet()).containsExactly(Key.of(-2), Key.of(-1), Key.of(0), Key.of(1));
        var first = shop.read(tx -> tx.range(stock, KeyRange.all().limit(3)));
        assertThat(first.keySet()).containsExactly(Key.of(-15), Key.of(-14), Key.of(-13));
        var none = shop.read(tx -> tx.range(stock, KeyRange.between(Key.of(2), Key.of(-2))));
        assertThat(none).isEmpty();
    }

    @Test
    void whoInsertsIntoARangeThatWasReadStandsInTheWayOfItsCommit() {
        set(Key.of("shelf", "a"), 1);
        try (Tx tx = shop.begin()) {
            assertThat(tx.range(stock, KeyRange.prefix("shelf"))).hasSize(1);
            set(Key.of("shelf", "b"), 2);
            tx.put(stock, A, 1L);
            assertThatThrownBy(tx::commit).isInstanceOf(ConflictException.class);
        }
        try (Tx tx = shop.begin()) {
            assertThat(tx.range(stock, KeyRange.prefix("empty"))).isEmpty();
            set(Key.of("empty", "b"), 2);
            tx.put(stock, A, 1L);
            assertThatThrownBy(tx::commit).isInstanceOf(ConflictException.class);
        }
        assertThat(value(A)).isEmpty();
    }

    @Test
    void aKeyThatIsSeenInTwoVersionsBeginsTheTransactionAnew() {
        set(Key.of("shelf", "a"), 1);
        AtomicInteger attempts = new AtomicInteger();

        List<Long> seen = shop.run(tx -> {
            long alone = tx.get(stock, Key.of("shelf", "a")).orElse(0L);
            if (attempts.incrementAndGet() == 1) {
                set(Key.of("shelf", "a"), 2);
            }
            return List.of(alone, tx.range(stock, KeyRange.prefix("shelf")).get(Key.of("shelf", "a")));
        });

        assertThat(seen).containsExactly(2L, 2L);
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aTransactionThatSawTwoVersionsDoesNotCommitWhateverItsClosureDoes() {
        set(Key.of("shelf", "a"), 1);
        AtomicInteger attempts = new AtomicInteger();

        shop.execute(tx -> {
            tx.get(stock, Key.of("shelf", "a"));
            if (attempts.incrementAndGet() == 1) {
                set(Key.of("shelf", "a"), 2);
            }
            try {
                tx.range(stock, KeyRange.prefix("shelf"));
            } catch (ConflictException swallowed) {
                tx.put(stock, B, 1L);
            }
        });

        assertThat(value(B)).isEmpty();
        assertThat(attempts).hasValue(2);
    }
}
