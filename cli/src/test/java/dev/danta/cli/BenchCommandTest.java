package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class BenchCommandTest {
    @TempDir
    Path folder;

    @Test
    void transfersRunAgainstRealNodesAndKeepTheSum() throws IOException {
        runsAndKeepsItsLaw("transfer --accounts 150");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"sale --units 50", "kv --keys 100", "kv --keys 100 --mode relaxed --mix 80/20/0"})
    void everyWorkloadRunsAgainstRealNodesAndKeepsItsLaw(String workload) throws IOException {
        runsAndKeepsItsLaw(workload);
    }

    private void runsAndKeepsItsLaw(String workload) throws IOException {
        Path file = folder.resolve("result.json");

        Danta bench = bench(workload + " --local --clients 6 --warmup 200ms --duration 800ms --seed 3 --json " + file);

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        JsonNode result = new ObjectMapper().readTree(Files.readString(file));
        assertThat(result.at("/result/perSecond").asDouble()).isPositive();
        assertThat(result.at("/result/failed").asLong()).isZero();
        assertThat(result.at("/result/invariant/holds").asText()).isEqualTo(workload.startsWith("kv") ? "NONE" : "YES");
        assertThat(result.at("/load/seed").asLong()).isEqualTo(3);
        assertThat(result.at("/cluster/nodes").asText()).isEqualTo("3");
        assertThat(result.at("/disk/syncsPerSecond").asDouble()).isPositive();
        assertThat(result.at("/command").toString()).contains("\"bench\"");
        assertThat(bench.out()).contains("latency").contains("syncs/s");
    }

    @Test
    void whatClientsOfKeysAndValuesWereToldIsJudged() throws IOException {
        isJudged("kv --keys 50");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"transfer --accounts 50", "sale --units 500"})
    void whatClientsWereToldIsJudged(String workload) throws IOException {
        isJudged(workload);
    }

    private void isJudged(String workload) throws IOException {
        Path history = folder.resolve("history.jsonl.gz");
        Path file = folder.resolve("result.json");

        Danta bench = bench(workload + " --local --check --history " + history
                + " --clients 4 --warmup 0s --duration 800ms --json " + file);

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out()).contains("history    VALID").contains(history.toString());
        JsonNode json = new ObjectMapper().readTree(Files.readString(file));
        assertThat(json.at("/history/valid").asText()).isEqualTo("YES");
        assertThat(json.at("/history/operations").asLong())
                .isGreaterThanOrEqualTo(json.at("/result/done").asLong());
        assertThat(json.at("/seconds")).isNotEmpty();
        Danta check = Danta.run("check", history.toString());
        assertThat(check.exitCode()).as(check.out() + check.err()).isZero();
    }

    @Tag("long")
    @Test
    void aHistoryThatIsFullEndsTheLoad() {
        Danta bench = bench("transfer --local --check --history " + folder.resolve("h.jsonl")
                + " --history-max 200 --accounts 50 --clients 4 --warmup 0s --duration 1h");

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out()).contains("as many as --history-max allows");
    }

    @Tag("long")
    @Test
    void theResultAloneGoesToStandardOutputIfAskedFor() throws IOException {
        Danta bench = bench("sale --local --clients 2 --warmup 0s --duration 300ms --json -");

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(new ObjectMapper().readTree(bench.out()).at("/load/clients").asInt())
                .isEqualTo(2);
    }

    @Tag("long")
    @Test
    void nodesInProcessesOfTheirOwnAreStartedAndEnded() {
        Danta bench = bench("transfer --processes --accounts 50 --clients 2 --warmup 0s --duration 500ms");

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        assertThat(bench.out()).contains("3 node processes").contains("invariant  YES");
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    @Tag("long")
    @Test
    void withOneNodeOfThreeDownTransactionsGoOnBySlowPath() throws IOException {
        Path file = folder.resolve("result.json");

        Danta bench = bench(
                "transfer --local --down 1 --accounts 50 --clients 4 --warmup 0s --duration 800ms --json " + file);

        assertThat(bench.exitCode()).as(bench.out() + bench.err()).isZero();
        JsonNode paths = new ObjectMapper().readTree(Files.readString(file)).at("/result/paths");
        assertThat(paths.get("fast").asLong()).isZero();
        assertThat(paths.get("slow").asLong()).isPositive();
    }

    @Test
    void aClusterThatIsNotThereIsAFailureThatNamesIt() {
        Danta bench = bench("sale --endpoints 127.0.0.1:1 --connect 500ms --duration 1s");

        assertThat(bench.exitCode()).isEqualTo(1);
        assertThat(bench.err().lines()).singleElement().asString().contains("127.0.0.1:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transfer",
                "transfer --local --processes",
                "transfer --local --accounts 1",
                "transfer --local --clients 0",
                "transfer --local --duration 0s",
                "transfer --local --duration soon",
                "transfer --local --clients 2 --instances 3",
                "transfer --endpoints nowhere",
                "kv --local --mix 50/50",
                "kv --local --mix 50/50/50",
                "kv --local --mix a/b/c",
                "kv --local --mode relaxed --mix 50/25/25",
                "kv --local --mode lazy",
                "sale --local --units 0",
                "transfer --local --reads 101",
                "transfer --local --history h.jsonl",
                "transfer --local --check --history-max 0",
                "kv --local --mode relaxed --mix 50/50/0 --check",
                "sale --local --down 2",
                "sale --endpoints 127.0.0.1:7401 --down 1",
                "lottery --local"
            })
    void nonsenseIsAUsageErrorBeforeAnythingStarts(String line) {
        Danta bench = bench(line);

        assertThat(bench.exitCode()).as(bench.err()).isEqualTo(2);
        assertThat(bench.err()).startsWith("danta bench").doesNotContain("\tat ");
        assertThat(bench.out()).isEmpty();
    }

    private static Danta bench(String line) {
        List<String> arguments = new ArrayList<>(List.of("bench"));
        arguments.addAll(List.of(line.split(" ")));
        return Danta.run(arguments.toArray(String[]::new));
    }
}
