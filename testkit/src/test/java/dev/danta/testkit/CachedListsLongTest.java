package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
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
 * and come back: the history is strictly serializable.
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

    private final HistoryRecorder<AppendTxn, ListsRead> recorder = new HistoryRecorder<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong elements = new AtomicLong();

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void whatIsRememberedNeverMakesAWrongCommit(int nodes, TestReporter reporter) {
        long hits = 0;
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                .nodes(nodes)
                .replication(nodes)
                .shards(4)
                .build()) {
            List<DantaClient> clients = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS * THREADS_EACH);
            try {
                List<CompletableFuture<Void>> users = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    DantaClient client = cluster.clientBuilder()
                            .cache(1 << 20)
                            .deadline(Duration.ofSeconds(20))
                            .build();
                    clients.add(client);
                    for (int thread = 0; thread < THREADS_EACH; thread++) {
                        Random random = new Random(100L * i + thread);
                        users.add(CompletableFuture.runAsync(() -> use(client, random), threads));
                    }
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
            } finally {
                threads.shutdownNow();
                clients.forEach(client -> client.close(Duration.ofSeconds(5)));
            }
        }
        TxnVerdict<AppendTxn, ListsRead> verdict =
                ListAppendCheck.check(recorder.history(), recorder.aborted(), Consistency.STRICT_SERIALIZABLE);
        reporter.publishEntry(Map.of(
                "keys remembered", String.valueOf(hits),
                "transactions known", String.valueOf(recorder.history().known()),
                "unknown", String.valueOf(recorder.history().unknown())));
        assertThat(verdict.result().isValid()).as(verdict.result().sentence()).isTrue();
        assertThat(hits).isGreaterThan(TRANSACTIONS / 10);
    }

    /** Whoever uses the cluster has got so far, or is done. */
    private void awaitBegun(List<CompletableFuture<Void>> users, int transactions) {
        while (begun.get() < transactions && users.stream().anyMatch(user -> !user.isDone())) {
            Thread.onSpinWait();
        }
    }

    private void use(DantaClient client, Random random) {
        Space space = client.space("lists");
        Table<String> lists = space.table("lists", Codecs.STRING, Mode.STRICT);
        HistoryRecorder.Client<AppendTxn, ListsRead> user = recorder.client();
        while (begun.getAndIncrement() < TRANSACTIONS) {
            AppendTxn asked = draw(random);
            HistoryRecorder.Call<ListsRead> call = user.invoke(asked);
            ListsRead answer;
            try {
                answer = space.<ListsRead, RuntimeException>run(tx -> answer(tx, lists, asked));
            } catch (DantaException failed) {
                if (failed.outcome() == Outcome.UNKNOWN) {
                    call.unknown();
                } else {
                    call.fail();
                }
                continue;
            }
            call.ok(answer);
        }
    }

    private AppendTxn draw(Random random) {
        List<Step> steps = new ArrayList<>();
        int size = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            // Lists that have grown long are left.
            String list = "l" + (begun.get() * LISTS / (LISTS * LIST_MAX) + random.nextInt(LISTS));
            steps.add(
                    random.nextBoolean()
                            ? new Step.Read(list)
                            : new Step.Append(list, Long.toString(elements.incrementAndGet())));
        }
        return new AppendTxn(steps);
    }

    private static ListsRead answer(Tx tx, Table<String> lists, AppendTxn asked) {
        List<List<String>> read = new ArrayList<>();
        for (Step step : asked.steps()) {
            Key key = Key.of(step.key());
            String before = tx.get(lists, key).orElse("");
            if (step instanceof Step.Append append) {
                tx.put(lists, key, before.isEmpty() ? append.element() : before + " " + append.element());
            } else {
                read.add(before.isEmpty() ? List.of() : List.of(before.split(" ", -1)));
            }
        }
        return new ListsRead(read);
    }
}
