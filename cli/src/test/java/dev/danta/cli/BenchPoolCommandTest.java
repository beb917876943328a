package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.danta.testkit.EmbeddedCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few seconds on real processes; sixty are the real thing. */
@Timeout(240)
final class BenchPoolCommandTest {
    @TempDir
    Path folder;

    @Test
    void noLawIsBrokenWhileANodeIsKilledAndOneIsCutOff() throws IOException {
        Path json = folder.resolve("pool.json");
        Danta bench = Danta.run(
                ("bench pool --duration 5s --warmup 1s --rate 40 --steps 1,2 --users 8 --instances 3 --pools 2x3"
                                + " --heap 128 --shards 2 --kill 1s --cut 1s --skew one --deadline 2s --json " + json)
                        .split(" "));

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out().lines())
                .anyMatch(line -> line.startsWith("1x (40/s)"))
                .anyMatch(line -> line.startsWith("2x (80/s)"))
                .anyMatch(line -> line.contains("is killed"))
                .anyMatch(line -> line.contains("is cut off"))
                .last()
                .isEqualTo("INVARIANTS OK");
        JsonNode report = new ObjectMapper().readTree(json.toFile());
        assertThat(report.get("verdict").asText()).isEqualTo("invariants-ok");
        assertThat(report.get("operations").get("reserve").get("done").asLong()).isPositive();
        assertThat(report.get("phases")).hasSize(3);
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Test
    void whatARunLeavesBehindIsNoneOfTheNextOnesBusiness() {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().nodes(1).build()) {
            for (int run = 0; run < 2; run++) {
                Danta bench =
                        Danta.run(("bench pool --duration 4s --warmup 0s --rate 0 --users 2 --instances 2 --pools 1x1"
                                        + " --deadline 30s --seed " + run + " --endpoints "
                                        + String.join(",", cluster.endpoints()))
                                .split(" "));

                assertThat(bench.out().lines()).as(bench.err()).last().isEqualTo("INVARIANTS OK");
            }
        }
    }

    @Test
    void nonsenseIsAUsageErrorBeforeAnythingStarts() {
        for (String line : List.of(
                "--pools 3",
                "--pools 0x3",
                "--limit 0",
                "--users 0",
                "--instances 65",
                "--rate -1",
                "--steps 1,0",
                "--nodes 4",
                "--shards 0",
                "--duration 0s",
                "--kill 40s",
                "--endpoints 127.0.0.1:1 --kill 1s",
                "--endpoints nowhere")) {
            Danta wrong = Danta.run(("bench pool " + line).split(" "));

            assertThat(wrong.exitCode()).as(line + wrong.out() + wrong.err()).isEqualTo(2);
            assertThat(wrong.err().lines()).as(line).hasSize(1);
        }
    }
}
