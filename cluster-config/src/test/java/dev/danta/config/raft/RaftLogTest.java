package dev.danta.config.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.danta.config.Requests;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log on the disk stays small, whether much is asked or hardly anything. A longer run: {@code
 * -Ddanta.config.changes=100000}.
 */
final class RaftLogTest {
    private static final int CHANGES = Integer.getInteger("danta.config.changes", 3_000);
    private static final int AT_A_TIME = 16;

    /** What is written down, twice; a file of the log that is full, and those since the last snapshot. */
    private static final long BYTES_MAX = 512 * 1024;

    @TempDir
    Path folder;

    private static RaftSettings settings(Duration snapshotEvery, long snapshotEntries) {
        return new RaftSettings(
                TestNodes.SETTINGS.electionMin(),
                TestNodes.SETTINGS.electionMax(),
                TestNodes.SETTINGS.requestTimeout(),
                snapshotEntries,
                snapshotEvery,
                TestNodes.SETTINGS.segmentBytes(),
                TestNodes.SETTINGS.lookEvery(),
                Duration.ofSeconds(20));
    }

    private static long bytes(Path below) throws IOException {
        try (Stream<Path> files = Files.walk(below)) {
            return files.mapToLong(RaftLogTest::size).sum();
        }
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (NoSuchFileException gone) {
            return 0;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static ClusterRequest drain(int number) {
        return new ClusterRequest.Drain(Requests.node(1), 10, number % 2 == 0);
    }

    @Tag("long")
    @Test
    void afterThousandsOfChangesTheLogHasNotGrown() throws Exception {
        try (TestNodes nodes = new TestNodes(folder, settings(Duration.ofMinutes(10), 200))) {
            nodes.begin(8, 3);
            nodes.join(2);
            nodes.join(3);
            await().atMost(TestNodes.LONG).until(() -> nodes.voters(1).size() == 3);
            Deque<CompletableFuture<ClusterAnswer>> asked = new ArrayDeque<>();
            long most = 0;
            long began = nodes.node(1).known().version();
            for (int i = 0; i < CHANGES; i++) {
                ClusterRequest change = new ClusterRequest.SetAddress(
                        Requests.node(3), 30, "127.0.0.1:" + (1_000 + i % 5_000), nodes.configAddress(3));
                asked.add(nodes.node(1).ask(change, TestNodes.LONG));
                if (asked.size() >= AT_A_TIME) {
                    asked.remove().join();
                }
                if (i % 500 == 0) {
                    most = Math.max(most, mostBytes(nodes));
                }
            }
            asked.forEach(CompletableFuture::join);
            most = Math.max(most, mostBytes(nodes));
            ClusterState last = nodes.node(1).known();
            assertThat(last.version() - began).as("changes").isEqualTo(CHANGES);
            await().atMost(TestNodes.LONG)
                    .untilAsserted(() -> assertThat(mostBytes(nodes)).isLessThan(BYTES_MAX));
            assertThat(most).as("while it was changed").isLessThan(2 * BYTES_MAX);
            if (CHANGES > 10_000) {
                System.out.println(
                        CHANGES + " changes: at most " + most + " bytes, " + mostBytes(nodes) + " in the end");
            }
        }
    }

    private static long mostBytes(TestNodes nodes) throws IOException {
        long most = 0;
        for (int node : nodes.open()) {
            most = Math.max(most, bytes(nodes.folder(node)));
        }
        return most;
    }

    /** So few requests that their number alone would never have a snapshot taken. */
    @Test
    void aQuietGroupTakesSnapshotsByTime() throws Exception {
        try (TestNodes nodes = new TestNodes(folder, settings(Duration.ofMillis(300), 1_000_000))) {
            nodes.begin(1, 3);
            Path machine = nodes.log(1).resolveSibling("sm");
            List<Path> before = snapshots(machine);
            assertThat(nodes.node(1).ask(drain(0), TestNodes.LONG).join().done())
                    .isTrue();
            await().atMost(TestNodes.LONG)
                    .untilAsserted(
                            () -> assertThat(snapshots(machine)).isNotEmpty().isNotEqualTo(before));
            for (int i = 1; i < 6; i++) {
                List<Path> last = snapshots(machine);
                nodes.node(1).ask(drain(i), TestNodes.LONG).join();
                await().atMost(TestNodes.LONG)
                        .untilAsserted(() -> assertThat(snapshots(machine)).isNotEqualTo(last));
            }
            await().atMost(TestNodes.LONG)
                    .untilAsserted(() -> assertThat(snapshots(machine)).hasSizeLessThanOrEqualTo(2));
        }
    }

    private static List<Path> snapshots(Path machine) throws IOException {
        try (Stream<Path> files = Files.list(machine)) {
            return files.filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
                    .sorted()
                    .toList();
        }
    }
}
