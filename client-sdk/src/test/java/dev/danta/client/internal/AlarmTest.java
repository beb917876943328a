package dev.danta.client.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.runtime.Timer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AlarmTest {
    private record Numbered(int number) implements Timer {}

    private final Set<Timer> fired = ConcurrentHashMap.newKeySet();
    private CountDownLatch expected = new CountDownLatch(0);
    private final Alarm alarm = new Alarm("test-timer", this::onDue);

    @AfterEach
    void stop() {
        alarm.stop();
    }

    private void onDue(List<Timer> due) {
        due.forEach(timer -> {
            fired.add(timer);
            expected.countDown();
        });
    }

    @Test
    void everyTimerComesThatWasNotCancelled() throws InterruptedException {
        int timers = 1000;
        expected = new CountDownLatch(timers / 2);
        alarm.start();
        for (int i = 0; i < timers; i++) {
            alarm.arm(new Numbered(i), TimeUnit.MILLISECONDS.toNanos(i % 2 == 0 ? i % 50 : 3_600_000));
        }
        for (int i = 1; i < timers; i += 2) {
            alarm.cancel(new Numbered(i));
        }

        assertThat(expected.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fired).hasSize(timers / 2).allMatch(timer -> ((Numbered) timer).number() % 2 == 0);
    }

    @Test
    void anEarlierTimerWakesASleeperThatWaitsForALaterOne() throws InterruptedException {
        alarm.start();
        alarm.arm(new Numbered(1), TimeUnit.HOURS.toNanos(1));
        expected = new CountDownLatch(1);
        alarm.arm(new Numbered(2), TimeUnit.MILLISECONDS.toNanos(5));

        assertThat(expected.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(fired).containsExactly(new Numbered(2));
    }

    @Test
    void aNudgeIsAnsweredWithoutAnyTimer() throws InterruptedException {
        CountDownLatch nudged = new CountDownLatch(1);
        Alarm other = new Alarm("test-timer-2", due -> nudged.countDown());
        other.start();
        other.nudge();

        assertThat(nudged.await(30, TimeUnit.SECONDS)).isTrue();
        other.stop();
    }
}
