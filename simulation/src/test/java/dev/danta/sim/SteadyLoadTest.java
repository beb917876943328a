package dev.danta.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.sim.disk.Census;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class SteadyLoadTest {
    private static final SimSettings SETTINGS = SimSettings.DEFAULTS.withClients(8);

    @Test
    void eachTenthOfTheTransactionsIsARow() {
        List<SteadyLoad.Row> shown = new ArrayList<>();
        SteadyLoad.Report report = SteadyLoad.run(SETTINGS, 1, 3_000, shown::add);

        assertThat(report.violation()).isEmpty();
        assertThat(report.rows()).isEqualTo(shown).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(shown.get(i).transactions()).isEqualTo(300L * (i + 1));
            assertThat(shown.get(i).most().keys()).isBetween(1L, 1_000L);
        }
    }

    /** Each of at most 24 users has one transaction under way, and the one before it may not have been decided everywhere. */
    @Test
    void whatIsHeldStaysAsItIs() {
        for (SteadyLoad.Row row : SteadyLoad.run(SETTINGS, 2, 3_000, row -> {}).rows()) {
            assertThat(row.most().holding()).isLessThanOrEqualTo(3 * 24);
        }
    }

    /** From the third tenth on nothing grows, though one node after the other is down for a while. */
    @Tag("long")
    @Test
    void whatIsKeptStaysAsItIs() {
        SteadyLoad.Report report = SteadyLoad.run(SETTINGS.withClients(16), 3, 12_000, row -> {});

        assertThat(report.violation()).isEmpty();
        Census early = report.rows().get(2).most();
        for (SteadyLoad.Row row : report.rows().subList(3, 10)) {
            assertThat(row.most().records()).isLessThan(2 * early.records() + 2_000);
            assertThat(row.most().versions()).isLessThan(2 * early.versions() + 2_000);
            assertThat(row.most().log()).isLessThan(5_000);
            assertThat(row.most().undecided()).isLessThan(100);
        }
    }

    @Test
    void fewerTransactionsThanRowsAreNone() {
        assertThatThrownBy(() -> SteadyLoad.run(SETTINGS, 1, 9, row -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 9");
    }
}
