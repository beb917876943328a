package dev.danta.sim.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.Scenario;
import dev.danta.sim.SettingsDraw;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What everybody runs before a change is delivered: a thousand seeds, each of which draws what it simulates. */
final class AThousandSeedsTest {
    /** Five seconds of trouble; or as long as each seed draws, as in {@code danta simulate}. */
    private static final @Nullable Duration FAULTY = Boolean.getBoolean("danta.long") ? null : Duration.ofSeconds(5);

    @Test
    void aThousandSeedsAreCleanAndEverythingHappensInThem() throws InterruptedException {
        StringWriter out = new StringWriter();
        SimulateCommand command = new SimulateCommand(new PrintWriter(out), SimulateCommand.Status.NONE);
        int workers = Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors()));

        int exitCode =
                command.runSeeds(new SettingsDraw(null, null, null, null, FAULTY), new SeedRange(0, 999), workers);

        assertThat(exitCode).as(out.toString()).isZero();
        assertThat(out.toString()).contains("everything that should happen did", "n = 1: ", "n = 3: ", "n = 5: ");
        for (Scenario scenario : Scenario.values()) {
            assertThat(out.toString()).contains("runs of " + scenario.label());
        }
    }
}
