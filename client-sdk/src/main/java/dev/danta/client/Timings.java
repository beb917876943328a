package dev.danta.client;

import dev.danta.client.internal.meter.ClientMeter;
import dev.danta.client.internal.meter.Ending;
import dev.danta.client.internal.meter.Meters;
import dev.danta.client.internal.meter.Operation;
import dev.danta.client.internal.meter.Phase;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** How long things take, for a client's meters. Moments are those of {@link System#nanoTime()}. Thread-safe. */
final class Timings {
    private final Map<Phase, LongConsumer> phases;
    private final Map<Ending, LongConsumer> transactions;
    private final Map<Ending, LongConsumer> attempts;
    private final Map<Operation, Map<Ending, LongConsumer>> operations;

    Timings(Meters meters) {
        phases = each(Phase.class, phase -> meters.recorder(ClientMeter.TRANSACTION_PHASE, phase));
        transactions = each(Ending.class, ending -> meters.recorder(ClientMeter.TRANSACTION, ending));
        attempts = each(Ending.class, ending -> meters.recorder(ClientMeter.TRANSACTION_ATTEMPTS, ending));
        operations = each(
                Operation.class,
                operation -> each(Ending.class, ending -> meters.recorder(ClientMeter.OPERATION, operation, ending)));
    }

    private static <E extends Enum<E>, T> Map<E, T> each(Class<E> type, Function<E, T> made) {
        Map<E, T> all = new EnumMap<>(type);
        for (E one : type.getEnumConstants()) {
            all.put(one, made.apply(one));
        }
        return all;
    }

    /** What began at {@code begunNanos} is over. */
    void phase(Phase phase, long begunNanos) {
        record(phases, phase, System.nanoTime() - begunNanos);
    }

    /** The same, of something that has failed unless {@code failure} is null. */
    void operation(Operation operation, long begunNanos, @Nullable Throwable failure) {
        Map<Ending, LongConsumer> byEnding = operations.get(operation);
        if (byEnding != null) {
            record(byEnding, ending(failure), System.nanoTime() - begunNanos);
        }
    }

    /** A transaction begins. */
    Run begin() {
        return new Run();
    }

    /** One transaction, with all its attempts; for the thread that runs it. */
    final class Run {
        private final long begunNanos = System.nanoTime();
        private int number;

        private Run() {}

        void attempt() {
            number++;
        }

        /** It has failed unless {@code failure} is null. */
        void end(@Nullable Throwable failure) {
            Ending ending = ending(failure);
            record(transactions, ending, System.nanoTime() - begunNanos);
            record(attempts, ending, number);
        }
    }

    private static <E extends Enum<E>> void record(Map<E, LongConsumer> series, E which, long number) {
        LongConsumer one = series.get(which);
        if (one != null) {
            one.accept(number);
        }
    }

    private static Ending ending(@Nullable Throwable failure) {
        Throwable why = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (why == null) {
            return Ending.DONE;
        }
        if (!(why instanceof DantaException known)) {
            return Ending.THROWN;
        }
        if (known.outcome() == Outcome.APPLIED) {
            // Only what was to follow has failed.
            return Ending.DONE;
        } else if (known instanceof ConflictException) {
            return Ending.CONFLICT;
        } else if (known instanceof DeadlineExceededException) {
            return Ending.DEADLINE;
        } else if (known instanceof OutcomeUnknownException) {
            return Ending.UNKNOWN;
        } else if (known instanceof UnavailableException) {
            return Ending.UNAVAILABLE;
        }
        return known instanceof OverloadedException ? Ending.OVERLOADED : Ending.REFUSED;
    }
}
