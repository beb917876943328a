package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.recovery.RecoverySettings;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 9: shards become larger and smaller under load, among faults, and every rule is asserted throughout. */
class GrowingTest {
    private static final SimParts RESIZING = new SimParts() {
        @Override
        public boolean changesMembers(SimRandom random) {
            return true;
        }

        @Override
        public Unrest unrest(SimRandom random) {
            return new Unrest(0.3, 1, 0.3, 0.3);
        }
    };

    /**
     * Found so: a quorum read that had begun when the shard had one replica was content with one answer when it had three.
     * One driver dies in two, and members change all the time.
     */
    @ParameterizedTest
    @ValueSource(longs = {37, 67, 69})
    void aQuorumReadNeedsMoreAnswersWhenTheShardHasGrown(long seed) {
        SimParts restless = new SimParts() {
            @Override
            public boolean changesMembers(SimRandom random) {
                return true;
            }

            @Override
            public Unrest unrest(SimRandom random) {
                return new Unrest(0.5, 0.6, 0.4, 0.6);
            }

            @Override
            public RecoverySettings recovery(RecoverySettings drawn) {
                return new RecoverySettings(3_000_000, 2_000_000, 2_000_000, drawn.settlementsMax());
            }
        };
        SimSettings settings =
                SimSettings.DEFAULTS.withScenario(Scenario.COUNTER).withFaulty(Duration.ofSeconds(10));

        assertThat(Simulation.run(settings, restless, seed).violation()).isEmpty();
    }

    /** Seeds in which one shard has one, three, five and again three and one replica, in both directions. */
    @ParameterizedTest
    @CsvSource({"REGISTER, 0", "TRANSFER, 0", "COUNTER, 0", "MIX, 0"})
    void fromOneToThreeToFiveAndBack(Scenario scenario, long seed) {
        SimSettings settings = SimSettings.DEFAULTS
                .withReplicas(1)
                .withShards(1)
                .withScenario(scenario)
                .withFaulty(Duration.ofSeconds(10));

        SimResult result = Simulation.run(settings, RESIZING, seed);

        assertThat(result.violation()).isEmpty();
        assertThat(result.coverage().counts())
                .containsKeys(
                        "members from 1 to 3",
                        "members from 3 to 5",
                        "members from 5 to 3",
                        "members from 3 to 1",
                        "removed replica stops",
                        "driver dies");
    }
}
