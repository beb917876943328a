package dev.danta.bench.application;

import dev.danta.client.BoundedCounter;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeHandle;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.scenario.Port.Spent;
import dev.danta.scenario.Port.Way;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A spend that stays open when its user has no more time. What is spent of what a client holds has no name by which another could
 * ask for it: so whoever wants to know leaves the call open, and is told once a quorum can be reached.
 */
final class OpenSpend {
    /** Longer than anybody has patience. */
    private static final Duration OPEN_FOR = Duration.ofMinutes(20);

    private static final Duration ASKED_FOR = Duration.ofSeconds(10);
    private static final int ASKED_MAX = 60;

    private final CompletableFuture<SpendResult> call;

    private OpenSpend(CompletableFuture<SpendResult> call) {
        this.call = call;
    }

    static OpenSpend begin(BoundedCounter counters, Key key, long amount, Spend options) {
        try {
            return new OpenSpend(counters.spendAsync(key, amount, options.deadline(OPEN_FOR)));
        } catch (DantaException failed) {
            return new OpenSpend(CompletableFuture.failedFuture(failed));
        }
    }

    /**
     * How it went; unknown if that is not known by then.
     *
     * @param inTheEnd told later if it is unknown, by another thread
     */
    Spent within(Duration deadline, Consumer<Spent> inTheEnd) {
        try {
            return ApplicationUser.spent(call.get(deadline.toNanos(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException late) {
            Spent told = told(late.getCause());
            if (told.status() == Spent.Status.UNKNOWN) {
                tellLater(inTheEnd);
            }
            return told;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            tellLater(inTheEnd);
            return told(null);
        }
    }

    private void tellLater(Consumer<Spent> inTheEnd) {
        CompletableFuture<SpendResult> unused =
                call.whenComplete((result, failure) -> settle(result, failure, inTheEnd));
    }

    /** @param failure null if there is none yet */
    private static Spent told(@Nullable Throwable failure) {
        if (failure == null) {
            return new Spent(Spent.Status.UNKNOWN, null);
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof DantaException failed) {
            return ApplicationUser.spent(failed);
        }
        throw new IllegalStateException("a spend failed as it must not", failure);
    }

    private static void settle(@Nullable SpendResult result, @Nullable Throwable failure, Consumer<Spent> inTheEnd) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (result != null) {
            inTheEnd.accept(ApplicationUser.spent(result));
        } else if (cause instanceof OutcomeUnknownException unknown) {
            // Asking takes a while, which is not to be taken from whoever tells this.
            Thread asking = new Thread(() -> inTheEnd.accept(asked(unknown.handle())), "open-spend");
            asking.setDaemon(true);
            asking.start();
        } else {
            inTheEnd.accept(told(failure));
        }
    }

    private static Spent asked(OutcomeHandle handle) {
        for (int i = 0; i < ASKED_MAX && !handle.toString().isEmpty(); i++) {
            try {
                Outcome outcome = handle.resolve(ASKED_FOR);
                if (outcome != Outcome.UNKNOWN) {
                    boolean isDone = outcome == Outcome.APPLIED;
                    return new Spent(
                            isDone ? Spent.Status.ACCEPTED : Spent.Status.NOT_DONE, isDone ? Way.STRICT : null);
                }
            } catch (DantaException | IllegalStateException closed) {
                return told(null);
            }
        }
        return told(null);
    }
}
