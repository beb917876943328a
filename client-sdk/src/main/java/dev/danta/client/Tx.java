package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.internal.meter.Phase;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.ReadSet;
import dev.danta.txn.counter.CounterRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a strict transaction. Reads come from a replica that may be behind and are not one snapshot; nothing
 * that was read is true, and nothing that was written is visible to others, before the commit, which takes place only if
 * all of it still is the newest. It reads its own writes, and reads a key the same each time.
 *
 * <p>It spends and gains of {@link BoundedCounter}s, too, of several at once and beside other records. Each counter takes part
 * with its record; relaxed gains that were acknowledged before it was asked for are in it, and where it tells that there is not
 * enough, or how much there is, those that were acknowledged before anything else that the transaction has read. One that is
 * acknowledged later may be taken to come after it.
 *
 * <p>Not thread-safe, and of no use after its closure has ended.
 */
public final class Tx implements AutoCloseable {
    private final Calls calls;
    private final Scope scope;
    private final ReadSet reads = new ReadSet(ReadRules.PROTOCOL);
    private final TreeMap<dev.danta.occ.Key, Write> writes = new TreeMap<>();
    private final TxCounters counters;
    /** How many versions and ranges were seen. */
    private int sightings;

    private final List<Consumer<Committed>> followers = new ArrayList<>();
    /** The tables that it writes, each with the indexes that it had at its first write. */
    private final Map<Declaration, List<Index<?>>> indexed = new LinkedHashMap<>();
    /** By {@link System#nanoTime()}; that of its scope, unless the caller has said otherwise since. */
    private long deadlineAtNanos;

    private volatile boolean ended;
    /** The thread that a closure's transaction belongs to; null for one that is ended by hand. */
    private final @Nullable Thread owner;
    /** It has an idempotency key, and leaves a record under it. */
    private boolean isRepeatable;

    private boolean sawRemembered;
    /** Set when a key was seen in two versions: whatever the closure does, this attempt does not take effect. */
    private CallOutcome.@Nullable Aborted torn;

    /**
     * What one attempt is given.
     *
     * @param deadlineAtNanos by {@link System#nanoTime()}
     * @param attempt from 1 on
     * @param hints what an earlier attempt has learned
     * @param turns its turns at hot keys; null if it takes none
     */
    record Scope(long deadlineAtNanos, int attempt, Kind kind, Hints hints, Turns.@Nullable Visit turns) {
        Scope next(Hints learned) {
            return new Scope(deadlineAtNanos, attempt + 1, kind, learned, turns);
        }

        void releaseTurns() {
            if (turns != null) {
                turns.release();
            }
        }
    }

    /** Who ends it, and what it may do. */
    enum Kind {
        CLOSURE,
        READ_ONLY_CLOSURE,
        BY_HAND
    }

    Tx(Calls calls, Scope scope) {
        this.calls = calls;
        this.scope = scope;
        this.deadlineAtNanos = scope.deadlineAtNanos();
        this.owner = scope.kind() == Kind.BY_HAND ? null : Thread.currentThread();
        this.counters = new TxCounters(new Counters());
    }

    /** How bounded counters take part. */
    private final class Counters implements TxCounters.Attempt {
        @Override
        public List<CallOutcome.Opened> open(List<ClientCall.OpenCounters.Ask> asks) {
            awaitTurn(asks.stream().map(ClientCall.OpenCounters.Ask::key).toList());
            return calls.openCounters(
                    new ClientCall.OpenCounters(asks, usesCache()), remainingNanos("a read of bounded counters"));
        }

        @Override
        public void depend(dev.danta.occ.Key key, Version version) {
            see(key, version);
        }

        @Override
        public void write(dev.danta.occ.Key key, CounterRecord record) {
            Tx.this.write(new Write(key, record.encode()));
        }

        @Override
        public int sightings() {
            return sightings;
        }

        @Override
        public DantaException torn(dev.danta.occ.Key key, Version newest) {
            return Tx.this.torn(List.of(new Verdict.Newest(key, newest)));
        }
    }

    /** The defaults, to be adapted. */
    public static TxOptions options() {
        return TxOptions.DEFAULTS;
    }

    /** Which attempt this is, from 1 on. */
    public int attempt() {
        return scope.attempt();
    }

    /** The value of {@code key}; empty if there is none. Either way the commit depends on it. */
    public <V> Optional<V> get(Table<V> table, Key key) {
        dev.danta.occ.Key encoded = encode(table, key);
        load(List.of(encoded));
        return table.collection().decode(table.codec(), valueOf(encoded));
    }

    /** The values of those of {@code keys} that have one, in their order; in one round trip. */
    public <V> Map<Key, V> getAll(Table<V> table, Iterable<Key> keys) {
        Map<Key, dev.danta.occ.Key> encoded = new LinkedHashMap<>();
        Given.notNull("keys", keys).forEach(key -> encoded.put(key, encode(table, key)));
        load(List.copyOf(encoded.values()));
        Map<Key, V> values = new LinkedHashMap<>();
        encoded.forEach((key, name) ->
                table.collection().decode(table.codec(), valueOf(name)).ifPresent(value -> values.put(key, value)));
        return values;
    }

    /**
     * The keys of {@code range} that have a value, with it, in its order; what this transaction has written is among them.
     * The commit depends on all of the range: on what is there and on what is not.
     *
     * @throws TooLargeException if there is more than one transaction can read
     */
    public <V> Map<Key, V> range(Table<V> table, KeyRange range) {
        Map<Key, V> values = new LinkedHashMap<>();
        entries(table, range).forEach(entry -> values.put(entry.key(), entry.value()));
        return values;
    }

    /**
     * The entries of {@link #range} as a stream, for as long as the transaction lasts. They are read page by page as the
     * stream comes to them: the commit depends on the part of the range that was read, and on nothing else of it.
     *
     * @throws TooLargeException the stream's operations do, if there is more than one transaction can read
     */
    public <V> Stream<Entry<V>> entries(Table<V> table, KeyRange range) {
        requireStrict(table);
        return new Scan<>(this, table, range).stream();
    }

    /**
     * The records in a range of an index, in the order of their index keys, as {@link #entries(Table, KeyRange)} gives those
     * of a table.
     */
    public <V> Stream<Entry<V>> entries(Index<V> index, KeyRange range) {
        return placed(index, range).map(Placed::entry).filter(Objects::nonNull);
    }

    /**
     * The record that has this key in a unique index; either way the commit depends on it.
     *
     * @throws IllegalStateException if the index is not unique
     */
    public <V> Optional<Entry<V>> get(Index<V> index, Key key) {
        dev.danta.occ.Key place = index.uniquePlace(key);
        requireStrict(index.places());
        load(List.of(place));
        dev.danta.ir.id.Bytes target = valueOf(place);
        if (target == null) {
            return Optional.empty();
        }
        Key record = index.recordOf(new Entry<>(key, target.toArray()));
        return get(index.table(), record)
                .filter(value -> index.shows(key, record, value))
                .map(value -> new Entry<>(record, value));
    }

    <V> Stream<Placed<V>> placed(Table<V> table, KeyRange range) {
        return entries(table, range).map(entry -> new Placed<>(entry.key(), entry));
    }

    <V> Stream<Placed<V>> placed(Index<V> index, KeyRange range) {
        requireStrict(index.places());
        requireStrict(index.table());
        return Scan.streamOf(new IndexScan<>(this, index, new Scan<>(this, index.places(), range)));
    }

    /** The values of {@link #entries}. */
    public <V> Stream<V> scan(Table<V> table, KeyRange range) {
        return entries(table, range).map(Entry::value);
    }

    /** Whether {@code key} has a value. */
    public boolean contains(Table<?> table, Key key) {
        dev.danta.occ.Key encoded = encode(table, key);
        load(List.of(encoded));
        return valueOf(encoded) != null;
    }

    /** Gives {@code key} a value, without reading it unless the table has indexes. */
    public <V> void put(Table<V> table, Key key, V value) {
        dev.danta.occ.Key encoded = encodeForWriting(table, key);
        dev.danta.ir.id.Bytes bytes = table.collection().encode(table.codec(), value);
        keepIndexes(table, key, encoded, bytes);
        write(new Write(encoded, bytes));
    }

    /** Deletes {@code key}, without reading it unless the table has indexes. */
    public void delete(Table<?> table, Key key) {
        dev.danta.occ.Key encoded = encodeForWriting(table, key);
        keepIndexes(table, key, encoded, null);
        write(new Write(encoded, null));
    }

    /** Has the indexes show what is about to be written, or refuses it before anything is changed. */
    private void keepIndexes(
            Table<?> table, Key key, dev.danta.occ.Key encoded, dev.danta.ir.id.@Nullable Bytes after) {
        List<Index<?>> indexes = table.declaration().indexesToKeep();
        indexed.putIfAbsent(table.declaration(), indexes);
        if (indexes.isEmpty()) {
            return;
        }
        load(List.of(encoded));
        dev.danta.ir.id.Bytes before = valueOf(encoded);
        Map<Index.Place, Index<?>> left = new LinkedHashMap<>();
        Map<Index.Place, Index<?>> taken = new LinkedHashMap<>();
        for (Index<?> index : indexes) {
            requireStrict(index.places());
            Index.Place old = index.placeOf(key, before);
            Index.Place now = index.placeOf(key, after);
            if (old != null && !old.equals(now)) {
                left.put(old, index);
            }
            if (now != null && !now.equals(old)) {
                taken.put(now, index);
            }
        }
        List<dev.danta.occ.Key> contended = new ArrayList<>();
        Stream.concat(left.entrySet().stream(), taken.entrySet().stream())
                .filter(place -> place.getValue().isUnique())
                .forEach(place -> contended.add(place.getKey().encoded()));
        load(contended);
        taken.forEach((place, index) -> index.requireOwn(this, place));
        left.forEach((place, index) -> {
            // As long as the index is being built the place may be another record's.
            if (!index.isUnique() || Objects.equals(place.target(), valueOf(place.encoded()))) {
                write(new Write(place.encoded(), null));
            }
        });
        taken.forEach((place, index) -> write(place.encoded(), place.target()));
    }

    /** Writes a part of an index. */
    void write(dev.danta.occ.Key key, dev.danta.ir.id.Bytes value) {
        write(new Write(key, value));
    }

    /** Takes a part of an index away. */
    void remove(dev.danta.occ.Key key) {
        write(new Write(key, null));
    }

    /**
     * Replaces the value of {@code key} by what {@code change} makes of it.
     *
     * @return the new value
     * @throws NoSuchElementException if it has none
     */
    public <V> V update(Table<V> table, Key key, UnaryOperator<V> change) {
        requireChange(change);
        V before = get(table, key)
                .orElseThrow(() -> new NoSuchElementException("nothing to update: no " + key + " in " + table.name()));
        return replace(table, key, change.apply(before));
    }

    /** Like {@link #update(Table, Key, UnaryOperator)}, from {@code initial} if the key has no value. */
    public <V> V update(Table<V> table, Key key, V initial, UnaryOperator<V> change) {
        requireChange(change);
        return replace(table, key, change.apply(get(table, key).orElse(initial)));
    }

    private static void requireChange(Object change) {
        Given.notNull("a change, which makes a new value of the one that is there", change);
    }

    private <V> V replace(Table<V> table, Key key, V after) {
        put(table, key, after);
        return after;
    }

    /**
     * Finds out about several bounded counters in one go, so that what is asked of them next need not ask anybody; it is never
     * necessary.
     */
    public void open(BoundedCounter counter, Iterable<Key> keys) {
        requireAgreed(counter);
        Set<ClientCall.OpenCounters.Ask> asks = new LinkedHashSet<>();
        Given.notNull("keys", keys)
                .forEach(key -> asks.add(new ClientCall.OpenCounters.Ask(
                        counter.encode(key), counter.room(), 0, false, ClientCall.OpenCounters.Need.TO_CHANGE)));
        counters.open(List.copyOf(asks));
    }

    /** {@link #covers(BoundedCounter, Key, long, boolean)}, not into the allowance. */
    public boolean covers(BoundedCounter counter, Key key, long quantity) {
        return covers(counter, key, quantity, false);
    }

    /**
     * Whether so much can be spent of a bounded counter, beside what this transaction spends of it already. What clients hold is
     * called in before that is denied. Either way the commit depends on it.
     *
     * @param quantity at least 1
     * @param intoAllowance whether it may go beyond the bound, as far as the counter's allowance goes
     * @throws IllegalArgumentException if {@code quantity} is less
     */
    public boolean covers(BoundedCounter counter, Key key, long quantity, boolean intoAllowance) {
        requireAgreed(counter);
        BoundedCounter.requirePositive(quantity);
        return counters.covers(counter.encode(key), counter.room(), quantity, intoAllowance);
    }

    /** {@link #spend(BoundedCounter, Key, long, boolean)}, not into the allowance. */
    public boolean spend(BoundedCounter counter, Key key, long quantity) {
        return spend(counter, key, quantity, false);
    }

    /**
     * Spends of a bounded counter with the commit, together with whatever else this transaction does: all of it or nothing. What
     * clients hold is called in before it is refused. A closure that was refused, of a {@link Space} in which reservations have been
     * due for a second, or may have been, is run again once they have come back; a transaction that its caller ends is not.
     *
     * @param quantity at least 1; all of it or nothing
     * @param intoAllowance whether it may go beyond the bound, as far as the counter's allowance goes
     * @return whether it is done if this commits; if not, nothing is spent, and that there is not enough is what the commit
     *     depends on
     * @throws IllegalArgumentException if {@code quantity} is less
     */
    public boolean spend(BoundedCounter counter, Key key, long quantity, boolean intoAllowance) {
        requireAgreed(counter);
        requireWriter();
        BoundedCounter.requirePositive(quantity);
        return counters.spend(counter.encode(key), counter.room(), quantity, intoAllowance);
    }

    /**
     * Gains with the commit what this transaction takes from somewhere else: a refund, the other end of a transfer, what was
     * reserved and is not wanted any more. Unlike {@link BoundedCounter#gain}, which is far cheaper, it is done exactly if the
     * transaction is.
     *
     * @param quantity at least 1
     * @throws IllegalArgumentException if it is less
     * @throws ArithmeticException if the counter does not fit a long then; nothing is gained
     */
    public void gain(BoundedCounter counter, Key key, long quantity) {
        requireAgreed(counter);
        requireWriter();
        BoundedCounter.requirePositive(quantity);
        counters.gain(counter.encode(key), counter.room(), quantity);
    }

    /**
     * How much may be spent of a bounded counter without its allowance, what this transaction spends and gains included; 0 if it
     * is at its bound or beyond. What clients hold is not in it, unless it was called in: {@link #value} does that.
     */
    public long left(BoundedCounter counter, Key key) {
        requireAgreed(counter);
        CounterRecord record = counters.told(counter.encode(key), counter.room(), ClientCall.OpenCounters.Need.ROOM);
        return Math.max(0, record.room());
    }

    /**
     * What a bounded counter is, exactly, with what this transaction spends and gains. For that all that clients hold of it is
     * called in, which costs them a transaction each when they spend again.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public long value(BoundedCounter counter, Key key) {
        requireAgreed(counter);
        CounterRecord record = counters.told(counter.encode(key), counter.room(), ClientCall.OpenCounters.Need.ALL);
        return counter.bounds().valueAt(record.room(), record.shift());
    }

    /**
     * Moves the bound of one counter, and changes its allowance, with the commit. Where either becomes less, all that clients hold
     * is called in first, so that from then on nothing is admitted but what the new bound has room for. What was spent stays
     * spent: a counter may be beyond its new bound, and then all that is told of it is "not enough", until enough is gained.
     *
     * @param newBounds on the same side as the collection's; what they say a counter is at first is of no importance
     * @throws IllegalArgumentException if they are on the other side
     * @throws ArithmeticException if the counter does not fit a long then; nothing is changed
     */
    public void bounds(BoundedCounter counter, Key key, Bounds newBounds) {
        requireAgreed(counter);
        requireWriter();
        long shift = counter.bounds().shiftTo(Given.notNull("bounds: there are Bounds.atLeast and atMost", newBounds));
        counters.bound(counter.encode(key), counter.room(), shift, newBounds.allowance());
    }

    /** The bounded counters that it decides about. */
    TxCounters counters() {
        return counters;
    }

    void requireAgreed(BoundedCounter counter) {
        requireOpen();
        Declaration declaration = Given.notNull("a bounded counter: make one by Space.boundedCounter", counter)
                .declaration();
        if (!declaration.isAgreed()) {
            declaration.await(remainingNanos("the cluster had answered what " + counter.name() + " is"));
        }
    }

    private void requireWriter() {
        if (scope.kind() == Kind.READ_ONLY_CLOSURE) {
            throw new IllegalStateException("a transaction of Space.read does not write");
        }
    }

    /** Whether it has asked for bounded counters. */
    boolean sawCounters() {
        return !counters.isEmpty();
    }

    /** Whether it was told that there is not enough of a bounded counter. */
    boolean wasRefused() {
        return counters.wasRefused();
    }

    /** Has {@code follower} run once, after the commit, on the thread that ran the transaction; never if it aborts. */
    public void afterCommit(Runnable follower) {
        requireFollower(follower);
        afterCommit(committed -> follower.run());
    }

    /** The same, told how it was committed. */
    public void afterCommit(Consumer<Committed> follower) {
        requireOpen();
        requireFollower(follower);
        followers.add(follower);
    }

    private static void requireFollower(Object follower) {
        Given.notNull("anything to be done after the commit", follower);
    }

    /**
     * From now on all that a transaction from {@link Space#begin()} does, its commit included, is over within {@code
     * newDeadline}, counted from now; in place of what was said before.
     *
     * @throws IllegalStateException if it has ended, or is a closure's
     */
    public void deadline(Duration newDeadline) {
        requireByHand();
        requireOpen();
        deadlineAtNanos = System.nanoTime() + Calls.nanos(Calls.requirePositive("a deadline", newDeadline));
    }

    /**
     * Commits a transaction from {@link Space#begin()}; it is ended whatever happens.
     *
     * @throws ConflictException if something it read is out of date or another transaction is in its way: nothing took
     *     effect, begin anew
     * @throws OutcomeUnknownException if the deadline passed in between
     * @throws IllegalStateException if it has ended, or is a closure's
     */
    public Committed commit() {
        requireByHand();
        requireOpen();
        ended = true;
        CallOutcome outcome = settle();
        if (outcome instanceof CallOutcome.Aborted aborted) {
            throw Attempts.givenUp(aborted, 1, "nothing is tried again by itself here");
        }
        return follow(outcome);
    }

    /** Ends a transaction from {@link Space#begin()} without any effect; does nothing if it has ended. */
    public void rollback() {
        requireByHand();
        ended = true;
    }

    /** Rolls back, unless committed. */
    @Override
    public void close() {
        rollback();
    }

    /** The closure is over. */
    void end() {
        ended = true;
    }

    /** The version of a record of our own that this transaction sees; the commit depends on it. */
    Version version(dev.danta.occ.Key key) {
        load(List.of(key));
        return Objects.requireNonNull(reads.seen(key));
    }

    /** Writes a record of our own. */
    void keep(dev.danta.occ.Key key, dev.danta.ir.id.Bytes value) {
        write(new Write(key, value));
        isRepeatable = true;
    }

    /** Whether something that it has read was remembered, and may be old. */
    boolean sawRemembered() {
        return sawRemembered;
    }

    /** Whether all that was read is true, whatever is to be done about it: committed or aborted, anything else is thrown. */
    CallOutcome confirm() {
        CallOutcome.Aborted untrue = untrue();
        if (untrue != null) {
            return untrue;
        }
        return reads.isEmpty()
                ? Calls.NO_TRACE
                : calls.validate(
                        new ClientCall.Validate(reads.reads(), reads.ranges()),
                        remainingNanos("what it read was confirmed"));
    }

    /** What it has seen of two states; null if nothing. Asks once more what counters it was told of before it saw something else. */
    private CallOutcome.@Nullable Aborted untrue() {
        if (torn == null) {
            try {
                counters.confirm();
            } catch (ConflictException twoStates) {
                if (torn == null) {
                    throw twoStates;
                }
            }
        }
        return torn;
    }

    /** Commits what was gathered: committed or aborted, anything else is thrown. */
    CallOutcome settle() {
        CallOutcome.Aborted untrue = untrue();
        if (untrue != null) {
            return untrue;
        }
        if (reads.isEmpty() && writes.isEmpty()) {
            // Nothing to agree upon, and so nothing to ask anybody.
            return Calls.NO_TRACE;
        }
        requireFewBytes();
        requireSameIndexes();
        if (writes.isEmpty()) {
            return calls.validate(
                    new ClientCall.Validate(reads.reads(), reads.ranges()), remainingNanos("its validation"));
        }
        ClientCall.Commit commit = new ClientCall.Commit(reads.reads(), reads.ranges(), List.copyOf(writes.values()));
        return calls.commit(commit, remainingNanos("its commit"), scope.attempt(), isRepeatable);
    }

    Scope scope() {
        return scope;
    }

    /** It took effect: whoever waits for its turns may go on. */
    void passOn(CallOutcome.Committed committed) {
        if (scope.turns() != null) {
            scope.turns().release(committed.timestamp(), writes.values());
        }
    }

    Set<dev.danta.occ.Key> written() {
        return writes.keySet();
    }

    Set<dev.danta.occ.Key> touched() {
        Set<dev.danta.occ.Key> touched = new HashSet<>(reads.seenKeys());
        touched.addAll(writes.keySet());
        return touched;
    }

    /** What the next attempt may begin with, after {@code aborted}. */
    Hints learned(CallOutcome.Aborted aborted) {
        return scope.hints().after(aborted, reads.seenKeys());
    }

    /** Runs what was to follow the commit; each of them, whatever the others throw. */
    Committed follow(CallOutcome outcome) {
        Committed committed = committed(outcome);
        @Nullable RuntimeException first = null;
        for (Consumer<Committed> follower : followers) {
            try {
                follower.accept(committed);
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw new AfterCommitException(first, new Facts(committed.timestamp(), scope.attempt(), Map.of()));
        }
        return committed;
    }

    private Committed committed(CallOutcome outcome) {
        CallOutcome.Committed done = (CallOutcome.Committed) outcome;
        Committed.Path path = switch (done.path()) {
            case FAST -> Committed.Path.FAST;
            case SLOW -> Committed.Path.SLOW;
            case SETTLED -> Committed.Path.SETTLED;
        };
        String timestamp =
                done.timestamp().equals(Timestamp.ZERO) ? "" : done.timestamp().toString();
        return new Committed(timestamp, scope.attempt(), path);
    }

    void load(List<dev.danta.occ.Key> keys) {
        List<dev.danta.occ.Key> unknown = new ArrayList<>();
        for (dev.danta.occ.Key key : keys) {
            if (!writes.containsKey(key) && reads.seen(key) == null) {
                unknown.add(key);
            }
        }
        if (!unknown.isEmpty()) {
            awaitTurn(unknown);
            unknown.removeIf(this::seeWithoutReading);
        }
        if (!unknown.isEmpty()) {
            CallOutcome.Versions found = calls.readVersions(unknown, usesCache(), remainingNanos("a read"));
            sawRemembered |= found.cached() > 0;
            for (int i = 0; i < unknown.size(); i++) {
                see(
                        unknown.get(i),
                        scope.hints().newer(unknown.get(i), found.versions().get(i)));
            }
        }
    }

    /** Who has lost once asks; and who shows what it reads before it is confirmed does not show what may be very old. */
    private boolean usesCache() {
        return scope.kind() != Kind.BY_HAND && scope.attempt() == 1 && calls.isCaching();
    }

    private boolean seeWithoutReading(dev.danta.occ.Key key) {
        Version known = scope.hints().fresh(key);
        if (known == null && scope.turns() != null) {
            known = scope.turns().justLeft(key);
        }
        if (known != null) {
            see(key, known);
        }
        return known != null;
    }

    private void see(dev.danta.occ.Key key, Version version) {
        sightings++;
        reads.see(key, version);
        requireFewKeys();
    }

    /**
     * Reads the beginning of {@code range}, or its end if {@code fromEnd}, about as much as {@code wanted} keys of it, unless
     * it has been read already; returns which part.
     */
    dev.danta.occ.KeyRange load(dev.danta.occ.KeyRange range, int wanted, boolean fromEnd) {
        requireOpen();
        List<dev.danta.occ.KeyRange> unread = reads.unread(range);
        if (unread.isEmpty()) {
            return range;
        }
        dev.danta.occ.KeyRange next = unread.get(fromEnd ? unread.size() - 1 : 0);
        int limit = Math.min(wanted, ClientCall.RANGE_KEYS_MAX);
        CallOutcome.RangeFound found =
                calls.readRange(new ClientCall.ReadRange(next, limit, fromEnd), remainingNanos("a read"));
        Map<dev.danta.occ.Key, Version> versions = new TreeMap<>();
        found.found().forEach(one -> versions.put(one.key(), one.version()));
        see(found.range(), scope.hints().newer(found.range(), versions));
        return fromEnd
                ? new dev.danta.occ.KeyRange(found.range().from(), range.to())
                : new dev.danta.occ.KeyRange(range.from(), found.range().to());
    }

    /** The keys of a part that has been read which had or have a value, in the direction of the scan. */
    Iterable<dev.danta.occ.Key> seenIn(dev.danta.occ.KeyRange part, boolean fromEnd) {
        TreeSet<dev.danta.occ.Key> keys = new TreeSet<>(reads.within(part));
        keys.addAll(writes.subMap(part.from(), part.to()).keySet());
        return fromEnd ? keys.descendingSet() : keys;
    }

    /** The value of a key that has been read or written; null if it has none. */
    <V> @Nullable V valueIn(Table<V> table, dev.danta.occ.Key key) {
        return table.collection().decode(table.codec(), valueOf(key)).orElse(null);
    }

    private void see(dev.danta.occ.KeyRange range, Map<dev.danta.occ.Key, Version> versions) {
        sightings++;
        List<Verdict.Newest> found = new ArrayList<>();
        versions.forEach((key, version) -> found.add(new Verdict.Newest(key, version)));
        List<Verdict.Newest> newest = new ArrayList<>();
        for (dev.danta.occ.Key key : reads.within(range)) {
            Version first = Objects.requireNonNullElse(reads.seen(key), Version.NEVER_THERE);
            Version later = versions.getOrDefault(key, Version.NEVER_THERE);
            newest.add(new Verdict.Newest(key, later.timestamp().isAbove(first.timestamp()) ? later : first));
        }
        if (!reads.see(range, found)) {
            throw torn(newest);
        }
        requireFewKeys();
    }

    private DantaException torn(List<Verdict.Newest> newest) {
        torn = new CallOutcome.Aborted(Timestamp.ZERO, CallOutcome.AbortReason.STALE_READ, newest);
        return Attempts.givenUp(torn, scope.attempt(), "a key was read in two versions");
    }

    /** Whether it has seen two states, and so must begin anew whatever came of it. */
    boolean isTorn() {
        return torn != null;
    }

    private void awaitTurn(List<dev.danta.occ.Key> keys) {
        if (scope.turns() != null) {
            long begun = System.nanoTime();
            if (scope.turns().beforeTouching(keys, scope.deadlineAtNanos())) {
                calls.timings().phase(Phase.TURN, begun);
            }
        }
    }

    private void write(Write write) {
        awaitTurn(List.of(write.key()));
        writes.put(write.key(), write);
        requireFewKeys();
    }

    private void requireFewKeys() {
        if (reads.size() + writes.size() > Limits.TX_KEYS_MAX) {
            throw new TooLargeException(
                    "a transaction reads and writes at most " + Limits.TX_KEYS_MAX + " keys", Facts.NONE);
        }
    }

    /** An index may have been declared since the table was written, by whomever; then it lacks what was written. */
    private void requireSameIndexes() {
        indexed.forEach((table, before) -> {
            table.awaitIndexes(() -> remainingNanos("the cluster had answered which indexes there are"));
            Set<String> kept = before.stream().map(Index::name).collect(Collectors.toSet());
            for (Index<?> index : table.indexesToKeep()) {
                if (!kept.contains(index.name())) {
                    throw new IndexNotKeptException(
                            index.name(),
                            table.collection() + " has got the index " + index.name()
                                    + " while a transaction that writes it was under way: begin it anew",
                            true);
                }
            }
        });
    }

    private void requireFewBytes() {
        long bytes = (long) Limits.ENTRY_BYTES * (reads.size() + writes.size());
        for (dev.danta.occ.Key key : reads.seenKeys()) {
            bytes += key.bytes().size();
        }
        for (Write write : writes.values()) {
            bytes += write.key().bytes().size();
            bytes += write.value() == null ? 0 : write.value().size();
        }
        if (bytes > Limits.TX_BYTES_MAX) {
            throw new TooLargeException(
                    "a transaction takes at most " + Limits.TX_BYTES_MAX + " bytes, not " + bytes, Facts.NONE);
        }
    }

    dev.danta.ir.id.@Nullable Bytes valueOf(dev.danta.occ.Key key) {
        Write own = writes.get(key);
        if (own != null) {
            return own.value();
        }
        Version seen = reads.seen(key);
        return seen == null ? null : seen.value();
    }

    private dev.danta.occ.Key encode(Table<?> table, Key key) {
        requireStrict(table);
        return table.collection().encode(key);
    }

    private void requireStrict(Table<?> table) {
        requireOpen();
        if (Given.notNull("a table: make one by Space.table", table).mode() != Mode.STRICT) {
            throw new ModeMismatchException(table.collection() + " is not read or written in transactions", Facts.NONE);
        }
        if (!table.declaration().isAgreed()) {
            table.declaration().await(remainingNanos("the cluster had answered what " + table.name() + " is"));
        }
    }

    private dev.danta.occ.Key encodeForWriting(Table<?> table, Key key) {
        requireWriter();
        dev.danta.occ.Key encoded = encode(table, key);
        table.declaration().awaitIndexes(() -> remainingNanos("the cluster had answered which indexes there are"));
        return encoded;
    }

    private long remainingNanos(String forWhat) {
        long remaining = deadlineAtNanos - System.nanoTime();
        if (remaining <= 0) {
            throw new DeadlineExceededException(
                    "the transaction's deadline passed before " + forWhat, new Facts(null, scope.attempt(), Map.of()));
        }
        return remaining;
    }

    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException(
                    owner == null
                            ? "the transaction has ended: begin another"
                            : "the transaction has ended, and what it gave with it: use it within its closure");
        }
        if (owner != null && owner != Thread.currentThread()) {
            throw new IllegalStateException(
                    "a closure's transaction belongs to the thread that runs the closure: for several"
                            + " threads, one after another, there is Space.begin");
        }
    }

    private void requireByHand() {
        if (scope.kind() != Kind.BY_HAND) {
            throw new IllegalStateException("a closure's transaction is committed when the closure returns");
        }
    }
}
