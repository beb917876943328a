package dev.danta.cli.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.cli.stock.StockRound.Sale;
import dev.danta.cli.stock.StockRound.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class StockRoundTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void eachUnitSoldOnceAndThenNoneIsExact() {
        assertThat(round(2, List.of(sale(0, 1), sale(0, 2)), List.of(3L, 4L), 0, 0)
                        .verdict())
                .isEqualTo(Verdict.EXACT);
    }

    @Test
    void everythingElseHasItsName() {
        List<Sale> two = List.of(sale(0, 1), sale(0, 2));

        assertThat(round(1, two, List.of(3L), 0, 0).verdict()).isEqualTo(Verdict.OVERSOLD);
        assertThat(round(2, two, List.of(3L), 0, -1).verdict()).isEqualTo(Verdict.OVERSOLD);
        assertThat(round(3, two, List.of(3L), 0, 1).verdict()).isEqualTo(Verdict.STRANDED);
        assertThat(round(3, two, List.of(3L), 0, 0).verdict()).isEqualTo(Verdict.STRANDED);
        assertThat(round(3, two, List.of(3L), 1, 0).verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(round(2, two, List.of(), 0, 0).verdict()).isEqualTo(Verdict.UNDECIDED);
    }

    /** Who asks after somebody was told that there are none must not get one; who had asked before may. */
    @Test
    void whoIsToldTooEarlyThatThereAreNoneIsNoticed() {
        assertThat(round(2, List.of(sale(0, 1), sale(3, 5)), List.of(4L), 0, 0).verdict())
                .isEqualTo(Verdict.EXACT);
        assertThat(round(2, List.of(sale(0, 1), sale(5, 6)), List.of(7L, 4L), 0, 0)
                        .verdict())
                .isEqualTo(Verdict.FALSELY_SOLD_OUT);
    }

    @Test
    void theRateAndTheLastUnitsEndWithTheLastSale() {
        List<Sale> sales = LongStream.rangeClosed(1, 100)
                .mapToObj(second -> sale((second - 1) * SECOND, second * SECOND))
                .toList();
        StockRound round = round(100, sales, List.of(103 * SECOND, 101 * SECOND), 0, 0);

        assertThat(round.salesPerSecond()).isEqualTo(1.0);
        assertThat(round.percentileNanos(99)).isEqualTo(SECOND);
        assertThat(round.lastUnitsNanos()).isEqualTo(50 * SECOND);
        assertThat(round.untilAllKnewNanos()).isEqualTo(3 * SECOND);
        StockRound nothing = round(1, List.of(), List.of(), 0, 1);
        assertThat(nothing.salesPerSecond()).isZero();
        assertThat(nothing.percentileNanos(50)).isZero();
        assertThat(nothing.lastUnitsNanos()).isZero();
    }

    @Test
    void nonsenseIsRefused() {
        Duration within = Duration.ofSeconds(1);
        Map<Manner, Integer> units = Map.of(Manner.PLAIN, 1);
        assertThatThrownBy(() -> new StockSettings(0, 1, units, within)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StockSettings(1, 2, units, within)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StockSettings(1, 1, Map.of(Manner.PLAIN, -1), within))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StockSettings(1, 1, units, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Sale sale(long asked, long told) {
        return new Sale(asked, told);
    }

    private static StockRound round(int units, List<Sale> sales, List<Long> soldOut, int unknown, long left) {
        return new StockRound(Manner.RESERVED, units, sales, soldOut, unknown, left);
    }
}
