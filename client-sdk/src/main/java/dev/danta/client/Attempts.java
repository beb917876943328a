package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Timestamp;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.RetryBudget;
import dev.danta.txn.client.RetryPolicy;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** When a client's aborted transactions are tried again; what they share is the budget. Thread-safe. */
final class Attempts {
    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final SplittableRandom random;
    private final Object lock = new Object();
    private final Turns turns = new Turns(System::nanoTime, Turns.WAIT_NANOS_MAX);

    Attempts(RetryPolicy policy, RetryBudget budget, long seed) {
        this.policy = policy;
        this.budget = budget;
        this.random = new SplittableRandom(seed);
    }

    void onSuccess() {
        synchronized (lock) {
            budget.onSuccess();
        }
    }

    Turns turns() {
        return turns;
    }

    /** Returns when it is time for the next attempt after {@code lost}, or throws because there is none. */
    void awaitNext(CallOutcome.Aborted aborted, Tx lost, int attemptsMax) {
        int attempt = lost.attempt();
        long deadlineAt = lost.scope().deadlineAtNanos();
        if (attempt >= attemptsMax || !policy.mayTryAgainAfter(attempt)) {
            throw givenUp(aborted, attempt, "no more attempts are allowed");
        }
        long delay;
        synchronized (lock) {
            if (!budget.tryTake()) {
                throw givenUp(aborted, attempt, "too many of this client's transactions had to be tried again lately");
            }
            delay = random.nextLong(policy.ceilingNanos(attempt) + 1);
        }
        long at = System.nanoTime() + delay;
        if (!isTurnTaken(aborted, lost)) {
            sleepUntil(Math.min(at, deadlineAt));
        }
        if (System.nanoTime() - deadlineAt >= 0) {
            throw new DeadlineExceededException(
                    "the deadline passed after " + attempts(attempt) + "; at the last one " + reason(aborted),
                    facts(aborted, attempt));
        }
    }

    /** Whether it was enough to wait for the turn: the fight was among this client's own transactions. */
    private static boolean isTurnTaken(CallOutcome.Aborted aborted, Tx lost) {
        Turns.Visit visit = lost.scope().turns();
        return visit != null
                && aborted.reason() != CallOutcome.AbortReason.GAVE_UP
                && !visit.afterLosing(
                        lost.touched(), lost.written(), lost.scope().deadlineAtNanos());
    }

    /** Why a transaction that aborted is not tried again. */
    static DantaException givenUp(CallOutcome.Aborted aborted, int attempt, String why) {
        String message = "gave up after " + attempts(attempt) + " (" + why + "); at the last one " + reason(aborted);
        Facts facts = facts(aborted, attempt);
        return aborted.reason() == CallOutcome.AbortReason.GAVE_UP
                ? new UnavailableException(message, facts)
                : new ConflictException(message, facts);
    }

    /** What was only validated has no id. */
    private static Facts facts(CallOutcome.Aborted aborted, int attempt) {
        String id = aborted.txn().equals(Timestamp.ZERO) ? null : aborted.txn().toString();
        return new Facts(id, attempt, Map.of());
    }

    private static String attempts(int number) {
        return number == 1 ? "one attempt" : number + " attempts";
    }

    private static String reason(CallOutcome.Aborted aborted) {
        return switch (aborted.reason()) {
            case STALE_READ ->
                "something that was read was out of date: "
                        + aborted.newest().get(0).key();
            case CONFLICT -> "another transaction was in the way";
            case GAVE_UP -> "too few replicas voted in time";
        };
    }

    /** An interrupt does not cut it short; it is kept. */
    private static void sleepUntil(long atNanos) {
        boolean interrupted = false;
        for (long left = atNanos - System.nanoTime(); left > 0; left = atNanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
