package dev.danta.client;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has reservations expire in time: a client that has made some looks when the first of them is due, and from then on now and then
 * until the last one is and nothing that is due is left. What it finds due it ends, whoever made it. When a client ends, others
 * come across what it has left: whoever is about to be told that there is not enough. Thread-safe.
 */
final class ReservationSweeper {
    private static final Logger LOG = LoggerFactory.getLogger(ReservationSweeper.class);

    /** At least so long between two looks. */
    private static final long PAUSE_NANOS = 1_000_000_000;

    /** The pause doubles so often, where nothing can be done. */
    private static final int DOUBLINGS_MAX = 6;

    private final Calls calls;
    private final Executor executor;
    private final Map<String, Round> rounds = new ConcurrentHashMap<>();

    /** Of one space. */
    private static final class Round {
        private final DueMemory memory = new DueMemory();
        /** When the last one that this client has made is due, by {@link System#nanoTime()}. */
        private long lastAtNanos;
        /** When it looks next; in the past while it does. */
        private long plannedNanos;

        private boolean isPlanned;
        /** How often it was planned: what was planned before is void. */
        private long plans;
        /** How many looks in a row have left something and done nothing. */
        private int failures;
    }

    ReservationSweeper(Calls calls, Executor executor) {
        this.calls = calls;
        this.executor = executor;
    }

    private Round round(String space) {
        return rounds.computeIfAbsent(space, name -> new Round());
    }

    /** What is known of a space. */
    DueMemory memory(String space) {
        return round(space).memory;
    }

    /** One was made, or found, that is due in {@code micros}. */
    void onReserved(Reservations reservations, long micros) {
        Round round = round(reservations.space());
        long inNanos = TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros));
        synchronized (round) {
            long atNanos = System.nanoTime() + inNanos;
            round.lastAtNanos = round.isPlanned && round.lastAtNanos - atNanos > 0 ? round.lastAtNanos : atNanos;
            if (!round.isPlanned || round.plannedNanos - atNanos > PAUSE_NANOS) {
                plan(reservations, round, Math.max(inNanos, PAUSE_NANOS));
            }
        }
    }

    /** Guarded by the round. */
    private void plan(Reservations reservations, Round round, long inNanos) {
        round.isPlanned = true;
        round.plannedNanos = System.nanoTime() + inNanos;
        long number = ++round.plans;
        CompletableFuture.delayedExecutor(inNanos, TimeUnit.NANOSECONDS, Runnable::run)
                .execute(() -> begin(reservations, round, number));
    }

    private void begin(Reservations reservations, Round round, long number) {
        try {
            executor.execute(() -> look(reservations, round, number));
        } catch (RejectedExecutionException full) {
            ended(reservations, round, number, Reservations.Swept.NOTHING);
        }
    }

    private void look(Reservations reservations, Round round, long number) {
        synchronized (round) {
            if (round.plans != number) {
                return;
            }
        }
        Reservations.Swept swept = Reservations.Swept.NOTHING;
        try {
            calls.requireOpen();
            swept = reservations.sweep();
        } catch (RuntimeException notNow) {
            // Whoever needs what is due brings it back; and it is looked for again.
            LOG.debug("what is due in {} could not be looked for", reservations.space(), notNow);
        } finally {
            ended(reservations, round, number, swept);
        }
    }

    private void ended(Reservations reservations, Round round, long number, Reservations.Swept swept) {
        synchronized (round) {
            if (round.plans != number) {
                return;
            }
            round.isPlanned = false;
            round.failures = failures(round.failures, swept);
            boolean goesOn = swept != Reservations.Swept.ALL || round.lastAtNanos - System.nanoTime() > -PAUSE_NANOS;
            if (goesOn && !calls.isClosing()) {
                plan(reservations, round, PAUSE_NANOS << round.failures);
            }
        }
    }

    /** How many looks in a row have done nothing about what is due; where very much is, no pause is made longer. */
    static int failures(int before, Reservations.Swept swept) {
        return swept == Reservations.Swept.NOTHING ? Math.min(before + 1, DOUBLINGS_MAX) : 0;
    }
}
