package dev.danta.client;

import dev.danta.client.internal.meter.Phase;
import dev.danta.txn.client.CallOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.NonNull;
import org.jspecify.annotations.Nullable;

/**
 * A name space: collections, and strict transactions over them (and over those of other spaces of the same client).
 * Thread-safe and immutable.
 *
 * <p>A closure may be run several times and is answered with a known outcome only. An exception of its own aborts the
 * transaction, is never retried and reaches the caller unchanged; what led to it was read, but not validated, unless a bounded
 * counter was asked: where that matters, return a value instead, which is given to the caller only if the transaction commits.
 */
public final class Space {
    private final DantaClient client;
    private final String name;
    private final Reservations reservations;

    Space(DantaClient client, String name) {
        this(client, name, Clock.systemUTC());
    }

    /** For tests: with another clock, by which reservations expire. */
    Space(DantaClient client, String name, Clock clock) {
        this.client = client;
        this.name = name;
        this.reservations = new Reservations(client, this, clock);
    }

    public String name() {
        return name;
    }

    /**
     * The table of this name.
     *
     * @throws ModeMismatchException if this client has declared it otherwise before; what the cluster says is known with its
     *     first use
     */
    public <V> Table<V> table(String collection, Codec<V> codec, Mode mode) {
        Collection.Kind kind = Given.notNull("a mode: a table is STRICT or RELAXED", mode) == Mode.STRICT
                ? Collection.Kind.STRICT_TABLE
                : Collection.Kind.RELAXED_TABLE;
        return tableOf(new Collection(name, collection, kind), given(codec));
    }

    <V> Table<V> tableOf(Collection collection, Codec<V> codec) {
        return new Table<>(client.calls(), this, client.declare(collection), codec);
    }

    /**
     * The counters of this name.
     *
     * @throws ModeMismatchException if this client has declared it otherwise before
     */
    public Counter counter(String collection) {
        Collection counters = new Collection(name, collection, Collection.Kind.COUNTER);
        return new Counter(counters, manner(counters));
    }

    /**
     * The relaxed sets of this name.
     *
     * @param codec gives equal elements equal bytes, always: by those they are compared
     * @throws ModeMismatchException if this client has declared it otherwise before
     */
    public <E> SetOf<E> setOf(String collection, Codec<E> codec) {
        Collection sets = new Collection(name, collection, Collection.Kind.SET);
        return new SetOf<>(sets, given(codec), manner(sets));
    }

    /**
     * The relaxed sets of this name, for many elements: each is spread over so many pages, by a hash of its elements' bytes. A
     * change touches the pages of its elements, and only them; {@link SetOf#members} reads all pages.
     *
     * @param codec as for {@link #setOf(String, Codec)}
     * @param pages from 2 to 16,384, and for good: some tens of elements to a page are a good choice. It is a part of what is
     *     declared
     * @throws ModeMismatchException if this client has declared it otherwise before
     */
    public <E> SetOf<E> setOf(String collection, Codec<E> codec, int pages) {
        Collection sets = Collection.ofPages(name, collection, Collection.Kind.SET, pages);
        return new SetOf<>(sets, given(codec), manner(sets));
    }

    /** The relaxed sets of this name that only grow; {@code codec} as for {@link #setOf}. */
    public <E> GrowSetOf<E> growSetOf(String collection, Codec<E> codec) {
        Collection sets = new Collection(name, collection, Collection.Kind.GROW_SET);
        return new GrowSetOf<>(sets, given(codec), manner(sets));
    }

    /** Those that only grow, for many elements: spread as by {@link #setOf(String, Codec, int)}. */
    public <E> GrowSetOf<E> growSetOf(String collection, Codec<E> codec, int pages) {
        Collection sets = Collection.ofPages(name, collection, Collection.Kind.GROW_SET, pages);
        return new GrowSetOf<>(sets, given(codec), manner(sets));
    }

    /**
     * The relaxed maps of this name.
     *
     * @param fields gives equal fields equal bytes, always: by those they are compared
     * @throws ModeMismatchException if this client has declared it otherwise before
     */
    public <F, V> MapOf<F, V> mapOf(String collection, Codec<F> fields, Codec<V> values) {
        Collection maps = new Collection(name, collection, Collection.Kind.MAP);
        return new MapOf<>(maps, given(fields), given(values), manner(maps));
    }

    /**
     * The relaxed event streams of this name.
     *
     * @param page how much time one page of a stream is for, from a millisecond to ten years: some thousands of events fall into
     *     it. Clients may differ in it
     * @throws ModeMismatchException if this client has declared it otherwise before
     */
    public <E> EventStream<E> eventStream(String collection, Codec<E> codec, Duration page) {
        Collection streams = new Collection(name, collection, Collection.Kind.EVENT_STREAM);
        return new EventStream<>(streams, given(codec), page, this::manner, Clock.systemUTC());
    }

    static <V> Codec<V> given(Codec<V> codec) {
        return Given.notNull("a codec: there are those of Codecs, Json and Protobuf", codec);
    }

    private Manner manner(Collection collection) {
        return new Manner.InCluster(client.calls(), client.declare(collection));
    }

    /**
     * The bounded counters of this name: stock, balances, slots in use.
     *
     * @throws ModeMismatchException if this client has declared it otherwise before, with other bounds too; what the cluster says
     *     is known with its first use
     */
    public BoundedCounter boundedCounter(String collection, Bounds bounds) {
        Collection declared = new Collection(
                name,
                collection,
                Collection.Kind.BOUNDED_COUNTER,
                Given.notNull("bounds: there are Bounds.atLeast and atMost", bounds));
        return new BoundedCounter(this, client.calls(), client.declare(declared), bounds);
    }

    /**
     * Begins to say what is to be reserved under an id of the caller's choice: all of it or nothing, for a while, of several bounded
     * counters. Under one id there is one reservation, so that asking again is harmless.
     *
     * @throws IllegalArgumentException if the id is empty
     * @throws TooLargeException if it is too long for a key
     */
    public Reserve reserve(String id) {
        return reservations.begin(id);
    }

    /** The reservation under this id, by a strict read; empty if there is none, or it ended a day ago or earlier. */
    public Optional<Reservation> reservation(String id) {
        return reservations.find(id);
    }

    /** Runs a strict transaction; {@link #run(TxOptions, TxWork)} with the defaults. */
    public <T extends @Nullable Object, X extends Exception> T run(TxWork<T, X> work) throws X {
        return run(TxOptions.DEFAULTS, work);
    }

    /**
     * Runs a strict transaction, again and again while others are in its way, until it commits or the deadline passes.
     *
     * @return what the closure returned in the attempt that committed
     * @throws X what the closure threw; nothing took effect
     * @throws ConflictException if others were in the way as often as is allowed
     * @throws DeadlineExceededException if the deadline passed between attempts; nothing took effect
     * @throws OutcomeUnknownException if the deadline passed during a commit
     * @throws UnavailableException if too few nodes can be reached; nothing took effect
     */
    public <T extends @Nullable Object, X extends Exception> T run(TxOptions options, TxWork<T, X> work) throws X {
        return attempt(options, Tx.Kind.CLOSURE, null, work);
    }

    /**
     * {@link #run(TxOptions, TxWork)} with an idempotency key, and a result that is kept with it.
     *
     * @param resultCodec of what the closure returns; without one, only a {@link String}, {@link Long}, {@link Integer},
     *     {@link Boolean}, {@code byte[]} or null can be kept
     * @return what the closure returned in the attempt that committed, now or earlier
     * @throws IdempotencyMismatchException if another request was done under the key
     * @throws IllegalArgumentException if {@code options} name no idempotency key
     */
    public <T extends @Nullable Object, X extends Exception> T run(
            TxOptions options, Codec<? extends @NonNull T> resultCodec, TxWork<T, X> work) throws X {
        return attempt(options, Tx.Kind.CLOSURE, resultCodec, work);
    }

    /** {@link #run(TxWork)} without a result. */
    public <X extends Exception> void execute(TxAction<X> action) throws X {
        execute(TxOptions.DEFAULTS, action);
    }

    /** {@link #run(TxOptions, TxWork)} without a result. */
    public <X extends Exception> void execute(TxOptions options, TxAction<X> action) throws X {
        requireWork(action);
        this.<Boolean, X>run(options, tx -> {
            action.run(tx);
            return true;
        });
    }

    /** {@link #run(TxWork)} on the client's executor. */
    public <T> CompletableFuture<T> runAsync(TxWork<T, ?> work) {
        return runAsync(TxOptions.DEFAULTS, work);
    }

    /**
     * {@link #run(TxOptions, TxWork)} on the client's executor; the deadline begins now. Completed exceptionally with what
     * {@code run} would have thrown, or with an {@link OverloadedException} if the executor takes no more. Cancelling the
     * future does not cancel a commit that was sent. The future is completed by the deadline even if the closure blocks,
     * which then cannot commit any more; its thread is not free before it returns.
     */
    public <T> CompletableFuture<T> runAsync(TxOptions options, TxWork<T, ?> work) {
        return begun(options, null, work);
    }

    /** {@link #run(TxOptions, Codec, TxWork)} on the client's executor, as {@link #runAsync(TxOptions, TxWork)}. */
    public <T> CompletableFuture<T> runAsync(TxOptions options, Codec<T> resultCodec, TxWork<T, ?> work) {
        return begun(options, resultCodec, work);
    }

    private <T> CompletableFuture<T> begun(TxOptions options, @Nullable Codec<T> resultCodec, TxWork<T, ?> work) {
        requireWork(work);
        CompletableFuture<T> future = new CompletableFuture<>();
        long deadlineAt = client.calls().deadlineAt(given(options).deadline());
        TimedClosure<T> timed = new TimedClosure<>(work);
        try {
            client.executor().execute(() -> complete(future, options, deadlineAt, resultCodec, timed));
        } catch (RejectedExecutionException e) {
            future.completeExceptionally(new OverloadedException(
                    "too many transactions wait for a thread of this client", DantaException.Facts.NONE));
        }
        endByDeadline(future, deadlineAt, timed);
        return future;
    }

    private static <T> void endByDeadline(CompletableFuture<T> future, long deadlineAt, TimedClosure<T> timed) {
        // Whatever else ends at the deadline knows better why. The copy forgets its timer when the future is completed.
        long nanos = Math.max(1, deadlineAt - System.nanoTime());
        CompletableFuture<T> unused = future.copy()
                .orTimeout(nanos + nanos / 20, TimeUnit.NANOSECONDS)
                .whenComplete((result, failure) -> {
                    DantaException late = failure instanceof TimeoutException ? timed.onDeadline() : null;
                    if (late != null) {
                        future.completeExceptionally(late);
                    }
                });
    }

    private <T> void complete(
            CompletableFuture<T> future,
            TxOptions options,
            long deadlineAt,
            @Nullable Codec<T> resultCodec,
            TxWork<T, ?> work) {
        try {
            future.complete(attempt(options, deadlineAt, Tx.Kind.CLOSURE, resultCodec, work));
        } catch (Exception e) {
            future.completeExceptionally(e);
        } finally {
            // An Error goes on to the thread, but nobody may wait for ever because of it.
            future.completeExceptionally(new IllegalStateException("the transaction's closure ended with an error"));
        }
    }

    /**
     * Runs a strict read: everything read was the newest at one moment between begin and end. It must not write.
     *
     * @throws X what the closure threw
     */
    public <T extends @Nullable Object, X extends Exception> T read(TxWork<T, X> work) throws X {
        return read(TxOptions.DEFAULTS, work);
    }

    /** {@link #read(TxWork)} with options. */
    public <T extends @Nullable Object, X extends Exception> T read(TxOptions options, TxWork<T, X> work) throws X {
        requireNoKey(options, "a read");
        return attempt(options, Tx.Kind.READ_ONLY_CLOSURE, null, work);
    }

    /** Begins a transaction that the caller ends; {@link #begin(TxOptions)} with the defaults. */
    public Tx begin() {
        return begin(TxOptions.DEFAULTS);
    }

    /** Begins a transaction that the caller ends by {@link Tx#commit()}, {@link Tx#rollback()} or closing it. */
    public Tx begin(TxOptions options) {
        requireNoKey(options, "a transaction that the caller ends");
        long deadlineAt = client.calls().deadlineAt(options.deadline());
        return new Tx(client.calls(), new Tx.Scope(deadlineAt, 1, Tx.Kind.BY_HAND, Hints.NONE, null));
    }

    private static void requireWork(Object work) {
        Given.notNull("a closure: there is nothing to run", work);
    }

    private static TxOptions given(TxOptions options) {
        return Given.notNull("options: there are defaults, Tx.options()", options);
    }

    private static void requireNoKey(TxOptions options, String what) {
        if (given(options).idempotencyKey().isPresent()) {
            throw new IllegalArgumentException(what + " has no idempotency key: run a closure with it");
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            TxOptions options, Tx.Kind kind, @Nullable Codec<?> resultCodec, TxWork<T, X> work) throws X {
        requireWork(work);
        return attempt(options, client.calls().deadlineAt(given(options).deadline()), kind, resultCodec, work);
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            TxOptions options, long deadlineAt, Tx.Kind kind, @Nullable Codec<?> resultCodec, TxWork<T, X> work)
            throws X {
        Once<T> once = Once.of(name, options, deadlineAt - System.nanoTime(), resultCodec);
        // Who only reads may read beside others.
        Turns.Visit turns = kind == Tx.Kind.CLOSURE ? client.attempts().turns().visit() : null;
        Timings.Run run = client.calls().timings().begin();
        Throwable failure = null;
        try {
            return attempt(options, new Tx.Scope(deadlineAt, 1, kind, Hints.NONE, turns), once, work, run);
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            run.end(failure);
            if (turns != null) {
                turns.release();
            }
        }
    }

    private <T extends @Nullable Object, X extends Exception> T attempt(
            TxOptions options, Tx.Scope first, @Nullable Once<T> once, TxWork<T, X> work, Timings.Run run) throws X {
        Attempts attempts = client.attempts();
        Tx.Scope scope = first;
        DueMemory.Asked asked = DueMemory.Asked.now(first.deadlineAtNanos());
        while (true) {
            Tx tx = new Tx(client.calls(), scope);
            asked = asked.again();
            run.attempt();
            T result;
            try {
                Once.Earlier<T> earlier = once == null ? null : once.earlier(tx);
                if (earlier != null) {
                    return earlier.result();
                }
                result = work.run(tx);
                if (once != null) {
                    once.keep(tx, result);
                }
            } catch (Exception thrown) {
                CallOutcome.Aborted untrue = whatWasUntrue(tx, once, thrown);
                boolean isOwn = !(thrown instanceof DantaException);
                if (untrue == null && !(isOwn && bringsBack(tx, asked, options))) {
                    throw thrown;
                }
                tx.end();
                scope = untrue == null ? scope.next(Hints.NONE) : begunAnew(tx, untrue, options);
                continue;
            } finally {
                tx.end();
            }
            if (bringsBack(tx, asked, options)) {
                scope = scope.next(Hints.NONE);
                continue;
            }
            CallOutcome outcome = tx.settle();
            if (outcome instanceof CallOutcome.Committed committed) {
                attempts.onSuccess();
                tx.passOn(committed);
                if (once != null) {
                    client.requestCleaner().onRequest(name);
                }
                tx.follow(outcome);
                return result;
            }
            scope = begunAnew(tx, (CallOutcome.Aborted) outcome, options);
        }
    }

    /**
     * Why {@code thrown} does not count, and the closure is run again; null if it does. What was remembered may be very old.
     * And what a request has read may be older than that it was done already: its closure may have complained of its own
     * effect. That a unique key is taken is only said if it is true, too; and so is what a closure throws that has asked bounded
     * counters, most likely that there is not enough.
     */
    private static CallOutcome.@Nullable Aborted whatWasUntrue(Tx tx, @Nullable Once<?> once, Exception thrown) {
        if (tx.isTorn() && thrown instanceof ConflictException) {
            return (CallOutcome.Aborted) tx.settle();
        }
        boolean isDecidedByReads = thrown instanceof UniqueViolationException;
        boolean isOwn = !(thrown instanceof DantaException);
        if (!isDecidedByReads && !(isOwn && (once != null || tx.sawRemembered() || tx.sawCounters()))) {
            return null;
        }
        try {
            return tx.confirm() instanceof CallOutcome.Aborted untrue ? untrue : null;
        } catch (DantaException unconfirmed) {
            unconfirmed.addSuppressed(thrown);
            throw unconfirmed;
        }
    }

    /**
     * Whether the closure is run again because it was told that there is not enough of a bounded counter, and what was reserved for
     * too long may have come back since it began. Who waits for that lets go of his turns: whoever brings it back needs them.
     */
    private boolean bringsBack(Tx tx, DueMemory.Asked asked, TxOptions options) {
        Tx.Scope scope = tx.scope();
        return tx.wasRefused()
                && scope.kind() == Tx.Kind.CLOSURE
                && scope.attempt() < options.attemptsMax()
                && reservations.bringsBack(asked, scope::releaseTurns);
    }

    Reservations reservations() {
        return reservations;
    }

    /** What the next attempt is given, once it may begin. */
    private Tx.Scope begunAnew(Tx lost, CallOutcome.Aborted aborted, TxOptions options) {
        Tx.Scope next = lost.scope().next(lost.learned(aborted));
        long begun = System.nanoTime();
        try {
            client.attempts().awaitNext(aborted, lost, options.attemptsMax());
        } finally {
            client.calls().timings().phase(Phase.BACK_OFF, begun);
        }
        client.calls().counts().retries.increment();
        return next;
    }
}
