package dev.danta.bench.application;

import dev.danta.bench.Measurement;
import java.time.Duration;
import java.util.List;

/**
 * What a load on an application found.
 *
 * @param phases in order
 * @param operations by name, over all phases
 * @param seconds from second to second
 */
public record ApplicationFigures(List<Phase> phases, List<Counted> operations, List<Second> seconds) {
    public ApplicationFigures {
        phases = List.copyOf(phases);
        operations = List.copyOf(operations);
        seconds = List.copyOf(seconds);
    }

    /**
     * Steps of one name, or all of a phase.
     *
     * @param done as was asked
     * @param declined by the application's own rule
     * @param notDone without effect
     * @param unknown nobody could say
     * @param latency of those done or declined: from when they were to begin
     */
    public record Counted(
            String name, long done, long declined, long notDone, long unknown, Measurement.Latency latency) {
        /** Those that were answered. */
        public long answered() {
            return done + declined;
        }
    }

    /**
     * A phase; a step belongs to the one in which it was to begin.
     *
     * @param perSecond steps that were to begin in each second; 0 for closed loops
     * @param length how long it lasted
     * @param leftOut steps that nobody was free to begin within a second
     */
    public record Phase(
            String name, double perSecond, Duration length, long leftOut, Counted all, List<Counted> operations) {
        public Phase {
            operations = List.copyOf(operations);
        }

        /** Steps answered in each second. */
        public double answeredPerSecond() {
            return all.answered() / (length.toNanos() / 1e9);
        }
    }

    /**
     * What was answered in about a second.
     *
     * @param phase the name of the phase
     * @param elapsed since the load began, at the end of the second
     * @param notDone since the load began
     * @param unknown since the load began
     */
    public record Second(
            String phase,
            Duration elapsed,
            double perSecond,
            long p50Nanos,
            long p99Nanos,
            long notDone,
            long unknown) {}
}
