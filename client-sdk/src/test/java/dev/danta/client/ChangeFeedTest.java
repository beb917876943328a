package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.message.LogCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application sees of change feeds: three nodes, two shards. */
@Timeout(120)
final class ChangeFeedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final MemoryCluster cluster = new MemoryCluster(3, 2);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);
    private final Table<String> names = shop.table("names", Codecs.STRING, Mode.RELAXED);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private void put(String key, long value) {
        shop.execute(tx -> tx.put(stock, Key.of(key), value));
    }

    /** So many changes, in the order in which they come, and the cursor behind them. */
    private static <V> Read read(ChangeFeed<V> feed, int count) {
        List<Change<?>> changes = new ArrayList<>();
        String cursor = "";
        while (changes.size() < count) {
            ChangeBatch<V> batch = feed.next(WAIT);
            assertThat(batch.changes()).isNotEmpty();
            changes.addAll(batch.changes());
            cursor = batch.cursor();
        }
        return new Read(changes, cursor);
    }

    private record Read(List<Change<?>> changes, String cursor) {
        /** The values of each key. */
        Map<Key, List<Object>> byKey() {
            Map<Key, List<Object>> byKey = new HashMap<>();
            for (Change<?> change : changes) {
                byKey.computeIfAbsent(change.key(), k -> new ArrayList<>())
                        .add(change.value().<Object>map(value -> value).orElse("deleted"));
            }
            return byKey;
        }
    }

    @Test
    void tellsWhatIsWrittenFromNowOnInOrderOfEachKey() {
        put("before", 1);
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            put("a", 1);
            put("b", 2);
            put("a", 3);
            shop.execute(tx -> tx.delete(stock, Key.of("a")));

            Read read = read(feed, 4);
            assertThat(read.byKey())
                    .isEqualTo(Map.of(Key.of("a"), List.of(1L, 3L, "deleted"), Key.of("b"), List.of(2L)));
            assertThat(read.changes()).noneMatch(Change::isOvertaken);
            assertThat(feed.next(MOMENT).changes()).isEmpty();
        }
    }

    @Test
    void goesOnBehindTheCursorInAnotherClient() {
        Read first;
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            put("a", 1);
            first = read(feed, 1);
        }
        put("a", 2);
        put("b", 3);
        try (DantaClient other = cluster.client();
                ChangeFeed<Long> feed = other.space("shop")
                        .table("stock", Codecs.LONG, Mode.STRICT)
                        .changes(From.cursor(first.cursor()))) {
            assertThat(read(feed, 2).byKey()).isEqualTo(Map.of(Key.of("a"), List.of(2L), Key.of("b"), List.of(3L)));
        }
    }

    @Test
    void anEmptyBatchHasACursorToo() {
        String cursor;
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            cursor = feed.next(MOMENT).cursor();
        }
        put("a", 1);
        try (ChangeFeed<Long> feed = stock.changes(From.cursor(cursor))) {
            assertThat(read(feed, 1).byKey()).isEqualTo(Map.of(Key.of("a"), List.of(1L)));
        }
    }

    @Test
    void beginsWithWhatIsThereAndGoesOnWithWhatComes() {
        IntStream.range(0, 600).forEach(i -> put("k" + i, i));
        try (ChangeFeed<Long> feed = stock.changes(From.snapshot())) {
            List<Change<Long>> snapshot = new ArrayList<>();
            ChangeBatch<Long> batch = feed.next(WAIT);
            assertThat(batch.cursor()).isEqualTo("snapshot");
            while (batch.isSnapshot()) {
                snapshot.addAll(batch.changes());
                put("during", snapshot.size());
                batch = feed.next(WAIT);
            }
            assertThat(snapshot.stream().map(Change::key))
                    .doesNotHaveDuplicates()
                    .hasSizeBetween(600, 601);
            assertThat(batch.changes()).extracting(Change::key).containsOnly(Key.of("during"));
        }
    }

    @Test
    void relaxedPutsAreTold() {
        try (ChangeFeed<String> feed = names.changes(From.now())) {
            names.put(Key.of("a"), "one");
            names.put(Key.of("a"), "two");
            names.delete(Key.of("a"));
            put("a", 4);

            assertThat(read(feed, 3).byKey()).isEqualTo(Map.of(Key.of("a"), List.of("one", "two", "deleted")));
            assertThat(feed.next(MOMENT).changes()).isEmpty();
        }
        assertThatThrownBy(() -> names.changes(From.snapshot())).isInstanceOf(ModeMismatchException.class);
    }

    /** The node of a cursor has a new disk: it would go on elsewhere, without a word about what was between. */
    @Test
    void aCursorIntoALogThatIsGoneIsAGapAndStaysOne() {
        String cursor;
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            cursor = feed.next(MOMENT).cursor();
        }
        FeedPosition position = Optional.ofNullable(FeedPosition.parse(cursor)).orElseThrow();
        String lost = new FeedPosition(position.shards().stream()
                        .map(at -> new LogCursor(
                                at.source(),
                                new LogPosition(
                                        new LogIncarnation(
                                                77, at.position().incarnation().epoch()),
                                        0)))
                        .toList())
                .token();
        try (ChangeFeed<Long> feed = stock.changes(From.cursor(lost))) {
            assertThatThrownBy(() -> feed.next(WAIT)).isInstanceOf(FeedGapException.class);
            assertThatThrownBy(() -> feed.next(WAIT)).isInstanceOf(FeedGapException.class);
        }
    }

    @Test
    void whoeverWaitsIsWokenByAChange() throws Exception {
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            CompletableFuture<ChangeBatch<Long>> waiting = CompletableFuture.supplyAsync(() -> feed.next(WAIT));
            put("a", 1);
            assertThat(waiting.get(20, TimeUnit.SECONDS).changes()).hasSize(1);
        }
    }

    @Test
    void anIterationEndsWhenTheFeedIsClosed() throws Exception {
        ChangeFeed<Long> feed = stock.changes(From.now());
        List<Object> seen = new ArrayList<>();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            for (ChangeBatch<Long> batch : feed) {
                batch.changes().forEach(change -> seen.add(change.key()));
                feed.close();
            }
        });
        put("a", 1);
        reading.get(20, TimeUnit.SECONDS);
        assertThat(seen).containsExactly(Key.of("a"));
        assertThatThrownBy(() -> feed.next(MOMENT)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsNoCursorIsRefused() {
        for (String bad : List.of("", "x", "!!", "AQ", "AgAAAAE", "AQAAAAE")) {
            assertThatThrownBy(() -> stock.changes(From.cursor(bad)).close())
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
