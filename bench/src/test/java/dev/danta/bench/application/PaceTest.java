package dev.danta.bench.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long BEGIN = -5_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static ApplicationSettings.Phase phase(double perSecond, int seconds) {
        return new ApplicationSettings.Phase("phase", perSecond, Duration.ofSeconds(seconds));
    }

    @Test
    void stepsAreToBeginWhenTheRateSaysWhoeverIsFreeFirst() {
        Pace pace = new Pace(List.of(phase(2, 2), phase(1, 1)), BEGIN);

        for (int half = 0; half < 4; half++) {
            assertThat(pace.next(BEGIN)).isEqualTo(new Pace.Turn(0, BEGIN + half * SECOND / 2));
        }
        assertThat(pace.next(BEGIN)).isEqualTo(new Pace.Turn(1, BEGIN + 2 * SECOND));
        assertThat(pace.next(BEGIN).phase()).isEqualTo(2);
    }

    @Test
    void whatNobodyWasFreeForWithinASecondIsLeftOut() {
        Pace pace = new Pace(List.of(phase(2, 2)), BEGIN);

        assertThat(pace.next(BEGIN + 2 * SECOND)).isEqualTo(new Pace.Turn(0, BEGIN + SECOND));
        assertThat(pace.leftOut(0)).isEqualTo(2);
        assertThat(pace.next(BEGIN + 5 * SECOND).phase()).isEqualTo(1);
        assertThat(pace.leftOut(0)).isEqualTo(3);
    }

    @Test
    void inAClosedLoopAStepBeginsAtOnceUntilThePhaseEnds() {
        Pace pace = new Pace(List.of(phase(0, 1), phase(0, 2)), BEGIN);

        assertThat(pace.next(BEGIN + SECOND / 3)).isEqualTo(new Pace.Turn(0, BEGIN + SECOND / 3));
        assertThat(pace.next(BEGIN + SECOND)).isEqualTo(new Pace.Turn(1, BEGIN + SECOND));
        assertThat(pace.next(BEGIN + 3 * SECOND).phase()).isEqualTo(2);
        assertThat(pace.phaseAt(BEGIN + SECOND)).isEqualTo(1);
        assertThat(pace.phaseAt(BEGIN + 9 * SECOND)).isEqualTo(1);
    }
}
