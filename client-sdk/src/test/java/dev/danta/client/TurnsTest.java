package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TurnsTest {
    private static final Key A = new Key(Bytes.utf8("a"));
    private static final Key B = new Key(Bytes.utf8("b"));
    private static final Timestamp COMMITTED = new Timestamp(7, new ClientId(1, 1));

    private final AtomicLong now = new AtomicLong(1_000_000_000_000L);
    private final Turns turns = new Turns(now::get, TimeUnit.HOURS.toNanos(1));
    private final ExecutorService other = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        other.shutdownNow();
    }

    private long soon() {
        return now.get() + TimeUnit.HOURS.toNanos(1);
    }

    /** Somebody has lost a fight for this key. */
    private void heat(Key... keys) {
        Turns.Visit lost = turns.visit();
        lost.afterLosing(List.of(keys), List.of(keys), soon());
        lost.release();
    }

    private CompletableFuture<Turns.Visit> enterElsewhere(Key key) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Turns.Visit visit = turns.visit();
                    visit.beforeTouching(List.of(key), soon());
                    return visit;
                },
                other);
    }

    /** Those that should not wait are waited for instead, however long it takes. */
    private static boolean isWaiting(CompletableFuture<?> future) throws Exception {
        try {
            future.get(50, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        }
    }

    @Test
    void nobodyWaitsForAColdKey() throws Exception {
        Turns.Visit first = turns.visit();
        assertThat(first.beforeTouching(List.of(A), soon())).isFalse();

        assertThat(enterElsewhere(A).get()).isNotNull();
    }

    @Test
    void atAHotKeyOneWaitsForTheOther() throws Exception {
        heat(A);
        Turns.Visit first = turns.visit();
        assertThat(first.beforeTouching(List.of(A), soon())).isTrue();
        assertThat(first.beforeTouching(List.of(A), soon())).as("it has it").isFalse();
        CompletableFuture<Turns.Visit> second = enterElsewhere(A);
        assertThat(isWaiting(second)).isTrue();

        first.release();

        assertThat(second.get()).isNotNull();
    }

    @Test
    void aKeyCoolsDownWhenNobodyFightsForIt() throws Exception {
        heat(A);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        Turns.Visit first = turns.visit();
        first.beforeTouching(List.of(A), soon());

        assertThat(enterElsewhere(A).get()).isNotNull();
    }

    @Test
    void onlyWhatTheLoserWritesBecomesHot() throws Exception {
        Turns.Visit lost = turns.visit();
        lost.afterLosing(List.of(A, B), List.of(B), soon());

        assertThat(enterElsewhere(A).get()).isNotNull();
        assertThat(isWaiting(enterElsewhere(B))).isTrue();
        lost.release();
    }

    @Test
    void aTransactionInsideAnotherDoesNotWaitForIt() {
        heat(A);
        Turns.Visit outer = turns.visit();
        outer.beforeTouching(List.of(A), soon());
        Turns.Visit inner = turns.visit();
        inner.beforeTouching(List.of(A), soon());
        inner.release();
        outer.release();
    }

    @Test
    void whoHoldsATurnDoesNotWaitForAnother() throws Exception {
        heat(A, B);
        Turns.Visit first = turns.visit();
        first.beforeTouching(List.of(A), soon());
        CompletableFuture<Turns.Visit> second = enterElsewhere(B);
        assertThat(second.get()).isNotNull();

        // Would wait for ever if it did, since nobody releases the other one.
        first.beforeTouching(List.of(B), soon());
        first.release();
    }

    @Test
    void afterALossItSaysWhetherTheFightIsWithOtherClients() {
        Turns.Visit visit = turns.visit();

        assertThat(visit.afterLosing(List.of(A), List.of(A), soon())).isFalse();
        assertThat(visit.afterLosing(List.of(A), List.of(A), soon())).isTrue();
        visit.release();
    }

    @Test
    void nobodyWaitsBeyondItsDeadline() throws Exception {
        heat(A);
        Turns.Visit first = turns.visit();
        first.beforeTouching(List.of(A), soon());

        CompletableFuture<Boolean> late = CompletableFuture.supplyAsync(
                () -> {
                    turns.visit().beforeTouching(List.of(A), now.get() - 1);
                    return true;
                },
                other);

        assertThat(late.get()).isTrue();
        first.release();
    }

    @Test
    void theNextOneKnowsWhatTheOneBeforeHasWritten() throws ExecutionException, InterruptedException {
        heat(A);
        Turns.Visit first = turns.visit();
        first.beforeTouching(List.of(A), soon());
        assertThat(first.justLeft(A)).isNull();
        CompletableFuture<Turns.Visit> second = enterElsewhere(A);

        first.release(COMMITTED, List.of(new Write(A, Bytes.utf8("v")), new Write(B, null)));

        assertThat(second.get().justLeft(A)).isEqualTo(new Version(COMMITTED, Bytes.utf8("v")));
        assertThat(second.get().justLeft(B)).isNull();
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(second.get().justLeft(A)).isNull();
    }

    @Test
    void whoLosesThoughItWasHisTurnTrustsWhatWasLeftNoMore() {
        heat(A);
        Turns.Visit visit = turns.visit();
        visit.beforeTouching(List.of(A), soon());
        visit.release(COMMITTED, List.of(new Write(A, null)));
        visit.beforeTouching(List.of(A), soon());
        assertThat(visit.justLeft(A)).isNotNull();

        visit.afterLosing(List.of(A), List.of(A), soon());

        assertThat(visit.justLeft(A)).isNull();
        visit.release(COMMITTED, List.of(new Write(A, null)));
        visit.beforeTouching(List.of(A), soon());
        assertThat(visit.justLeft(A)).isNull();
    }
}
