package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.testkit.junit.RecordedLists;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lists on four shards of real nodes, read and appended to by clients that begin with what they remember, while nodes are killed
 * and come back: the history is strictly serializable. {@code danta bench lists} does more to nodes in processes of their own.
 */
@Tag("long")
@Timeout(300)
final class CachedListsLongTest {
    private static final int CLIENTS = 4;
    private static final int THREADS_EACH = 2;
    private static final int LISTS = 6;
    private static final int LIST_MAX = 60;

    /** For longer runs. */
    private static final int TRANSACTIONS = Integer.getInteger("danta.lists.transactions", 6_000);

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong elements = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void whatIsRememberedNeverMakesAWrongCommit(int nodes, TestReporter reporter) {
        long hits = 0;
        RecordedLists lists;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .nodes(nodes)
                .replication(nodes)
                .shards(4)
                .build()) {
            List<DantaClient> clients = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS * THREADS_EACH);
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(cluster.clientBuilder()
                            .cache(1 << 20)
                            .deadline(Duration.ofSeconds(20))
                            .build());
                }
                lists = new RecordedLists(clients.get(0), "lists", "lists");
                List<CompletableFuture<Void>> users = new ArrayList<>();
                for (int i = 0; i < CLIENTS * THREADS_EACH; i++) {
                    RecordedLists own = lists.by(clients.get(i % CLIENTS));
                    Random random = new Random(i);
                    users.add(CompletableFuture.runAsync(() -> use(own, random), threads));
                }
                for (int part = 1; part <= 4; part++) {
                    awaitBegun(users, part * TRANSACTIONS / 5);
                    cluster.killNode(1 + part % nodes);
                    awaitBegun(users, part * TRANSACTIONS / 5 + TRANSACTIONS / 10);
                    cluster.startNode(1 + part % nodes);
                }
                users.forEach(CompletableFuture::join);
                for (DantaClient client : clients) {
                    hits += client.stats().cacheHits();
                }
                lists.readAll();
            } finally {
                threads.shutdownNow();
                clients.forEach(client -> client.close(Duration.ofSeconds(5)));
            }
        }
        reporter.publishEntry(Map.of(
                "keys remembered", String.valueOf(hits),
                "transactions known", String.valueOf(lists.answered()),
                "unknown", String.valueOf(lists.unknown())));
        lists.assertStrictlySerializable();
        assertThat(hits).isGreaterThan(TRANSACTIONS / 10);
    }

    /** Whoever uses the cluster has got so far, or is done. */
    private void awaitBegun(List<CompletableFuture<Void>> users, int transactions) {
        while (begun.get() < transactions && users.stream().anyMatch(user -> !user.isDone())) {
            Thread.onSpinWait();
        }
    }

    private void use(RecordedLists lists, Random random) {
        while (begun.getAndIncrement() < TRANSACTIONS) {
            try {
                lists.run(draw(random));
            } catch (DantaException failed) {
                // Written down as what it is.
                assertThat(failed.outcome()).isNotNull();
            }
        }
    }

    private List<Step> draw(Random random) {
        List<Step> steps = new ArrayList<>();
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            // Lists that have grown long are left.
            String list = "l" + (begun.get() / LIST_MAX + random.nextInt(LISTS));
            steps.add(
                    random.nextBoolean()
                            ? new Step.Read(list)
                            : new Step.Append(list, Long.toString(elements.incrementAndGet())));
        }
        return steps;
    }
}
