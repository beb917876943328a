package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.danta.cli.cluster.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class DevCommandTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dev --nodes 2|--nodes is 1, 3 or 5",
                "dev --nodes x|'x'",
                "dev --port 0|--port is between",
                "dev --port 65000|--port is between",
                "dev --shards 3|--shards"
            })
    void nonsenseIsAUsageError(String line, String part) {
        Danta dev = Danta.run(line.split(" "));

        assertThat(dev.exitCode()).as(dev.err()).isEqualTo(2);
        assertThat(dev.err()).contains(part).doesNotContain("\tat ");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        Danta dev = Danta.run("dev", "--data", file.toString());

        assertThat(dev.exitCode()).isEqualTo(2);
        assertThat(dev.err().lines()).singleElement().asString().endsWith(file + " is a file, not a folder");
    }

    @Tag("long")
    @Test
    void oneThatIsAskedToEndWhileItStartsEndsInGoodOrder() throws InterruptedException {
        int port = Processes.freePorts(3);
        try (Processes processes = new Processes(folder)) {
            processes.start("dev", List.of("dev", "--port", String.valueOf(port), "--data", "data"));
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> processes.said("dev").contains("starting 3 nodes"));
            assertThat(processes.end("dev")).as(processes.said("dev")).isZero();
            assertThat(processes.said("dev")).doesNotContain("Exception").doesNotContain("\tat ");
        }
    }

    @Tag("long")
    @Test
    void aClusterServesUntilItsProcessIsAskedToEndAndAgainOnTheSameFolder() throws InterruptedException {
        int port = Processes.freePorts(3);
        try (Processes processes = new Processes(folder)) {
            for (int life = 1; life <= 2; life++) {
                int lives = life;
                processes.start("dev", List.of("dev", "--port", String.valueOf(port), "--data", "data"));
                await().atMost(Duration.ofSeconds(60))
                        .pollInterval(Duration.ofMillis(200))
                        .untilAsserted(() -> {
                            assertThat(processes.isRunning("dev"))
                                    .as(processes.said("dev"))
                                    .isTrue();
                            assertThat(processes.said("dev").split(" is up; ")).hasSize(lives + 1);
                            Danta status = Danta.run("cluster", "status", "--at", "127.0.0.1:" + (port + 1));
                            assertThat(status.out())
                                    .as(status.err())
                                    .startsWith("cluster dev, 3 nodes, ")
                                    .endsWith("all is well\n");
                        });
                assertThat(processes.end("dev")).as(processes.said("dev")).isZero();
            }
        }
        assertThat(folder.resolve("data")).isNotEmptyDirectory();
    }
}
