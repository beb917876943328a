package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.danta.cli.cluster.Processes;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can get wrong, or a machine can do to a node's folder: each is refused with a sentence, and nothing is lost. */
@Tag("long")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
final class BadInputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int KEYS = 50;

    @TempDir
    Path folder;

    private final int port = Processes.freePorts(6);

    private String address(int number) {
        return "127.0.0.1:" + (port + number - 1);
    }

    private void start(Processes processes, String name, int id, int at, String rest) {
        String line = "node start --id " + id + " --listen " + address(at) + " --data " + rest;
        processes.start(name, List.of(line.split(" ")));
    }

    /** A node of the cluster, at its own place with its own folder. */
    private void start(Processes processes, int node) {
        start(processes, "n" + node, node, node, "n" + node + (node == 1 ? "" : " --join " + address(1)));
    }

    /** A node that is not taken ends with one sentence. */
    private static void ends(Processes processes, String name, String... parts) throws InterruptedException {
        assertThat(processes.exitCode(name)).as(processes.said(name)).isEqualTo(2);
        assertThat(processes.lastWords(name)).startsWith("danta: ").contains(parts);
        assertThat(processes.said(name)).doesNotContain("\tat ");
    }

    private Danta cluster(int at, String line) {
        List<String> arguments = new ArrayList<>(List.of("cluster"));
        arguments.addAll(List.of(line.split(" ")));
        arguments.addAll(List.of("--at", address(at)));
        return Danta.run(arguments.toArray(String[]::new));
    }

    private static void isRefused(Danta danta, String... parts) {
        assertThat(danta.exitCode()).as(danta.out() + danta.err()).isEqualTo(1);
        assertThat(danta.err().lines())
                .as(danta.err())
                .singleElement()
                .asString()
                .contains(parts);
    }

    private JsonNode json() {
        try {
            return new ObjectMapper().readTree(cluster(1, "status --json").out());
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private void awaitWell(int nodes) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(cluster(1, "status").out())
                        .contains(", " + nodes + " nodes, ")
                        .endsWith("all is well\n"));
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.toList()) {
                Files.copy(one, to.resolve(from.relativize(one).toString()));
            }
        } catch (IOException notCopied) {
            throw new UncheckedIOException(notCopied);
        }
    }

    @Test
    void eachIsRefusedWithASentence() throws InterruptedException {
        try (Processes processes = new Processes(folder)) {
            start(processes, "n1", 1, 1, "n1 --init shop --shards 1");
            start(processes, 2);
            start(processes, 3);
            awaitWell(3);
            start(processes, 4);
            awaitWell(4);
            try (DantaClient client = DantaClient.builder()
                    .endpoints(address(1), address(2), address(3))
                    .deadline(Duration.ofSeconds(30))
                    .build()) {
                Space space = client.space("shop");
                Table<String> table = space.table("things", Codecs.STRING, Mode.STRICT);
                space.run(tx -> {
                    for (int i = 0; i < KEYS; i++) {
                        tx.put(table, Key.of("key", i), "value " + i);
                    }
                    return true;
                });
                anIdThatIsUsedTwice(processes);
                anotherClustersFolderOrAddress(processes);
                aChangeWhileAnotherOneRuns(processes);
                yesterdaysCopy(processes);
                for (int i = 0; i < KEYS; i++) {
                    Key key = Key.of("key", i);
                    Optional<String> found = space.run(tx -> tx.get(table, key));
                    assertThat(found).hasValue("value " + i);
                }
            }
            assertThat(cluster(1, "status --hashes").out()).endsWith("all is well\n");
        }
    }

    private void anIdThatIsUsedTwice(Processes processes) throws InterruptedException {
        start(processes, "twin", 2, 5, "twin --join " + address(1));
        ends(processes, "twin", "node 2 is known to cluster shop with another disk", "danta cluster replace 2");

        copy(folder.resolve("n2"), folder.resolve("copy"));
        start(processes, "copy", 2, 5, "copy --join " + address(1));
        ends(
                processes,
                "copy",
                "node 2 runs at " + address(2) + " already, on this folder or on one that this is a copy");

        start(processes, "misnamed", 6, 5, "copy --join " + address(1));
        ends(processes, "misnamed", "belongs to node 2, not to node 6");
    }

    private void anotherClustersFolderOrAddress(Processes processes) throws InterruptedException {
        start(processes, "toys", 1, 5, "toys --init toys --shards 1");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster(5, "status").out()).startsWith("cluster toys, 1 node"));
        isRefused(cluster(5, "remove 1"), "node 1 is the last one of cluster toys: without it nothing would be left");
        assertThat(Danta.run("cluster", "status", "--at", address(1) + "," + address(5))
                        .err())
                .contains("belongs to cluster", "ask one cluster at a time");
        assertThat(processes.end("toys")).isZero();

        start(processes, "astray", 1, 6, "toys --join " + address(2));
        ends(
                processes,
                "astray",
                "is one of cluster toys, and " + address(2) + " belongs to cluster shop: mend the path");

        // The other cluster sits where node 4 was, and both stay what they are.
        processes.kill("n4");
        start(processes, "squatter", 1, 4, "toys");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster(4, "status").out()).startsWith("cluster toys, 1 node"));
        assertThat(cluster(1, "status").out())
                .startsWith("cluster shop, 4 nodes")
                .contains("! node 4 (" + address(4) + "): ")
                .contains("cluster toys");
        start(processes, 4);
        ends(processes, "n4", address(4), "already in use");
        assertThat(processes.end("squatter")).isZero();
    }

    /** A replica goes to node 4 while that is away: the change waits for it, and others have to wait for the change. */
    private void aChangeWhileAnotherOneRuns(Processes processes) {
        List<Integer> members = new ArrayList<>();
        json().at("/shards/0/members").forEach(member -> members.add(member.asInt()));
        assertThat(members).containsExactly(1, 2, 3);
        Danta moved = cluster(1, "move-shard 0 --from 3 --to 4 --no-wait");
        assertThat(moved.exitCode()).as(moved.err()).isZero();

        isRefused(cluster(1, "move-shard 0 --from 2 --to 3"), "shard 0 is changing already: wait until");
        isRefused(cluster(1, "remove 2"), "1 of 1 shards are changing: wait until danta cluster status says");

        start(processes, 4);
        awaitWell(4);
        assertThat(json().at("/shards/0/members").toString()).isEqualTo("[1,2,4]");
        Danta back = cluster(1, "move-shard 0 --from 4 --to 3 --within 60s");
        assertThat(back.exitCode()).as(back.err()).isZero();
    }

    private void yesterdaysCopy(Processes processes) throws InterruptedException {
        assertThat(processes.end("n3")).isZero();
        copy(folder.resolve("n3"), folder.resolve("yesterday"));
        start(processes, 3);
        awaitWell(4);
        assertThat(processes.end("n3")).isZero();
        Processes.wipe(folder.resolve("n3"));
        copy(folder.resolve("yesterday"), folder.resolve("n3"));
        start(processes, 3);
        ends(processes, "n3", "the folder of node 3 is an older copy: it was started", "run: danta cluster replace 3");

        Danta replaced = cluster(1, "replace 3 --no-wait");
        assertThat(replaced.exitCode()).as(replaced.err()).isZero();
        start(processes, 3);
        ends(processes, "n3", "the folder of node 3 was given up, and must not come back: start with an empty one");
        Processes.wipe(folder.resolve("n3"));
        start(processes, 3);
        awaitWell(4);
    }
}
