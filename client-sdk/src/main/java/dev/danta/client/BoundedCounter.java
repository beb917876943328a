package dev.danta.client;

import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * A collection of counters by key that never pass a bound, and are cheap all the same: stock that is not oversold, balances that
 * are not overdrawn, slots of a pool that are not taken twice. Gains are free: {@link #gain} is a relaxed update, never refused.
 * Losses are reserved: a client takes an allotment in one strict transaction, and what it spends of it takes one round trip and
 * meets nobody. Near the bound spends are strict, and allotments are called in from whoever holds them, so that nothing is left
 * over and nobody is told "not enough" while there is any. Thread-safe and immutable.
 *
 * <p>{@link Bounds} say which side is guarded. To <em>spend</em> is what is guarded, to <em>gain</em> what is free:
 *
 * <table>
 * <caption>The same two words on either side</caption>
 * <tr><th></th><th>{@link Bounds#atLeast}: stock, a balance</th><th>{@link Bounds#atMost}: slots in use</th></tr>
 * <tr><td>{@code spend}</td><td>sold, paid: the value falls</td><td>taken up: the value rises</td></tr>
 * <tr><td>{@code gain}</td><td>received: the value rises</td><td>released: the value falls</td></tr>
 * </table>
 */
public final class BoundedCounter {
    private static final String OPTIONS = "options: there are defaults, Spend.options()";

    private final Space space;
    private final Calls calls;
    private final Declaration declaration;
    private final Collection collection;
    private final Bounds bounds;
    private final CounterBounds room;

    BoundedCounter(Space space, Calls calls, Declaration declaration, Bounds bounds) {
        this.space = space;
        this.calls = calls;
        this.declaration = declaration;
        this.collection = declaration.collection();
        this.bounds = bounds;
        this.room = bounds.room();
    }

    public String name() {
        return collection.name();
    }

    /** Those of the collection; a counter whose own were changed has others. */
    public Bounds bounds() {
        return bounds;
    }

    Declaration declaration() {
        return declaration;
    }

    CounterBounds room() {
        return room;
    }

    dev.danta.occ.Key encode(Key key) {
        return collection.encode(key);
    }

    /**
     * Goods received, a deposit, slots released: never refused, whatever the bound. Returns once a quorum of replicas has it
     * durably; every spend that begins later can use it.
     *
     * @param quantity at least 1
     * @throws IllegalArgumentException if it is less
     * @throws TooLargeException if the key is longer than those of other collections may be, less 27 bytes
     * @throws RefusedException if the sum of what this client has gained of the counter does not fit a long
     * @throws OutcomeUnknownException if no quorum acknowledged by the deadline: then the client still brings it to the
     *     replicas, so gaining again would count twice
     */
    public void gain(Key key, long quantity) {
        gain(key, quantity, Ack.QUORUM);
    }

    /**
     * {@link #gain(Key, long)} with that acknowledgement. With {@link Ack#ONE} it can be spent once a quorum has it, and not
     * before.
     */
    public void gain(Key key, long quantity, Ack ack) {
        Results.await(gained(key, quantity, ack));
    }

    /** {@link #gain(Key, long)} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> gainAsync(Key key, long quantity) {
        return gainAsync(key, quantity, Ack.QUORUM);
    }

    /** {@link #gain(Key, long, Ack)} without waiting. */
    public CompletableFuture<Void> gainAsync(Key key, long quantity, Ack ack) {
        return Results.elsewhere(gained(key, quantity, ack), Function.identity());
    }

    /** {@link #spend(Key, long, Spend)} with the defaults. */
    public SpendResult spend(Key key, long quantity) {
        return spend(key, quantity, Spend.options());
    }

    /**
     * Spends, unless the bound is in the way. That there is not enough is an answer, not an error, and is decided strictly: at
     * one moment between call and answer there was less, with everything that was gained before and everything that clients
     * held. In the order of one moment for each, all answered spends and strict reads of a counter keep the bound, each of them
     * after all that was answered before it began.
     *
     * <p>Before that is answered, reservations of the same space come back whose time was over a second before, by this machine's
     * clock: all that the replicas have which are read, one of each shard; then it is asked for once more. Not those of other spaces,
     * nor before {@code NOT_HELD}.
     *
     * @param quantity at least 1; all of it or nothing
     * @throws IllegalArgumentException if it is less
     * @throws TooLargeException if the key is longer than those of other collections may be, less 27 bytes
     * @throws DeadlineExceededException if the deadline passed first; nothing was spent
     * @throws OutcomeUnknownException if the deadline passed before it was known: it counts as spent until what this client
     *     holds is called in, and then it was or was not
     * @throws UnavailableException if too few nodes can be reached; nothing was spent
     * @throws RefusedException if there is something else under the key
     * @throws IdempotencyMismatchException if something else was done under its idempotency key; nothing was spent
     * @throws ConflictException if it has an idempotency key, and others were in the way as often as is allowed; nothing was spent
     */
    public SpendResult spend(Key key, long quantity, Spend options) {
        String once = Given.notNull(OPTIONS, options).idempotencyKey().orElse(null);
        return once == null
                ? Results.await(spent(key, quantity, options))
                : resultOf(
                        space.run(onceOnly(once, key, quantity, options), spending(key, quantity, options)), options);
    }

    /** {@link #spendAsync(Key, long, Spend)} with the defaults. */
    public CompletableFuture<SpendResult> spendAsync(Key key, long quantity) {
        return spendAsync(key, quantity, Spend.options());
    }

    /** {@link #spend(Key, long, Spend)} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<SpendResult> spendAsync(Key key, long quantity, Spend options) {
        String once = Given.notNull(OPTIONS, options).idempotencyKey().orElse(null);
        return once == null
                ? Results.elsewhere(spent(key, quantity, options), Function.identity())
                : space.runAsync(onceOnly(once, key, quantity, options), spending(key, quantity, options))
                        .thenApply(kept -> resultOf(kept, options));
    }

    /** The options of the transaction that a spend with an idempotency key is. */
    private TxOptions onceOnly(String once, Key key, long quantity, Spend options) {
        requirePositive(quantity);
        TxOptions keyed = Tx.options()
                .idempotencyKey(once)
                .request("spend", name(), encode(key).bytes().toArray(), quantity, options.isIntoAllowance());
        return options.deadline().map(keyed::deadline).orElse(keyed);
    }

    /** How much is left if it was spent; if not, what comes below zero by as much as there was. */
    private TxWork<Long, RuntimeException> spending(Key key, long quantity, Spend options) {
        return tx -> {
            boolean isDone = tx.spend(this, key, quantity, options.isIntoAllowance());
            long left = Math.max(0, tx.counters().room(encode(key)));
            return isDone ? left : ~left;
        };
    }

    private SpendResult resultOf(long kept, Spend options) {
        boolean isDone = kept >= 0;
        (isDone ? calls.counts().spendsStrict : calls.counts().spendsLimit).increment();
        return new SpendResult(
                isDone ? SpendResult.Status.ACCEPTED : SpendResult.Status.LIMIT,
                SpendResult.Path.STRICT,
                isDone ? kept : ~kept,
                options.rule().name(),
                SpendResult.Reason.IDEMPOTENCY_KEY);
    }

    /**
     * What the counter was, exactly, at one moment between call and answer. For that all that clients hold of it is called in,
     * which costs them a transaction each when they spend again: {@link #estimate} does without.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public long value(Key key) {
        return Results.await(exact(key));
    }

    /** {@link #value} without waiting. */
    public CompletableFuture<Long> valueAsync(Key key) {
        return Results.elsewhere(exact(key), Function.identity());
    }

    /**
     * Between what the counter was at one moment between call and answer, without calling anything in.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public CounterEstimate estimate(Key key) {
        CallOutcome.CounterValue value = Results.await(read(key, false));
        long one = bounds.valueAt(value.room(), value.shift());
        long other = bounds.valueAt(Math.addExact(value.room(), value.allotted()), value.shift());
        return new CounterEstimate(Math.min(one, other), Math.max(one, other));
    }

    /**
     * Moves the bound of one counter, by a transaction of its own: see {@link Tx#bounds}.
     *
     * @throws IllegalArgumentException if {@code newBounds} are on the other side
     * @throws ConflictException if others were in the way as often as is allowed
     * @throws OutcomeUnknownException if the deadline passed before it was known whether it was done; doing it again is harmless
     */
    public void bounds(Key key, Bounds newBounds) {
        space.execute(tx -> tx.bounds(this, key, newBounds));
    }

    /**
     * Holds so much of a counter to be spent relaxed ({@link SpendRule#RELAXED}), or what there is of it, down to the allowance: to
     * sell with while the connection comes and goes. Nobody else can spend it, and if this client is lost, or not heard of for
     * {@link DantaClient.Builder#laxLease}, all of it counts as spent. It stays until it is spent or {@link #giveBack given
     * back}.
     *
     * @param quantity at least 1: how much is to be held in all
     * @return how much is held now
     * @throws IllegalArgumentException if {@code quantity} is less
     * @throws UnavailableException if too few nodes can be reached
     * @throws OutcomeUnknownException if the deadline passed before it was known whether more is held than before
     */
    public long holdLax(Key key, long quantity) {
        requirePositive(quantity);
        dev.danta.occ.Key encoded = collection.encode(key);
        return Results.await(declaration.whenAgreed(calls.defaultDeadlineNanos(), left -> {
            calls.holdings().mayHold(encoded, room);
            return calls.hold(new ClientCall.Hold(encoded, room, quantity), "holding some of " + collection, left);
        }));
    }

    /**
     * Gives back what this client holds of a counter, to be spent relaxed too, so that nobody has to call it in; closing the client does that for all. It
     * is never necessary.
     *
     * @return how much it was
     */
    public long giveBack(Key key) {
        dev.danta.occ.Key encoded = collection.encode(key);
        return Results.await(declaration.whenAgreed(calls.defaultDeadlineNanos(), left -> {
            calls.requireOpen();
            calls.holdings().givesBack(encoded);
            return calls.giveBack(
                    new ClientCall.GiveBack(encoded, room), "giving back what is held of " + collection, left);
        }));
    }

    private CompletableFuture<Void> gained(Key key, long quantity, Ack ack) {
        requirePositive(quantity);
        ClientCall.Ack by = Given.notNull("how a gain is acknowledged", ack).inMachine();
        ClientCall.Gain gain = new ClientCall.Gain(collection.encode(key), quantity, by);
        return declaration.whenAgreed(
                calls.defaultDeadlineNanos(),
                left -> calls.update(gain, "a gain of " + collection, left).thenAccept(change -> {}));
    }

    private CompletableFuture<SpendResult> spent(Key key, long quantity, Spend options) {
        requirePositive(quantity);
        dev.danta.occ.Key encoded = collection.encode(key);
        Holdings holdings = calls.holdings();
        SpendRule rule = options.rule();
        SpendRule.Choice choice = rule.choose(new SpendRule.Case(quantity, holdings.estimate(encoded)));
        boolean isStrict = choice.way() == SpendRule.Way.STRICT;
        SpendManner manner = switch (choice.way()) {
            case STRICT -> SpendManner.STRICT;
            case RESERVED -> SpendManner.RESERVED;
            case RELAXED -> options.isEscalating() ? SpendManner.LAX : SpendManner.LAX_ONLY;
        };
        ClientCall.Spend spend = new ClientCall.Spend(encoded, room, quantity, manner, options.isIntoAllowance());
        long deadlineNanos = options.deadline().map(Calls::nanos).orElseGet(calls::defaultDeadlineNanos);
        return declaration
                .whenAgreed(deadlineNanos, left -> {
                    // Said before and after: what is held may be given back meanwhile.
                    if (!isStrict) {
                        holdings.mayHold(encoded, room);
                    }
                    return spentAfterAll(spend, DueMemory.Asked.now(System.nanoTime() + left));
                })
                .thenApply(outcome -> {
                    calls.counts().spend(outcome);
                    if (outcome.path() != SpendManner.LAX) {
                        holdings.heard(encoded, room, outcome.roomEstimate());
                    }
                    if (!isStrict) {
                        holdings.mayHold(encoded, room);
                    }
                    return result(outcome, rule, choice);
                });
    }

    /**
     * Where there is not enough, what was reserved for too long is brought back first; then it is asked for once more, whoever has
     * brought it back.
     */
    private CompletableFuture<CallOutcome.Spent> spentAfterAll(ClientCall.Spend spend, DueMemory.Asked asked) {
        long left = Math.max(1, asked.deadlineAtNanos() - System.nanoTime());
        return calls.spend(spend, "a spend of " + collection, left).thenCompose(outcome -> {
            boolean isLimit = !outcome.accepted() && outcome.path() == SpendManner.STRICT;
            return isLimit
                    ? space.reservations()
                            .bringsBackAsync(asked)
                            .thenCompose(brings -> brings
                                    ? spentAfterAll(spend, asked.again())
                                    : CompletableFuture.completedFuture(outcome))
                    : CompletableFuture.completedFuture(outcome);
        });
    }

    private static SpendResult result(CallOutcome.Spent outcome, SpendRule rule, SpendRule.Choice choice) {
        boolean isStrict = outcome.path() == SpendManner.STRICT;
        SpendResult.Path path = switch (outcome.path()) {
            case STRICT -> SpendResult.Path.STRICT;
            case RESERVED -> SpendResult.Path.RESERVED;
            case LAX, LAX_ONLY -> SpendResult.Path.RELAXED;
        };
        SpendResult.Status refused = isStrict ? SpendResult.Status.LIMIT : SpendResult.Status.NOT_HELD;
        boolean wasNotHeld = choice.way() != SpendRule.Way.STRICT && (isStrict || !outcome.accepted());
        return new SpendResult(
                outcome.accepted() ? SpendResult.Status.ACCEPTED : refused,
                path,
                outcome.roomEstimate(),
                rule.name(),
                wasNotHeld ? SpendResult.Reason.NOT_HELD : choice.reason());
    }

    private CompletableFuture<Long> exact(Key key) {
        return read(key, true).thenApply(value -> bounds.valueAt(value.room(), value.shift()));
    }

    private CompletableFuture<CallOutcome.CounterValue> read(Key key, boolean exact) {
        ClientCall.ReadCounter read = new ClientCall.ReadCounter(collection.encode(key), room, exact);
        return declaration.whenAgreed(
                calls.defaultDeadlineNanos(), left -> calls.readCounter(read, "a read of " + collection, left));
    }

    static void requirePositive(long quantity) {
        if (quantity < 1) {
            throw new IllegalArgumentException("a quantity is at least 1, not " + quantity);
        }
    }
}
