package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Holds;
import dev.danta.occ.Key;
import dev.danta.occ.WriteHolds;
import dev.danta.sim.invariant.Violation;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.participant.ReadViewRules;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Strict reads with one rule of protocol.md 5.1 left out: found within so many seeds (protocol.md 11, line 16). */
final class StrictReadsBrokenTest {
    private static final int SEEDS_MAX = 2_000;
    private static final SimSettings SETTINGS = SimSettings.DEFAULTS.withFaulty(Duration.ofSeconds(10));

    enum Bug implements SimParts {
        MULTI_KEY_READ_WITHOUT_VALIDATE(Scenario.TRANSFER) {
            @Override
            public ReadRules readRules() {
                return new ReadRules() {
                    @Override
                    public boolean mustValidate() {
                        return false;
                    }
                };
            }
        },

        KEY_READ_IGNORES_HOLDS(Scenario.REGISTER) {
            @Override
            public ReadViewRules readViewRules() {
                return new ReadViewRules() {
                    @Override
                    public @Nullable Timestamp writerShown(Key key, WriteHolds holds) {
                        return null;
                    }
                };
            }
        },

        CLIENT_COUNTS_HELD_KEYS(Scenario.REGISTER) {
            @Override
            public ReadRules readRules() {
                return new ReadRules() {
                    @Override
                    public boolean counts(ReadAnswer.KeyRead answer) {
                        return true;
                    }
                };
            }
        },

        VALIDATE_IGNORES_HOLDS(Scenario.TRANSFER) {
            @Override
            public ReadViewRules readViewRules() {
                return new ReadViewRules() {
                    @Override
                    public WriteHolds holdsInTheWay(WriteHolds holds) {
                        return new Holds();
                    }
                };
            }
        };

        private final Scenario scenario;

        Bug(Scenario scenario) {
            this.scenario = scenario;
        }
    }

    @ParameterizedTest
    @EnumSource(Bug.class)
    void isFound(Bug bug, TestReporter reporter) {
        for (long seed = 0; seed < SEEDS_MAX; seed++) {
            SimResult result = Simulation.run(SETTINGS.withScenario(bug.scenario), bug, seed);
            if (!result.isClean()) {
                Violation violation = result.violation().orElseThrow();
                reporter.publishEntry(bug.name(), seed + 1 + " seeds: " + violation.getMessage());
                assertThat(violation.kind()).isEqualTo(Violation.Kind.INVARIANT);
                return;
            }
        }
        throw new AssertionError(bug + " was not found");
    }
}
