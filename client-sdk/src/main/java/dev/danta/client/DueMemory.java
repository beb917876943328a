package dev.danta.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one client knows of the reservations of one space that are due: when it has looked last, and until when nothing was due
 * then. So where many are told that there is not enough, one of them looks each second. Thread-safe.
 */
final class DueMemory {
    /** So long a look is believed: within it others may make reservations that are due sooner. */
    static final long FRESH_NANOS = 1_000_000_000;

    /** So often everything is gone through: a reservation may be made by a clock that is far behind. */
    private static final long FULL_NANOS = 60_000_000_000L;

    /** Clocks may differ by so much, and who reserves may take so long. */
    private static final long SLACK_MICROS = 60_000_000;

    private boolean hasLooked;
    private long lookedNanos;
    private long lookEndedNanos;
    private long fullLookNanos;
    private long nothingBeforeMicros;
    /** What was due until then is ended. */
    private long doneUntilMicros;

    private boolean hasBrought;
    private long broughtNanos;
    /** The look that is under way. */
    private @Nullable CompletableFuture<Void> looking;
    /** The look that waits for a thread. */
    private @Nullable CompletableFuture<Void> planned;

    /**
     * Who was told that there is not enough; times are those of {@link System#nanoTime()}.
     *
     * @param firstNanos when he asked first: what was due then he waits for
     * @param lastNanos when that was asked for which he was told so
     */
    record Asked(long firstNanos, long lastNanos, long deadlineAtNanos) {
        static Asked now(long deadlineAtNanos) {
            long now = System.nanoTime();
            return new Asked(now, now, deadlineAtNanos);
        }

        Asked again() {
            return new Asked(firstNanos, System.nanoTime(), deadlineAtNanos);
        }
    }

    /** What becomes of that there is not enough. */
    enum Answer {
        /** It is true: all that was due had come back before it was asked for. */
        HOLDS,
        /** Something may have come back since: this client's look ended later. */
        ASK_AGAIN,
        /** Something may be due. */
        LOOK
    }

    /** A look that begins now, through what is due from one time to another. */
    record Look(long beganNanos, long beganMicros, long fromMicros) {
        /** A look is believed for no longer. */
        long untilMicros() {
            return beganMicros + TimeUnit.NANOSECONDS.toMicros(FRESH_NANOS);
        }
    }

    /** @param firstMicros when {@code asked} asked first, by the clock */
    synchronized Answer answer(Asked asked, long firstMicros) {
        if (hasBrought && broughtNanos - asked.lastNanos() >= 0) {
            return Answer.ASK_AGAIN;
        }
        boolean isCovered =
                hasLooked && asked.firstNanos() - lookedNanos < FRESH_NANOS && firstMicros < nothingBeforeMicros;
        if (!isCovered) {
            return Answer.LOOK;
        }
        return lookEndedNanos - asked.lastNanos() >= 0 ? Answer.ASK_AGAIN : Answer.HOLDS;
    }

    synchronized void brought() {
        hasBrought = true;
        broughtNanos = System.nanoTime();
    }

    /** Mostly it begins where the last one ended: what has ended leaves traces, through which the replicas would have to go. */
    synchronized Look look(long nowMicros) {
        long now = System.nanoTime();
        boolean isFull = !hasLooked || now - fullLookNanos >= FULL_NANOS;
        return new Look(now, nowMicros, isFull ? Long.MIN_VALUE : Math.min(nowMicros, doneUntilMicros) - SLACK_MICROS);
    }

    /**
     * A look has come to its end, and has brought nothing back.
     *
     * @param leftMicros when the first was due that could not be ended
     * @param nextMicros when the next one is due
     */
    synchronized void looked(Look look, long leftMicros, long nextMicros) {
        hasLooked = true;
        lookedNanos = look.beganNanos();
        lookEndedNanos = System.nanoTime();
        fullLookNanos = look.fromMicros() == Long.MIN_VALUE ? look.beganNanos() : fullLookNanos;
        doneUntilMicros = Math.min(leftMicros, look.beganMicros());
        nothingBeforeMicros = nextMicros;
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
    synchronized @Nullable CompletableFuture<Void> plan(CompletableFuture<Void> mine) {
        CompletableFuture<Void> before = planned;
        planned = before == null ? mine : before;
        return before;
    }

    synchronized void planEnded() {
        planned = null;
    }
}
