package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few seconds on real processes; sixty are the real thing. */
@Timeout(240)
final class BenchProviderCommandTest {
    @TempDir
    Path folder;

    @Test
    void noLawIsBrokenWhileOneNodeIsCutOff() throws IOException {
        Path json = folder.resolve("provider.json");
        Danta bench =
                Danta.run(("bench provider --duration 5s --warmup 1s --rate 60 --users 6 --instances 3 --accounts 8"
                                + " --quota 1000 --heap 128 --shards 2 --cut 2s --deadline 2s --json " + json)
                        .split(" "));

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out().lines())
                .anyMatch(line -> line.contains("is cut off"))
                .last()
                .isEqualTo("INVARIANTS OK");
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("operations").get("small charge").get("done").asLong())
                .isPositive();
        assertThat(report.get("operations").get("use").get("done").asLong()).isPositive();
    }

    @Test
    void nonsenseIsAUsageErrorBeforeAnythingStarts() {
        for (String line : List.of("--accounts 1", "--quota 0", "--skew -1")) {
            Danta wrong = Danta.run(("bench provider " + line).split(" "));

            assertThat(wrong.exitCode()).as(line).isEqualTo(ExitCode.USAGE);
        }
    }
}
