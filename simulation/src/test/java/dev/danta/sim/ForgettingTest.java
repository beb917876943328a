package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.sim.kernel.SimRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 7: replicas forget under load, and nothing that is still needed is missing. */
final class ForgettingTest {
    private static final SimParts FORGETFUL = new SimParts() {
        @Override
        public boolean forgets(SimRandom random) {
            return true;
        }
    };

    /** The first four: transactions that came too late, and an install that set a watermark back. */
    @ParameterizedTest
    @ValueSource(longs = {7, 20, 66, 185, 1, 3, 5, 9})
    void nothingIsLostOrWrong(long seed) {
        SimResult result = Simulation.run(SettingsDraw.ALL.of(seed), FORGETFUL, seed);

        assertThat(result.violation()).isEmpty();
    }

    @Test
    void recordsAreReallyForgotten() {
        SimResult result = Simulation.run(SimSettings.DEFAULTS, FORGETFUL, 1);

        assertThat(result.violation()).isEmpty();
        assertThat(result.coverage().counts()).containsKeys("message Bar", "message Collect", "message Forget");
    }
}
