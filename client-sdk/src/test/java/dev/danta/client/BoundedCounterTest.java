package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.client.SpendResult.Path;
import dev.danta.client.SpendResult.Reason;
import dev.danta.client.SpendResult.Status;
import dev.danta.ir.message.IrMessage;
import dev.danta.txn.counter.AllotmentKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class BoundedCounterTest {
    private static final Key A = Key.of("a", 1);
    private static final Bounds STOCK = Bounds.atLeast(0);
    private static final Spend RESERVED = Spend.with(SpendRule.RESERVED);
    private static final Spend STRICT = Spend.with(SpendRule.STRICT);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final BoundedCounter stock = client.space("shop").boundedCounter("stock", STOCK);
    private final BoundedCounter theirs = other.space("shop").boundedCounter("stock", STOCK);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void whatWasGainedIsSpentAndNotOneMore() {
        assertThat(stock.spend(A, 1).status()).isEqualTo(Status.LIMIT);
        stock.gain(A, 5);
        theirs.gain(A, 2);

        assertThat(theirs.spend(A, 4).isAccepted()).isTrue();
        assertThat(stock.spend(A, 4).status()).isEqualTo(Status.LIMIT);
        assertThat(stock.spend(A, 3).isAccepted()).isTrue();
        assertThat(stock.spend(A, 1).status()).isEqualTo(Status.LIMIT);
        assertThat(stock.value(A)).isZero();
        assertThat(client.stats().spendsStrict() + client.stats().spendsReserved())
                .isEqualTo(1);
        assertThat(client.stats().spendsLimit()).isEqualTo(3);
    }

    /** The same in the mirror: what is spent is taken up, what is gained released. */
    @Test
    void aCeilingIsKeptTheSameWay() {
        BoundedCounter slots = client.space("shop").boundedCounter("slots", Bounds.atMost(3));

        assertThat(slots.value(A)).isZero();
        assertThat(slots.spend(A, 2).remainingEstimate()).isEqualTo(1);
        assertThat(slots.value(A)).isEqualTo(2);
        assertThat(slots.spend(A, 2).status()).isEqualTo(Status.LIMIT);
        slots.gain(A, 1);
        assertThat(slots.spend(A, 2).isAccepted()).isTrue();
        assertThat(slots.value(A)).isEqualTo(3);
        assertThat(slots.estimate(A)).isEqualTo(new CounterEstimate(3, 3));
    }

    @Test
    void whereItIsPlentifulOneHoldsAnAllotmentAndNearTheEndItIsCalledIn() {
        stock.gain(A, 100);
        SpendResult first = stock.spend(A, 1, RESERVED);
        SpendResult second = stock.spend(A, 1, RESERVED);

        assertThat(first)
                .isEqualTo(new SpendResult(
                        Status.ACCEPTED, Path.STRICT, first.remainingEstimate(), "reserved", Reason.NOT_HELD));
        assertThat(second).isEqualTo(new SpendResult(Status.ACCEPTED, Path.RESERVED, 98, "reserved", Reason.PLENTY));
        CounterEstimate estimate = theirs.estimate(A);
        assertThat(estimate.atLeast()).isLessThan(98);
        assertThat(estimate.atMost()).isEqualTo(99);
        assertThat(theirs.spend(A, 99).status()).isEqualTo(Status.LIMIT);
        assertThat(theirs.spend(A, 98).isAccepted()).isTrue();
        assertThat(stock.spend(A, 1, RESERVED).status()).isEqualTo(Status.LIMIT);
    }

    @Test
    void theRuleChoosesAndTheResultSaysWhichAndWhy() {
        SpendRule nearEmpty =
                SpendRule.named("near-empty").strictWhen(spend -> spend.estimate() < 50 || spend.amount() > 10);
        SpendRule broken = SpendRule.named("broken").strictWhen(spend -> spend.amount() / (spend.amount() - 1) > 0);
        stock.gain(A, 1_000);

        SpendResult unheard = stock.spend(A, 1, Spend.with(nearEmpty));
        assertThat(unheard.path()).isEqualTo(Path.STRICT);
        assertThat(unheard.reason()).isEqualTo(Reason.RULE);
        assertThat(unheard.rule()).isEqualTo("near-empty");
        assertThat(unheard.remainingEstimate()).isEqualTo(999);
        assertThat(stock.spend(A, 1, Spend.with(nearEmpty)).reason()).isEqualTo(Reason.NOT_HELD);
        assertThat(stock.spend(A, 10, Spend.with(nearEmpty)).path()).isEqualTo(Path.RESERVED);
        assertThat(stock.spend(A, 11, Spend.with(nearEmpty)).reason()).isEqualTo(Reason.RULE);
        assertThat(stock.spend(A, 2, Spend.with(broken)).reason()).isEqualTo(Reason.RULE);
        SpendResult failed = stock.spend(A, 1, Spend.with(broken));
        assertThat(failed.reason()).isEqualTo(Reason.RULE_FAILED);
        assertThat(failed.path()).isEqualTo(Path.STRICT);
        assertThat(failed.rule()).isEqualTo("broken");
        assertThat(stock.value(A)).isEqualTo(1_000 - 26);
    }

    @Test
    void byDefaultItIsStrictUntilThereIsKnownToBePlenty() {
        stock.gain(A, 40);

        assertThat(stock.spend(A, 1).reason()).isEqualTo(Reason.RULE);
        assertThat(stock.spend(A, 1).reason()).isEqualTo(Reason.NOT_HELD);
        assertThat(stock.spend(A, 1).path()).isEqualTo(Path.RESERVED);
        assertThat(stock.spend(A, 30).reason()).isEqualTo(Reason.RULE);
        assertThat(stock.spend(A, 2).rule()).isEqualTo("near-bound");
    }

    @Test
    void manyOfManyClientsSpendExactlyWhatThereIs() {
        int supply = 700;
        stock.gain(A, supply - 100);
        AtomicLong accepted = new AtomicLong();
        List<CompletableFuture<?>> all = new ArrayList<>();
        try (DantaClient third = cluster.client()) {
            List<BoundedCounter> counters =
                    List.of(stock, theirs, third.space("shop").boundedCounter("stock", STOCK));
            for (int i = 0; i < supply; i++) {
                BoundedCounter counter = counters.get(i % counters.size());
                all.add(counter.spendAsync(A, 1 + i % 2, i % 7 == 0 ? STRICT : RESERVED)
                        .thenAccept(result -> accepted.addAndGet(result.isAccepted() ? 1 : 0)));
                if (i % 70 == 0) {
                    all.add(counter.gainAsync(A, 10));
                }
            }
            all.forEach(CompletableFuture::join);
            long left = stock.value(A);
            for (long i = 0; i < left; i++) {
                assertThat(counters.get((int) (i % counters.size())).spend(A, 1).isAccepted())
                        .isTrue();
            }
            assertThat(theirs.spend(A, 1).status()).isEqualTo(Status.LIMIT);
        }
        assertThat(accepted).hasPositiveValue();
        assertThat(stock.value(A)).isZero();
    }

    @Test
    void whatIsHeldIsGivenBackWhenAskedAndWhenTheClientIsClosed() {
        stock.gain(A, 100);
        stock.spend(A, 1, RESERVED);
        assertThat(stock.spend(A, 1, RESERVED).path()).isEqualTo(Path.RESERVED);

        long back = stock.giveBack(A);

        assertThat(back).isPositive();
        assertThat(theirs.estimate(A)).isEqualTo(new CounterEstimate(98, 98));
        assertThat(stock.giveBack(A)).isZero();
        IntStream.range(0, 3).forEach(i -> stock.spend(A, 1, RESERVED));
        assertThat(theirs.estimate(A).atLeast()).isLessThan(95);
        assertThat(client.close(Duration.ofSeconds(30)).isComplete()).isTrue();
        assertThat(theirs.estimate(A)).isEqualTo(new CounterEstimate(95, 95));
        assertThatThrownBy(() -> stock.giveBack(A)).isInstanceOf(IllegalStateException.class);
    }

    /** Who has used many counters gives back what it holds of those that it has not used for longest. */
    @Test
    void onlySoManyCountersAreHeldAtATime() throws InterruptedException {
        Holdings few = new Holdings(client.calls(), 2);
        dev.danta.occ.Key key = new Collection("shop", "stock", Collection.Kind.BOUNDED_COUNTER, STOCK).encode(A);
        stock.gain(A, 100);
        stock.spend(A, 1, RESERVED);
        few.mayHold(key, STOCK.room());
        few.heard(key, STOCK.room(), 7);
        assertThat(few.estimate(key)).isEqualTo(7);
        for (int i = 2; i <= 3; i++) {
            few.heard(
                    new Collection("shop", "stock", Collection.Kind.BOUNDED_COUNTER, STOCK).encode(Key.of("b", i)),
                    STOCK.room(),
                    1);
        }

        assertThat(few.estimate(key)).isZero();
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!theirs.estimate(A).equals(new CounterEstimate(99, 99)) && System.nanoTime() < end) {
            Thread.sleep(10);
        }
        assertThat(theirs.estimate(A)).isEqualTo(new CounterEstimate(99, 99));
    }

    @Test
    void anAllowanceIsForThoseWhoNameIt() {
        BoundedCounter accounts = client.space("shop")
                .boundedCounter("accounts", Bounds.atLeast(-10).initially(5).allowance(3));

        assertThat(accounts.value(A)).isEqualTo(5);
        assertThat(accounts.spend(A, 16, STRICT).status()).isEqualTo(Status.LIMIT);
        assertThat(accounts.spend(A, 16, STRICT.intoAllowance()).isAccepted()).isTrue();
        assertThat(accounts.spend(A, 2, STRICT.intoAllowance()).isAccepted()).isTrue();
        assertThat(accounts.spend(A, 1, STRICT.intoAllowance()).status()).isEqualTo(Status.LIMIT);
        assertThat(accounts.value(A)).isEqualTo(-13);
    }

    @Test
    void whoNamesOtherBoundsIsRefused() {
        stock.gain(A, 1);
        try (DantaClient third = cluster.client()) {
            BoundedCounter lower = third.space("shop").boundedCounter("stock", Bounds.atLeast(-1));

            ModeMismatchException refused = catchThrowableOfType(ModeMismatchException.class, () -> lower.spend(A, 1));
            assertThat(refused)
                    .hasMessage("shop/stock is a bounded counter (floor=0 initial=0 allowance=0) in this cluster, not a"
                            + " bounded counter (floor=-1 initial=0 allowance=0): open it as what it is, or use another"
                            + " name");
            assertThatThrownBy(() -> third.space("shop").boundedCounter("stock", STOCK.allowance(1)))
                    .isInstanceOf(ModeMismatchException.class)
                    .hasMessageContaining("floor=-1 initial=0 allowance=0")
                    .hasMessageContaining("floor=0 initial=0 allowance=1");
            assertThatThrownBy(() -> third.space("shop").counter("stock")).isInstanceOf(ModeMismatchException.class);
            assertThat(third.space("shop")
                            .boundedCounter("stock", Bounds.atLeast(-1))
                            .bounds())
                    .isEqualTo(Bounds.atLeast(-1));
        }
    }

    @Test
    void boundsThatNoCounterCanKeepAreRefused() {
        assertThatThrownBy(() -> Bounds.atLeast(0).initially(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a counter that is at least 0 does not begin with -1");
        assertThatThrownBy(() -> Bounds.atMost(5).initially(6))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a counter that is at most 5 does not begin with 6");
        assertThatThrownBy(() -> Bounds.atLeast(0).allowance(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bounds.atLeast(Long.MIN_VALUE).initially(Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is too far");
        assertThat(Bounds.atLeast(7)).hasToString("at least 7, 7 at first");
        assertThat(Bounds.atMost(-7).allowance(2)).hasToString("at most -7, -7 at first, with an allowance of 2");
        assertThat(Bounds.atMost(0)).isNotEqualTo(Bounds.atLeast(0));
        String longest = Bounds.atMost(Long.MIN_VALUE + 1)
                .initially(Long.MIN_VALUE + 1)
                .allowance(Long.MAX_VALUE)
                .type();
        assertThat(longest.length()).as("what a cluster keeps of a type").isLessThanOrEqualTo(100);
    }

    @Test
    void aQuantityIsAtLeastOneAndAKeyShorterThanOthers() {
        for (long quantity : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> stock.spend(A, quantity))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a quantity is at least 1, not " + quantity);
            assertThatThrownBy(() -> stock.gain(A, quantity))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a quantity is at least 1, not " + quantity);
        }
        int most = AllotmentKey.COUNTER_KEY_BYTES_MAX - "shop".length() - "stock".length() - 3 * 2;
        Key longest = Key.of("x".repeat(most));
        stock.gain(longest, 9);
        assertThat(stock.spend(longest, 1, RESERVED).isAccepted()).isTrue();
        assertThat(stock.spend(longest, 1, RESERVED).path()).isEqualTo(Path.RESERVED);
        assertThatThrownBy(() -> stock.gain(Key.of("x".repeat(most + 1)), 1))
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("454 bytes with space and name, more than the 453 of a bounded counter's");
        stock.gain(A, Long.MAX_VALUE);
        assertThatThrownBy(() -> stock.gain(A, 1)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aSpendWithAnIdempotencyKeyIsDoneOnceWhoeverAsksForIt() {
        Spend once = RESERVED.idempotencyKey("order 7");
        stock.gain(A, 10);

        SpendResult first = stock.spend(A, 4, once);
        assertThat(first)
                .isEqualTo(new SpendResult(Status.ACCEPTED, Path.STRICT, 6, "reserved", Reason.IDEMPOTENCY_KEY));
        assertThat(stock.spend(A, 4, once)).isEqualTo(first);
        assertThat(theirs.spendAsync(A, 4, once).join()).isEqualTo(first);
        assertThat(stock.value(A)).isEqualTo(6);
        assertThatThrownBy(() -> stock.spend(A, 5, once)).isInstanceOf(IdempotencyMismatchException.class);
        assertThatThrownBy(() -> stock.spend(Key.of("b"), 4, once)).isInstanceOf(IdempotencyMismatchException.class);

        Spend late = STRICT.idempotencyKey("order 8");
        assertThat(theirs.spend(A, 7, late).status()).isEqualTo(Status.LIMIT);
        stock.gain(A, 1);
        SpendResult again = stock.spend(A, 7, late);
        assertThat(again.status()).as("the first answer").isEqualTo(Status.LIMIT);
        assertThat(again.remainingEstimate()).isEqualTo(6);
        assertThat(stock.value(A)).isEqualTo(7);
        assertThat(client.stats().spendsStrict()).isEqualTo(2);
        assertThatThrownBy(() -> RESERVED.idempotencyKey("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutAQuorumASpendIsNotDoneOrUnknownAndCountsOnce() {
        stock.gain(A, 100);
        stock.spend(A, 1, RESERVED);
        cluster.loseToClient((node, envelope) -> envelope.message() instanceof IrMessage.Executed);
        Spend hasty = RESERVED.deadline(Duration.ofMillis(300));

        OutcomeUnknownException reserved =
                catchThrowableOfType(OutcomeUnknownException.class, () -> stock.spend(A, 2, hasty));
        assertThat(reserved.handle().toString()).isEmpty();
        assertThat(reserved.retryable()).isFalse();
        cluster.loseToClient((node, envelope) -> true);
        assertThatThrownBy(() -> theirs.spend(A, 1, STRICT.deadline(Duration.ofMillis(300))))
                .isInstanceOf(DeadlineExceededException.class);
        cluster.loseNothing();

        assertThat(theirs.value(A)).as("the unknown one was done").isEqualTo(97);
        assertThat(client.stats().unknowns()).isOne();
    }

    @Test
    void ofAStrictSpendThatIsUnknownTheHandleKnows() {
        stock.gain(A, 100);
        stock.spend(A, 1, STRICT);
        cluster.loseToClient((node, envelope) -> !(envelope.message() instanceof IrMessage.Answered));

        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class, () -> stock.spend(A, 2, STRICT.deadline(Duration.ofMillis(300))));
        cluster.loseNothing();

        Outcome outcome = unknown.handle().resolve(Duration.ofSeconds(30));
        assertThat(outcome).isNotEqualTo(Outcome.UNKNOWN);
        assertThat(theirs.value(A)).isEqualTo(outcome == Outcome.APPLIED ? 97 : 99);
    }

    /** A quota of ten below nothing, of which what is small is charged relaxed. */
    private static BoundedCounter balance(DantaClient of) {
        return of.space("bank").boundedCounter("balance", Bounds.atLeast(0).allowance(10));
    }

    @Test
    void whatIsSmallIsChargedToWhatIsHeldAndWhatIsLargeStrictly() {
        SpendRule charge = SpendRule.named("charge")
                .relaxedWhen(spend -> spend.amount() <= 2)
                .strictWhen(spend -> spend.amount() > 5);
        BoundedCounter balance = balance(client);
        SpendResult small = balance.spend(A, 2, Spend.with(charge));
        assertThat(small)
                .isEqualTo(new SpendResult(
                        Status.ACCEPTED, SpendResult.Path.RELAXED, 3, "charge", SpendResult.Reason.RULE));
        SpendResult large = balance.spend(A, 6, Spend.with(charge));
        assertThat(large.status()).isEqualTo(Status.LIMIT);
        assertThat(large.path()).isEqualTo(SpendResult.Path.STRICT);
        assertThat(balance.spend(A, 4, Spend.with(charge)).reason()).isEqualTo(SpendResult.Reason.NOT_HELD);
        assertThat(client.stats().spendsRelaxed()).isOne();
        assertThat(balance.giveBack(A)).isEqualTo(3);
        assertThat(balance(other).value(A)).isEqualTo(-2);
    }

    @Test
    void whereNoQuorumCanBeReachedRelaxedGoesOnUpToWhatIsHeldAndStrictIsRefusedSoon() {
        BoundedCounter balance = balance(client);
        assertThat(balance.holdLax(A, 12)).isEqualTo(10);
        cluster.stop(2);
        cluster.stop(3);
        Spend relaxed = Spend.with(SpendRule.RELAXED).deadline(Duration.ofSeconds(30));
        for (int i = 0; i < 10; i++) {
            assertThat(balance.spend(A, 1, relaxed).path()).isEqualTo(SpendResult.Path.RELAXED);
        }
        assertThatThrownBy(() -> balance.spend(A, 1, relaxed)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> balance.spend(A, 1, STRICT.deadline(Duration.ofSeconds(30))))
                .isInstanceOf(UnavailableException.class);
    }

    @Test
    void whoDoesNotEscalateIsToldThatNotEnoughIsHeld() {
        BoundedCounter balance = balance(client);
        balance.gain(A, 100);
        Spend only = Spend.with(SpendRule.RELAXED).withoutEscalation();
        assertThat(balance.spend(A, 11, only).status()).isEqualTo(Status.NOT_HELD);
        assertThat(balance.spend(A, 11, Spend.with(SpendRule.RELAXED)).path()).isEqualTo(SpendResult.Path.STRICT);
        assertThat(balance.holdLax(A, 20)).isEqualTo(20);
        assertThat(balance.spend(A, 11, only).path()).isEqualTo(SpendResult.Path.RELAXED);
    }
}
