package dev.danta.client;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one client knows of the reservations of one space that are due: when it has looked last, and until when nothing was due
 * then. So where many are told that there is not enough, one of them looks each second. Thread-safe.
 */
final class DueMemory {
    /** So long a look is believed: within it others may make reservations that are due sooner. */
    static final long FRESH_NANOS = 1_000_000_000;

    private boolean hasLooked;
    private long lookedNanos;
    private long nothingBeforeMicros;
    private boolean hasBrought;
    private long broughtNanos;
    /** The look that is under way. */
    private @Nullable CompletableFuture<Void> looking;
    /** What those wait for who do not wait on a thread. */
    private @Nullable CompletableFuture<Boolean> planned;

    synchronized boolean mayBeDue(long nowMicros) {
        return !hasLooked || System.nanoTime() - lookedNanos >= FRESH_NANOS || nowMicros >= nothingBeforeMicros;
    }

    /** Whether something has come back since then, by {@link System#nanoTime()}. */
    synchronized boolean hasBroughtSince(long nanos) {
        return hasBrought && broughtNanos - nanos > 0;
    }

    synchronized void brought() {
        hasBrought = true;
        broughtNanos = System.nanoTime();
    }

    /** All was looked at from {@code nanos} on, and everything else is due at this time or later. */
    synchronized void looked(long nanos, long newNothingBeforeMicros) {
        hasLooked = true;
        lookedNanos = nanos;
        nothingBeforeMicros = newNothingBeforeMicros;
    }

    /** One is due at this time, too. */
    synchronized void reserved(long untilMicros) {
        nothingBeforeMicros = Math.min(nothingBeforeMicros, untilMicros);
    }

    /** The look that is under way already; null if {@code mine} is now. */
    synchronized @Nullable CompletableFuture<Void> begin(CompletableFuture<Void> mine) {
        CompletableFuture<Void> before = looking;
        looking = before == null ? mine : before;
        return before;
    }

    synchronized void end() {
        looking = null;
    }

    /** The look that is planned already; null if {@code mine} is now. */
    synchronized @Nullable CompletableFuture<Boolean> plan(CompletableFuture<Boolean> mine) {
        CompletableFuture<Boolean> before = planned;
        planned = before == null ? mine : before;
        return before;
    }

    synchronized void planEnded() {
        planned = null;
    }
}
