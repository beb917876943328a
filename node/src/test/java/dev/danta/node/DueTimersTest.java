package dev.danta.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.runtime.Timer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DueTimersTest {
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final DueTimers timers = new DueTimers();

    private record Named(String name) implements Timer {}

    @Test
    void withoutTimersNothingIsEverDue() {
        assertThat(timers.patienceNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.takeDue()).isEmpty();
    }

    @Test
    void whatIsDueIsTakenOnceAndTheRestStays() {
        timers.arm(new Named("late"), HOUR_NANOS);
        timers.arm(new Named("now"), 0);

        assertThat(timers.patienceNanos()).isNotPositive();
        assertThat(timers.takeDue()).isEqualTo(List.of(new Named("now")));
        assertThat(timers.takeDue()).isEmpty();
        assertThat(timers.patienceNanos()).isPositive().isLessThanOrEqualTo(HOUR_NANOS);
    }

    @Test
    void armingAgainMovesATimerAndCancellingForgetsIt() {
        timers.arm(new Named("moved"), 0);
        timers.arm(new Named("moved"), HOUR_NANOS);
        timers.arm(new Named("cancelled"), 0);
        timers.cancel(new Named("cancelled"));

        assertThat(timers.takeDue()).isEmpty();
        assertThat(timers.patienceNanos()).isPositive();
    }
}
