package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.internal.ClientCache;
import dev.danta.client.internal.NobodyAnsweredException;
import dev.danta.client.internal.Shell;
import dev.danta.client.internal.ShellStoppedException;
import dev.danta.client.internal.meter.Meters;
import dev.danta.client.internal.meter.Operation;
import dev.danta.client.internal.meter.Phase;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.LogCursor;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.SessionMarks;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The machine's answers in the words of this API: values for what is expected, exceptions for the rest. Thread-safe.
 *
 * <p>Waiting is not cut short by an interrupt, which would leave an outcome unknown that is known an instant later: it
 * ends with the call's deadline, and the thread's interrupt status is kept.
 */
final class Calls {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    /** The end of a transaction that no replica knows of. */
    static final CallOutcome NO_TRACE =
            new CallOutcome.Committed(Timestamp.ZERO, Timestamp.ZERO, dev.danta.txn.coordinator.Outcome.Path.FAST);

    private final Shell shell;
    private final @Nullable ClientCache cache;
    private final Duration defaultDeadline;
    private final Holdings holdings = new Holdings(this, Holdings.COUNTERS_MAX);
    private final Counts counts;
    private final Timings timings;
    private final Meters meters;
    private final AtomicBoolean closing = new AtomicBoolean();

    Calls(Shell shell, Duration defaultDeadline, @Nullable ClientCache cache, Meters meters) {
        this.cache = cache;
        this.shell = shell;
        this.defaultDeadline = defaultDeadline;
        this.meters = meters;
        this.counts = new Counts(meters);
        this.timings = new Timings(meters);
    }

    static Duration requirePositive(String what, Duration duration) {
        Given.notNull(what, duration);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
        return duration;
    }

    static long nanos(Duration duration) {
        return duration.compareTo(FOR_EVER) < 0 ? duration.toNanos() : FOR_EVER.toNanos();
    }

    Counts counts() {
        return counts;
    }

    Timings timings() {
        return timings;
    }

    /** Has the client's meters no longer ask for what is there now. */
    void closeMeters() {
        meters.close();
    }

    Holdings holdings() {
        return holdings;
    }

    /** From now on nothing new is begun; what has begun may go on. False if that was so already. */
    boolean stopAdmission() {
        return closing.compareAndSet(false, true);
    }

    boolean isClosing() {
        return closing.get();
    }

    void requireOpen() {
        if (closing.get()) {
            throw new IllegalStateException("the client is closed");
        }
    }

    /** The moment, by {@link System#nanoTime()}, at which something that begins now must have ended. */
    long deadlineAt(Optional<Duration> deadline) {
        requireOpen();
        return System.nanoTime() + nanos(deadline.orElse(defaultDeadline));
    }

    long defaultDeadlineNanos() {
        return nanos(defaultDeadline);
    }

    /** Has the cluster know a collection; what it is there, now and for good, which need not be what it is here. */
    CompletableFuture<AdminReply.Declared> declare(Collection collection, long deadlineNanos) {
        requireOpen();
        AdminRequest.Declare request =
                new AdminRequest.Declare(collection.space(), collection.name(), collection.type());
        return shell.askCluster(request, deadlineNanos)
                .handle((reply, failure) -> declared(collection, reply, failure));
    }

    private static AdminReply.Declared declared(
            Collection collection, @Nullable AdminReply reply, @Nullable Throwable failure) {
        if (reply instanceof AdminReply.Declared declared) {
            return declared;
        }
        String what = "the cluster could not be told what " + collection.fullName() + " is";
        if (reply instanceof AdminReply.Refused refused) {
            String sentence = what + ": " + refused.why();
            throw refused.kind() == AdminReply.Refused.Kind.WRONG_CLUSTER
                    ? new WrongClusterException(sentence, Facts.NONE)
                    : new RefusedException(sentence, Facts.NONE);
        }
        if (failure instanceof NobodyAnsweredException nobody) {
            throw new UnavailableException(what + ", no node answered in time", Facts.of(nobody.causes()));
        }
        throw new IllegalStateException("not an answer to a declaration: " + reply, failure);
    }

    /** Whether first attempts begin with what is remembered. */
    boolean isCaching() {
        return cache != null;
    }

    /**
     * The newest versions that one replica of each shard has; in one round trip, as several questions if need be.
     *
     * @param cached whether what is remembered will do
     */
    CallOutcome.Versions readVersions(List<Key> keys, boolean cached, long deadlineNanos) {
        counts.readRounds.increment();
        long begun = System.nanoTime();
        try {
            return versions(keys, cached, deadlineNanos);
        } finally {
            timings.phase(Phase.READ, begun);
        }
    }

    private CallOutcome.Versions versions(List<Key> keys, boolean cached, long deadlineNanos) {
        if (keys.size() <= Limits.READ_KEYS_MAX) {
            return counted(versions(ask(new ClientCall.ReadVersions(keys, cached), deadlineNanos)), cached);
        }
        List<CompletableFuture<CallOutcome.Versions>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += Limits.READ_KEYS_MAX) {
            ClientCall part = new ClientCall.ReadVersions(
                    keys.subList(from, Math.min(from + Limits.READ_KEYS_MAX, keys.size())), cached);
            parts.add(
                    shell.call(part, deadlineNanos).handle((outcome, error) -> versions(answer(part, outcome, error))));
        }
        List<Version> versions = new ArrayList<>();
        int remembered = 0;
        for (CompletableFuture<CallOutcome.Versions> part : parts) {
            CallOutcome.Versions found = Results.await(part);
            versions.addAll(found.versions());
            remembered += found.cached();
        }
        return counted(new CallOutcome.Versions(versions, remembered), cached);
    }

    private CallOutcome.Versions counted(CallOutcome.Versions found, boolean cached) {
        if (cached) {
            counts.cacheHits.add(found.cached());
            counts.cacheMisses.add(found.versions().size() - found.cached());
        }
        return found;
    }

    /** What one replica of each shard concerned shows of a range. */
    CallOutcome.RangeFound readRange(ClientCall.ReadRange read, long deadlineNanos) {
        counts.readRounds.increment();
        CallOutcome outcome = ask(read, deadlineNanos, Phase.READ);
        if (outcome instanceof CallOutcome.RangeFound found) {
            return found;
        }
        throw failed("no answer to a read of a range", outcome);
    }

    private CallOutcome.Versions versions(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Versions versions) {
            return versions;
        }
        throw failed("no answer to a read", outcome);
    }

    /**
     * Commits: {@link CallOutcome.Committed} or {@link CallOutcome.Aborted}, anything else is thrown.
     *
     * @param attempt which of the transaction's it is, for the error
     * @param isRepeatable whether it has an idempotency key
     */
    CallOutcome commit(ClientCall.Commit commit, long deadlineNanos, int attempt, boolean isRepeatable) {
        long begun = System.nanoTime();
        CallOutcome outcome = ask(commit, deadlineNanos, Phase.COMMIT);
        if (outcome instanceof CallOutcome.Committed committed) {
            onCommitted(committed);
            return outcome;
        } else if (outcome instanceof CallOutcome.Aborted aborted) {
            onAborted(aborted);
            return outcome;
        } else if (outcome instanceof CallOutcome.Unknown unknown) {
            throw unknown(unknown, System.nanoTime() - begun >= deadlineNanos, attempt, isRepeatable);
        }
        throw failed("the transaction could not be committed", outcome);
    }

    private OutcomeUnknownException unknown(
            CallOutcome.Unknown unknown, boolean isLate, int attempt, boolean isRepeatable) {
        counts.unknowns.increment();
        ClientCall.AwaitOutcome question = new ClientCall.AwaitOutcome(unknown.txn(), unknown.participants());
        Facts facts = new Facts(OutcomeHandle.text(question), attempt, byEndpoint(unknown.causes()));
        return new OutcomeUnknownException(
                isLate
                        ? "the deadline passed before the outcome was known"
                        : "nodes have forgotten what is as old as this transaction: this machine's clock is behind theirs",
                new OutcomeHandle(this, question),
                isRepeatable,
                facts);
    }

    /**
     * Ends a transaction that only reads, without leaving anything behind on a node unless it had to be prepared:
     * {@link CallOutcome.Committed}, with an id only if it was, or {@link CallOutcome.Aborted}, without one, with what is
     * newer; anything else is thrown.
     */
    CallOutcome validate(ClientCall.Validate validate, long deadlineNanos) {
        CallOutcome outcome = ask(validate, deadlineNanos, Phase.VALIDATE);
        if (outcome instanceof CallOutcome.Validated validated) {
            counts.strictReads.increment();
            return validated.prepared() == null ? NO_TRACE : validated.prepared();
        } else if (outcome instanceof CallOutcome.Outdated outdated) {
            CallOutcome.Aborted aborted =
                    new CallOutcome.Aborted(Timestamp.ZERO, CallOutcome.AbortReason.STALE_READ, outdated.newest());
            onAborted(aborted);
            return aborted;
        }
        throw failed("what was read could not be validated", outcome);
    }

    /** A strict read of one key; null if it has no value. */
    CompletableFuture<@Nullable Bytes> readStrict(Key key, String what, long deadlineNanos) {
        requireOpen();
        ClientCall call = new ClientCall.ReadStrict(List.of(key));
        return timed(
                Operation.STRICT_READ,
                () -> shell.call(call, deadlineNanos).handle((given, error) -> {
                    CallOutcome outcome = answer(call, given, error);
                    if (outcome instanceof CallOutcome.StrictlyRead read) {
                        counts.strictReads.increment();
                        return read.versions().get(0).value();
                    }
                    throw failed("no answer to " + what, outcome);
                }));
    }

    /** Does it, and records how long it takes until the future is completed. */
    private <T extends @Nullable Object> CompletableFuture<T> timed(
            Operation operation, Supplier<CompletableFuture<T>> begun) {
        long begunNanos = System.nanoTime();
        return begun.get().whenComplete((result, failure) -> timings.operation(operation, begunNanos, failure));
    }

    private void onCommitted(CallOutcome.Committed committed) {
        switch (committed.path()) {
            case FAST -> counts.commitsFast.increment();
            case SLOW -> counts.commitsSlow.increment();
            case SETTLED -> counts.commitsSettled.increment();
        }
    }

    private void onAborted(CallOutcome.Aborted aborted) {
        switch (aborted.reason()) {
            case STALE_READ -> counts.abortsStaleRead.increment();
            case CONFLICT -> counts.abortsConflict.increment();
            case GAVE_UP -> counts.abortsGaveUp.increment();
        }
    }

    Outcome awaitOutcome(ClientCall.AwaitOutcome question, Duration deadline) {
        CallOutcome outcome = ask(question, nanos(deadline));
        if (outcome instanceof CallOutcome.Committed) {
            return Outcome.APPLIED;
        } else if (outcome instanceof CallOutcome.Aborted) {
            return Outcome.NOT_APPLIED;
        } else if (outcome instanceof CallOutcome.Unknown) {
            return Outcome.UNKNOWN;
        }
        throw failed("the outcome of " + question.txn() + " could not be asked for", outcome);
    }

    /** A relaxed update; completed with what was changed once as many have it as it asks for. */
    CompletableFuture<RelaxedState> update(ClientCall.Change call, String what, long deadlineNanos) {
        requireOpen();
        return timed(
                Operation.RELAXED_UPDATE,
                () -> shell.call(call, deadlineNanos)
                        .handle((outcome, error) -> updated(answer(call, outcome, error), call.ack(), what)));
    }

    private RelaxedState updated(CallOutcome outcome, ClientCall.Ack ack, String what) {
        if (outcome instanceof CallOutcome.Updated updated) {
            counts.relaxedUpdates.increment();
            return updated.change();
        } else if (outcome instanceof CallOutcome.UpdateUnknown unknown) {
            throw unknown(unknown, ack, what);
        }
        throw failed(what + " failed", outcome);
    }

    private OutcomeUnknownException unknown(CallOutcome.UpdateUnknown unknown, ClientCall.Ack ack, String what) {
        counts.unknowns.increment();
        String whom = ack == ClientCall.Ack.ONE ? "any node" : "a quorum";
        return new OutcomeUnknownException(
                what + " was not acknowledged by " + whom + " in time; it may still take effect",
                new OutcomeHandle(this, null),
                Facts.of(byEndpoint(unknown.causes())));
    }

    /** A spend of a bounded counter; completed once it is known whether it was done. Whoever is given the answer counts it. */
    CompletableFuture<CallOutcome.Spent> spend(ClientCall.Spend call, String what, long deadlineNanos) {
        requireOpen();
        long begun = System.nanoTime();
        return timed(
                Operation.SPEND,
                () -> shell.call(call, deadlineNanos)
                        .handle((outcome, error) -> spent(answer(call, outcome, error), what, begun + deadlineNanos)));
    }

    private CallOutcome.Spent spent(CallOutcome outcome, String what, long deadlineAt) {
        if (outcome instanceof CallOutcome.Spent spent) {
            return spent;
        } else if (outcome instanceof CallOutcome.Unknown unknown) {
            throw unknown(unknown, System.nanoTime() - deadlineAt >= 0, 0, false);
        } else if (outcome instanceof CallOutcome.UpdateUnknown unknown) {
            throw unknown(unknown, ClientCall.Ack.QUORUM, what);
        }
        throw failed(what + " could not be done", outcome);
    }

    /** What a bounded counter is. */
    CompletableFuture<CallOutcome.CounterValue> readCounter(
            ClientCall.ReadCounter call, String what, long deadlineNanos) {
        requireOpen();
        return timed(
                Operation.STRICT_READ,
                () -> shell.call(call, deadlineNanos).handle((given, error) -> {
                    CallOutcome outcome = answer(call, given, error);
                    if (outcome instanceof CallOutcome.CounterValue value) {
                        counts.strictReads.increment();
                        return value;
                    }
                    throw failed("no answer to " + what, outcome);
                }));
    }

    /** What bounded counters are, for a transaction; in the order asked. */
    List<CallOutcome.Opened> openCounters(ClientCall.OpenCounters open, long deadlineNanos) {
        counts.readRounds.increment();
        CallOutcome outcome = ask(open, deadlineNanos, Phase.READ);
        if (outcome instanceof CallOutcome.CountersOpened opened) {
            return opened.counters();
        }
        throw failed("no answer to a read of bounded counters", outcome);
    }

    /** Gives back what this client holds of a bounded counter; also while the client is being closed. */
    CompletableFuture<Long> giveBack(ClientCall.GiveBack call, String what, long deadlineNanos) {
        return shell.call(call, deadlineNanos).handle((given, error) -> {
            CallOutcome outcome = answer(call, given, error);
            if (outcome instanceof CallOutcome.GivenBack back) {
                return back.amount();
            } else if (outcome instanceof CallOutcome.Unknown unknown) {
                throw unknown(unknown, true, 0, false);
            }
            throw failed(what + " could not be done", outcome);
        });
    }

    /** Holds some of a bounded counter, to be spent relaxed; completed with how much is held. */
    CompletableFuture<Long> hold(ClientCall.Hold call, String what, long deadlineNanos) {
        requireOpen();
        return shell.call(call, deadlineNanos).handle((given, error) -> {
            CallOutcome outcome = answer(call, given, error);
            if (outcome instanceof CallOutcome.Held held) {
                return held.amount();
            } else if (outcome instanceof CallOutcome.Unknown unknown) {
                throw unknown(unknown, true, 0, false);
            }
            throw failed(what + " could not be done", outcome);
        });
    }

    /** A relaxed read. */
    CompletableFuture<CallOutcome.Relaxed> readRelaxed(ClientCall.ReadRelaxed call, String what, long deadlineNanos) {
        requireOpen();
        return timed(
                Operation.RELAXED_READ,
                () -> shell.call(call, deadlineNanos).handle((given, error) -> {
                    CallOutcome outcome = answer(call, given, error);
                    if (outcome instanceof CallOutcome.Relaxed relaxed) {
                        counts.relaxedReads.increment();
                        if (call.maxAgeNanos() > 0) {
                            counts.read(relaxed).increment();
                        }
                        return relaxed;
                    } else if (outcome instanceof CallOutcome.UpdateUnknown unknown) {
                        // What was read is not yet on a quorum, and could not be brought there: nothing is certain of
                        // it.
                        throw new DeadlineExceededException(
                                "no quorum answered " + what + " in time", Facts.of(byEndpoint(unknown.causes())));
                    }
                    throw failed("no answer to " + what, outcome);
                }));
    }

    /** Has what is remembered kept fresh; its number, for {@link #lag} and {@link #letGo}. */
    long keepFresh(ClientCall.KeepFresh keep, String what) {
        requireOpen();
        CallOutcome outcome = ask(keep, nanos(defaultDeadline));
        if (outcome instanceof CallOutcome.KeptFresh begun) {
            return begun.kept();
        }
        throw failed(what, outcome);
    }

    Optional<Duration> lag(ClientCall.ReadLag lag) {
        requireOpen();
        CallOutcome outcome = ask(lag, nanos(defaultDeadline));
        return outcome instanceof CallOutcome.Lag told && told.nanos() != null
                ? Optional.of(Duration.ofNanos(told.nanos()))
                : Optional.empty();
    }

    /** Nothing to do for a client that is closed, or refuses more than it has under way: then it goes on in vain. */
    void letGo(ClientCall.LetGo go) {
        if (!isClosing()) {
            CompletableFuture<CallOutcome> unused = shell.call(go, nanos(defaultDeadline));
        }
    }

    /** How many shards the cluster has. */
    int shards() {
        return shell.view().shards();
    }

    /** Where the logs of one replica of each shard end now. */
    FeedPosition feedEnds(dev.danta.occ.KeyRange keys, String what) {
        requireOpen();
        List<CompletableFuture<CallOutcome>> asked = new ArrayList<>();
        for (int i = 0; i < shards(); i++) {
            asked.add(follow(new ClientCall.Follow(new ShardId(i), null, keys, 1), nanos(defaultDeadline)));
        }
        List<LogCursor> ends = new ArrayList<>();
        for (CompletableFuture<CallOutcome> one : asked) {
            CallOutcome outcome = followed(one);
            if (!(outcome instanceof CallOutcome.Followed followed)) {
                throw failed(what + " could not be opened", outcome);
            }
            ends.add(followed.upTo());
        }
        return new FeedPosition(ends);
    }

    /** What a replica has learned behind a cursor. */
    CompletableFuture<CallOutcome> follow(ClientCall.Follow follow, long deadlineNanos) {
        return shell.call(follow, deadlineNanos);
    }

    /** What {@link #follow} has come to, when it has; that a client is overloaded or cut off among it. */
    CallOutcome followed(CompletableFuture<CallOutcome> asked) {
        try {
            return asked.join();
        } catch (CompletionException e) {
            throw new IllegalStateException("the client is closed", e.getCause());
        }
    }

    /** What was wrong with each endpoint. */
    Facts facts(CallOutcome outcome) {
        return outcome instanceof CallOutcome.Failed failed ? Facts.of(byEndpoint(failed.causes())) : Facts.NONE;
    }

    /** The hashes of relaxed values. */
    CompletableFuture<CallOutcome.Hashes> hashRelaxed(ClientCall.HashRelaxed call, String what, long deadlineNanos) {
        requireOpen();
        return timed(
                Operation.RELAXED_READ,
                () -> shell.call(call, deadlineNanos).handle((given, error) -> {
                    CallOutcome outcome = answer(call, given, error);
                    if (outcome instanceof CallOutcome.Hashes hashes) {
                        counts.relaxedReads.increment();
                        return hashes;
                    }
                    throw failed("no answer to " + what, outcome);
                }));
    }

    SessionMarks newSession() {
        return new SessionMarks(identity(), SessionMarks.BYTES_MAX);
    }

    SessionMarks session(String token) {
        Given.notNull("a session's token: one that has seen nothing yet is begun by session()", token);
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not a session's token: " + e.getMessage(), e);
        }
        return SessionMarks.parse(Bytes.wrap(bytes), identity(), SessionMarks.BYTES_MAX);
    }

    /** The cluster's name, and what tells it from others of that name. */
    private String identity() {
        return shell.view().cluster() + "/" + Long.toHexString(shell.view().identity());
    }

    /** Completed exceptionally if the client stops first, and then at once. */
    CompletableFuture<CallOutcome> clean(ClientCall.CleanRequests clean, long deadlineNanos) {
        try {
            return shell.call(clean, deadlineNanos);
        } catch (IllegalStateException stopped) {
            return CompletableFuture.failedFuture(stopped);
        }
    }

    /** How much is left when everything has been acknowledged or the deadline has passed. */
    int drain(Duration deadline) {
        CallOutcome outcome = ask(new ClientCall.Drain(), nanos(deadline));
        if (outcome instanceof CallOutcome.Drained drained) {
            return drained.left();
        }
        throw failed("the client could not be drained", outcome);
    }

    ClientStats stats() {
        return counts.snapshot(
                shell.callsUnderWay(), cache == null ? 0 : cache.entries(), cache == null ? 0 : cache.bytes());
    }

    private CallOutcome ask(ClientCall call, long deadlineNanos, Phase phase) {
        long begun = System.nanoTime();
        try {
            return ask(call, deadlineNanos);
        } finally {
            timings.phase(phase, begun);
        }
    }

    private CallOutcome ask(ClientCall call, long deadlineNanos) {
        CompletableFuture<CallOutcome> future = shell.call(call, deadlineNanos);
        try {
            return future.join();
        } catch (CompletionException e) {
            return answer(call, null, e.getCause());
        }
    }

    private CallOutcome answer(ClientCall call, @Nullable CallOutcome outcome, @Nullable Throwable error) {
        if (outcome != null) {
            return outcome;
        }
        if (!(error instanceof ShellStoppedException)) {
            throw new IllegalStateException("a call ended without an answer", error);
        }
        boolean mayTakeEffect = call instanceof ClientCall.Commit
                || call instanceof ClientCall.Change
                || call instanceof ClientCall.Spend;
        if (mayTakeEffect) {
            counts.unknowns.increment();
            throw new OutcomeUnknownException(
                    error.getMessage() + " while a call was under way", new OutcomeHandle(this, null), Facts.NONE);
        }
        throw new UnavailableException(error.getMessage() + " while a call was under way", Facts.NONE);
    }

    private RuntimeException failed(String what, CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Failed failed)) {
            return new IllegalStateException("not an answer to what was asked: " + outcome);
        }
        Facts facts = Facts.of(byEndpoint(failed.causes()));
        return switch (failed.failure()) {
            case UNAVAILABLE -> new UnavailableException(what + ", too few nodes can be reached", facts);
            case DEADLINE ->
                shell.isCutOff()
                        ? new UnavailableException(what + ", no node can be reached", facts)
                        : new DeadlineExceededException(what + " by the deadline", facts);
            case OVERLOADED -> new OverloadedException(what + ", too much is under way", facts);
            case CLOCK_AHEAD ->
                new RefusedException(what + ", the clock of this machine is too far ahead of the nodes' clocks", facts);
            case SESSION_LOST ->
                new RefusedException(what + ", no node has what its session has seen any more: begin a new one", facts);
            case REFUSED -> new RefusedException(what + ", it was refused", facts);
        };
    }

    private Map<String, String> byEndpoint(Map<ReplicaId, String> causes) {
        Map<String, String> byEndpoint = new TreeMap<>();
        causes.forEach((replica, cause) -> byEndpoint.put(shell.addressOf(replica), cause));
        return byEndpoint;
    }
}
