package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.SpendResult.Path;
import dev.danta.client.SpendResult.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bounded counters inside transactions. */
@Timeout(120)
final class TxCountersTest {
    private static final Key A = Key.of("a");
    private static final Key B = Key.of("b");
    private static final Spend RESERVED = Spend.with(SpendRule.RESERVED);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final Space shop = client.space("shop");
    private final BoundedCounter stock = shop.boundedCounter("stock", Bounds.atLeast(0));
    private final BoundedCounter theirs = other.space("shop").boundedCounter("stock", Bounds.atLeast(0));
    private final Table<String> orders = shop.table("orders", Codecs.STRING, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void severalCountersAndARecordChangeTogetherOrNotAtAll() {
        stock.gain(A, 5);
        theirs.gain(B, 3);

        boolean first = shop.run(tx -> {
            tx.put(orders, Key.of(1), "first");
            return tx.spend(stock, A, 2) && tx.spend(stock, B, 3);
        });
        assertThat(first).isTrue();
        assertThatThrownBy(() -> shop.execute(tx -> {
                    tx.put(orders, Key.of(2), "second");
                    assertThat(tx.spend(stock, A, 2)).isTrue();
                    if (!tx.spend(stock, B, 1)) {
                        throw new IllegalStateException("sold out");
                    }
                }))
                .hasMessage("sold out");
        assertThat(stock.value(A)).isEqualTo(3);
        assertThat(stock.value(B)).isZero();
        assertThat(orders.get(Key.of(1), Read.STRICT)).contains("first");
        assertThat(orders.get(Key.of(2), Read.STRICT)).isEmpty();
    }

    @Test
    void whatATransactionHasSpentAndGainedItselfCounts() {
        stock.gain(A, 10);
        shop.execute(tx -> {
            assertThat(tx.left(stock, A)).isEqualTo(10);
            assertThat(tx.spend(stock, A, 7)).isTrue();
            assertThat(tx.covers(stock, A, 4)).isFalse();
            assertThat(tx.spend(stock, A, 4)).isFalse();
            tx.gain(stock, A, 2);
            assertThat(tx.spend(stock, A, 4)).isTrue();
            assertThat(tx.left(stock, A)).isEqualTo(1);
            assertThat(tx.value(stock, A)).isEqualTo(1);
            tx.gain(stock, B, 4);
        });
        assertThat(stock.value(A)).isEqualTo(1);
        assertThat(stock.value(B)).isEqualTo(4);
    }

    @Test
    void whatOthersHoldIsCalledInBeforeItIsRefused() {
        stock.gain(A, 100);
        stock.gain(B, 100);
        for (int i = 0; i < 2; i++) {
            theirs.spend(A, 1, RESERVED);
            stock.spend(B, 1, RESERVED);
        }
        assertThat(shop.<Long, RuntimeException>read(tx -> tx.left(stock, A))).isBetween(1L, 97L);

        boolean done = shop.run(tx -> tx.spend(stock, A, 98) && tx.spend(stock, B, 98));

        assertThat(done).isTrue();
        assertThat(theirs.spend(A, 1, RESERVED).status()).isEqualTo(Status.LIMIT);
        assertThat(stock.spend(B, 1, RESERVED).status()).isEqualTo(Status.LIMIT);
        assertThat(shop.<Long, RuntimeException>read(tx -> tx.value(stock, A))).isZero();
        stock.gain(B, 50);
        stock.spend(B, 1, RESERVED);
        assertThat(stock.spend(B, 1, RESERVED).path()).isEqualTo(Path.RESERVED);
    }

    /** What it has spent rests on what was called in for it: looked at again, that is still called in. */
    @Test
    void whatWasCalledInStaysCalledInHoweverOftenTheCounterIsLookedAt() {
        stock.gain(A, 10);
        assertThat(stock.spend(A, 1, RESERVED).isAccepted()).isTrue();
        stock.gain(B, 10);
        assertThat(theirs.spend(B, 1, RESERVED).isAccepted()).isTrue();

        for (Key key : List.of(A, B)) {
            String told = shop.run(tx -> tx.spend(stock, key, 9) + ", " + tx.left(stock, key) + " left, "
                    + tx.spend(stock, key, 1) + ", " + tx.value(stock, key));
            assertThat(told).isEqualTo("true, 0 left, false, 0");
            assertThat(stock.estimate(key)).isEqualTo(new CounterEstimate(0, 0));
            assertThat(stock.value(key)).isZero();
        }
    }

    @Test
    void whoSeesWhatCameAfterAGainSeesTheGain() {
        Space theirShop = other.space("shop");
        Table<String> theirOrders = theirShop.table("orders", Codecs.STRING, Mode.STRICT);

        String told = shop.run(tx -> {
            boolean enough = tx.covers(stock, A, 5);
            if (tx.attempt() == 1) {
                theirs.gain(A, 5);
                theirShop.execute(later -> later.put(theirOrders, A, "five have come"));
            }
            return enough + ", " + tx.get(orders, A).orElse("nothing");
        });

        assertThat(told).isEqualTo("true, five have come");
    }

    @Test
    void whoIsToldHowMuchThereIsSeesNothingThatCameLater() {
        String told = shop.read(tx -> {
            long left = tx.left(stock, A);
            if (tx.attempt() == 1) {
                theirs.gain(A, 5);
                theirs.gain(B, 7);
            }
            return left + ", " + tx.left(stock, B);
        });

        assertThat(told).isEqualTo("5, 7");
    }

    @Test
    void aReadTellsAndWritesNothingOfItsOwn() {
        stock.gain(A, 6);
        assertThat(shop.<Boolean, RuntimeException>read(tx -> tx.covers(stock, A, 6)))
                .isTrue();
        assertThat(shop.<Boolean, RuntimeException>read(tx -> tx.covers(stock, A, 7)))
                .isFalse();
        assertThatThrownBy(() -> shop.read(tx -> tx.spend(stock, A, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not write");
        assertThatThrownBy(() -> shop.read(tx -> {
                    tx.gain(stock, A, 1);
                    return true;
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(stock.value(A)).isEqualTo(6);
    }

    @Test
    void theAllowanceIsForThoseWhoNameItAndACeilingIsTheMirror() {
        BoundedCounter accounts =
                shop.boundedCounter("accounts", Bounds.atLeast(0).initially(5).allowance(10));
        BoundedCounter slots = shop.boundedCounter("slots", Bounds.atMost(3));
        shop.execute(tx -> {
            assertThat(tx.spend(accounts, A, 6)).isFalse();
            assertThat(tx.covers(accounts, A, 15, true)).isTrue();
            assertThat(tx.spend(accounts, A, 12, true)).isTrue();
            assertThat(tx.left(accounts, A)).isZero();
            assertThat(tx.value(accounts, A)).isEqualTo(-7);
            assertThat(tx.spend(slots, A, 2)).isTrue();
        });
        assertThat(accounts.value(A)).isEqualTo(-7);
        shop.execute(tx -> {
            tx.open(slots, List.of(A, B));
            assertThat(tx.value(slots, A)).isEqualTo(2);
            assertThat(tx.spend(slots, A, 2)).isFalse();
            tx.gain(slots, A, 2);
            assertThat(tx.left(slots, B)).isEqualTo(3);
        });
        assertThat(slots.value(A)).isZero();
    }

    @Test
    void aBoundIsMovedStrictlyAndNothingMoreThanItIsAdmitted() {
        BoundedCounter slots = shop.boundedCounter("slots", Bounds.atMost(100));
        BoundedCounter theirSlots = other.space("shop").boundedCounter("slots", Bounds.atMost(100));
        for (int i = 0; i < 10; i++) {
            theirSlots.spend(A, 1, RESERVED);
        }
        assertThat(theirSlots.spend(A, 1, RESERVED).path()).isEqualTo(Path.RESERVED);

        slots.bounds(A, Bounds.atMost(12));
        assertThat(theirSlots.spend(A, 2, RESERVED).status()).isEqualTo(Status.LIMIT);
        assertThat(theirSlots.spend(A, 1, RESERVED).isAccepted()).isTrue();
        slots.bounds(A, Bounds.atMost(5));
        assertThat(slots.estimate(A)).isEqualTo(new CounterEstimate(12, 12));
        shop.execute(tx -> {
            assertThat(tx.left(slots, A)).isZero();
            tx.gain(slots, A, 7);
            assertThat(tx.spend(slots, A, 1)).isFalse();
            tx.bounds(slots, A, Bounds.atMost(6).allowance(3));
            assertThat(tx.spend(slots, A, 1)).isTrue();
            assertThat(tx.spend(slots, A, 4, true)).isFalse();
            assertThat(tx.spend(slots, A, 3, true)).isTrue();
            assertThat(tx.value(slots, A)).isEqualTo(9);
        });
        assertThat(slots.value(A)).isEqualTo(9);
        slots.bounds(A, Bounds.atMost(200));
        assertThat(slots.spend(A, 191).isAccepted()).isTrue();
        assertThat(slots.spend(A, 1).status()).isEqualTo(Status.LIMIT);
        assertThat(slots.spend(B, 101).status()).as("others have their own").isEqualTo(Status.LIMIT);
        assertThatThrownBy(() -> slots.bounds(A, Bounds.atLeast(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a counter that is at most 100 does not become one that is at least 0");
        assertThatThrownBy(() -> slots.bounds(A, Bounds.atMost(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is too far");
    }

    /** One unit moves between two counters as often as one likes: there is one, always. */
    @Test
    void transfersConserveWhateverTheyMeet() {
        int units = 40;
        stock.gain(A, units);
        List<CompletableFuture<?>> all = new ArrayList<>();
        AtomicInteger sold = new AtomicInteger();
        for (int i = 0; i < 60; i++) {
            Key from = i % 3 == 0 ? B : A;
            Key to = i % 3 == 0 ? A : B;
            all.add(shop.runAsync(tx -> {
                if (tx.spend(stock, from, 1)) {
                    tx.gain(stock, to, 1);
                }
                return true;
            }));
            all.add(theirs.spendAsync(i % 2 == 0 ? A : B, 1, i % 4 < 2 ? RESERVED : Spend.with(SpendRule.STRICT))
                    .thenAccept(result -> sold.addAndGet(result.isAccepted() ? 1 : 0)));
            all.add(other.space("shop")
                    .<Long>runAsync(
                            Tx.options().deadline(Duration.ofSeconds(60)),
                            tx -> tx.value(theirs, A) + tx.value(theirs, B))
                    .thenAccept(sum -> assertThat(sum).isBetween(0L, (long) units)));
        }
        all.forEach(CompletableFuture::join);

        assertThat(sold).hasPositiveValue();
        long left = shop.<Long, RuntimeException>read(tx -> tx.value(stock, A) + tx.value(stock, B));
        assertThat(left).isEqualTo(units - sold.get());
    }

    @Test
    void aQuantityIsAtLeastOneAndFitsTheCounter() {
        stock.gain(A, Long.MAX_VALUE);
        try (Tx tx = shop.begin()) {
            assertThatThrownBy(() -> tx.spend(stock, A, 0)).hasMessage("a quantity is at least 1, not 0");
            assertThatThrownBy(() -> tx.gain(stock, A, -1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tx.covers(stock, A, Long.MIN_VALUE)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tx.gain(stock, A, 1)).isInstanceOf(ArithmeticException.class);
            assertThat(tx.spend(stock, A, Long.MAX_VALUE)).isTrue();
            assertThat(tx.spend(stock, A, Long.MAX_VALUE)).isFalse();
            tx.commit();
        }
        assertThat(stock.value(A)).isZero();
        assertThatThrownBy(() -> shop.execute(tx -> tx.spend(null, A, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Space.boundedCounter");
    }
}
