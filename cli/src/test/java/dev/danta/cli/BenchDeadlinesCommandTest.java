package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the two commands show that stop a cluster; how long it took is for who reads it, this machine may be slow. */
final class BenchDeadlinesCommandTest {
    @TempDir
    Path folder;

    @Test
    @Tag("long")
    @Timeout(300)
    void everyCallIsMadeInEverySituationAndEveryFailureHasItsSentence() throws IOException {
        Path json = folder.resolve("deadlines.json");
        Danta bench =
                Danta.run("bench", "deadlines", "--deadline", "500ms", "--repetitions", "1", "--json", json.toString());

        assertThat(bench.err()).doesNotContain("Exception");
        List<String> failed = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(json.toFile()).get("rows")) {
            String name = row.get("situation").asText() + ", " + row.get("call").asText();
            assertThat(bench.out()).contains(row.get("call").asText());
            if (row.get("situation").asText().equals("all up")) {
                assertThat(row.get("error").asText()).as(name).isEmpty();
            }
            if (!row.get("error").asText().isEmpty()) {
                failed.add(name);
                assertThat(row.get("text").asText()).as(name).contains("127.0.0.1:");
            }
        }
        assertThat(failed)
                .contains(
                        "wrong cluster, build",
                        "wrong port, build",
                        "silent port, build",
                        "all dead, build",
                        "all dead, run",
                        "all dead, get STRICT",
                        "all dead, put",
                        "all dead, add");
        assertThat(bench.out()).contains(" of 500 ms and a tenth");
    }

    @Test
    @Tag("long")
    @Timeout(300)
    void aClientComesBackWithItsCluster() throws IOException {
        Path json = folder.resolve("stopped.json");
        Danta bench = Danta.run("bench", "stopped", "--duration", "4s", "--every", "2s", "--json", json.toString());

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        JsonNode samples = new ObjectMapper().readTree(json.toFile()).get("samples");
        assertThat(samples.size()).isGreaterThanOrEqualTo(4);
        assertThat(samples.get(0).get("cluster").asText()).isEqualTo("up");
        JsonNode stopped = samples.get(2);
        assertThat(stopped.get("cluster").asText()).isEqualTo("stopped");
        // What asks for an outcome is answered that nobody knows.
        assertThat(stopped.get("failures").asLong()).isPositive();
        assertThat(bench.out()).endsWith("the client came back with the cluster\n");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Danta none = Danta.run("bench", "deadlines", "--repetitions", "0");
        assertThat(none.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(none.err()).contains("--repetitions is at least 1, not 0");
        Danta brief = Danta.run("bench", "deadlines", "--deadline", "5ms");
        assertThat(brief.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(brief.err()).contains("--deadline is at least 100 ms");
        Danta rare = Danta.run("bench", "stopped", "--duration", "1s", "--every", "2s");
        assertThat(rare.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(rare.err()).contains("--duration is at least --every");
    }
}
