package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.invariant.Violation;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator is worth something only if it finds bugs: each is planted, and must be found within so many seeds. */
final class PlantedBugsTest {
    private static final int SEEDS_MAX = 4_000;
    private static final SimSettings SETTINGS = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));

    private static Optional<SimResult> firstBroken(SimParts parts, Scenario scenario) {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            SimResult result = Simulation.run(SETTINGS.withScenario(scenario), parts, seed);
            if (!result.isClean()) {
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }

    private static Violation found(SimParts parts, Scenario scenario, String what, TestReporter reporter) {
        SimResult broken = firstBroken(parts, scenario).orElseThrow(() -> new AssertionError(what + " was not found"));
        Violation violation = broken.violation().orElseThrow();
        reporter.publishEntry(what, broken.seed() + 1 + " seeds: " + violation.kind());
        return violation;
    }

    @ParameterizedTest
    @EnumSource(PlantedBug.class)
    void anyPlantedBugIsFound(PlantedBug bug, TestReporter reporter) {
        Violation violation = found(bug, bug.scenario(), bug.name(), reporter);

        assertThat(violation.kind()).isNotIn(Violation.Kind.EXCEPTION, Violation.Kind.HISTORY_UNKNOWN);
    }

    /** Were an invariant wrong or missing, what clients saw would still give these away. */
    @ParameterizedTest
    @EnumSource(
            value = PlantedBug.class,
            names = {
                "IGNORES_HOLDS",
                "VALIDATES_NOTHING",
                "IGNORES_ABSENT_KEYS",
                "IGNORES_DELETIONS",
                "COUNTS_TWICE",
                "DROPS_HOLDS_AT_RESTART"
            })
    void theHistoryAloneGivesItAway(PlantedBug bug, TestReporter reporter) {
        Violation violation = found(bug.unasserted(), bug.scenario(), bug + " unasserted", reporter);

        assertThat(violation.kind()).isEqualTo(Violation.Kind.HISTORY_INVALID);
    }

    /** Transactions over several shards, judged by nothing but what they have read. */
    @ParameterizedTest
    @EnumSource(
            value = PlantedBug.class,
            names = {"IGNORES_HOLDS", "VALIDATES_NOTHING", "IGNORES_ABSENT_KEYS", "DROPS_HOLDS_AT_RESTART"})
    void cyclesAloneGiveItAway(PlantedBug bug, TestReporter reporter) {
        Violation violation = found(bug.unasserted(), Scenario.LISTS, bug + " by cycles", reporter);

        assertThat(violation.kind()).isEqualTo(Violation.Kind.HISTORY_INVALID);
        assertThat(violation.getMessage()).startsWith("lists: INVALID ");
    }
}
