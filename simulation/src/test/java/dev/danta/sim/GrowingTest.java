package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.kernel.SimRandom;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
