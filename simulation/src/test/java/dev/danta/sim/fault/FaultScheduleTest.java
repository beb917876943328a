package dev.danta.sim.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultScheduleTest {
    private static final long SECONDS_20 = 20_000_000_000L;

    @Test
    void whatIsDrawnCanBeWrittenAndReadExactly() {
        TreeSet<String> kinds = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            FaultSchedule drawn = FaultSchedule.draw(seed, 3, 3, 4, SECONDS_20);

            assertThat(FaultSchedule.parse(drawn.text())).isEqualTo(drawn);
            assertThat(FaultSchedule.parse(String.join("\n", drawn.lines()))).isEqualTo(drawn);
            drawn.faults().forEach(timed -> kinds.add(timed.fault().getClass().getSimpleName()));
        }
        assertThat(kinds)
                .containsAll(Arrays.stream(Fault.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }

    @Test
    void whoJoinsLaterIsCutOffAndHasItsClockSetTooAndNothingElseChangesByIt() {
        TreeSet<String> kinds = new TreeSet<>();
        for (long seed = 0; seed < 200; seed++) {
            FaultSchedule drawn = FaultSchedule.draw(seed, 3, 6, 4, SECONDS_20);
            FaultSchedule founders = FaultSchedule.draw(seed, 3, 3, 4, SECONDS_20);

            assertThat(FaultSchedule.parse(drawn.text())).isEqualTo(drawn);
            assertThat(drawn.within(3, 4, SECONDS_20)).isEqualTo(founders);
            drawn.faults().stream()
                    .filter(timed -> !founders.faults().contains(timed))
                    .forEach(timed -> kinds.add(timed.fault().getClass().getSimpleName()));
        }
        assertThat(kinds).containsExactly("ClockJump", "Clog", "Cut", "Drift", "Flap", "Pause", "SlowDisk");
    }

    @Test
    void oneSeedInEightOrSoIsCalm() {
        long calm = 0;
        for (long seed = 0; seed < 800; seed++) {
            calm += FaultSchedule.draw(seed, 3, 3, 1, SECONDS_20).faults().isEmpty() ? 1 : 0;
        }

        assertThat(calm).isBetween(70L, 140L);
    }

    @Test
    void theLastClientNeverDies() {
        for (long seed = 0; seed < 100; seed++) {
            assertThat(FaultSchedule.draw(seed, 3, 3, 1, SECONDS_20).faults())
                    .noneMatch(timed -> timed.fault() instanceof Fault.ClientDies);
            assertThat(FaultSchedule.draw(seed, 3, 3, 4, SECONDS_20).faults().stream()
                            .filter(timed -> timed.fault() instanceof Fault.ClientDies)
                            .map(timed -> timed.fault().concerned())
                            .distinct())
                    .hasSizeLessThan(4);
        }
    }

    @Test
    void whoIsNotThereHasNoFaults() {
        FaultSchedule schedule =
                FaultSchedule.parse("5ms pause r3 for 1ms; 6ms cut r1 to c2,c3 for 2ms; 7ms pause c2 for 1ms;"
                        + " 900ms disk-full r1 retry 5ms for 9ms");

        assertThat(schedule.within(3, 3, SECONDS_20)).isEqualTo(schedule);
        assertThat(schedule.within(1, 2, 900_000_000).text()).isEqualTo("7ms pause c2 for 1ms");
        assertThat(schedule.within(1, 1, 900_000_000)).isEqualTo(FaultSchedule.NONE);
    }

    @Test
    void noFaultsHaveAWordToo() {
        assertThat(FaultSchedule.NONE.text()).isEqualTo("none");
        assertThat(FaultSchedule.parse("none")).isEqualTo(FaultSchedule.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "5 pause r1 for 1ms",
                "5ms pause x1 for 1ms",
                "5ms pause r1 for 0ms",
                "5ms pause r1 for 1ms more",
                "5ms pause r1",
                "-5ms pause r1 for 1ms",
                "5ms earthquake",
                "5ms crash r1 amid-sends down 3ms",
                "5ms crash r1 someday down 3ms",
                "5ms gale loss 2 repeat 0 reorder 0 scatter 0 late 0 for 3ms",
                "5ms clock c1 by 1e999999999ms"
            })
    void anythingElseIsRefusedInOneLine(String text) {
        assertThatThrownBy(() -> FaultSchedule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .doesNotContain("\n");
    }
}
