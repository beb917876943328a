package dev.danta.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.Scenario;
import dev.danta.sim.SettingsDraw;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.Fault;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.Coverage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulateCommandTest {
    private static final SimSettings SETTINGS =
            SimSettings.DEFAULTS.withScenario(Scenario.TRANSFER).withFaulty(Duration.ofSeconds(3));
    private static final SettingsDraw SAID = SettingsDraw.of(SETTINGS);

    /** A world in which clocks must not be set. */
    private static SimResult withoutClocks(SimSettings settings, long seed, @Nullable FaultSchedule given) {
        FaultSchedule faults = given != null
                ? given
                : FaultSchedule.parse("1ms pause r1 for 2ms; 7ms clock c1 by 5ms; 9ms pause r2 for 2ms");
        boolean broken = faults.faults().stream().anyMatch(timed -> timed.fault() instanceof Fault.ClockJump);
        Violation violation = broken ? new Violation(Violation.Kind.INVARIANT, "clocks stay; c1") : null;
        return new SimResult(seed, settings, faults, violation, 1, 2_000_000_000, 3, new Coverage());
    }

    private final StringWriter out = new StringWriter();
    private final SimulateCommand command = new SimulateCommand(new PrintWriter(out), SimulateCommand.Status.NONE);
    private final SimulateCommand brokenCommand =
            new SimulateCommand(new PrintWriter(out), SimulateCommand.Status.NONE, SimulateCommandTest::withoutClocks);

    @Test
    void cleanSeedsEndInATableAndExitCodeZero() throws InterruptedException {
        assertThat(command.runSeeds(SAID, new SeedRange(0, 4), 2)).isZero();

        assertThat(out.toString())
                .contains("0..4 (5)", "violations           0", "times as fast", "runs of transfer", "n = 3: 5");
        assertThat(out.toString().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @Test
    void settingsThatAreNotSaidAreDrawnFromEachSeed() throws InterruptedException {
        assertThat(command.runSeeds(
                        new SettingsDraw(null, null, null, null, Duration.ofMillis(200)), new SeedRange(0, 80), 2))
                .isZero();

        assertThat(out.toString()).contains("n = 1: ", "n = 3: ", "n = 5: ");
        for (Scenario scenario : Scenario.values()) {
            assertThat(out.toString()).contains("runs of " + scenario.label());
        }
    }

    @Test
    void aViolationIsPrintedWithTheCommandThatRepeatsItAndTheSmallestRunFound() throws InterruptedException {
        assertThat(brokenCommand.runSeeds(SAID, new SeedRange(3, 3), 1)).isEqualTo(1);

        assertThat(out.toString())
                .contains(
                        "seed 3 VIOLATED: transfer, n = 3, 2 shards, 4 clients, 3 faults in 3.0 s",
                        "INVARIANT: clocks stay; c1",
                        """
                          repeat:
                            danta simulate --seed 3 --scenario transfer --replicas 3 \\
                              --shards 2 --clients 4 --faulty 3000ms --trace seed-3.trace
                        """,
                        "--faults '7ms clock c1 by 5ms'",
                        "violations           1");
    }

    @Test
    void aViolationIsNamedBeforeTheRangeIsOver() throws InterruptedException {
        List<String> told = new ArrayList<>();
        AtomicInteger runs = new AtomicInteger();
        SimulateCommand.Status status = new SimulateCommand.Status() {
            @Override
            public void show(String line) {}

            @Override
            public void tell(String lines) {
                told.add(runs.get() + " " + lines);
            }

            @Override
            public void clear() {}
        };
        new SimulateCommand(new PrintWriter(out), status, (settings, seed, faults) -> {
                    runs.incrementAndGet();
                    return withoutClocks(settings, seed, seed == 1 ? faults : FaultSchedule.NONE);
                })
                .runSeeds(SAID, new SeedRange(0, 9), 1);

        assertThat(told).containsExactly("""
                        2 seed 1 VIOLATED: INVARIANT, transfer, n = 3, 2 shards, 4 clients, 3 faults in 3.0 s
                        danta simulate --seed 1 --scenario transfer --replicas 3 \\
                          --shards 2 --clients 4 --faulty 3000ms --trace seed-1.trace""");
    }

    @Test
    void whatIsPrintedToRepeatARunCanBeRead() {
        SimResult result = withoutClocks(SETTINGS, 3, null);
        String text = result.commandWithFaults("t").split("'")[1];

        assertThat(FaultSchedule.parse(text)).isEqualTo(result.faults());
    }

    @Test
    void oneSeedIsWrittenDownStepByStep(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("seed.trace");

        assertThat(command.runOne(SAID, new SimulateCommand.One(1, null, file, Duration.ZERO)))
                .isZero();

        assertThat(out.toString()).contains("seed 1: clean, digest ");
        assertThat(Files.readString(file)).contains("propose", "voted", "OK", "put record", "all heals");
    }

    @Test
    void faultsThatAreSaidReplaceThoseOfTheSeed(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("seed.trace");
        FaultSchedule faults = FaultSchedule.parse("100ms crash r2 torn-commit 2 down 50ms");

        assertThat(command.runOne(SAID, new SimulateCommand.One(1, faults, file, Duration.ZERO)))
                .isZero();

        assertThat(Files.readString(file).lines().filter(line -> line.contains(" fault ")))
                .hasSize(2)
                .first()
                .isEqualTo("100000000 fault crash r2 torn-commit 2 down 50ms");
    }

    @Test
    void oneBrokenSeedIsMadeSmallerIfAsked() throws IOException {
        assertThat(brokenCommand.runOne(SAID, new SimulateCommand.One(8, null, null, Duration.ofSeconds(30))))
                .isEqualTo(1);

        assertThat(out.toString()).contains("nothing left to try", "n = 1, 1 shard, 1 client, 1 fault in ");
    }
}
