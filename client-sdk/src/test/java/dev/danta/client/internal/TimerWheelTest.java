package dev.danta.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TimerWheelTest {
    private static final long TICK = 1000;

    private long now = 5_000_000_123L;
    private final TimerWheel<String> wheel = new TimerWheel<>(TICK, 8, now);

    private List<String> after(long nanos) {
        now += nanos;
        return wheel.expire(now);
    }

    @Test
    void aTimerIsDueAtTheEndOfTheTickInWhichItsDelayEnds() {
        wheel.arm("a", 1500, now);

        assertThat(after(1999)).isEmpty();
        assertThat(after(1)).containsExactly("a");
        assertThat(after(100 * TICK)).isEmpty();
    }

    @Test
    void aTimerWithoutDelayIsDueAtTheNextTick() {
        wheel.arm("a", 0, now);

        assertThat(wheel.expire(now)).isEmpty();
        assertThat(after(TICK)).containsExactly("a");
    }

    @Test
    void aCancelledTimerNeverComes() {
        wheel.arm("a", 1500, now);
        wheel.cancel("a");
        wheel.cancel("never armed");

        assertThat(after(100 * TICK)).isEmpty();
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nanosToNext(now)).isEmpty();
    }

    @Test
    void armingAgainReplacesTheEarlierArming() {
        wheel.arm("a", 1500, now);
        wheel.arm("a", 9500, now);

        assertThat(after(9 * TICK)).isEmpty();
        assertThat(after(TICK)).containsExactly("a");
    }

    @Test
    void aTimerFurtherAwayThanTheWheelIsLongWaitsForItsTurn() {
        wheel.arm("far", 20 * TICK, now);
        wheel.arm("near", 4 * TICK, now);

        assertThat(after(5 * TICK)).containsExactly("near");
        assertThat(after(15 * TICK)).isEmpty();
        assertThat(after(TICK)).containsExactly("far");
    }

    @Test
    void aLongPauseLosesNothing() {
        for (int i = 0; i < 30; i++) {
            wheel.arm("t" + i, i * TICK, now);
        }

        assertThat(after(1_000_000 * TICK)).hasSize(30);
    }

    @Test
    void theTimeToTheNextTimerIsNeverTooLong() {
        wheel.arm("a", 3500, now);

        assertThat(wheel.nanosToNext(now)).hasValue(4000);
        assertThat(wheel.nanosToNext(now + 4500)).hasValue(0);
    }

    @Test
    void aDelayBeyondTheEndOfTimeIsNever() {
        wheel.arm("never", Long.MAX_VALUE, now);

        assertThat(after(1_000_000_000 * TICK)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itAgreesWithAListOfDeadlines(long seed) {
        Random random = new Random(seed);
        Map<String, Long> deadlines = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            String timer = "t" + random.nextInt(50);
            int what = random.nextInt(10);
            if (what < 5) {
                long delay = random.nextInt(30_000);
                wheel.arm(timer, delay, now);
                deadlines.put(timer, now + delay);
            } else if (what < 8) {
                wheel.cancel(timer);
                deadlines.remove(timer);
            } else {
                now += random.nextInt(5000);
                Set<String> due = new HashSet<>(wheel.expire(now));
                List<String> late = new ArrayList<>();
                deadlines.forEach((name, at) -> {
                    if (at + TICK <= now && !due.contains(name)) {
                        late.add(name);
                    }
                });
                assertThat(late).isEmpty();
                due.forEach(name -> assertThat(deadlines.remove(name)).isLessThanOrEqualTo(now));
            }
            assertThat(wheel.size()).isEqualTo(deadlines.size());
        }
    }
}
