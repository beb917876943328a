package dev.danta.sim.run;

import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
import dev.danta.sim.SimSettings;
import dev.danta.sim.kernel.Coverage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Seeds from {@code first} to {@code last}, both included. Running them is the one place with real threads: each seed is
 * a world of its own in one thread, and worlds share nothing.
 */
public record SeedRange(long first, long last) {
    private static final long SEEDS_MAX = 10_000_000;

    public SeedRange {
        if (last < first || last - first >= SEEDS_MAX) {
            throw new IllegalArgumentException(
                    "seeds go from a lower to a higher number, at most " + SEEDS_MAX + ": " + first + ".." + last);
        }
    }

    /**
     * Reads {@code A..B}, or one number.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static SeedRange parse(String text) {
        int dots = text.indexOf("..");
        try {
            return dots < 0
                    ? new SeedRange(Long.parseLong(text), Long.parseLong(text))
                    : new SeedRange(Long.parseLong(text.substring(0, dots)), Long.parseLong(text.substring(dots + 2)));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(
                    "seeds are given as FIRST..LAST, such as 0..1999, not as " + text, malformed);
        }
    }

    public long size() {
        return last - first + 1;
    }

    /** Told now and then how far a range is; called by several threads. */
    public interface Progress {
        void at(long seedsDone);
    }

    /**
     * What a range came to.
     *
     * @param digest of the digests of all runs: the same range gives the same one, however many workers it had
     * @param broken the runs that were not clean, by seed; at most {@link #BROKEN_KEPT_MAX} are kept
     * @param brokenCount how many there were
     * @param runs how many runs there were of each kind
     */
    public record Summary(
            SeedRange seeds,
            long digest,
            List<SimResult> broken,
            long brokenCount,
            long simulatedNanos,
            long realNanos,
            long steps,
            SortedMap<RunKind, Long> runs,
            Coverage coverage) {
        public static final int BROKEN_KEPT_MAX = 20;

        /** Simulated time by real time. */
        public double speed() {
            return (double) simulatedNanos / Math.max(1, realNanos);
        }
    }

    /** What a run was about. */
    public record RunKind(Scenario scenario, int replicas) implements Comparable<RunKind> {
        static RunKind of(SimSettings settings) {
            return new RunKind(settings.scenario(), settings.replicas());
        }

        @Override
        public int compareTo(RunKind other) {
            int order = scenario.compareTo(other.scenario);
            return order != 0 ? order : Integer.compare(replicas, other.replicas);
        }
    }

    /** What one worker has seen. Sums only, so that the order of the seeds does not matter. */
    private static final class Tally {
        private final Coverage coverage = new Coverage();
        private final TreeMap<RunKind, Long> runs = new TreeMap<>();
        private final List<SimResult> broken = new ArrayList<>();
        private long brokenCount;
        private long digest;
        private long simulatedNanos;
        private long steps;

        void add(SimResult result) {
            coverage.addAll(result.coverage());
            runs.merge(RunKind.of(result.settings()), 1L, Long::sum);
            digest += (result.digest() ^ result.seed()) * 0x9e3779b97f4a7c15L;
            simulatedNanos += result.simulatedNanos();
            steps += result.steps();
            if (!result.isClean()) {
                brokenCount++;
                broken.add(result);
                trim();
            }
        }

        void add(Tally other) {
            coverage.addAll(other.coverage);
            other.runs.forEach((kind, times) -> runs.merge(kind, times, Long::sum));
            digest += other.digest;
            simulatedNanos += other.simulatedNanos;
            steps += other.steps;
            brokenCount += other.brokenCount;
            broken.addAll(other.broken);
            trim();
        }

        private void trim() {
            broken.sort(Comparator.comparingLong(SimResult::seed));
            while (broken.size() > Summary.BROKEN_KEPT_MAX) {
                broken.remove(broken.size() - 1);
            }
        }
    }

    /**
     * Runs all seeds with {@code workers} threads, each seed in {@code world}.
     *
     * @throws InterruptedException if the calling thread is interrupted; runs under way are then given up
     */
    Summary run(LongFunction<SimResult> world, int workers, Progress progress) throws InterruptedException {
        long start = System.nanoTime();
        AtomicLong next = new AtomicLong(first);
        AtomicLong done = new AtomicLong();
        Callable<Tally> worker = () -> {
            Tally tally = new Tally();
            for (long seed = next.getAndIncrement();
                    seed <= last && !Thread.currentThread().isInterrupted();
                    seed = next.getAndIncrement()) {
                tally.add(world.apply(seed));
                progress.at(done.incrementAndGet());
            }
            return tally;
        };
        Tally all = new Tally();
        ExecutorService threads = Executors.newFixedThreadPool(workers);
        try {
            List<Callable<Tally>> tasks = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                tasks.add(worker);
            }
            for (Future<Tally> tally : threads.invokeAll(tasks)) {
                all.add(tally.get());
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a run ended in an error of the simulator itself", failed);
        } finally {
            threads.shutdownNow();
        }
        return new Summary(
                this,
                all.digest,
                List.copyOf(all.broken),
                all.brokenCount,
                all.simulatedNanos,
                System.nanoTime() - start,
                all.steps,
                Collections.unmodifiableSortedMap(all.runs),
                all.coverage);
    }
}
