package dev.danta.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SimClockTest {
    private final EventQueue events = new EventQueue();

    private void pass(long nanos) {
        events.after(nanos, () -> {});
        events.runNext(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {-50_000, -1, 0, 1, 50_000})
    void monotonicTimeNeverGoesBackAndATimerIsNeverEarly(long driftPpm) {
        SimClock clock = new SimClock(events, driftPpm, 0);
        SimRandom random = new SimRandom(driftPpm);

        for (int i = 0; i < 2_000; i++) {
            long before = clock.now().monotonicNanos();
            long delay = random.between(1, i % 2 == 0 ? 50 : 3_000_000_000L);
            pass(clock.worldNanos(delay));
            assertThat(clock.now().monotonicNanos() - before).isBetween(delay, delay + 10 + delay / 1_000_000);
        }
    }

    @Test
    void aClockThatDriftsForAWhileNeverGoesBackAndIsSetRight() {
        SimClock clock = new SimClock(events, 0, 0);
        pass(1_000_000_000);
        clock.drift(250_000);
        pass(2_000_000_000);

        assertThat(clock.now().monotonicNanos()).isEqualTo(3_500_000_000L);

        clock.drift(0);
        pass(1_000_000_000);

        assertThat(clock.now().monotonicNanos()).isEqualTo(4_500_000_000L);
        assertThat(clock.greatestAheadMicros()).isEqualTo(500_000);

        clock.correct();

        assertThat(clock.now().monotonicNanos()).isEqualTo(4_500_000_000L);
        assertThat(clock.now().wallMicros()).isEqualTo(SimClock.EPOCH_MICROS + 4_000_000);
    }

    @Test
    void aJumpMovesTheWallTimeOnlyAndIsCorrectedWithTheDrift() {
        SimClock clock = new SimClock(events, 10_000, 7_000);
        pass(1_000_000_000);
        long monotonic = clock.now().monotonicNanos();

        clock.jump(-2_000_000);

        assertThat(clock.now().monotonicNanos()).isEqualTo(monotonic);
        assertThat(clock.now().wallMicros()).isEqualTo(SimClock.EPOCH_MICROS + 1_010_000 + 7_000 - 2_000_000);

        clock.correct();

        assertThat(clock.now().wallMicros()).isEqualTo(SimClock.EPOCH_MICROS + 1_000_000 + 7_000);
    }
}
