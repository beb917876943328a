package dev.danta.sim.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.Simulation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SeedRangeTest {
    private static final SimSettings SETTINGS =
            SimSettings.DEFAULTS.withScenario(Scenario.REGISTER).withFaulty(Duration.ofSeconds(3));

    @Test
    void aRangeIsReadAsItIsWritten() {
        assertThat(SeedRange.parse("0..1999")).isEqualTo(new SeedRange(0, 1_999));
        assertThat(SeedRange.parse("17")).isEqualTo(new SeedRange(17, 17));
        assertThat(SeedRange.parse("0..1999").size()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "1..", "a..b", "5..4", "0..99999999999"})
    void anythingElseIsRefusedWithAReason(String text) {
        assertThatThrownBy(() -> SeedRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seeds");
    }

    @Test
    void theNumberOfWorkersDoesNotMatter() throws InterruptedException {
        SeedRange seeds = new SeedRange(10, 29);
        AtomicLong most = new AtomicLong();

        SeedRange.Summary alone = seeds.run(seed -> Simulation.run(SETTINGS, seed), 1, done -> {});
        SeedRange.Summary together =
                seeds.run(seed -> Simulation.run(SETTINGS, seed), 3, done -> most.accumulateAndGet(done, Math::max));

        assertThat(together.digest()).isEqualTo(alone.digest());
        assertThat(together.steps()).isEqualTo(alone.steps());
        assertThat(together.runs())
                .isEqualTo(alone.runs())
                .isEqualTo(Map.of(new SeedRange.RunKind(Scenario.REGISTER, 3), 20L));
        assertThat(together.coverage().counts()).isEqualTo(alone.coverage().counts());
        assertThat(most).hasValue(20);
    }
}
