package dev.danta.client;

import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A collection of relaxed counters by key: additions from anywhere are summed up, none gets lost, none counts twice
 * however often it is delivered. Thread-safe and immutable.
 */
public final class Counter {
    private final Calls calls;
    private final Declaration declaration;
    private final Collection collection;

    Counter(Calls calls, Declaration declaration) {
        this.calls = calls;
        this.declaration = declaration;
        this.collection = declaration.collection();
    }

    public String name() {
        return collection.name();
    }

    /**
     * Adds {@code amount}, which may be negative; returns once a quorum of replicas has it durably.
     *
     * @throws OutcomeUnknownException if no quorum acknowledged by the deadline: then the client still brings it to the
     *     replicas, so adding again would count twice
     */
    public void add(Key key, long amount) {
        Results.await(update(key, amount));
    }

    /** {@link #add} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> addAsync(Key key, long amount) {
        return Results.elsewhere(update(key, amount), Function.identity());
    }

    /** The sum as one replica has it; 0 if nothing was ever added. */
    public long get(Key key) {
        return get(key, Read.LOCAL);
    }

    /**
     * The sum; 0 if nothing was ever added.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public long get(Key key, Read read) {
        return sum(Results.await(value(key, read)));
    }

    /** {@link #get(Key, Read)} without waiting. */
    public CompletableFuture<Long> getAsync(Key key, Read read) {
        return Results.elsewhere(value(key, read), this::sum);
    }

    private CompletableFuture<Void> update(Key key, long amount) {
        ClientCall add = new ClientCall.AddToCounter(collection.encode(key), amount);
        return declaration.whenAgreed(
                calls.defaultDeadlineNanos(), left -> calls.update(add, "an addition to " + collection, left));
    }

    private CompletableFuture<Optional<RelaxedState>> value(Key key, Read read) {
        dev.danta.occ.Key encoded = collection.encode(key);
        return declaration.whenAgreed(
                calls.defaultDeadlineNanos(),
                left -> calls.readRelaxed(encoded, read, "a read of " + collection, left));
    }

    private long sum(Optional<RelaxedState> read) {
        RelaxedState state = read.orElse(null);
        if (state == null) {
            return 0;
        }
        if (!(state instanceof dev.danta.relaxed.Counter counter)) {
            throw new ModeMismatchException(
                    collection + " holds a " + state.typeName() + " under this key", DantaException.Facts.NONE);
        }
        return counter.value();
    }
}
