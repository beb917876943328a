package dev.danta.bench.application;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says when the next step is to begin, whoever does it: each user takes the next one as soon as it is free, and one that nobody
 * was free for within a second is left out, as a caller would have gone away. So the load does not slow down with the cluster,
 * and is over when it is to be over. Thread-safe.
 */
final class Pace {
    private static final long LATE_MAX = TimeUnit.SECONDS.toNanos(1);

    private final List<Part> parts = new ArrayList<>();
    private final long end;

    private static final class Part {
        private final ApplicationSettings.Phase phase;
        private final long begin;
        private final AtomicLong begun = new AtomicLong();
        private final AtomicLong leftOut = new AtomicLong();

        Part(ApplicationSettings.Phase phase, long begin) {
            this.phase = phase;
            this.begin = begin;
        }

        long end() {
            return begin + phase.length().toNanos();
        }
    }

    /**
     * A step that is to begin.
     *
     * @param phase which, from 0 on; after the last one if the load is over
     * @param atNanos when, in the time of the beginning
     */
    record Turn(int phase, long atNanos) {}

    /** A load that begins at that time. */
    Pace(List<ApplicationSettings.Phase> phases, long beginNanos) {
        long begin = beginNanos;
        for (ApplicationSettings.Phase phase : phases) {
            parts.add(new Part(phase, begin));
            begin += phase.length().toNanos();
        }
        this.end = begin;
    }

    long end() {
        return end;
    }

    /** The phase at that time, from 0 on; the last one when the load is over. */
    int phaseAt(long now) {
        for (int i = 0; i < parts.size(); i++) {
            if (now - parts.get(i).end() < 0) {
                return i;
            }
        }
        return parts.size() - 1;
    }

    /** For a user that is free at that time. */
    Turn next(long now) {
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part.phase.isClosedLoop()) {
                if (now - part.end() < 0) {
                    return new Turn(i, Math.max(now, part.begin));
                }
                continue;
            }
            long steps = (long)
                    Math.ceil(part.phase.perSecond() * part.phase.length().toNanos() / 1e9);
            while (part.begun.get() < steps) {
                long number = part.begun.getAndIncrement();
                long at = part.begin + (long) (number / part.phase.perSecond() * 1e9);
                if (number < steps && now - at <= LATE_MAX) {
                    return new Turn(i, at);
                }
                part.leftOut.addAndGet(number < steps ? 1 : 0);
            }
        }
        return new Turn(parts.size(), end);
    }

    /** Steps of a phase that nobody was free to begin. */
    long leftOut(int phase) {
        return parts.get(phase).leftOut.get();
    }
}
