package dev.danta.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import dev.danta.sim.Unrest;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where members change all the time, a broken rule of epochs is soon found out, and the protocol holds. */
final class EpochMutantsTest {
    private static final int SEEDS = Boolean.getBoolean("danta.long") ? 5 : 1;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m10-restored-votes",
                "m18-updates-of-two-epochs",
                "m24-any-attempt-begun",
                "m24-install-after-activation",
                "m24-older-attempt-kept",
                "x-copied-not-compared",
                "x-equal-unasked"
            })
    void aBrokenRuleIsFoundOut(String name) {
        isFoundOut(name);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"m18-votes-of-two-epochs", "m24-older-attempt-activated", "x-promised-votes-not-merged"})
    void aBrokenRuleIsFoundOutLater(String name) {
        isFoundOut(name);
    }

    private static void isFoundOut(String name) {
        assertThat(new Hunt(1, 300, 1).from(Mutants.named(name), 0).violation())
                .map(Violation::kind)
                .hasValueSatisfying(kind -> assertThat(kind).isIn(Violation.Kind.INVARIANT, Violation.Kind.LIVENESS));
    }

    @ParameterizedTest
    @CsvSource({"MIX, false", "COUNTER, false", "COUNTER, true", "REGISTER, true"})
    void whereNothingIsBrokenNothingIsFound(Scenario scenario, boolean resizes) {
        EpochMutants.Restless parts = new EpochMutants.Restless() {
            @Override
            public Unrest unrest(SimRandom random) {
                return resizes ? RESIZING : super.unrest(random);
            }
        };
        SimSettings settings = SimSettings.DEFAULTS.withScenario(scenario).withFaulty(Duration.ofSeconds(10));
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(Simulation.run(settings, parts, seed).violation())
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    /** Else what gives the replica away that goes on with one might be something else. */
    @ParameterizedTest
    @EnumSource(names = {"REGISTER", "MIX"})
    void oldCopiesOfDisksAreRefused(Scenario scenario) {
        EpochMutants.Copying parts = new EpochMutants.Copying();
        SimSettings settings = SimSettings.DEFAULTS.withScenario(scenario).withFaulty(Duration.ofSeconds(10));
        for (long seed = 0; seed < SEEDS; seed++) {
            SimResult result = Simulation.run(settings, parts, seed);

            assertThat(result.violation()).as("seed " + seed).isEmpty();
            assertThat(result.coverage().counts())
                    .as("seed " + seed)
                    .containsKeys("fault restored copy", "start refused");
        }
    }

    @Test
    void aNodeThatLosesItsDisksWaitsForAnInstall() {
        EpochMutants.Wiping parts = new EpochMutants.Wiping();
        SimSettings settings = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));
        for (long seed = 0; seed < SEEDS; seed++) {
            SimResult result = Simulation.run(settings, parts, seed);

            assertThat(result.violation()).as("seed " + seed).isEmpty();
            assertThat(result.coverage().counts())
                    .as("seed " + seed)
                    .containsKeys("fault wipe", "epoch change activated");
        }
    }

    /** In an epoch change, too, with owners at work. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 0.9})
    void settlersThatStopHalfWayDoNoHarm(double chance) {
        EpochMutants.Restless parts = new EpochMutants.Restless() {
            @Override
            public double stopsHalfWay(SimRandom random, boolean changesMembers) {
                return chance;
            }
        };
        SimSettings settings = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));
        for (long seed = 0; seed < SEEDS; seed++) {
            SimResult result = Simulation.run(settings, parts, seed);

            assertThat(result.violation()).as("seed " + seed).isEmpty();
            assertThat(result.coverage().counts()).as("seed " + seed).containsKey("settler stops half-way");
        }
    }
}
