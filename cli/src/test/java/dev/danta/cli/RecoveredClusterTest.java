package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.danta.cli.cluster.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Most of those that keep the configuration are lost for good, while most members of the shard are not: four processes, a client
 * that runs all the while, and an operator who does what the documents say.
 */
@Tag("long")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class RecoveredClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final int port = Processes.freePorts(4);

    private String address(int node) {
        return "127.0.0.1:" + (port + node - 1);
    }

    private void start(Processes processes, int node, String how) {
        String line = "node start --id " + node + " --listen " + address(node) + " --data n" + node + " " + how;
        processes.start("n" + node, List.of(line.strip().split(" ")));
    }

    private Danta cluster(int at, String line) {
        List<String> arguments = new ArrayList<>(List.of("cluster"));
        arguments.addAll(List.of(line.split(" ")));
        arguments.addAll(List.of("--at", address(at)));
        return Danta.run(arguments.toArray(String[]::new));
    }

    private Danta recover(int node, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "cluster", "recover", "--data", folder.resolve("n" + node).toString()));
        arguments.addAll(List.of(more));
        return Danta.run(arguments.toArray(String[]::new));
    }

    private JsonNode json(int at) {
        try {
            return new ObjectMapper().readTree(cluster(at, "status --json").out());
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private void awaitWell(int at, int nodes) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(cluster(at, "status").out())
                        .contains(", " + nodes + " nodes, ")
                        .endsWith("all is well\n"));
    }

    @Test
    void twoOfThreeVotersAreLostAndTheClusterGoesOn() throws InterruptedException {
        try (Processes processes = new Processes(folder)) {
            become(processes);
            String all = String.join(",", address(1), address(2), address(3), address(4));
            String load = "bench transfer --endpoints " + all
                    + " --check --history history.jsonl.gz --clients 2 --accounts 50 --warmup 0s --duration 70s";
            processes.start("load", List.of(load.split(" ")));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    json(1).at("/nodes/0/replicas/0/logEnd").asLong())
                            .as("it has begun")
                            .isGreaterThan(500));
            lose(processes);
            goOnFromNodeOne(processes);
            for (int node = 2; node <= 3; node++) {
                Danta replaced = cluster(4, "replace " + node + " --no-wait");
                assertThat(replaced.exitCode()).as(replaced.err()).isZero();
                start(processes, node, "--join " + address(4));
            }
            awaitWell(4, 4);
            assertThat(processes.isRunning("load"))
                    .as("a client that was there from the beginning: " + processes.said("load"))
                    .isTrue();
            assertThat(processes.exitCode("load")).as(processes.said("load")).isZero();
            assertThat(processes.said("load")).contains("history    VALID").contains("invariant  YES");
            assertThat(cluster(1, "status --hashes").out()).endsWith("all is well\n");
        }
    }

    /** The shard's members are 1, 2 and 4, the configuration's voters are 1, 2 and 3. */
    private void become(Processes processes) {
        start(processes, 1, "--init shop --shards 1");
        start(processes, 2, "--join " + address(1));
        start(processes, 3, "--join " + address(1));
        awaitWell(1, 3);
        start(processes, 4, "--join " + address(1));
        awaitWell(1, 4);
        Danta moved = cluster(1, "move-shard 0 --from 3 --to 4 --within 60s");
        assertThat(moved.exitCode()).as(moved.err()).isZero();
        assertThat(json(1).at("/configuration/voters").toString()).isEqualTo("[1,2,3]");
        assertThat(json(1).at("/shards/0/members").toString()).isEqualTo("[1,2,4]");
    }

    private void lose(Processes processes) throws InterruptedException {
        for (int node = 2; node <= 3; node++) {
            processes.kill("n" + node);
            Processes.wipe(folder.resolve("n" + node));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster(4, "status").out().replaceAll("\\s+", " "))
                        .contains("! the configuration has no majority: operations go on, changes wait"));
        Danta refused = cluster(4, "replace 2");
        assertThat(refused.exitCode()).as(refused.out()).isEqualTo(1);
        assertThat(refused.err()).contains("the configuration cannot be reached: a majority of its voters is away");
    }

    private void goOnFromNodeOne(Processes processes) throws InterruptedException {
        Danta inUse = recover(1, "--yes");
        assertThat(inUse.exitCode()).isEqualTo(2);
        assertThat(inUse.err()).contains("in use");
        assertThat(processes.end("n1")).isZero();

        Danta shown = recover(1);
        assertThat(shown.exitCode()).isEqualTo(1);
        assertThat(shown.out())
                .startsWith("node 1 knows cluster shop as of configuration ")
                .contains("!! It will be the only voter, and what it does not know is given up")
                .contains("this node has replicas of 1 of 1 shards")
                .contains("Nothing is done.");
        Danta done = recover(1, "--yes");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(done.out())
                .contains("Done: when node 1 is started, it goes on with configuration 0 after recovery 1");

        start(processes, 1, "");
        // Node 4 runs all the while: it hears of the recovered configuration by itself, and has changes made in it.
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(cluster(4, "status").out()).contains(" after recovery 1, kept by ");
            assertThat(json(4).at("/configuration/voters").toString()).isEqualTo("[1,4]");
        });
        Danta twice = recover(4, "--yes");
        assertThat(twice.exitCode()).as("node 4 runs").isEqualTo(2);
    }
}
