package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.danta.client.ChangeFeed;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.EventStream;
import dev.danta.client.From;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.SetOf;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.testkit.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code danta watch}. */
@Timeout(120)
final class WatchCommandTest {
    private final EmbeddedCluster cluster =
            EmbeddedCluster.builder().nodes(1).shards(2).build();
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private void put(String key, long value) {
        shop.execute(tx -> tx.put(stock, Key.of(key, value), value));
    }

    private Danta watch(String... arguments) {
        List<String> all = new ArrayList<>(List.of("watch", "--at", String.join(",", cluster.endpoints())));
        all.addAll(List.of(arguments));
        return Danta.run(all.toArray(String[]::new));
    }

    /** Where the feed of the table ends now. */
    private String cursor() {
        try (ChangeFeed<Long> feed = stock.changes(From.now())) {
            return feed.next(Duration.ofMillis(1)).cursor();
        }
    }

    /** The same of another log, as a node with a new disk has one. */
    private static String lost(String cursor) {
        byte[] bytes = Base64.getUrlDecoder().decode(cursor);
        // The incarnation of the first shard's log: behind the format and the node's number.
        bytes[5] ^= 1;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static List<JsonNode> parsed(List<String> lines) {
        return lines.stream()
                .<JsonNode>map(line -> {
                    try {
                        return JsonMapper.builder().build().readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    private static List<Long> values(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.has("value"))
                .map(line -> line.get("value").longValue())
                .toList();
    }

    @Test
    void itPrintsWhatIsThereAndWhatComesBehindACursor() {
        put("a", 1);
        String cursor = cursor();
        put("b", 2);
        put("b", 3);
        shop.execute(tx -> tx.delete(stock, Key.of("b", 3)));

        Danta there = watch("stock", "--from", "snapshot", "--values", "long", "--limit", "2");
        assertThat(there.err()).isEmpty();
        assertThat(there.exitCode()).isZero();
        assertThat(there.out().lines()).containsExactlyInAnyOrder("a/1 = 1", "b/2 = 2");

        Danta came = watch(
                "stock", "--space", "shop", "--from", cursor, "--values", "long", "--keys", "b/3", "--limit", "2");
        assertThat(came.out().lines()).containsExactly("b/3 = 3", "b/3 deleted");

        Danta json = watch("stock", "--from", cursor, "--values", "long", "--keys", "b", "--json", "--limit", "3");
        List<JsonNode> lines = parsed(json.out().lines().toList());
        assertThat(values(lines)).containsExactlyInAnyOrder(2L, 3L, 0L);
        assertThat(lines).filteredOn(line -> line.has("cursor")).isNotEmpty();
        assertThat(lines).filteredOn(line -> line.has("key")).allSatisfy(line -> {
            assertThat(line.get("key").get(0).textValue()).isEqualTo("b");
            assertThat(line.get("key").get(1).isIntegralNumber()).isTrue();
            assertThat(line.get("timestamp").textValue()).contains("@");
            assertThat(line.get("overtaken").booleanValue()).isFalse();
        });
    }

    @Test
    void fromTheEndItTellsWhatComesAndEndsWhenItsTimeIsOver() {
        put("k", 1);
        CompletableFuture<Danta> watching =
                CompletableFuture.supplyAsync(() -> watch("stock", "--values", "long", "--limit", "3"));
        for (long i = 2; !watching.isDone(); i++) {
            put("k", i);
        }
        assertThat(watching.join().exitCode()).isZero();
        assertThat(watching.join().out().lines()).hasSize(3).allMatch(line -> line.startsWith("k/"));

        Danta nothing = watch("stock", "--for", "1ms");
        assertThat(nothing.exitCode()).isZero();
        assertThat(nothing.out()).isEmpty();
    }

    @Test
    void aFileGetsEveryLineAlsoOverRestartsAndHalfALineIsTakenBack() throws IOException {
        Path out = folder.resolve("stock.jsonl");
        Path kept = folder.resolve("stock.cursor");
        IntStream.range(0, 10).forEach(i -> put("k" + i, i));
        String[] sink = {
            "stock",
            "--from",
            "snapshot",
            "--values",
            "long",
            "--out",
            out.toString(),
            "--cursor-file",
            kept.toString(),
            "--limit",
            "1"
        };
        assertThat(watch(sink).err()).isEmpty();
        assertThat(values(parsed(Files.readAllLines(out))))
                .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(kept).exists();

        Files.writeString(out, "{\"key\":[\"k", StandardOpenOption.APPEND);
        IntStream.range(10, 20).forEach(i -> put("k" + i, i));
        List<Long> all = LongStream.range(0, 20).boxed().toList();
        do {
            assertThat(watch(sink).exitCode()).isZero();
        } while (!values(parsed(Files.readAllLines(out))).containsAll(all));
        assertThat(parsed(Files.readAllLines(out)))
                .filteredOn(line -> line.has("snapshot"))
                .hasSize(10);
    }

    @Test
    void aGapEndsItUnlessItIsToGoOnFromASnapshot() {
        put("a", 1);
        String gone = lost(cursor());

        Danta ended = watch("stock", "--from", gone, "--json");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("has a gap")
                .contains("--from snapshot")
                .doesNotContain("\tat ");
        assertThat(parsed(ended.out().lines().toList()))
                .singleElement()
                .satisfies(line -> assertThat(line.has("gap")).isTrue());

        Danta goesOn = watch("stock", "--from", gone, "--values", "long", "--snapshot-on-gap", "--limit", "1");
        assertThat(goesOn.exitCode()).isZero();
        assertThat(goesOn.err()).contains("goes on from a snapshot");
        assertThat(goesOn.out()).isEqualTo("a/1 = 1\n");
    }

    @Test
    void everyKindOfCollectionIsTold() {
        Table<String> names = shop.table("names", Codecs.STRING, Mode.RELAXED);
        SetOf<String> tags = shop.setOf("tags", Codecs.STRING, 4);
        Map<String, Runnable> changes = Map.of(
                "names", () -> names.put(Key.of("n"), "{\"name\":\"ann\"}"),
                "tags", () -> tags.change(Key.of("t"), List.of("new"), List.of()),
                "seen", () -> shop.growSetOf("seen", Codecs.STRING).add(Key.of("s"), "one " + System.nanoTime()),
                "prices",
                        () -> shop.mapOf("prices", Codecs.STRING, Codecs.STRING).put(Key.of("p"), "rome", "5"),
                "visits", () -> shop.counter("visits").add(Key.of("v"), 7),
                "log",
                        () -> shop.eventStream("log", Codecs.STRING, Duration.ofDays(1))
                                .append(Key.of("e"), List.of(new EventStream.Dated<>("up", Instant.EPOCH))));
        Map<String, String> expected = Map.of(
                "names", "\"value\":{\"name\":\"ann\"}",
                "tags", "\"key\":[\"t\"],\"element\":\"new\",\"added\":true",
                "seen", "\"element\":\"one ",
                "prices", "\"field\":\"rome\",\"value\":\"5\"",
                "visits", "\"number\":",
                "log", "\"valid\":\"1970-01-01T00:00:00Z\"");
        changes.forEach((name, change) -> {
            change.run();
            CompletableFuture<Danta> watching =
                    CompletableFuture.supplyAsync(() -> watch(name, "--json", "--limit", "1"));
            while (!watching.isDone()) {
                change.run();
            }
            assertThat(watching.join().out()).as(name).contains(expected.get(name));
            assertThat(watching.join().exitCode()).as(name).isZero();
        });
        assertThat(watch("names", "--from", "snapshot").err()).contains("no snapshot");
        assertThat(watch("tags", "--snapshot-on-gap").exitCode()).isEqualTo(2);
    }

    @Test
    void whatCannotBeWatchedIsSaid() {
        put("a", 1);
        client.space("other")
                .execute(tx -> tx.put(client.space("other").table("stock", Codecs.LONG, Mode.STRICT), Key.of("a"), 1L));

        Danta twice = watch("stock");
        assertThat(twice.err()).contains("other, shop").contains("--space");
        assertThat(twice.exitCode()).isEqualTo(2);
        Danta none = watch("stok");
        assertThat(none.err()).contains("no collection stok");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(watch("stock", "--space", "shop", "--from", "x").err()).contains("neither end nor snapshot");
        assertThat(watch("stock", "--space", "shop", "--cursor-file", "c").err())
                .contains("say --out");
        assertThat(watch("stock", "--space", "shop", "--limit", "0").exitCode()).isEqualTo(2);
        Danta alone = Danta.run("watch", "stock", "--at", "127.0.0.1:1");
        assertThat(alone.err()).contains("127.0.0.1:1");
        assertThat(alone.exitCode()).isEqualTo(1);
    }
}
