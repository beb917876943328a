package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Ten thousand requests over real nodes that are killed one after the other, with all their connections, and with deadlines that
 * are too short every now and then: each takes effect once, however often it has to be made.
 */
@Tag("long")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class OnceLongTest {
    private static final int REQUESTS = 10_000;
    private static final int COUNTERS = 20;
    private static final int THREADS = 8;

    private final AtomicInteger next = new AtomicInteger();
    private final Map<Integer, String> results = new ConcurrentHashMap<>();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong notApplied = new AtomicLong();

    @Test
    void everyIncrementCountsOnce(TestReporter reporter) {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().build()) {
            List<CompletableFuture<Void>> workers = new ArrayList<>();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            int kills = 0;
            try (DantaClient one = cluster.clientBuilder().build();
                    DantaClient other = cluster.clientBuilder().cache(1 << 20).build()) {
                for (int i = 0; i < THREADS; i++) {
                    DantaClient client = i % 2 == 0 ? one : other;
                    Random random = new Random(i);
                    workers.add(CompletableFuture.runAsync(() -> work(client, random), threads));
                }
                CompletableFuture<Void> all = CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new));
                while (!all.isDone()) {
                    int node = 1 + kills++ % 3;
                    cluster.killNode(node);
                    cluster.startNode(node);
                    // A while in which something gets done.
                    int enough = results.size() + REQUESTS / 40;
                    while (!isOver(all) && results.size() < enough) {
                        assertThat(cluster.isRunning(node)).isTrue();
                    }
                }
                all.join();
                check(one);
            } finally {
                threads.shutdownNow();
            }
            reporter.publishEntry(Map.of(
                    "nodes killed", String.valueOf(kills),
                    "unknown and made again", String.valueOf(unknown),
                    "failed and made again", String.valueOf(notApplied)));
            assertThat(kills).isGreaterThan(10);
            assertThat(unknown.get()).as("else nothing was shown").isPositive();
        }
    }

    /** Waits for a moment. */
    private static boolean isOver(CompletableFuture<Void> all) {
        try {
            all.get(20, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (InterruptedException | ExecutionException ended) {
            return true;
        }
    }

    private void work(DantaClient client, Random random) {
        for (int request = next.getAndIncrement(); request < REQUESTS; request = next.getAndIncrement()) {
            String result = request(client, random, request);
            String before = results.put(request, result);
            assertThat(before).isNull();
            if (random.nextInt(4) == 0) {
                assertThat(request(client, random, request)).isEqualTo(result);
            }
        }
    }

    private String request(DantaClient client, Random random, int request) {
        Space space = client.space("shop");
        Table<Long> counters = space.table("counters", Codecs.LONG, Mode.STRICT);
        String name = "counter-" + request % COUNTERS;
        while (true) {
            Duration deadline = Duration.ofMillis(random.nextInt(3) == 0 ? 2 + random.nextInt(20) : 2_000);
            try {
                return space.<String, RuntimeException>run(
                        Tx.options()
                                .idempotencyKey("request-" + request)
                                .request("increment", name)
                                .deadline(deadline),
                        tx -> name + " is " + tx.update(counters, Key.of(name), 0L, value -> value + 1));
            } catch (DantaException failed) {
                assertThat(failed.retryable()).as(failed.toString()).isTrue();
                (failed.outcome() == Outcome.UNKNOWN ? unknown : notApplied).incrementAndGet();
            }
        }
    }

    /** Each of the values that a counter ever had was the answer to one request. */
    private void check(DantaClient client) {
        assertThat(results).hasSize(REQUESTS);
        List<String> expected = new ArrayList<>();
        Map<Key, Long> values = new TreeMap<>((one, two) -> one.toString().compareTo(two.toString()));
        for (int counter = 0; counter < COUNTERS; counter++) {
            values.put(Key.of("counter-" + counter), (long) REQUESTS / COUNTERS);
            for (int value = 1; value <= REQUESTS / COUNTERS; value++) {
                expected.add("counter-" + counter + " is " + value);
            }
        }
        assertThat(results.values()).containsExactlyInAnyOrderElementsOf(expected);
        Space space = client.space("shop");
        Table<Long> counters = space.table("counters", Codecs.LONG, Mode.STRICT);
        assertThat(space.<Map<Key, Long>, RuntimeException>read(
                        Tx.options().deadline(Duration.ofSeconds(20)), tx -> tx.getAll(counters, values.keySet())))
                .containsExactlyInAnyOrderEntriesOf(values);
    }
}
