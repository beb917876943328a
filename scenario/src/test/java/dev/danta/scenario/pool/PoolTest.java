package dev.danta.scenario.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Broken;
import dev.danta.scenario.FakeDanta;
import dev.danta.scenario.FakeDanta.Wrong;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PoolTest {
    private static final int SEEDS = 20;
    private static final int USERS = 8;

    private static Pool pool(PoolSettings.Skew skew) {
        return new Pool(new PoolSettings(2, 3, 12, skew, PoolSettings.TRUE_WITHIN), CheckOptions.defaults());
    }

    @ParameterizedTest
    @EnumSource(PoolSettings.Skew.class)
    void whereDantaIsRightNoLawIsBroken(PoolSettings.Skew skew) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Pool pool = pool(skew);
            assertThat(new FakeDanta(seed).run(pool, USERS, 150))
                    .as("seed " + seed)
                    .isEmpty();
            assertThat(pool.undecided()).isEmpty();
        }
    }

    @Test
    void noLawIsBrokenWhereAnswersAreLost() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Pool pool = pool(PoolSettings.Skew.ZIPF);
            assertThat(new FakeDanta(seed).uncertain(20).run(pool, USERS, 100))
                    .as("seed " + seed)
                    .isEmpty();
            assertThat(pool.undecided()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OVERSPENDS, C1",
        "OVERSPENDS, C5",
        "OVERSPENDS, C6",
        "REFUSES, C6",
        "REFUSES, C5",
        "LOSES, C3",
        "DOUBLES, C2",
        "TEARS, C2",
        "READS_OLD, C3",
        "GOES_BACK, C4",
    })
    void eachLawNotices(Wrong wrong, String law) {
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Broken> broken = new FakeDanta(seed).wrong(wrong, 30).run(pool(PoolSettings.Skew.ONE), USERS, 400);
            if (broken.stream().anyMatch(one -> one.id().equals(law))) {
                return;
            }
        }
        throw new AssertionError(law + " has not noticed that Danta " + wrong);
    }
}
