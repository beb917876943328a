package dev.danta.scenario.factory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.scenario.Broken;
import dev.danta.scenario.FakeDanta;
import dev.danta.scenario.FakeDanta.Wrong;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The laws hold where Danta does what it says, and each of them is seen broken where it does not. */
final class SteadyTest {
    private static final int SEEDS = 60;
    private static final int USERS = 8;
    private static final int STEPS = 120;

    @Test
    void theLawsHoldWhateverIsUncertain() {
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDanta danta = new FakeDanta(seed).uncertain(seed % 3 * 10);

            assertThat(danta.run(Factory.steady(Size.SMALL), USERS, STEPS))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "W1, OVERSPENDS",
        "W2, OVERSPENDS",
        "W3, OVERSPENDS",
        "W4, READS_OLD",
        "W5, LOSES",
        "W6, READS_OLD",
        "W7, TEARS",
        "W8, REFUSES",
        "W8, TEARS",
        "W9, LOSES",
        "W9, SKIPS"
    })
    void eachLawIsSeenBroken(String law, Wrong wrong) {
        TreeMap<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Broken> broken = new FakeDanta(seed).wrong(wrong, 10).run(Factory.steady(Size.SMALL), USERS, STEPS);

            broken.forEach(one -> seen.merge(one.id(), 1, Integer::sum));
        }
        assertThat(seen).containsKey(law);
    }
}
