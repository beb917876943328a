package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.mutant.Mutants;
import dev.danta.sim.run.SeedRange;
import dev.danta.sim.run.SimulateCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is printed of a planted bug is small, complete, and breaks the same rule again. */
final class ShrinkingTest {
    private static final SimParts BUG = Mutants.named("x-torn-batch-kept").parts();
    private static final Pattern REPEAT =
            Pattern.compile("--seed (\\d+) --scenario (\\w+) --replicas (\\d) \\\\\\s+--shards (\\d) --clients (\\d)"
                    + " --faulty (\\d+)ms --trace \\S+ \\\\\\s+--faults '([^']*)'");

    private final StringWriter out = new StringWriter();
    private final SimulateCommand command = new SimulateCommand(
            new PrintWriter(out),
            SimulateCommand.Status.NONE,
            (settings, seed, faults) -> Simulation.run(settings, BUG, seed, faults));

    @Test
    void aPlantedBugIsShownByTheFewFaultsThatItNeeds() throws InterruptedException {
        SettingsDraw draw = new SettingsDraw(3, null, null, Scenario.TRANSFER, Duration.ofSeconds(4));

        assertThat(command.runSeeds(draw, new SeedRange(0, 149), 2)).isEqualTo(1);

        Matcher repeat = REPEAT.matcher(out.toString());
        assertThat(repeat.find()).as(out.toString()).isTrue();
        FaultSchedule faults = FaultSchedule.parse(repeat.group(7));
        SimSettings settings = SimSettings.DEFAULTS
                .withScenario(Scenario.named(repeat.group(2)))
                .withReplicas(Integer.parseInt(repeat.group(3)))
                .withShards(Integer.parseInt(repeat.group(4)))
                .withClients(Integer.parseInt(repeat.group(5)))
                .withFaulty(Duration.ofMillis(Long.parseLong(repeat.group(6))));
        SimResult again = Simulation.run(settings, BUG, Long.parseLong(repeat.group(1)), faults);

        assertThat(faults.faults())
                .as(out.toString())
                .hasSizeBetween(1, 3)
                .anySatisfy(timed -> assertThat(timed.fault().label()).isEqualTo("fault crash torn commit"));
        assertThat(again.violation()).as(out.toString()).isPresent();
        assertThat(Simulation.run(settings, Long.parseLong(repeat.group(1)), faults)
                        .isClean())
                .isTrue();
    }
}
