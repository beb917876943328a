package dev.danta.bench.application;

import dev.danta.bench.Measurement;
import dev.danta.scenario.Application;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts and times steps as they end. Thread-safe. */
final class StepCounts {
    private static final long LATENCY_MAX = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;

    private final List<SortedMap<String, Kind>> phases = new ArrayList<>();
    private Kind second = new Kind();
    private long notDone;
    private long unknown;

    private static final class Kind {
        private final Histogram latency = new Histogram(LATENCY_MAX, DIGITS);
        private final Map<Application.Ending, Long> endings = new EnumMap<>(Application.Ending.class);

        void add(Application.Ending ending, long nanos) {
            endings.merge(ending, 1L, Long::sum);
            if (ending == Application.Ending.DONE || ending == Application.Ending.DECLINED) {
                latency.recordValue(Math.min(LATENCY_MAX, Math.max(0, nanos)));
            }
        }

        void add(Kind other) {
            latency.add(other.latency);
            other.endings.forEach((ending, times) -> endings.merge(ending, times, Long::sum));
        }

        private long times(Application.Ending ending) {
            return endings.getOrDefault(ending, 0L);
        }

        ApplicationFigures.Counted counted(String name) {
            return new ApplicationFigures.Counted(
                    name,
                    times(Application.Ending.DONE),
                    times(Application.Ending.DECLINED),
                    times(Application.Ending.NOT_DONE),
                    times(Application.Ending.UNKNOWN),
                    Measurement.Latency.of(latency));
        }
    }

    StepCounts(int phases) {
        for (int i = 0; i < phases; i++) {
            this.phases.add(new TreeMap<>());
        }
    }

    /** A step of a phase (from 0 on) has ended, so long after it was to begin. */
    synchronized void add(int phase, Application.Done done, long nanos) {
        phases.get(phase).computeIfAbsent(done.what(), unused -> new Kind()).add(done.ending(), nanos);
        second.add(done.ending(), nanos);
        notDone += done.ending() == Application.Ending.NOT_DONE ? 1 : 0;
        unknown += done.ending() == Application.Ending.UNKNOWN ? 1 : 0;
    }

    /** What has ended since this was asked last, in a time of that length. */
    synchronized ApplicationFigures.Second second(String phase, Duration elapsed, Duration length) {
        Kind last = second;
        second = new Kind();
        return new ApplicationFigures.Second(
                phase,
                elapsed,
                last.latency.getTotalCount() / (length.toNanos() / 1e9),
                last.latency.getValueAtPercentile(50),
                last.latency.getValueAtPercentile(99),
                notDone,
                unknown);
    }

    synchronized ApplicationFigures.Counted all(int phase) {
        return sum(List.of(phases.get(phase))).counted("all");
    }

    synchronized List<ApplicationFigures.Counted> operations(int phase) {
        return counted(phases.get(phase));
    }

    /** By name, over all phases. */
    synchronized List<ApplicationFigures.Counted> operations() {
        SortedMap<String, Kind> sums = new TreeMap<>();
        for (SortedMap<String, Kind> phase : phases) {
            phase.forEach((name, kind) ->
                    sums.computeIfAbsent(name, unused -> new Kind()).add(kind));
        }
        return counted(sums);
    }

    private static Kind sum(List<SortedMap<String, Kind>> all) {
        Kind sum = new Kind();
        all.forEach(phase -> phase.values().forEach(sum::add));
        return sum;
    }

    private static List<ApplicationFigures.Counted> counted(SortedMap<String, Kind> kinds) {
        List<ApplicationFigures.Counted> counted = new ArrayList<>();
        kinds.forEach((name, kind) -> counted.add(kind.counted(name)));
        return counted;
    }
}
