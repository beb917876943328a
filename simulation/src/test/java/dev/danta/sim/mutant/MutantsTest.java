package dev.danta.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.invariant.Violation;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulation is worth something only if it finds bugs: each rule is broken, and that must be found out. */
final class MutantsTest {
    private static final int UNBROKEN_SEEDS = Boolean.getBoolean("danta.long") ? 4 : 1;
    private static final Hunt HUNT = new Hunt(1, 5_000, 1);

    static List<Mutant> all() {
        return Mutants.all();
    }

    private static void isCaught(Mutant mutant, TestReporter reporter) {
        Hunt.Catch found = HUNT.from(mutant, 0);

        Violation violation =
                found.violation().orElseThrow(() -> new AssertionError(mutant.name() + " was not caught"));
        reporter.publishEntry(mutant.name(), found.seeds() + " seeds: " + violation.kind());
        assertThat(violation.kind()).isNotIn(Violation.Kind.EXCEPTION, Violation.Kind.HISTORY_UNKNOWN);
    }

    /** Soon found; the others have a profile of their own and {@code danta simulate --mutants all}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "m02-write-passes-read",
                "m05-accepted-ignored",
                "m06-slow-path-one-short",
                "m07-absent-not-validated",
                "m09-reply-before-sync",
                "m13-closed-with-one-replicas-spends",
                "m13-fences-not-merged",
                "m13-spend-after-fence",
                "m15-order-refused-before-call-in",
                "m16-validate-ignores-holds",
                "m17-cursor-after-wipe",
                "m17-truncated-too-soon",
                "m21-propose-alone-checked",
                "m22-refused-called-failed",
                "m23-dropped-deletion-read-as-behind",
                "m27-forgotten-record-entered",
                "x-any-acceptance-counts",
                "x-bound-tightened-over-allotments",
                "x-closed-without-fence",
                "x-collections-bound-kept",
                "x-factory-reservation-without-its-counter",
                "x-holds-ignored",
                "x-moved-bound-forgets-lax",
                "x-order-without-its-counters",
                "x-page-not-in-index",
                "x-pool-lowered-limit-admits",
                "x-pool-release-twice",
                "x-pool-reservation-without-its-counter",
                "x-provider-operations-not-read",
                "x-provider-transfers-in-two-steps",
                "x-remembered-not-validated",
                "x-reservation-ended-twice",
                "x-second-look-forgets-the-first",
                "x-session-not-marked",
                "x-view-hashes-of-one"
            })
    void anEasyMutantIsCaught(String name, TestReporter reporter) {
        isCaught(Mutants.named(name), reporter);
    }

    static List<Mutant> forgettingUnbroken() {
        return ForgettingMutants.unbroken(SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10)));
    }

    /** Else what gives them away might be that replicas forget so soon. */
    @ParameterizedTest
    @MethodSource("forgettingUnbroken")
    void runsInWhichMuchIsForgottenSoonAreCleanWithNothingBroken(Mutant unbroken) {
        for (long seed = 0; seed < UNBROKEN_SEEDS; seed++) {
            assertThat(unbroken.run(seed).violation().map(Violation::getMessage))
                    .isEmpty();
        }
    }

    @Tag("mutants")
    @ParameterizedTest
    @MethodSource("all")
    void everyMutantIsCaught(Mutant mutant, TestReporter reporter) {
        isCaught(mutant, reporter);
    }

    /** Were an invariant wrong or missing, what clients saw would still give these away. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-holds-ignored",
                "x-nothing-validated",
                "m07-absent-not-validated",
                "x-deletion-not-validated",
                "m06-answers-counted-twice",
                "m19-later-arrival-wins-in-a-set",
                "x-remembered-not-validated"
            })
    void theHistoryAloneGivesItAway(String name) {
        Mutant mutant = Mutants.named(name);
        for (long seed = 0; seed < HUNT.seedsMax(); seed++) {
            SimResult result = Simulation.run(mutant.settings(), new Unasserted(mutant.parts()), seed);
            if (!result.isClean()) {
                assertThat(result.violation().orElseThrow().kind()).isEqualTo(Violation.Kind.HISTORY_INVALID);
                return;
            }
        }
        throw new AssertionError(name + " was not found");
    }

    /** Seed 0 was the first that showed it, without any invariant: by what was read at one level or another. */
    @Test
    void replicasThatKeepWhatComesLaterAreGivenAwayByWhatTheyShow() {
        SimSettings levels = SimSettings.DEFAULTS.withScenario(Scenario.LEVELS).withFaulty(Duration.ofSeconds(10));

        SimResult result = Simulation.run(levels, new Unasserted(PlantedBug.LATER_ARRIVAL_WINS), 0);

        assertThat(result.violation().map(Violation::kind)).hasValue(Violation.Kind.HISTORY_INVALID);
        assertThat(Simulation.run(levels, 0).isClean()).isTrue();
    }

    @Test
    void namesAreDifferentAndABeginningIsEnough() {
        assertThat(Mutants.all().stream().map(Mutant::name))
                .doesNotHaveDuplicates()
                .isSorted();
        assertThat(Mutants.named("M02").name()).isEqualTo("m02-write-passes-read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mutants.named("m05"))
                .withMessageContaining("m05-lowest-ballot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mutants.named("m99"))
                .withMessageContaining("there is no mutant m99");
    }
}
