package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.Reservation.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class ReservationTest {
    private static final Key SHOE = Key.of("shoe");
    private static final Key LACES = Key.of("laces", 7);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final DantaClient other = cluster.client();
    private final AtomicLong aheadMillis = new AtomicLong();
    private final Space shop = new Space(client, "shop", new Ahead());
    private final Space theirs = new Space(other, "shop", new Ahead());
    private final BoundedCounter stock = shop.boundedCounter("stock", Bounds.atLeast(0));
    private final BoundedCounter slots = shop.boundedCounter("slots", Bounds.atMost(3));

    /** The machine's clock, and a while more. */
    private final class Ahead extends Clock {
        @Override
        public Instant instant() {
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

    private Reserve order(String id, long shoes, long laces) {
        return shop.reserve(id)
                .item(stock, SHOE, shoes)
                .item(stock, LACES, laces)
                .ttl(MINUTE);
    }

    private static Reservation held(ReserveResult result) {
        assertThat(result.isHeld()).isTrue();
        assertThat(result.missing()).isEmpty();
        return result.reservation().orElseThrow();
    }

    @Test
    void allIsSetAsideOrNothingAndWhatIsMissingIsNamed() {
        stock.gain(SHOE, 5);
        stock.gain(LACES, 3);

        Reservation first = held(order("first", 2, 3).execute());
        ReserveResult second = order("second", 1, 1).execute();

        assertThat(first.status()).isEqualTo(Status.HELD);
        assertThat(first.items())
                .containsExactly(new Reservation.Item("stock", SHOE, 2), new Reservation.Item("stock", LACES, 3));
        assertThat(first.until()).isBetween(Instant.now(), Instant.now().plus(MINUTE));
        assertThat(second.isHeld()).isFalse();
        assertThat(second.missing()).containsExactly(new Reservation.Item("stock", LACES, 1));
        assertThat(shop.reservation("second")).isEmpty();
        assertThat(stock.value(SHOE)).isEqualTo(3);
        assertThat(stock.value(LACES)).isZero();
    }

    @Test
    void itEndsOnceHoweverOftenThatIsAskedForAndByWhomever() {
        stock.gain(SHOE, 5);
        Reservation kept = held(shop.reserve("kept").item(stock, SHOE, 1).execute());
        Reservation given = held(
                shop.reserve("given").item(stock, SHOE, 1).item(slots, SHOE, 2).execute());

        assertThat(kept.confirm()).isEqualTo(Status.CONFIRMED);
        assertThat(kept.confirm()).isEqualTo(Status.CONFIRMED);
        assertThat(theirs.reservation("kept").orElseThrow().release()).isEqualTo(Status.CONFIRMED);
        assertThat(slots.value(SHOE)).isEqualTo(2);
        assertThat(theirs.reservation("given").orElseThrow().release()).isEqualTo(Status.RELEASED);
        assertThat(given.release()).isEqualTo(Status.RELEASED);
        assertThat(given.confirm()).isEqualTo(Status.RELEASED);
        assertThat(shop.reservation("given").orElseThrow().status()).isEqualTo(Status.RELEASED);
        assertThat(stock.value(SHOE)).isEqualTo(4);
        assertThat(slots.value(SHOE)).isZero();
    }

    @Test
    void underOneIdThereIsOne() {
        stock.gain(SHOE, 5);
        stock.gain(LACES, 5);
        Reservation first = held(order("one", 2, 1).execute());

        Reservation again = held(order("one", 2, 1).ttl(Duration.ofDays(2)).execute());
        assertThat(again.until()).isEqualTo(first.until());
        assertThat(stock.value(SHOE)).isEqualTo(3);
        assertThatThrownBy(() -> order("one", 2, 2).execute()).isInstanceOf(IdempotencyMismatchException.class);
        first.release();
        ReserveResult late = order("one", 2, 1).execute();
        assertThat(late.isHeld()).isFalse();
        assertThat(late.reservation().orElseThrow().status()).isEqualTo(Status.RELEASED);
        assertThat(stock.value(SHOE)).isEqualTo(5);
    }

    @Test
    void whatIsHeldForTooLongComesBackBeforeAnybodyIsRefused() {
        stock.gain(SHOE, 5);
        Reservation slow =
                held(shop.reserve("slow").item(stock, SHOE, 4).ttl(MINUTE).execute());
        assertThat(shop.reserve("next").item(stock, SHOE, 2).execute().isHeld()).isFalse();

        aheadMillis.set(MINUTE.toMillis() + 1);

        assertThat(held(theirs.reserve("next")
                                .item(theirs.boundedCounter("stock", Bounds.atLeast(0)), SHOE, 2)
                                .execute())
                        .items())
                .hasSize(1);
        assertThat(slow.confirm()).isEqualTo(Status.EXPIRED);
        assertThat(slow.release()).isEqualTo(Status.EXPIRED);
        assertThat(stock.value(SHOE)).isEqualTo(3);
    }

    @Test
    void whoIsLateDoesNotConfirm() {
        stock.gain(SHOE, 5);
        Reservation slow =
                held(shop.reserve("slow").item(stock, SHOE, 4).ttl(MINUTE).execute());
        aheadMillis.set(MINUTE.toMillis() + 1);

        assertThat(slow.confirm()).isEqualTo(Status.EXPIRED);
        assertThat(stock.value(SHOE)).isEqualTo(5);
    }

    @Test
    void whatHasEndedIsForgottenADayLater() {
        stock.gain(SHOE, 5);
        Reservation kept = held(shop.reserve("kept").item(stock, SHOE, 1).execute());
        kept.confirm();
        Reservations sweeping = new Reservations(client, shop, new Ahead());

        assertThat(sweeping.sweep()).isEqualTo(Reservations.Swept.ALL);
        assertThat(shop.reservation("kept")).isPresent();
        aheadMillis.set(Reservations.KEPT.toMillis() + 1);
        assertThat(sweeping.sweep()).isEqualTo(Reservations.Swept.ALL);

        assertThat(shop.reservation("kept")).isEmpty();
        assertThat(kept.confirm()).isEqualTo(Status.UNKNOWN);
        assertThat(stock.value(SHOE)).isEqualTo(4);
    }

    /** Nobody reserves any more: who has reserved sees to it. */
    @Test
    void itExpiresByItself() throws InterruptedException {
        stock.gain(SHOE, 5);
        held(shop.reserve("short")
                .item(stock, SHOE, 4)
                .ttl(Duration.ofMillis(100))
                .execute());

        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (stock.value(SHOE) != 5 && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(shop.reservation("short").orElseThrow().status()).isEqualTo(Status.EXPIRED);
    }

    /** Three of four are held for too long, by a client that does nothing about it. */
    private BoundedCounter threeAreForgotten() {
        stock.gain(SHOE, 4);
        held(shop.reserve("slow").item(stock, SHOE, 3).ttl(MINUTE).execute());
        aheadMillis.set(MINUTE.toMillis() + 1);
        return theirs.boundedCounter("stock", Bounds.atLeast(0));
    }

    @Test
    void whoeverSpendsIsNotRefusedEither() {
        BoundedCounter counter = threeAreForgotten();
        assertThat(counter.spend(SHOE, 2).isAccepted()).isTrue();
        assertThat(counter.spendAsync(SHOE, 2).join().isAccepted()).isTrue();
        assertThat(counter.spend(SHOE, 1).isAccepted()).isFalse();
        assertThat(shop.reservation("slow").orElseThrow().status()).isEqualTo(Status.EXPIRED);
    }

    @Test
    void norIsAClosureThatSpends() {
        BoundedCounter counter = threeAreForgotten();
        assertThat(theirs.<Boolean, RuntimeException>run(tx -> tx.spend(counter, SHOE, 2)))
                .isTrue();
        assertThat(theirs.<Boolean, RuntimeException>run(tx -> tx.spend(counter, SHOE, 3)))
                .isFalse();
    }

    @Test
    void norOneThatThrows() {
        BoundedCounter counter = threeAreForgotten();
        theirs.execute(tx -> {
            if (!tx.spend(counter, SHOE, 4)) {
                throw new IllegalStateException("sold out");
            }
        });
        assertThat(counter.value(SHOE)).isZero();
    }

    /** More than are looked at at once; none of them is of what is wanted but the last. */
    @Test
    void howeverMuchElseIsDue() {
        stock.gain(SHOE, 4);
        stock.gain(LACES, 200);
        for (int i = 0; i < 70; i++) {
            held(shop.reserve("ended-" + i).item(stock, LACES, 1).ttl(MINUTE).execute())
                    .confirm();
        }
        aheadMillis.set(Reservations.KEPT.toMillis() + 2 * MINUTE.toMillis());
        for (int i = 0; i < 70; i++) {
            held(shop.reserve("slow-" + i).item(stock, LACES, 1).ttl(MINUTE).execute());
        }
        aheadMillis.addAndGet(1_000);
        held(shop.reserve("last").item(stock, SHOE, 4).ttl(MINUTE).execute());
        aheadMillis.addAndGet(MINUTE.toMillis());

        ReserveResult next = theirs.reserve("next")
                .item(theirs.boundedCounter("stock", Bounds.atLeast(0)), SHOE, 1)
                .deadline(MINUTE)
                .execute();
        assertThat(next.isHeld()).isTrue();
    }

    private static void until(BooleanSupplier isSo) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!isSo.getAsBoolean() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(isSo.getAsBoolean()).isTrue();
    }

    @Test
    void aShortOneIsLookedForInTimeThoughALongOneWasMadeBefore() {
        stock.gain(SHOE, 5);
        Duration short100 = Duration.ofMillis(100);
        held(shop.reserve("long").item(stock, SHOE, 1).ttl(Duration.ofDays(1)).execute());
        held(shop.reserve("short").item(stock, SHOE, 3).ttl(short100).execute());
        until(() -> stock.value(SHOE) == 4);
    }

    @Test
    void oneThatCannotBeEndedIsInNobodysWayAndIsEndedWhenItCanBe() {
        stock.gain(LACES, 5);
        stock.gain(SHOE, Long.MAX_VALUE);
        Duration short100 = Duration.ofMillis(100);
        held(shop.reserve("stuck").item(stock, SHOE, 4).ttl(short100).execute());
        theirs.boundedCounter("stock", Bounds.atLeast(0)).gain(SHOE, 4);
        held(shop.reserve("behind").item(stock, LACES, 3).ttl(short100).execute());

        until(() -> stock.value(LACES) == 5);
        assertThat(shop.reservation("stuck").orElseThrow().status()).isEqualTo(Status.HELD);
        assertThat(stock.spend(SHOE, 10).isAccepted()).isTrue();
        until(() -> shop.reservation("stuck").orElseThrow().status() == Status.EXPIRED);
    }

    @Test
    void manyWhoReserveConfirmAndReleaseLeaveExactlyWhatThereIs() {
        int supply = 60;
        stock.gain(SHOE, supply);
        stock.gain(LACES, supply);
        BoundedCounter other = theirs.boundedCounter("stock", Bounds.atLeast(0));
        AtomicLong confirmed = new AtomicLong();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int user = 0; user < 6; user++) {
            int number = user;
            all.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 8; i++) {
                    Space space = number % 2 == 0 ? shop : theirs;
                    BoundedCounter counter = number % 2 == 0 ? stock : other;
                    ReserveResult result = space.reserve(number + "/" + i)
                            .item(counter, SHOE, 1 + i % 3)
                            .item(counter, LACES, 1)
                            .execute();
                    int fate = ThreadLocalRandom.current().nextInt(3);
                    if (result.isHeld() && fate > 0) {
                        Reservation one = result.reservation().orElseThrow();
                        Status status = fate == 1 ? one.confirm() : one.release();
                        confirmed.addAndGet(status == Status.CONFIRMED ? 1 + i % 3 : 0);
                    }
                }
            }));
        }
        all.forEach(CompletableFuture::join);
        long held = 0;
        for (int i = 0; i < 48; i++) {
            Reservation one = shop.reservation(i / 8 + "/" + i % 8).orElse(null);
            held += one != null && one.status() == Status.HELD
                    ? one.items().get(0).quantity()
                    : 0;
        }

        assertThat(stock.value(SHOE)).isEqualTo(supply - confirmed.get() - held);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> shop.reserve("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shop.reserve("x".repeat(600))).isInstanceOf(TooLargeException.class);
        assertThatThrownBy(() -> shop.reserve("empty").execute()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shop.reserve("a").item(stock, SHOE, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shop.reserve("a").ttl(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shop.reserve("a").ttl(Duration.ofDays(366)))
                .isInstanceOf(IllegalArgumentException.class);
        stock.gain(SHOE, 5);
        assertThat(held(shop.reserve("twice")
                                .item(stock, SHOE, 2)
                                .item(stock, SHOE, 1)
                                .execute())
                        .items())
                .containsExactly(new Reservation.Item("stock", SHOE, 3));
    }
}
