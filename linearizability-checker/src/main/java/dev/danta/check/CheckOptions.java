package dev.danta.check;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * How much a check may cost, and how thorough it is.
 *
 * @param timeout after this much time the verdict is unknown. More finds more; within a second after the limit the
 *     answer is there. Positive, at most {@link #TIMEOUT_MAX}
 * @param maxMemoryBytes the search counts what it holds and gives up beyond this, so that a hard history ends in a
 *     verdict and not in an exhausted heap. The history itself is not counted. At least {@link #MEMORY_MIN_BYTES}
 * @param threads partitions judged at the same time, 1 to {@link #THREADS_MAX}. With 1 its result depends on nothing but the history, unless a limit strikes
 * @param all whether to judge every partition even after one was found invalid, and report all that are
 * @param acceptVacuous whether a history in which no answer is known counts as valid instead of unknown
 * @param engine who judges. A partition that {@link EngineName#ZONES} cannot judge is unknown when it was asked for by name
 * @param observer is told a few times a second how far a search has got, in the thread that waits for it; short searches and
 *     those without threads of their own say nothing. What it throws ends the check
 */
public record CheckOptions(
        Duration timeout,
        long maxMemoryBytes,
        int threads,
        boolean all,
        boolean acceptVacuous,
        EngineName engine,
        Consumer<Result.Progress> observer) {
    public static final Duration TIMEOUT_MAX = Duration.ofDays(30);
    public static final long MEMORY_MIN_BYTES = 64 * 1024;
    public static final int THREADS_MAX = 256;

    public CheckOptions {
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout must be positive and at most " + TIMEOUT_MAX + ": " + timeout);
        }
        if (maxMemoryBytes < MEMORY_MIN_BYTES) {
            throw new IllegalArgumentException(
                    "maxMemoryBytes must be at least " + MEMORY_MIN_BYTES + ": " + maxMemoryBytes);
        }
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("threads must be 1 to " + THREADS_MAX + ": " + threads);
        }
    }

    /** One minute, 512 MiB or half the heap if that is less, a thread per processor, until the first invalid one. */
    public static CheckOptions defaults() {
        long memory = Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 2);
        int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
        return new CheckOptions(Duration.ofMinutes(1), memory, threads, false, false, EngineName.AUTO, progress -> {});
    }

    public CheckOptions withTimeout(Duration newTimeout) {
        return new CheckOptions(newTimeout, maxMemoryBytes, threads, all, acceptVacuous, engine, observer);
    }

    public CheckOptions withMaxMemoryBytes(long newMaxMemoryBytes) {
        return new CheckOptions(timeout, newMaxMemoryBytes, threads, all, acceptVacuous, engine, observer);
    }

    public CheckOptions withThreads(int newThreads) {
        return new CheckOptions(timeout, maxMemoryBytes, newThreads, all, acceptVacuous, engine, observer);
    }

    public CheckOptions withAll(boolean newAll) {
        return new CheckOptions(timeout, maxMemoryBytes, threads, newAll, acceptVacuous, engine, observer);
    }

    public CheckOptions withAcceptVacuous(boolean newAcceptVacuous) {
        return new CheckOptions(timeout, maxMemoryBytes, threads, all, newAcceptVacuous, engine, observer);
    }

    public CheckOptions withEngine(EngineName newEngine) {
        return new CheckOptions(timeout, maxMemoryBytes, threads, all, acceptVacuous, newEngine, observer);
    }

    public CheckOptions withObserver(Consumer<Result.Progress> newObserver) {
        return new CheckOptions(timeout, maxMemoryBytes, threads, all, acceptVacuous, engine, newObserver);
    }
}
