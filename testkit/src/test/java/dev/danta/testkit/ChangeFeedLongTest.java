package dev.danta.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.Change;
import dev.danta.client.ChangeBatch;
import dev.danta.client.ChangeFeed;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Entry;
import dev.danta.client.FeedGapException;
import dev.danta.client.From;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.Outcome;
import dev.danta.client.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * A million changes on four shards of real nodes, for a reader that stays far behind the writers, goes on from older cursors, and
 * comes to what the nodes have dropped. Nodes are killed and come back, and one loses its disk. The reader is told of every
 * change, or of a gap in which it lies; of each key the changes ascend, and in the end it has what the cluster has.
 */
@Tag("long")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class ChangeFeedLongTest {
    private static final int WRITERS = 4;
    private static final int KEYS_EACH = 500;
    private static final int KEYS = WRITERS * KEYS_EACH;

    /** A round of a writer is one transaction on all shards, which gives all its keys their next number. */
    private static final int ROUNDS_COMPLETE = 500;

    private static final int ROUNDS_WITH_A_WIPE = 20;
    private static final int ROUNDS = ROUNDS_COMPLETE + ROUNDS_WITH_A_WIPE;

    /** More than the transactions of the first part leave, so there is no gap in it. */
    private static final int FEED_ENTRIES = 4_000;

    /** Each writer's transactions of one more key, between those parts: more than its shard keeps. */
    private static final int SMALL_ROUNDS = FEED_ENTRIES + 1_000;

    private static final long COMPLETE = (long) ROUNDS_COMPLETE * KEYS;
    private static final long WITH_SMALL = COMPLETE + (long) SMALL_ROUNDS * WRITERS;
    private static final long ALL = WITH_SMALL + (long) ROUNDS_WITH_A_WIPE * KEYS;

    /** By how many changes the reader is behind at least. */
    private static final int LAG = 100_000;

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final Duration MOMENT = Duration.ofSeconds(3);

    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final AtomicLong committed = new AtomicLong();
    private final AtomicInteger madeAgain = new AtomicInteger();

    private final Told told = new Told();

    /** What the reader has been told. */
    private static final class Told {
        /** By key, what came or lies in a gap that a snapshot made up for. */
        private final Map<Key, BitSet> rounds = new HashMap<>();

        /** The newest of each key. */
        private final Map<Key, Long> view = new HashMap<>();

        /** The newest of each key that this feed has told. */
        private final Map<Key, Long> ofFeed = new HashMap<>();

        private final List<String> gaps = new ArrayList<>();
        private long changes;
        private long distinct;
        private long overtaken;
        private long inGaps;

        void feedOpened() {
            ofFeed.clear();
        }

        void take(ChangeBatch<Long> batch) {
            for (Change<Long> change : batch.changes()) {
                long round = change.value().orElseThrow();
                BitSet known = rounds.computeIfAbsent(change.key(), key -> new BitSet());
                if (batch.isSnapshot()) {
                    int before = known.cardinality();
                    known.set(1, (int) round + 1);
                    inGaps += known.cardinality() - before;
                    view.put(change.key(), round);
                    continue;
                }
                changes++;
                if (!known.get((int) round)) {
                    known.set((int) round);
                    distinct++;
                }
                if (change.isOvertaken()) {
                    overtaken++;
                    continue;
                }
                Long last = ofFeed.put(change.key(), round);
                assertThat(round).as("%s after %s", change.key(), last).isGreaterThanOrEqualTo(last == null ? 0 : last);
                view.put(change.key(), round);
            }
        }

        long accountedFor() {
            return distinct + inGaps;
        }
    }

    /** The reader: it keeps a cursor only now and then, and begins anew behind a gap. */
    private final class Reader implements AutoCloseable {
        private static final int CURSOR_EVERY = 10;

        private final Table<Long> table;
        private ChangeFeed<Long> feed;
        private String cursor;
        private int batches;

        Reader(DantaClient client) {
            table = table(client);
            feed = table.changes(From.now());
            cursor = feed.next(Duration.ofMillis(1)).cursor();
        }

        /** Another process goes on where this one last said that it was. */
        void reopen() {
            feed.close();
            told.feedOpened();
            feed = table.changes(From.cursor(cursor));
        }

        /** False if nothing came. */
        boolean read(Duration wait) {
            try {
                ChangeBatch<Long> batch = feed.next(wait);
                told.take(batch);
                if (++batches % CURSOR_EVERY == 0) {
                    cursor = batch.cursor();
                }
                return !batch.changes().isEmpty();
            } catch (FeedGapException gap) {
                told.gaps.add(gap.getMessage());
                feed.close();
                told.feedOpened();
                cursor = openedBehindGap();
                return true;
            }
        }

        /** Nodes may be on their way to another epoch. */
        private String openedBehindGap() {
            while (true) {
                try {
                    feed = table.changes(From.snapshot());
                    ChangeBatch<Long> first = feed.next(WAIT);
                    told.take(first);
                    return first.cursor();
                } catch (DantaException notNow) {
                    assertThat(notNow.retryable()).as(notNow.toString()).isTrue();
                }
            }
        }

        /** Reads until so many changes are accounted for, and never comes nearer to the writers than it is allowed to. */
        void readUpTo(long end, CompletableFuture<Void> writing) throws InterruptedException {
            while (told.accountedFor() < end) {
                if (!writing.isDone() && committed.get() - told.accountedFor() < LAG) {
                    Thread.sleep(1);
                } else if (!read(WAIT)) {
                    // What is left out is found below.
                    return;
                }
            }
        }

        /** Until nothing comes for a moment. */
        void readRest() {
            while (read(MOMENT)) {
                // Further.
            }
        }

        @Override
        public void close() {
            feed.close();
        }
    }

    private static Table<Long> table(DantaClient client) {
        return client.space("shop").table("stock", Codecs.LONG, Mode.STRICT);
    }

    /** Each writer gives all its keys the numbers from {@code first} to {@code last}. */
    private CompletableFuture<Void> write(DantaClient client, int first, int last) {
        return write(
                client,
                first,
                last,
                writer -> IntStream.range(writer * KEYS_EACH, (writer + 1) * KEYS_EACH)
                        .toArray());
    }

    private CompletableFuture<Void> write(DantaClient client, int first, int last, IntFunction<int[]> keys) {
        return CompletableFuture.allOf(IntStream.range(0, WRITERS)
                .mapToObj(writer -> CompletableFuture.runAsync(
                        () -> IntStream.rangeClosed(first, last)
                                .forEach(round -> put(client, keys.apply(writer), round)),
                        threads))
                .toArray(CompletableFuture[]::new));
    }

    private void put(DantaClient client, int[] keys, long round) {
        while (true) {
            try {
                client.space("shop").execute(tx -> {
                    for (int key : keys) {
                        tx.put(table(client), Key.of(key), round);
                    }
                });
                committed.addAndGet(keys.length);
                return;
            } catch (DantaException failed) {
                // Perhaps it was done: then it is done twice, and told twice.
                assertThat(failed.retryable() || failed.outcome() == Outcome.UNKNOWN)
                        .as(failed.toString())
                        .isTrue();
                madeAgain.incrementAndGet();
            }
        }
    }

    @Test
    void everyChangeIsToldOrLiesInAGapThatIs(TestReporter reporter) throws Exception {
        long began = System.nanoTime();
        try (EmbeddedCluster cluster = EmbeddedCluster.builder()
                        .shards(4)
                        .feedEntries(FEED_ENTRIES)
                        .forgetting(DEADLINE, MOMENT)
                        .build();
                DantaClient client = cluster.clientBuilder().deadline(DEADLINE).build();
                Reader reader = new Reader(client)) {
            completeThoughNodesAreKilled(cluster, client, reader);
            report(reporter, "complete", began);

            write(client, 1, SMALL_ROUNDS, writer -> new int[] {KEYS + writer}).join();
            reader.readUpTo(WITH_SMALL, write(client, 1, 0));
            assertThat(told.gaps).hasSize(1);
            assertThat(told.inGaps).isPositive();
            report(reporter, "behind what is kept", began);

            CompletableFuture<Void> writing = write(client, ROUNDS_COMPLETE + 1, ROUNDS);
            cluster.stopNode(3);
            cluster.wipeNode(3);
            cluster.replaceNode(3);
            cluster.startNode(3);
            reader.readUpTo(ALL, writing);
            writing.join();
            // The last of its shards may come only now, and with that its logs begin anew.
            cluster.awaitSettled();
            reader.readRest();
            report(reporter, "a disk lost", began);
            assertThat(told.gaps).hasSizeGreaterThan(1);
            assertThat(told.accountedFor()).isEqualTo(ALL);
            check(client);
        } finally {
            threads.shutdownNow();
        }
    }

    private void completeThoughNodesAreKilled(EmbeddedCluster cluster, DantaClient client, Reader reader)
            throws InterruptedException {
        CompletableFuture<Void> writing = write(client, 1, ROUNDS_COMPLETE);
        for (int node = 1; node <= 3; node++) {
            reader.readUpTo(COMPLETE / 5 * node, writing);
            cluster.killNode(node);
            reader.read(MOMENT);
            cluster.startNode(node);
            reader.reopen();
        }
        reader.readUpTo(COMPLETE, writing);
        writing.join();
        reader.readRest();
        assertThat(told.gaps).isEmpty();
        assertThat(told.distinct).isEqualTo(COMPLETE);
    }

    private void report(TestReporter reporter, String part, long began) {
        reporter.publishEntry(Map.of(
                "part",
                part,
                "seconds since the beginning",
                String.valueOf(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)),
                "committed",
                committed.get() + ", made again " + madeAgain.get() + " transactions",
                "told",
                told.changes + ", different " + told.distinct + ", overtaken " + told.overtaken,
                "only in a snapshot behind a gap",
                String.valueOf(told.inGaps),
                "gaps",
                told.gaps.toString()));
    }

    private void check(DantaClient client) {
        Map<Key, Long> expected = new HashMap<>();
        IntStream.range(0, KEYS).forEach(key -> expected.put(Key.of(key), (long) ROUNDS));
        IntStream.range(KEYS, KEYS + WRITERS).forEach(key -> expected.put(Key.of(key), (long) SMALL_ROUNDS));
        assertThat(table(client).scan(KeyRange.all()).collect(Collectors.toMap(Entry::key, Entry::value)))
                .isEqualTo(expected);
        assertThat(told.view).isEqualTo(expected);
        expected.forEach((key, last) -> assertThat(told.rounds.get(key).nextClearBit(1))
                .as("the first change of %s that was not told of", key)
                .isEqualTo(last.intValue() + 1));
    }
}
