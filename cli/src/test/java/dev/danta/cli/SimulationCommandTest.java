package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class SimulationCommandTest {
    @TempDir
    Path folder;

    @Test
    void someSeedsAreRunAndSummedUp() {
        Danta simulation = Danta.run("simulate", "--seeds", "0..3", "--replicas", "3", "--faulty", "2s");

        assertThat(simulation.exitCode()).as(simulation.out()).isZero();
        assertThat(simulation.out()).contains("violations", "digest of all", "0..3");
    }

    @Test
    void oneSeedLeavesItsTraceAndTheSameDigestTwice() throws IOException {
        Path trace = folder.resolve("seed.trace");
        String[] line = {"simulate", "--seed", "5", "--scenario", "sale", "--faulty", "2s", "--trace", trace.toString()
        };

        Danta first = Danta.run(line);
        Danta second = Danta.run(line);

        assertThat(first.exitCode()).as(first.out()).isZero();
        assertThat(first.out()).contains("digest").isEqualTo(second.out());
        assertThat(Files.readString(trace)).isNotEmpty();
    }

    @Test
    void aSteadyLoadShowsWhatIsKeptAtEachTenth() {
        Danta simulation = Danta.run("simulate", "--steady", "400", "--clients", "3", "--shards", "1");

        assertThat(simulation.exitCode()).as(simulation.out()).isZero();
        assertThat(simulation.out()).contains("3 replicas of 1 shards, 3 clients", "records", "clean");
        assertThat(simulation.out().lines())
                .hasSize(2 + 10 + 1)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void theDriverOfAChangeDiesAtEachOfItsSteps() {
        Danta simulation = Danta.run("simulate", "--cut-points", "grow", "--of-seeds", "3..3");

        assertThat(simulation.exitCode()).as(simulation.out()).isZero();
        assertThat(simulation.out()).contains("grow, seed 3:", "cut points, 0 broken");
        assertThat(Danta.run("simulate", "--cut-points", "rotate").exitCode()).isEqualTo(2);
    }

    @Test
    void faultsCanBeSaidAndAreWrittenDown() throws IOException {
        Path trace = folder.resolve("seed.trace");

        Danta simulation = Danta.run(
                "simulate",
                "--seed",
                "5",
                "--faults",
                "10ms pause r1 for 7.5ms;20ms crash r1 at-once down 3ms",
                "--trace",
                trace.toString());

        assertThat(simulation.exitCode()).as(simulation.out()).isZero();
        assertThat(simulation.out()).contains("2 faults");
        assertThat(Files.readString(trace))
                .contains("10000000 fault pause r1 for 7.5ms", "20000000 fault crash r1 at-once down 3ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--seeds 3..1",
                "--seeds soon",
                "--seeds 0..1 --replicas 2",
                "--seeds 0..1 --scenario war",
                "--seeds 0..1 --workers 0",
                "--steady 9",
                "--steady 100 --scenario sale",
                "--seeds 0..1 --seed 1 --trace t",
                "--trace t",
                "--seeds 0..1 --shrink",
                "--seed 1 --faults earthquake",
                "--seed 1 --clients 2 --faults 5ms_pause_c3_for_1ms"
            })
    void nonsenseIsAUsageError(String options) {
        Danta simulation =
                Danta.run(Arrays.stream(("simulate " + options).strip().split(" "))
                        .map(word -> word.replace('_', ' '))
                        .toArray(String[]::new));

        assertThat(simulation.exitCode()).as(simulation.err()).isEqualTo(2);
        assertThat(simulation.err()).startsWith("danta simulate: ");
    }

    @Test
    void aTraceThatCannotBeWrittenIsNamed() {
        Danta simulation = Danta.run(
                "simulate",
                "--seed",
                "1",
                "--trace",
                folder.resolve("none/seed.trace").toString());

        assertThat(simulation.exitCode()).isEqualTo(2);
        assertThat(simulation.err()).contains("none/seed.trace");
    }
}
