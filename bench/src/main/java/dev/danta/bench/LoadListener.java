package dev.danta.bench;

import java.time.Duration;

/** Watches a run. Called by one thread at a time; a slow listener delays only the next call. */
public interface LoadListener {
    /** Parts of the preparation are done. */
    void onPrepared(int done, int of);

    /** A second has passed. */
    void onTick(Tick tick);

    /** The invariant is being looked at. */
    void onVerifying(int done, int of);

    /**
     * What happened in the last second or so.
     *
     * @param measuring whether it counts, or is still warm-up
     * @param elapsed since the first operation
     * @param perSecond operations done or declined
     * @param p50Nanos median latency
     * @param p99Nanos 99th percentile of the latency
     * @param retriesPerOperation attempts after the first, for each operation done or declined
     * @param unknown operations of unknown outcome since the start of the phase
     * @param failed operations that failed since the start of the phase
     */
    record Tick(
            boolean measuring,
            Duration elapsed,
            double perSecond,
            long p50Nanos,
            long p99Nanos,
            double retriesPerOperation,
            long unknown,
            long failed) {}
}
