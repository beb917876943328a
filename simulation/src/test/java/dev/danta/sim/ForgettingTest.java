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

    /**
     * The first four: transactions that came too late, and an install that set a watermark back. Then four: clients
     * with slow clocks, whose proposals one replica calls forgotten and others, which have not come that far, aborted. The
     * last: a replica whose clock is an hour ahead bars itself for an hour when it hears of q clocks only.
     */
    @ParameterizedTest
    @ValueSource(longs = {7, 20, 66, 185, 1, 3, 5, 9, 200_427, 400_233, 400_788, 401_198, 400_739})
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
