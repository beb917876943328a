package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.danta.cli.cluster.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README shows happens, with processes as a reader has them; and what else an operator does to a cluster after that.
 */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class ClusterOfProcessesTest {
    private static final Path README = Path.of("../README.md");
    private static final int SHOWN_PORT = 7401;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final int port = Processes.freePorts(6);

    /** A line of the page, for ports that are free. */
    private String real(String line) {
        String real = line;
        for (int i = 0; i < 4; i++) {
            real = real.replace("127.0.0.1:" + (SHOWN_PORT + i), address(1 + i));
        }
        return real;
    }

    private String address(int node) {
        return "127.0.0.1:" + (port + node - 1);
    }

    /** Whatever differs from one time to the next. */
    private static String timeless(String line) {
        return line.replaceAll("configuration [0-9,]+", "configuration N")
                .replaceAll("[0-9.,]+ (KiB|MiB|B|s|min)\\b", "N")
                .replaceAll("led by node \\d", "led by node N")
                .replaceAll("127.0.0.1:\\d+", "ADDRESS")
                .replaceAll(" +", " ");
    }

    @Test
    void theThreeCommandsOfTheReadmeAreACluster() {
        try (Processes processes = new Processes(folder)) {
            asTheReadmeShows(processes);
        }
    }

    @Tag("long")
    @Test
    void fromTheThreeCommandsOfTheReadmeToAClusterThatOutlivesItsNodes() throws InterruptedException {
        try (Processes processes = new Processes(folder)) {
            asTheReadmeShows(processes);
            refusesWhatMakesNoSense(processes);
            grows(processes);
            replacesAWipedNode(processes);
            shrinks(processes);
        }
    }

    private void asTheReadmeShows(Processes processes) {
        List<String> shown = shown();
        List<String> commands = shown.stream()
                .filter(line -> line.startsWith("$ ./danta "))
                .map(line -> line.substring("$ ./danta ".length()))
                .toList();
        assertThat(commands).hasSize(4);
        for (int node = 1; node <= 3; node++) {
            String command = commands.get(node - 1);
            assertThat(command).startsWith("node start ").endsWith(" &");
            processes.start(
                    "n" + node,
                    List.of(real(command.substring(0, command.length() - 2)).split(" ")));
        }
        awaitStatus(processes, 3);
        List<String> lines = shown.subList(shown.indexOf("$ ./danta " + commands.get(3)) + 1, shown.size());
        // All is well a moment before nobody is behind any more.
        await().atMost(PATIENCE).untilAsserted(() -> {
            Danta status = Danta.run(real(commands.get(3)).split(" "));

            assertThat(status.exitCode()).as(status.err()).isZero();
            assertThat(status.out().lines().map(ClusterOfProcessesTest::timeless))
                    .isEqualTo(
                            lines.stream().map(ClusterOfProcessesTest::timeless).toList());
            assertThat(status.out().lines()).allMatch(line -> line.length() <= 80);
        });
    }

    /** The page's commands for a cluster, with what stands below them. */
    private static List<String> shown() {
        try {
            Iterator<String> lines = Files.readAllLines(README).iterator();
            List<String> shown = new ArrayList<>();
            while (!lines.next().equals("```console")) {
                assertThat(lines.hasNext()).isTrue();
            }
            for (String line = lines.next(); !line.equals("```"); line = lines.next()) {
                shown.add(line);
            }
            return shown;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Waits until that many nodes are there and all is well. */
    private void awaitStatus(Processes processes, int nodes) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            for (int node = 1; node <= nodes; node++) {
                assertThat(processes.isRunning("n" + node))
                        .as(() -> "a node has ended: " + processes.lastWords("n1"))
                        .isTrue();
            }
            Danta status = Danta.run("cluster", "status", "--at", address(1));
            assertThat(status.out())
                    .as(status.err())
                    .contains(", " + nodes + " nodes, ")
                    .endsWith("all is well\n");
        });
    }

    private Danta cluster(String line) {
        List<String> arguments = new ArrayList<>(List.of("cluster"));
        arguments.addAll(List.of(line.split(" ")));
        arguments.addAll(List.of("--at", address(1)));
        return Danta.run(arguments.toArray(String[]::new));
    }

    private JsonNode json() {
        try {
            return new ObjectMapper().readTree(cluster("status --json").out());
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    private static void isRefused(Danta danta, int exitCode, String... parts) {
        assertThat(danta.exitCode()).as(danta.out() + danta.err()).isEqualTo(exitCode);
        assertThat(danta.err().lines())
                .as(danta.err())
                .singleElement()
                .asString()
                .contains(parts);
    }

    private void refusesWhatMakesNoSense(Processes processes) throws InterruptedException {
        isRefused(cluster("remove 2"), 1, "without node 2", "add another one first");
        isRefused(cluster("remove 9"), 2, "node 9 is not in cluster shop");
        isRefused(cluster("replace 2"), 1, "node 2 answers at " + address(2));
        isRefused(cluster("move-shard 77 --from 1 --to 2"), 2, "there is no shard 77");
        isRefused(cluster("move-shard 0 --from 1 --to 2"), 1, "has a replica on node 2 already");
        isRefused(Danta.run("cluster", "status", "--at", address(6)), 1, address(6));
        isRefused(cluster("add 4 " + address(4)), 1, address(4));

        ends(processes, "twin", 2, "--id 2 --listen " + address(5) + " --data twin --join " + address(1), "node 2");
        ends(processes, "squatter", 2, "--id 5 --listen " + address(1) + " --data squatter --init toys", address(1));
    }

    /** A node that is not taken ends with one sentence. */
    private static void ends(Processes processes, String name, int exitCode, String line, String... parts)
            throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("node", "start"));
        arguments.addAll(List.of(line.split(" ")));
        processes.start(name, arguments);
        assertThat(processes.exitCode(name)).as(processes.said(name)).isEqualTo(exitCode);
        assertThat(processes.lastWords(name)).startsWith("danta: ").contains(parts);
        assertThat(processes.said(name)).doesNotContain("\tat ");
    }

    private void grows(Processes processes) throws InterruptedException {
        Danta plan = cluster("add 4 " + address(4) + " --dry-run");
        assertThat(plan.exitCode()).as(plan.err()).isZero();
        assertThat(plan.out()).contains(" -> ").endsWith("would get other members; nothing is changed\n");

        processes.start(
                "n4",
                List.of(("node start --id 4 --listen " + address(4) + " --data n4 --join " + address(2)).split(" ")));
        awaitStatus(processes, 4);

        JsonNode shard = json().at("/shards/0");
        List<Integer> members = new ArrayList<>();
        shard.at("/members").forEach(member -> members.add(member.asInt()));
        int from = members.get(2);
        int to = 1 + 2 + 3 + 4 - members.stream().mapToInt(member -> member).sum();
        Danta moved = cluster("move-shard 0 --from " + from + " --to " + to + " --within 60s");
        assertThat(moved.exitCode()).as(moved.err()).isZero();
        assertThat(moved.out()).contains("shard 0: ").contains("complete after");
        assertThat(json().at("/shards/0/members").toString())
                .contains(String.valueOf(to))
                .doesNotContain("" + from);
    }

    private void replacesAWipedNode(Processes processes) throws InterruptedException {
        processes.kill("n3");
        Processes.wipe(folder.resolve("n3"));
        assertThat(cluster("status").out()).contains("SILENT").contains("! node 3 (" + address(3) + ")");
        String again = "--id 3 --listen " + address(3) + " --data n3 --join " + address(1);
        ends(processes, "n3", 2, again, "danta cluster replace 3");

        Danta replaced = cluster("replace 3 --no-wait");
        assertThat(replaced.exitCode()).as(replaced.err()).isZero();
        assertThat(replaced.out()).contains("danta node start --id 3").contains("it goes on: danta cluster status");

        Processes.wipe(folder.resolve("n3"));
        processes.start("n3", List.of(("node start " + again).split(" ")));
        awaitStatus(processes, 4);
    }

    private void shrinks(Processes processes) throws InterruptedException {
        Danta removed = cluster("remove 4 --within 60s");
        assertThat(removed.exitCode()).as(removed.err()).isZero();
        assertThat(removed.out()).contains("complete after");
        assertThat(json().at("/nodes")).hasSize(3);
        assertThat(cluster("status").out()).endsWith("all is well\n");

        Danta drained = Danta.run("node", "drain", "2", "--at", address(1));
        assertThat(drained.exitCode()).as(drained.err()).isZero();
        assertThat(cluster("status").out()).contains("draining");
        assertThat(processes.end("n2")).isZero();
    }
}
