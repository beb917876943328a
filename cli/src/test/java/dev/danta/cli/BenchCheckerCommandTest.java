package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCheckerCommandTest {
    private static final String STALE = """
            {"process":0,"type":"invoke","f":"write","value":"1"}
            {"process":0,"type":"ok","f":"write","value":"1"}
            {"process":0,"type":"invoke","f":"write","value":"2"}
            {"process":0,"type":"ok","f":"write","value":"2"}
            {"process":1,"type":"invoke","f":"read","value":null}
            {"process":1,"type":"ok","f":"read","value":"1"}
            """;

    @TempDir
    Path folder;

    @Test
    void drawnHistoriesHaveOneVerdictWhateverTheEngine() throws IOException {
        Path json = folder.resolve("figures.json");

        // One of them takes WGL more memory than anybody has: it gives up soon.
        Danta bench = Danta.run(
                "bench",
                "checker",
                "--operations",
                "10000",
                "--passes",
                "1",
                "--max-memory",
                "32m",
                "--json",
                json.toString());

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        JsonNode rows = new ObjectMapper().readTree(json.toFile()).get("rows");
        assertThat(rows).hasSize(6);
        for (JsonNode row : rows) {
            JsonNode engines = row.get("engines");
            String history = row.get("history").asText();
            String verdict = engines.at("/jit/verdict").asText();
            assertThat(verdict).as(history).contains("valid").doesNotContain("unknown");
            if (engines.has("zones")) {
                assertThat(engines.at("/zones/verdict").asText()).as(history).isEqualTo(verdict);
            }
            assertThat(engines.at("/wgl/verdict").asText())
                    .as(history)
                    .satisfiesAnyOf(
                            wgl -> assertThat(wgl).isEqualTo(verdict),
                            wgl -> assertThat(wgl).contains("unknown"));
        }
        assertThat(rows.findValuesAsText("verdict").toString()).contains("invalid");
        assertThat(bench.out()).contains("times as long as jit");
    }

    @Test
    void filesAreMeasuredByTheirModel() throws IOException {
        String file = Files.writeString(folder.resolve("stale.jsonl"), STALE).toString();

        Danta bench = Danta.run("bench", "checker", "--model", "register", "--passes", "2", file);

        assertThat(bench.exitCode()).as(bench.err()).isZero();
        assertThat(bench.out())
                .contains("stale.jsonl (3 operations")
                .containsPattern("zones .* invalid")
                .containsPattern("wgl .* invalid");
        assertThat(Danta.run("bench", "checker", file).err()).contains("--model");
    }
}
