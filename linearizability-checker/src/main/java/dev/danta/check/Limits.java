package dev.danta.check;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The time and the memory of one check, shared by all its searches. Thread-safe.
 *
 * <p>Invariant: once a reason to stop is set it stays; the bytes in use never exceed the bound.
 */
final class Limits implements Cancellation {
    private final long startNanos;
    private final long timeoutNanos;
    private final long maxBytes;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong peakBytes = new AtomicLong();
    private final CompletableFuture<@Nullable Void> stopping = new CompletableFuture<>();
    private volatile Result.@Nullable Reason stop;

    Limits(CheckOptions options) {
        this.startNanos = System.nanoTime();
        this.timeoutNanos = options.timeout().toNanos();
        this.maxBytes = options.maxMemoryBytes();
    }

    long elapsedNanos() {
        return System.nanoTime() - startNanos;
    }

    long remainingNanos() {
        return timeoutNanos - elapsedNanos();
    }

    long peakBytes() {
        return peakBytes.get();
    }

    /** Asks all searches to end. */
    void stop(Result.Reason reason) {
        if (stop == null) {
            stop = reason;
        }
        stopping.complete(null);
    }

    /** Is done as soon as somebody has asked all searches to end. */
    CompletableFuture<@Nullable Void> stopping() {
        return stopping;
    }

    /** Why the searches should end, or null; does not look at the clock. */
    Result.@Nullable Reason stopped() {
        return stop;
    }

    /** Looks at the clock and at the interruption of the calling thread, too. */
    @Override
    public boolean requested() {
        if (stop == null) {
            if (remainingNanos() <= 0) {
                stop(Result.Reason.TIMEOUT);
            } else if (Thread.currentThread().isInterrupted()) {
                stop(Result.Reason.CANCELLED);
            }
        }
        return stop != null;
    }

    /** Takes bytes out of the budget, or says that they are not there. */
    boolean reserve(long bytes) {
        long used = usedBytes.addAndGet(bytes);
        if (used > maxBytes) {
            usedBytes.addAndGet(-bytes);
            return false;
        }
        peakBytes.accumulateAndGet(used, Math::max);
        return true;
    }

    void release(long bytes) {
        usedBytes.addAndGet(-bytes);
    }
}
