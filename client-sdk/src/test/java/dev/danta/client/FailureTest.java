package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.ir.message.IrMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes away, messages lost, deadlines passed: what an application is told. */
@Timeout(120)
final class FailureTest {
    private static final Key A = Key.of("a");

    private final MemoryCluster cluster = new MemoryCluster(3, 1);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    @Test
    void withOneOfThreeNodesAwayTransactionsGoOnInTwoRounds() {
        cluster.stop(2);

        try (Tx tx = shop.begin()) {
            tx.put(stock, A, 1L);
            assertThat(tx.commit().path()).isEqualTo(Committed.Path.SLOW);
        }
        assertThat(client.stats().commitsSlow()).isOne();
        assertThat(shop.read(tx -> tx.get(stock, A)).orElseThrow()).isOne();
    }

    @Test
    void withoutAQuorumACommitIsUnavailableLongBeforeTheDeadline() {
        cluster.stop(1);
        cluster.stop(3);

        UnavailableException failed = catchThrowableOfType(
                UnavailableException.class,
                () -> shop.execute(Tx.options().deadline(Duration.ofDays(1)), tx -> tx.put(stock, A, 1L)));

        assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failed.retryable()).isTrue();
        assertThat(failed.causes()).containsOnlyKeys("node-1:7400", "node-3:7400");
        assertThat(failed)
                .hasMessage("the transaction could not be committed, too few nodes can be reached: "
                        + "node-1:7400: was stopped; node-3:7400: was stopped");
    }

    @Test
    void aReadThatNobodyAnswersNamesEveryEndpoint() {
        List.of(1, 2, 3).forEach(cluster::stop);

        UnavailableException failed = catchThrowableOfType(
                UnavailableException.class,
                () -> shop.run(Tx.options().deadline(Duration.ofMillis(300)), tx -> tx.get(stock, A)));

        assertThat(failed.causes()).containsOnlyKeys("node-1:7400", "node-2:7400", "node-3:7400");
    }

    @Test
    void aReadThatIsNeverAnsweredEndsWithTheDeadline() {
        cluster.loseToClient((node, envelope) -> true);

        DeadlineExceededException failed = catchThrowableOfType(
                DeadlineExceededException.class,
                () -> shop.run(Tx.options().deadline(Duration.ofMillis(300)), tx -> tx.get(stock, A)));

        assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failed.causes()).containsOnlyKeys("node-1:7400", "node-2:7400", "node-3:7400");
    }

    @Test
    void anUnknownOutcomeIsSettledInTheBackgroundAndCanBeAskedFor() {
        cluster.loseToClient((node, envelope) -> true);

        OutcomeUnknownException unknown = catchThrowableOfType(
                OutcomeUnknownException.class,
                () -> shop.execute(Tx.options().deadline(Duration.ofMillis(100)), tx -> tx.put(stock, A, 1L)));

        assertThat(unknown.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(unknown.retryable()).isFalse();
        assertThat(unknown.handle().resolve(Duration.ofMillis(50))).isEqualTo(Outcome.UNKNOWN);
        assertThat(client.stats().unknowns()).isOne();

        cluster.loseNothing();
        Outcome outcome = unknown.handle().resolve(Duration.ofSeconds(30));
        assertThat(outcome).isNotEqualTo(Outcome.UNKNOWN);
        assertThat(unknown.txId()).hasValue(unknown.handle().toString());
        // Its string is as good as the handle itself.
        assertThat(client.outcomeOf(unknown.handle().toString()).resolve(Duration.ofSeconds(30)))
                .isEqualTo(outcome);
        boolean isThere = shop.read(tx -> tx.contains(stock, A));
        assertThat(isThere).isEqualTo(outcome == Outcome.APPLIED);
    }

    @Test
    void anotherClientsTransactionIsFoundByItsId() {
        String foreign;
        try (DantaClient other = cluster.client();
                Tx tx = other.space("shop").begin()) {
            tx.put(stock, A, 1L);
            foreign = tx.commit().timestamp();
        }

        assertThat(client.outcomeOf(foreign).resolve(Duration.ofSeconds(30))).isEqualTo(Outcome.APPLIED);
    }

    @Test
    void aTransactionThatNobodyHasHeardOfIsUnknownByItsIdAloneAndAbortedWithItsParticipants() {
        String nobodys = "1000@00000000000000070000000000000007";

        assertThat(client.outcomeOf(nobodys).resolve(Duration.ofMillis(200))).isEqualTo(Outcome.UNKNOWN);
        OutcomeHandle withParticipants = client.outcomeOf(nobodys + "/0");
        assertThat(withParticipants.resolve(Duration.ofSeconds(30))).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(withParticipants).hasToString(nobodys + "/0");
        assertThat(client.outcomeOf(nobodys).resolve(Duration.ofSeconds(30))).isEqualTo(Outcome.NOT_APPLIED);
        assertThatThrownBy(() -> client.outcomeOf("yesterday's")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.outcomeOf(nobodys + "/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreCallsThanAllowedAreRefusedAtOnce() {
        try (DantaClient small = cluster.clientBuilder().callsMax(2).build()) {
            Table<Long> views = small.space("shop").table("views", Codecs.LONG, Mode.RELAXED);
            cluster.loseToClient((node, envelope) -> true);
            List<CompletableFuture<Void>> waiting = new ArrayList<>();
            waiting.add(views.putAsync(A, 1L));
            waiting.add(views.putAsync(A, 2L));

            assertThatThrownBy(() -> views.put(A, 3L)).isInstanceOf(OverloadedException.class);

            cluster.loseNothing();
            waiting.forEach(CompletableFuture::join);
            views.put(A, 4L);
            assertThat(views.get(A, Read.QUORUM)).hasValue(4L);
        }
    }

    @Test
    void closingWaitsUntilEveryReplicaHasEverything() {
        DantaClient writer = cluster.client();
        Space space = writer.space("shop");
        cluster.loseToNode((node, envelope) -> node.number() == 2 && envelope.message() instanceof IrMessage.Decide);
        for (long i = 0; i < 20; i++) {
            long value = i;
            space.execute(tx -> tx.put(stock, Key.of(value), value));
        }
        assertThat(cluster.store(2, 0).undecided()).isNotEmpty();
        CompletableFuture<CloseResult> closing =
                CompletableFuture.supplyAsync(() -> writer.close(Duration.ofSeconds(60)));
        cluster.loseNothing();

        assertThat(closing.join().isComplete()).isTrue();
        for (int node = 1; node <= 3; node++) {
            cluster.settle(node);
            assertThat(cluster.store(node, 0).undecided()).isEmpty();
            for (long i = 0; i < 20; i++) {
                dev.danta.occ.Key key = stock.collection().encode(Key.of(i));
                assertThat(cluster.store(node, 0).newest(key).isDeletion()).isFalse();
            }
        }
    }

    @Test
    void closingSaysWhatIsLeft() {
        DantaClient writer = cluster.client();
        Space space = writer.space("shop");
        cluster.loseToNode((node, envelope) -> node.number() == 2 && envelope.message() instanceof IrMessage.Decide);
        space.execute(tx -> tx.put(stock, A, 1L));

        assertThat(writer.close(Duration.ofMillis(100))).isEqualTo(new CloseResult(1));
        assertThat(writer.close(Duration.ofMillis(100))).isEqualTo(new CloseResult(0));
    }

    @Test
    void aClosedClientDoesNothing() {
        DantaClient closed = cluster.client();
        Space space = closed.space("shop");
        Table<Long> views = space.table("views", Codecs.LONG, Mode.RELAXED);
        closed.close();

        assertThatThrownBy(() -> space.run(tx -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the client is closed");
        assertThatThrownBy(() -> views.put(A, 1L)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> space.runAsync(tx -> 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whoIsUnderWayWhenTheClientClosesIsToldThatTheOutcomeIsUnknown() {
        DantaClient closed = cluster.client();
        Table<Long> views = closed.space("shop").table("views", Codecs.LONG, Mode.RELAXED);
        cluster.loseToClient((node, envelope) -> true);
        CompletableFuture<Void> put = views.putAsync(A, 1L);

        assertThat(closed.close(Duration.ofMillis(50)).isComplete()).isFalse();

        assertThatThrownBy(put::join).hasCauseInstanceOf(OutcomeUnknownException.class);
    }

    @Test
    void aClientThatFindsNobodyNamesEachEndpoint() {
        List.of(1, 2, 3).forEach(cluster::stop);

        assertThatThrownBy(() ->
                        cluster.clientBuilder().deadline(Duration.ofMillis(200)).build())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("node-1:7400: was stopped")
                .hasMessageContaining("node-2:7400: was stopped")
                .hasMessageContaining("node-3:7400: was stopped");
    }

    @Test
    void aClientWithoutEndpointsIsAnError() {
        assertThatThrownBy(() -> DantaClient.builder().build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpoint");
    }
}
