package dev.danta.bench;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What one phase of a run counts. Clients add from their own threads without waiting for one another; one reporter reads.
 */
final class Tally {
    /** Latencies above this count as this. */
    private static final long LATENCY_MAX_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** Distinct texts that are told apart; what comes later counts as "other". */
    private static final int TEXTS_MAX = 20;

    private final LongAdder done = new LongAdder();
    private final LongAdder declined = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final Map<Answer.Path, LongAdder> paths = Map.of(
            Answer.Path.FAST, new LongAdder(),
            Answer.Path.SLOW, new LongAdder(),
            Answer.Path.SETTLED, new LongAdder(),
            Answer.Path.NONE, new LongAdder());
    private final ConcurrentMap<String, LongAdder> troubles = new ConcurrentHashMap<>();
    private final Recorder recorder = new Recorder(LATENCY_MAX_NANOS, 3);

    void add(Answer answer, long latencyNanos) {
        retries.add(answer.attempts() - 1L);
        switch (answer.status()) {
            case DONE -> done.increment();
            case DECLINED -> declined.increment();
            case UNKNOWN -> {
                unknown.increment();
                countTrouble(answer.detail());
            }
            case FAILED -> {
                failed.increment();
                countTrouble(answer.detail());
            }
        }
        if (answer.status() == Answer.Status.DONE || answer.status() == Answer.Status.DECLINED) {
            LongAdder path = paths.get(answer.path());
            if (path != null) {
                path.increment();
            }
            recorder.recordValue(Math.min(LATENCY_MAX_NANOS, Math.max(0, latencyNanos)));
        }
    }

    private void countTrouble(String text) {
        String key = troubles.size() < TEXTS_MAX || troubles.containsKey(text) ? text : "other";
        troubles.computeIfAbsent(key, absent -> new LongAdder()).increment();
    }

    /** The latencies since the last call; for one reader. */
    Histogram interval() {
        return recorder.getIntervalHistogram();
    }

    long done() {
        return done.sum();
    }

    long declined() {
        return declined.sum();
    }

    long unknown() {
        return unknown.sum();
    }

    long failed() {
        return failed.sum();
    }

    long retries() {
        return retries.sum();
    }

    long path(Answer.Path path) {
        LongAdder adder = paths.get(path);
        return adder == null ? 0 : adder.sum();
    }

    SortedMap<String, Long> troubles() {
        SortedMap<String, Long> sums = new TreeMap<>();
        troubles.forEach((text, adder) -> sums.put(text, adder.sum()));
        return sums;
    }
}
