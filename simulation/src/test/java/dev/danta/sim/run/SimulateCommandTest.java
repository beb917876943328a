package dev.danta.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.Coverage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulateCommandTest {
    private static final SimSettings SETTINGS =
            SimSettings.DEFAULTS.withScenario(Scenario.TRANSFER).withFaulty(Duration.ofSeconds(3));

    private static SimResult broken(long seed) {
        Violation violation = new Violation(Violation.Kind.INVARIANT, "two and two are four");
        return new SimResult(seed, SETTINGS, FaultSchedule.NONE, violation, 1, 2_000_000_000, 3, new Coverage());
    }

    private final StringWriter out = new StringWriter();
    private final SimulateCommand command =
            new SimulateCommand(new PrintWriter(out), new PrintWriter(new StringWriter()));

    @Test
    void cleanSeedsEndInATableAndExitCodeZero() throws InterruptedException {
        assertThat(command.runSeeds(SETTINGS, new SeedRange(0, 4), 2)).isZero();

        assertThat(out.toString()).contains("0..4 (5)", "violations           0", "simulated by real", "path fast");
    }

    @Test
    void aViolationIsPrintedWithItsSeedAndTheCommandThatRepeatsIt() throws InterruptedException {
        assertThat(command.runSeeds(SETTINGS, SimulateCommandTest::broken, new SeedRange(3, 3), 1))
                .isEqualTo(1);

        assertThat(out.toString())
                .contains(
                        "seed 3 VIOLATED",
                        "INVARIANT: two and two are four",
                        "repeat: danta simulate --seed 3 --replicas 3 --scenario transfer --faulty 3000ms --trace ",
                        "violations           1");
    }

    @Test
    void oneSeedIsWrittenDownStepByStep(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("seed.trace");

        assertThat(command.runOne(SETTINGS, 1, file)).isZero();

        assertThat(out.toString()).contains("seed 1: clean, digest ");
        assertThat(Files.readString(file)).contains("propose", "voted", "OK", "put record", "all heals");
    }
}
