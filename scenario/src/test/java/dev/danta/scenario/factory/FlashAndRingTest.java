package dev.danta.scenario.factory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.scenario.FakeDanta;
import dev.danta.scenario.FakeDanta.Wrong;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each unit is sold once and none is left, and what is handed round stays: where it is not so, it is seen. */
final class FlashAndRingTest {
    private static final int SEEDS = 40;
    private static final int USERS = 8;
    private static final int STEPS = 60;

    private static Application flash() {
        return Factory.flash(30, 100, 4, CheckOptions.defaults());
    }

    private static Application ring() {
        return Factory.ring(7);
    }

    @Test
    void theLawsHoldWhateverIsUncertain() {
        for (Supplier<Application> application : List.<Supplier<Application>>of(
                FlashAndRingTest::flash, FlashAndRingTest::ring, () -> Factory.ring(100))) {
            for (int seed = 0; seed < SEEDS; seed++) {
                Application one = application.get();

                assertThat(new FakeDanta(seed).uncertain(seed % 3 * 10).run(one, USERS, STEPS))
                        .as("seed %d", seed)
                        .isEmpty();
                assertThat(one.undecided()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, W2, OVERSPENDS",
        "true, W2, REFUSES",
        "true, W2, LOSES",
        "true, W5, LOSES",
        "false, W1, OVERSPENDS",
        "false, W7, FORGETS_GAINS"
    })
    void eachLawIsSeenBroken(boolean isFlash, String law, Wrong wrong) {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDanta danta = new FakeDanta(seed).wrong(wrong, 10);
            for (Broken one : danta.run(isFlash ? flash() : ring(), USERS, STEPS)) {
                seen.add(one.id());
            }
        }
        assertThat(seen).contains(law);
    }
}
