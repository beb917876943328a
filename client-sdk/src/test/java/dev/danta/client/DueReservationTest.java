package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done before somebody is told that there is not enough, by several who are at it at once. */
@Timeout(120)
final class DueReservationTest {
    private static final Key SHOE = Key.of("shoe");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long LONG_NANOS = MINUTE.toNanos();

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    /** What is done before a thread of the executor does what it was given. */
    private volatile Runnable first = () -> {};

    private final DantaClient client = cluster.clientBuilder()
            .executor(task -> {
                Runnable before = first;
                CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
                    before.run();
                    task.run();
                });
            })
            .build();
    private final DantaClient other = cluster.client();
    private final AtomicLong aheadMillis = new AtomicLong();
    private volatile Runnable onClock = () -> {};
    private final Space shop = new Space(client, "shop", new Ahead());
    private final Space theirs = new Space(other, "shop", new Ahead());
    private final BoundedCounter stock = shop.boundedCounter("stock", Bounds.atLeast(0));
    private final BoundedCounter theirStock = theirs.boundedCounter("stock", Bounds.atLeast(0));

    /** The machine's clock, and a while more. */
    private final class Ahead extends Clock {
        @Override
        public Instant instant() {
            onClock.run();
            return Instant.now().plusMillis(aheadMillis.get());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        other.close(Duration.ofMillis(200));
        cluster.close();
    }

    private static long in(long nanos) {
        return System.nanoTime() + nanos;
    }

    private void heldForTooLong(long shoes) {
        stock.gain(SHOE, shoes);
        assertThat(theirs.reserve("slow")
                        .item(theirStock, SHOE, shoes)
                        .ttl(MINUTE)
                        .execute()
                        .isHeld())
                .isTrue();
        aheadMillis.addAndGet(2 * MINUTE.toMillis());
    }

    private CompletableFuture<Boolean> brings(long deadlineAtNanos) {
        return shop.reservations().bringsBackAsync(DueMemory.Asked.now(deadlineAtNanos));
    }

    /** Another client ends it after this one was refused and before this one has looked. */
    @Test
    void whoIsRefusedAsksOnceMoreThoughSomebodyElseHasBroughtItBackMeanwhile() {
        heldForTooLong(5);
        first = () -> assertThat(theirs.reservations().sweep()).isEqualTo(Reservations.Swept.ALL);
        assertThat(stock.spend(SHOE, 1).isAccepted()).isTrue();
    }

    @Test
    void soDoesAClosureThatThrows() {
        heldForTooLong(5);
        AtomicInteger runs = new AtomicInteger();
        onClock = () -> {
            if (runs.get() == 1) {
                onClock = () -> {};
                theirs.reservations().sweep();
            }
        };
        shop.execute(tx -> {
            boolean isDone = tx.spend(stock, SHOE, 1);
            runs.incrementAndGet();
            if (!isDone) {
                throw new IllegalStateException("sold out");
            }
        });
        assertThat(runs.get()).isEqualTo(2);
    }

    /** It is asked for once more, and no more within a second. */
    @Test
    void whereNothingIsDueALookMeansOneMoreAsking() {
        DueMemory memory = new DueMemory();
        DueMemory.Asked asked = DueMemory.Asked.now(in(LONG_NANOS));
        assertThat(memory.answer(asked, 100)).isEqualTo(DueMemory.Answer.LOOK);
        memory.looked(memory.look(100), Long.MAX_VALUE, 900);
        assertThat(memory.answer(asked, 100)).isEqualTo(DueMemory.Answer.ASK_AGAIN);
        long later = in(1);
        DueMemory.Asked again = new DueMemory.Asked(asked.firstNanos(), later, asked.deadlineAtNanos());
        assertThat(memory.answer(again, 100)).isEqualTo(DueMemory.Answer.HOLDS);
        // However long the asking takes; but not if he asked first long after the look, or something else was due.
        long muchLater = in(10 * DueMemory.FRESH_NANOS);
        assertThat(memory.answer(new DueMemory.Asked(asked.firstNanos(), muchLater, muchLater), 100))
                .isEqualTo(DueMemory.Answer.HOLDS);
        assertThat(memory.answer(new DueMemory.Asked(muchLater, muchLater, muchLater), 100))
                .isEqualTo(DueMemory.Answer.LOOK);
        assertThat(memory.answer(again, 900)).isEqualTo(DueMemory.Answer.LOOK);
    }

    /** Who has much time is not told that his deadline has passed because another's has. */
    @Test
    void theDeadlineOfOneIsNotThatOfOthers() {
        CountDownLatch late = new CountDownLatch(1);
        first = () -> await(late);
        CompletableFuture<Boolean> hurried = brings(in(20_000_000));
        CompletableFuture<Boolean> patient = brings(in(LONG_NANOS));
        assertThatThrownBy(hurried::join).hasRootCauseInstanceOf(DeadlineExceededException.class);
        assertThat(patient.isDone()).isFalse();
        late.countDown();
        assertThat(patient.join()).isTrue();
    }

    /** Nor does who has little time wait for another's. */
    @Test
    void whoHasJoinedAnotherIsAnsweredByHisOwnDeadline() {
        CountDownLatch late = new CountDownLatch(1);
        first = () -> await(late);
        CompletableFuture<Boolean> patient = brings(in(LONG_NANOS));
        CompletableFuture<Boolean> hurried = brings(in(20_000_000));
        assertThatThrownBy(hurried::join).hasRootCauseInstanceOf(DeadlineExceededException.class);
        assertThat(patient.isDone()).isFalse();
        late.countDown();
        assertThat(patient.join()).isTrue();
    }

    @Test
    void anExecutorThatHasRefusedOnceIsAskedAgainByWhoHasJoined() {
        AtomicReference<CompletableFuture<Boolean>> joined = new AtomicReference<>();
        AtomicReference<Reservations> mine = new AtomicReference<>();
        DueMemory.Asked asked = DueMemory.Asked.now(in(LONG_NANOS));
        DantaClient full = cluster.clientBuilder()
                .executor(task -> {
                    if (joined.get() == null) {
                        joined.set(new CompletableFuture<>());
                        joined.set(mine.get().bringsBackAsync(asked));
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                })
                .build();
        mine.set(new Space(full, "shop").reservations());
        assertThatThrownBy(mine.get().bringsBackAsync(asked)::join).hasRootCauseInstanceOf(OverloadedException.class);
        assertThat(joined.get().join()).isTrue();
        full.close(Duration.ofMillis(200));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It has lost an attempt, was refused, and waits for another's look, which needs the counter. */
    @Test
    void whoWaitsForAnotherHoldsNoTurn() {
        stock.gain(SHOE, 1);
        DueMemory memory = client.reservationSweeper().memory("shop");
        CompletableFuture<Void> look = new CompletableFuture<>();
        assertThat(memory.begin(look)).isNull();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch refused = new CountDownLatch(1);
        CompletableFuture<Boolean> spends = CompletableFuture.supplyAsync(() ->
                shop.<Boolean, RuntimeException>run(Tx.options().deadline(MINUTE), tx -> {
                    boolean isDone = tx.spend(stock, SHOE, 1);
                    if (runs.incrementAndGet() == 1) {
                        theirs.execute(their -> their.spend(theirStock, SHOE, 1));
                    } else {
                        refused.countDown();
                    }
                    return isDone;
                }));
        await(refused);

        List<dev.danta.occ.Key> keys = List.of(stock.encode(SHOE));
        Turns.Visit visit = client.attempts().turns().visit();
        assertThat(visit.beforeTouching(keys, in(LONG_NANOS))).isTrue();
        assertThat(visit.afterLosing(keys, keys, in(LONG_NANOS)))
                .as("it has had the turn since before")
                .isTrue();
        visit.release();
        memory.end();
        look.complete(null);
        assertThat(spends.join()).isFalse();
    }

    /** Time is over when something has come back, and before what is left was looked for. */
    @Test
    void aSweepThatHasDoneSomethingIsNoFailure() {
        heldForTooLong(5);
        long deadlineAt = in(2_000_000_000);
        DueMemory memory = client.reservationSweeper().memory("shop");
        DueMemory.Asked before = DueMemory.Asked.now(deadlineAt);
        onClock = () -> {
            while (memory.answer(before, 0) == DueMemory.Answer.ASK_AGAIN && System.nanoTime() - deadlineAt <= 0) {
                Thread.onSpinWait();
            }
        };
        assertThat(shop.reservations().sweep(deadlineAt)).isEqualTo(Reservations.Swept.SOME);
        assertThat(shop.reservations().sweep(deadlineAt)).isEqualTo(Reservations.Swept.NOTHING);
        assertThat(ReservationSweeper.failures(3, Reservations.Swept.SOME)).isZero();
        assertThat(ReservationSweeper.failures(3, Reservations.Swept.NOTHING)).isEqualTo(4);
    }

    /** What has ended leaves traces: a look does not go through those again that another has gone through. */
    @Test
    void aLookBeginsWhereTheLastOneHasEnded() {
        DueMemory memory = new DueMemory();
        long minute = MINUTE.toNanos() / 1_000;
        long now = 100 * minute;
        DueMemory.Look all = memory.look(now);
        assertThat(all.fromMicros()).isEqualTo(Long.MIN_VALUE);
        memory.looked(all, Long.MAX_VALUE, all.untilMicros());
        assertThat(memory.look(now + minute / 2).fromMicros()).isEqualTo(now - minute);
        assertThat(memory.look(now - minute).fromMicros()).isEqualTo(now - 2 * minute);
        memory.looked(memory.look(now + minute), now - minute, now + 2 * minute);
        assertThat(memory.look(now + minute).fromMicros())
                .as("one could not be ended")
                .isEqualTo(now - 2 * minute);
    }

    @Test
    void whatEndedBeforeItWasDueCostsALookNothing() {
        stock.gain(SHOE, 1);
        assertThat(shop.reservations().sweep()).isEqualTo(Reservations.Swept.ALL);
        for (int i = 0; i < 130; i++) {
            shop.reserve("ended-" + i)
                    .item(stock, SHOE, 1)
                    .ttl(MINUTE)
                    .execute()
                    .reservation()
                    .orElseThrow()
                    .release();
        }
        long before = client.stats().readRounds();
        assertThat(shop.reservations().sweep()).isEqualTo(Reservations.Swept.ALL);
        assertThat(client.stats().readRounds() - before).isEqualTo(2);
    }
}
