package dev.danta.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SimRandomTest {
    @Test
    void aStreamIsTheSameForTheSameSeedAndName() {
        SimRandom one = SimRandom.named(5, "disk");
        SimRandom same = SimRandom.named(5, "disk");

        for (int i = 0; i < 100; i++) {
            assertThat(one.next()).isEqualTo(same.next());
        }
    }

    @Test
    void streamsOfOtherNamesAndSeedsAreOthers() {
        long first = SimRandom.named(5, "disk").next();

        assertThat(SimRandom.named(5, "network").next()).isNotEqualTo(first);
        assertThat(SimRandom.named(6, "disk").next()).isNotEqualTo(first);
        assertThat(new SimRandom(0).next()).isNotEqualTo(new SimRandom(1).next());
    }

    @Test
    void numbersLieWithinTheirBoundsAndReachThem() {
        SimRandom random = new SimRandom(1);
        boolean low = false;
        boolean high = false;

        for (int i = 0; i < 10_000; i++) {
            long drawn = random.between(-3, 3);
            assertThat(drawn).isBetween(-3L, 3L);
            low |= drawn == -3;
            high |= drawn == 3;
            assertThat(random.unit()).isGreaterThanOrEqualTo(0).isLessThan(1);
        }

        assertThat(low && high).isTrue();
    }

    @Test
    void anExponentialNumberHasItsMean() {
        SimRandom random = new SimRandom(2);
        double sum = 0;

        for (int i = 0; i < 100_000; i++) {
            sum += random.exponential(1_000_000);
        }

        assertThat(sum / 100_000).isCloseTo(1_000_000, within(20_000.0));
    }
}
