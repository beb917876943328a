package dev.danta.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do one piece of work together, for as long as the limits let them.
 *
 * <p>Whoever waits for them returns in time even if they do not end: then they are interrupted and left behind, as
 * daemons. What they throw after they were asked to end is nobody's concern.
 */
final class Workers {
    /** How long after the end was asked for a step that does not ask its cancellation is waited for. */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How often the waiting thread looks up. */
    private static final long BEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Limits limits;
    private final Runnable work;
    private final Runnable beat;
    private final AtomicInteger working;
    private final CompletableFuture<@Nullable Void> idle = new CompletableFuture<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /**
     * @param work what each of the threads does, all of them at the same time
     * @param beat what the waiting thread does meanwhile, every {@link #BEAT_NANOS}
     */
    Workers(Limits limits, int threads, Runnable work, Runnable beat) {
        this.limits = limits;
        this.beat = beat;
        this.working = new AtomicInteger(threads);
        this.work = work;
    }

    /**
     * Returns when all have ended, or a moment after they were asked to.
     *
     * @throws RuntimeException what the first of them threw that failed, or the beat; an {@link Error} likewise. The others
     *     are asked to end
     */
    void run() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < working.get(); i++) {
            Thread thread = new Thread(this::workToTheEnd, "history-check-" + i);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((failed, cause) -> onFailure(cause));
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        try {
            CompletableFuture<?> over = CompletableFuture.anyOf(idle, limits.stopping());
            if (!endsInTime(over)) {
                limits.stop(Result.Reason.TIMEOUT);
            }
            if (!endsWithin(idle, GRACE_NANOS)) {
                threads.forEach(Thread::interrupt);
            }
        } catch (InterruptedException interrupted) {
            limits.stop(Result.Reason.CANCELLED);
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error thrown) {
            // The beat's; or this thread has no memory left, which is the others' to give back.
            limits.stop(Result.Reason.CANCELLED);
            for (Thread thread : threads) {
                thread.interrupt();
            }
            throw thrown;
        }
        rethrow(failure.get());
    }

    private void workToTheEnd() {
        work.run();
        onEnd();
    }

    private void onFailure(Throwable cause) {
        if (limits.stopped() == null && failure.compareAndSet(null, cause)) {
            limits.stop(Result.Reason.CANCELLED);
        }
        onEnd();
    }

    private void onEnd() {
        if (working.decrementAndGet() == 0) {
            idle.complete(null);
        }
    }

    private boolean endsInTime(CompletableFuture<?> over) throws InterruptedException {
        while (!endsWithin(over, Math.min(BEAT_NANOS, limits.remainingNanos()))) {
            if (limits.remainingNanos() <= 0) {
                return false;
            }
            beat.run();
        }
        return true;
    }

    private static boolean endsWithin(CompletableFuture<?> future, long nanos) throws InterruptedException {
        try {
            future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void rethrow(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException exception) {
            throw exception;
        }
        if (cause != null) {
            throw new IllegalStateException(cause);
        }
    }
}
