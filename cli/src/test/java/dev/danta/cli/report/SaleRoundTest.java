package dev.danta.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SaleRoundTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whatIsSoldBeyondTheStockIsOversold() {
        SaleRound round = round(3, answers(5, 2));

        assertThat(round.sold()).isEqualTo(5);
        assertThat(round.oversold()).isEqualTo(2);
        assertThat(round(9, answers(5, 2)).oversold()).isZero();
    }

    @Test
    void salesPerSecondEndWithTheLastSale() {
        assertThat(round(3, answers(5, 200)).salesPerSecond()).isEqualTo(1.0);
        assertThat(round(3, List.of()).salesPerSecond()).isZero();
    }

    @Test
    void percentilesAreWaitsThatSomebodyHad() {
        SaleRound round = round(3, answers(60, 40));

        assertThat(round.waitPercentileNanos(50)).isEqualTo(50);
        assertThat(round.waitPercentileNanos(99)).isEqualTo(99);
        assertThat(round.waitPercentileNanos(100)).isEqualTo(100);
        assertThat(round(3, List.of()).waitPercentileNanos(99)).isZero();
    }

    @Test
    void anOutageDoesNotEndBeforeItBegins() {
        assertThatThrownBy(() -> new Outage("node 1", 5, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    /** One answer a second, the first waiting 1 ns, the next 2. */
    private static List<SaleRound.Answer> answers(int bought, int refused) {
        List<SaleRound.Answer> answers = new ArrayList<>();
        for (int i = 1; i <= bought + refused; i++) {
            answers.add(new SaleRound.Answer(i * SECOND, i, i <= bought));
        }
        return answers;
    }

    private static SaleRound round(int units, List<SaleRound.Answer> answers) {
        return new SaleRound("round", units, answers.size(), answers, SECOND, 0, 0, 0, null, "", true);
    }
}
