package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.client.Change;
import dev.danta.client.ChangeBatch;
import dev.danta.client.ChangeFeed;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.FeedGapException;
import dev.danta.client.From;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Table;
import dev.danta.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Change feeds on real nodes: a cursor outlives what only stops, and not what is lost. */
@Timeout(240)
final class ChangeFeedTest {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofSeconds(3);
    private static final int KEYS = 7;

    private final Map<Long, List<Long>> seen = new TreeMap<>();
    private String cursor = "";

    private static Table<Long> table(DantaClient client) {
        return client.space("shop").table("stock", Codecs.LONG, Mode.STRICT);
    }

    private static void write(DantaClient client, long from, long to) {
        LongStream.range(from, to)
                .forEach(i -> client.space("shop").execute(tx -> tx.put(table(client), Key.of(i % KEYS), i)));
    }

    /** Reads until {@code count} changes that were not overtaken have been seen. */
    private void read(ChangeFeed<Long> feed, int count) {
        int before = total();
        while (total() < before + count) {
            ChangeBatch<Long> batch = feed.next(WAIT);
            for (Change<Long> change : batch.changes()) {
                if (!change.isOvertaken()) {
                    long value = change.value().orElse(-1L);
                    seen.computeIfAbsent(value % KEYS, k -> new ArrayList<>()).add(value);
                }
            }
            cursor = batch.cursor();
        }
    }

    private int total() {
        return seen.values().stream().mapToInt(List::size).sum();
    }

    /**
     * Their nodes keep their answers back: each of them costs each shard a question a second, whatever others write there, and is
     * told of a change without having asked again.
     */
    @Test
    void readersOfWhatDoesNotChangeAskSeldomAndAreWoken() throws Exception {
        int shards = 2;
        int readers = 64;
        ExecutorService threads = Executors.newFixedThreadPool(readers + 1);
        List<ChangeFeed<Long>> feeds = new ArrayList<>();
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.builder().nodes(3).shards(shards).build();
                DantaClient client = cluster.client()) {
            Table<Long> quiet = client.space("shop").table("quiet", Codecs.LONG, Mode.RELAXED);
            Table<Long> busy = client.space("shop").table("busy", Codecs.LONG, Mode.RELAXED);
            busy.put(Key.of(0), 0L);
            IntStream.range(0, readers).forEach(i -> feeds.add(quiet.changes(From.now())));

            long began = System.nanoTime();
            long before = reads(cluster);
            List<Future<Integer>> idle = new ArrayList<>();
            for (ChangeFeed<Long> feed : feeds) {
                idle.add(threads.submit(() -> feed.next(IDLE).changes().size()));
            }
            long written = 0;
            for (Future<Integer> one : idle) {
                while (!one.isDone()) {
                    busy.put(Key.of(written % KEYS), ++written);
                }
                assertThat(one.get()).isZero();
            }
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            assertThat(written).isPositive();
            assertThat(reads(cluster) - before).isLessThanOrEqualTo((seconds + 2) * readers * shards);

            List<Future<ChangeBatch<Long>>> woken = new ArrayList<>();
            for (ChangeFeed<Long> feed : feeds) {
                woken.add(threads.submit(() -> feed.next(WAIT)));
            }
            quiet.put(Key.of("k"), 7L);
            for (Future<ChangeBatch<Long>> one : woken) {
                assertThat(one.get().changes()).extracting(Change::value).containsExactly(Optional.of(7L));
            }
        } finally {
            feeds.forEach(ChangeFeed::close);
            threads.shutdownNow();
        }
    }

    private static long reads(EmbeddedCluster cluster) {
        return cluster.stats().stream().mapToLong(Node.Stats::reads).sum();
    }

    @Test
    void goesOnBehindRestartsAndSaysWhenANodeHasLostItsDisk() {
        try (EmbeddedCluster cluster =
                        EmbeddedCluster.builder().nodes(3).shards(2).build();
                DantaClient client = cluster.client()) {
            try (ChangeFeed<Long> feed = table(client).changes(From.now())) {
                write(client, 0, 50);
                read(feed, 50);
                for (int node = 1; node <= 3; node++) {
                    cluster.stopNode(node);
                    write(client, 50L * node, 50L * node + 50);
                    cluster.startNode(node);
                    read(feed, 50);
                }
            }
            write(client, 200, 250);
            try (ChangeFeed<Long> feed = table(client).changes(From.cursor(cursor))) {
                read(feed, 50);
            }
            seen.forEach((key, values) -> assertThat(values)
                    .as("key %d", key)
                    .containsExactlyElementsOf(LongStream.range(0, 250)
                            .filter(i -> i % KEYS == key)
                            .boxed()
                            .toList()));

            // The other nodes' logs begin anew, too, with the epoch in which node 3 is a member again.
            cluster.stopNode(3);
            cluster.wipeNode(3);
            cluster.replaceNode(3);
            cluster.startNode(3);
            cluster.awaitSettled();
            try (ChangeFeed<Long> feed = table(client).changes(From.cursor(cursor))) {
                assertThatThrownBy(() -> {
                            while (true) {
                                feed.next(WAIT);
                            }
                        })
                        .isInstanceOf(FeedGapException.class);
            }
            try (ChangeFeed<Long> feed = table(client).changes(From.snapshot())) {
                seen.clear();
                read(feed, KEYS);
                assertThat(seen.values().stream().map(values -> values.get(0)))
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(243, 250).boxed().toList());
            }
        }
    }
}
