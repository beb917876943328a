package dev.danta.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;

/** Keeps the {@link Course} of a run. Thread-safe; whoever adds answers does not wait. */
final class Chronicle {
    private final List<LoadListener.Tick> seconds = new ArrayList<>();
    private final List<Course.Phase> ended = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private volatile @Nullable Open open;

    /** The phase that goes on. */
    private static final class Open {
        private final String name;
        private final long fromNanos;
        private final Tally tally = new Tally();
        private final AtomicLong lastAnswer;
        private final LongAccumulator stillness = new LongAccumulator(Math::max, 0);

        Open(String name, long fromNanos) {
            this.name = name;
            this.fromNanos = fromNanos;
            this.lastAnswer = new AtomicLong(fromNanos);
        }

        void add(Answer answer, long latencyNanos) {
            tally.add(answer, latencyNanos);
            if (answer.status() == Answer.Status.DONE || answer.status() == Answer.Status.DECLINED) {
                moves(System.nanoTime());
            }
        }

        private void moves(long now) {
            stillness.accumulate(now - lastAnswer.getAndAccumulate(now, Math::max));
        }

        Course.Phase ended(long startNanos) {
            long now = System.nanoTime();
            moves(now);
            return new Course.Phase(
                    name,
                    Duration.ofNanos(fromNanos - startNanos),
                    Duration.ofNanos(now - fromNanos),
                    tally.done() + tally.declined(),
                    tally.unknown(),
                    tally.failed(),
                    Measurement.Latency.of(tally.interval()),
                    stillness.get());
        }
    }

    void add(Answer answer, long latencyNanos) {
        Open phase = open;
        if (phase != null) {
            phase.add(answer, latencyNanos);
        }
    }

    synchronized void add(LoadListener.Tick second) {
        if (seconds.size() < Course.SECONDS_MAX) {
            seconds.add(second);
        }
    }

    /** The phase before ends, if there is one, and the next begins. */
    synchronized void begin(String name) {
        end();
        if (ended.size() < Course.PHASES_MAX) {
            open = new Open(name, System.nanoTime());
        }
    }

    /** The phase ends. */
    synchronized void end() {
        Open phase = open;
        if (phase != null) {
            open = null;
            ended.add(phase.ended(startNanos));
        }
    }

    synchronized Course course() {
        return new Course(seconds, ended);
    }
}
