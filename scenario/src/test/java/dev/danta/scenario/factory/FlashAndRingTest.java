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
        return Factory.flash(30, 100, 4, false, CheckOptions.defaults());
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

    /** Also where answers come late, everybody is told in the end, and each unit has its buyer. */
    @Test
    void everybodyKnowsInTheEnd() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Application flash = flash();
            assertThat(new FakeDanta(seed).uncertain(30 + seed % 3 * 30).run(flash, USERS, STEPS))
                    .as("seed %d", seed)
                    .isEmpty();

            assertThat(flash.summary())
                    .as("seed %d", seed)
                    .matches(
                            "sold 30 of 30 in each of [1-9]\\d* sales, \\d+ of them after the load; 0 unknown, of [1-9]\\d*"
                                    + " at first; of [1-9]\\d* who asked again nobody was told both yes and no");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, W2, OVERSPENDS",
        "true, W2, REFUSES",
        "true, W2, LOSES",
        "true, W5, LOSES",
        "true, W5, FORGETS_KEYS",
        "true, W2, KEEPS_SILENT",
        "false, W1, OVERSPENDS",
        "false, W7, FORGETS_GAINS"
    })
    void eachLawIsSeenBroken(boolean isFlash, String law, Wrong wrong) {
        Set<String> seen = new TreeSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            FakeDanta danta = new FakeDanta(seed)
                    .wrong(wrong, 10)
                    .uncertain(wrong == Wrong.FORGETS_KEYS || wrong == Wrong.KEEPS_SILENT ? 10 : 0);
            for (Broken one : danta.run(isFlash ? flash() : ring(), USERS, STEPS)) {
                seen.add(one.id());
            }
        }
        assertThat(seen).contains(law);
    }
}
