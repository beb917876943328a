package dev.danta.bench;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run found, of the time that counted.
 *
 * @param workload its name
 * @param measured how long operations counted
 * @param done operations done
 * @param declined operations that the workload's own rule refused
 * @param unknown operations of unknown outcome
 * @param failed operations that certainly did not take effect
 * @param retries attempts after the first
 * @param fast of those done or declined, decided in one round trip
 * @param slow of those done or declined, decided in two
 * @param settled of those done or declined, known only because somebody asked later
 * @param aborts aborted attempts by reason
 * @param troubles unknown and failed operations by cause
 * @param latency of those done or declined
 * @param invariant what became of the workload's law
 * @param invariantText the same in words
 */
public record Measurement(
        String workload,
        Duration measured,
        long done,
        long declined,
        long unknown,
        long failed,
        long retries,
        long fast,
        long slow,
        long settled,
        SortedMap<String, Long> aborts,
        SortedMap<String, Long> troubles,
        Latency latency,
        Holds invariant,
        String invariantText) {

    /** What became of a law. */
    public enum Holds {
        /** It holds. */
        YES,
        /** It is broken. */
        NO,
        /** It could not be looked at, or not everything was settled. */
        UNDECIDED,
        /** The workload has none. */
        NONE
    }

    /** Latencies in nanoseconds; all 0 if nothing was measured. */
    public record Latency(long p50, long p90, long p99, long p999, long max, double mean) {
        /** Those of this histogram, in nanoseconds. */
        public static Latency of(Histogram histogram) {
            if (histogram.getTotalCount() == 0) {
                return new Latency(0, 0, 0, 0, 0, 0);
            }
            return new Latency(
                    histogram.getValueAtPercentile(50),
                    histogram.getValueAtPercentile(90),
                    histogram.getValueAtPercentile(99),
                    histogram.getValueAtPercentile(99.9),
                    histogram.getMaxValue(),
                    histogram.getMean());
        }
    }

    public Measurement {
        aborts = Collections.unmodifiableSortedMap(new TreeMap<>(aborts));
        troubles = Collections.unmodifiableSortedMap(new TreeMap<>(troubles));
    }

    /** Operations done or declined in each second. */
    public double perSecond() {
        return perSecond(done + declined);
    }

    /** Operations done in each second. */
    public double donePerSecond() {
        return perSecond(done);
    }

    private double perSecond(long operations) {
        return operations / (measured.toNanos() / 1e9);
    }

    /** Attempts after the first, for each operation done or declined; 0 if there was none. */
    public double retriesPerOperation() {
        return done + declined == 0 ? 0 : (double) retries / (done + declined);
    }
}
