package dev.danta.scenario.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.scenario.Broken;
import dev.danta.scenario.FakeDanta;
import dev.danta.scenario.FakeDanta.Wrong;
import dev.danta.scenario.Port;
import dev.danta.scenario.Port.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProviderTest {
    private static final ProviderSize SMALL = new ProviderSize(4, 200, 20_000, 0.99, 0, true);
    private static final int USERS = 6;
    private static final int STEPS = 150;
    private static final int SEEDS = 30;

    private static Provider provider(ProviderRules rules) {
        return provider(SMALL, rules);
    }

    private static Provider provider(ProviderSize size, ProviderRules rules) {
        return new Provider(size, rules, CheckOptions.defaults().withThreads(1));
    }

    /** The laws that are broken in some of the runs. */
    private static List<String> broken(ProviderRules rules) {
        List<String> laws = new ArrayList<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            new FakeDanta(seed).uncertain(20).run(provider(rules), USERS, STEPS).forEach(one -> laws.add(one.id()));
        }
        return laws;
    }

    @Test
    void nothingIsBrokenWhereNothingIsWrong() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Provider provider = provider(ProviderRules.RIGHT);

            assertThat(new FakeDanta(seed).uncertain(seed % 2 * 10).run(provider, USERS, STEPS))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(provider.undecided()).isEmpty();
        }
    }

    @Test
    void nothingIsBrokenWhereOneAccountTakesMuchOfTheLoad() {
        ProviderSize whale = new ProviderSize(4, 200, 20_000, 0.99, ProviderSize.WHALE_PERCENT, true);
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(new FakeDanta(seed).uncertain(10).run(provider(whale, ProviderRules.RIGHT), USERS, STEPS))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    void aWhaleTakesWhatItIsToTake() {
        Accounts accounts = new Accounts(new ProviderSize(1_000, 200, 20_000, 0, ProviderSize.WHALE_PERCENT, true));
        Port port = new FakeDanta(1).port();
        int draws = 10_000;
        long whale =
                IntStream.range(0, draws).filter(i -> accounts.draw(port) == 0).count();

        assertThat(whale * 100.0 / draws).isBetween(28.0, 32.0);
    }

    @Test
    void whoChargesWithoutLookingWhetherItIsClosedBreaksP7() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean readsClosed() {
                        return false;
                    }
                }))
                .contains("P7")
                .containsOnly("P7");
    }

    @Test
    void whoClosesWithMoneyOnItBreaksP7() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean paysRestOut() {
                        return false;
                    }
                }))
                .contains("P7")
                .containsOnly("P7");
    }

    @Test
    void whoPaysOutOfTheQuotaBreaksP1() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean paysOutOfQuota() {
                        return true;
                    }
                }))
                .contains("P1")
                .containsOnly("P1");
    }

    @Test
    void whoTransfersInTwoStepsBreaksP2() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean transfersAtOnce() {
                        return false;
                    }
                }))
                .contains("P2")
                .containsOnly("P2");
    }

    @Test
    void whoDoesNotLookWhatWasDoneUnderAnIdBreaksP3() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean readsOperation() {
                        return false;
                    }
                }))
                .contains("P3");
    }

    @Test
    void whoLooksForAnEmailBeforehandBreaksP4() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean readsEmail() {
                        return false;
                    }
                }))
                .contains("P4")
                .containsOnly("P4");
    }

    @Test
    void whoBillsWhatOneReplicaHasBreaksP5() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public Look usageSeenAt() {
                        return Look.LOCAL;
                    }
                }))
                .contains("P5")
                .containsOnly("P5");
    }

    @Test
    void whoDoesNotLookWhatWasBilledBreaksP5() {
        assertThat(broken(new ProviderRules() {
                    @Override
                    public boolean billsOnce() {
                        return false;
                    }
                }))
                .contains("P5")
                .containsOnly("P5");
    }

    @ParameterizedTest
    @CsvSource({
        "OVERSPENDS, P1",
        "REFUSES, P1",
        "LOSES, P2",
        "DOUBLES, P2",
        "TEARS, P2",
        "READS_OLD, P5",
        "READS_OLD, P7",
        "LOSES, P8",
        "GOES_BACK, P5"
    })
    void whatDantaDoesWrongIsNoticed(Wrong wrong, String law) {
        List<String> laws = new ArrayList<>();
        for (int seed = 0; seed < 4 * SEEDS && !laws.contains(law); seed++) {
            List<Broken> broken = new FakeDanta(seed).wrong(wrong, 20).run(provider(ProviderRules.RIGHT), USERS, STEPS);
            broken.forEach(one -> laws.add(one.id()));
        }

        assertThat(laws).contains(law);
    }
}
