package dev.danta.sim.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventQueueTest {
    private final EventQueue events = new EventQueue();
    private final List<String> happened = new ArrayList<>();

    @Test
    void eventsHappenInTheOrderOfTheirTimesAndThenOfTheirPlanning() {
        events.after(20, () -> happened.add("late"));
        events.after(10, () -> {
            happened.add("first at " + events.nowNanos());
            events.after(0, () -> happened.add("planned meanwhile"));
        });
        events.after(10, () -> happened.add("second"));

        while (events.runNext(100)) {
            assertThat(events.nowNanos()).isLessThanOrEqualTo(20);
        }

        assertThat(happened).containsExactly("first at 10", "second", "planned meanwhile", "late");
    }

    @Test
    void whatLiesBeyondTheLimitWaits() {
        events.after(11, () -> happened.add("beyond"));

        assertThat(events.runNext(10)).isFalse();
        assertThat(events.runNext(11)).isTrue();
        assertThat(happened).containsExactly("beyond");
    }

    @Test
    void timeThatStandsStillIsNoticed() {
        EventQueue circle = new EventQueue();
        circle.after(5, new Runnable() {
            @Override
            public void run() {
                circle.after(0, this);
            }
        });

        assertThatThrownBy(() -> {
                    boolean more = true;
                    while (more) {
                        more = circle.runNext(10);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("at 5 ns");
    }
}
