package dev.danta.client;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Has reservations expire in time: a client that has made some looks when the first of them is due, and from then on now and then
 * until the last one is. What it finds due it ends, whoever made it. When a client ends, others come across what it has left: whoever
 * reserves and finds too little. Thread-safe.
 */
final class ReservationSweeper {
    /** At least so long between two looks. */
    private static final long PAUSE_MICROS = 1_000_000;

    private static final int EACH = 256;

    private final Calls calls;
    private final Executor executor;
    private final Map<String, Round> rounds = new ConcurrentHashMap<>();

    /** Of one space. */
    private static final class Round {
        /** When the last one that this client has made is due, by {@link System#nanoTime()}. */
        private long lastAtNanos;

        private boolean isPlanned;
    }

    ReservationSweeper(Calls calls, Executor executor) {
        this.calls = calls;
        this.executor = executor;
    }

    /** One was made, or found, that is due in {@code micros}. */
    void onReserved(Reservations reservations, long micros) {
        Round round = rounds.computeIfAbsent(reservations.space(), name -> new Round());
        long inNanos = TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros));
        synchronized (round) {
            long atNanos = System.nanoTime() + inNanos;
            round.lastAtNanos = round.isPlanned && round.lastAtNanos - atNanos > 0 ? round.lastAtNanos : atNanos;
            plan(reservations, round, micros);
        }
    }

    /** Guarded by the round. */
    private void plan(Reservations reservations, Round round, long micros) {
        if (!round.isPlanned) {
            round.isPlanned = true;
            Executor later =
                    CompletableFuture.delayedExecutor(Math.max(micros, PAUSE_MICROS), TimeUnit.MICROSECONDS, executor);
            later.execute(() -> look(reservations, round));
        }
    }

    private void look(Reservations reservations, Round round) {
        try {
            calls.requireOpen();
            reservations.bringBackDue(EACH);
        } catch (DantaException | IllegalStateException | RejectedExecutionException notNow) {
            // Whoever needs what is due brings it back; and it is looked for again.
        }
        synchronized (round) {
            round.isPlanned = false;
            long left = TimeUnit.NANOSECONDS.toMicros(round.lastAtNanos - System.nanoTime());
            if (left > -PAUSE_MICROS && !calls.isClosing()) {
                plan(reservations, round, PAUSE_MICROS);
            }
        }
    }
}
