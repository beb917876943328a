package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A collection of values by key. A strict one is written through {@link Tx} only, and read there or by
 * {@link #get(Key, Read)}; a relaxed one by the methods here, each answered within the client's deadline. Thread-safe and immutable.
 *
 * <p>Of concurrent relaxed puts to one key the last writer wins, by the writers' clocks: an acknowledged put may be
 * superseded silently. What must not get lost belongs in a strict table.
 */
public final class Table<V> {
    private final @Nullable Home home;
    private final Collection collection;
    private final Codec<V> codec;
    private final Manner manner;

    /** Where a table is that belongs to a cluster. */
    private record Home(Calls calls, Space space, Declaration declaration) {}

    Table(Calls calls, Space space, Declaration declaration, Codec<V> codec) {
        this(
                new Home(calls, space, declaration),
                declaration.collection(),
                codec,
                new Manner.InCluster(calls, declaration));
    }

    /** A relaxed one, which may be apart from any cluster. */
    Table(Collection collection, Codec<V> codec, Manner manner) {
        this(null, collection, codec, manner);
    }

    private Table(@Nullable Home home, Collection collection, Codec<V> codec, Manner manner) {
        this.home = home;
        this.collection = collection;
        this.codec = codec;
        this.manner = manner;
    }

    private Home home() {
        if (home == null) {
            throw new IllegalStateException(collection + " is relaxed, and may be apart from any cluster");
        }
        return home;
    }

    public String name() {
        return collection.name();
    }

    public Mode mode() {
        return collection.kind().isStrict() ? Mode.STRICT : Mode.RELAXED;
    }

    Declaration declaration() {
        return home().declaration();
    }

    Collection collection() {
        return collection;
    }

    Codec<V> codec() {
        return codec;
    }

    /**
     * This table in a session: what is read is at least what the session has read and written before ({@link Read#SESSION}),
     * what is written comes after that. Reads that ask for {@link Read#LOCAL} stay outside of it.
     *
     * @throws ModeMismatchException if this table is strict
     * @throws IllegalArgumentException if the session is of another client
     */
    public Table<V> in(Session session) {
        requireRelaxed();
        return new Table<>(home, collection, codec, manner.in(session));
    }

    /**
     * This table, read out of the client's cache where that is young enough: {@link #get(Key)} shows every put that was
     * acknowledged longer than {@code maxStaleness} ago, and mostly costs nothing. A key that is not there is read from a
     * quorum. How much is remembered is a matter of the client ({@link DantaClient.Builder#cache}).
     *
     * @throws ModeMismatchException if this table is strict
     */
    public Table<V> cached(Duration maxStaleness) {
        requireRelaxed();
        return new Table<>(home, collection, codec, manner.cached(maxStaleness));
    }

    /**
     * Has feeds keep fresh what this client remembers of this table, until that is closed.
     *
     * <p>Of a relaxed table a key that was read by {@link #cached} need not be read again when it gets older than {@code
     * maxStaleness}, as long as nodes tell what has changed: the promise is the same. Of a strict one what others commit takes
     * the place of what is remembered, so that fewer transactions begin with something old; whatever they begin with is
     * validated.
     *
     * @param maxStaleness the least that is given to {@link #cached}; of a strict table, about how soon a change is to be known
     *     here at the latest
     * @throws IllegalStateException if this table is strict and the client has no cache, or it is apart from any cluster
     * @throws UnavailableException if the table is new to the nodes that can be reached
     */
    public KeptFresh keepFresh(Duration maxStaleness) {
        if (collection.kind().isStrict() && !home().calls().isCaching()) {
            throw new IllegalStateException(
                    "there is nothing to be kept fresh of " + collection + ": the client has no cache");
        }
        return manner.keepFresh(collection, maxStaleness);
    }

    /**
     * This table, put to with that acknowledgement; it is a quorum's unless it is said so.
     *
     * @throws ModeMismatchException if this table is strict
     */
    public Table<V> with(Ack ack) {
        requireRelaxed();
        return new Table<>(home, collection, codec, manner.with(ack));
    }

    /**
     * Relaxed: gives {@code key} a value; returns once a quorum of replicas has it durably, or as many as {@link #with} says.
     *
     * @throws ModeMismatchException if this table is strict
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline
     */
    public void put(Key key, V value) {
        Results.await(update(key, encode(value)));
    }

    /** {@link #put} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> putAsync(Key key, V value) {
        return Results.elsewhere(update(key, encode(value)), Function.identity());
    }

    /** Relaxed: deletes {@code key}, as a put of nothing. */
    public void delete(Key key) {
        Results.await(update(key, null));
    }

    /** {@link #delete} without waiting. */
    public CompletableFuture<Void> deleteAsync(Key key) {
        return Results.elsewhere(update(key, null), Function.identity());
    }

    /** Relaxed: the value as one replica has it; in a session and out of a cache, what is promised there. */
    public Optional<V> get(Key key) {
        return Results.await(read(key, null).thenApply(this::decode));
    }

    /**
     * The value of {@code key}. For {@link Read#STRICT}, what it was at one moment between call and answer, as a
     * transaction of its own: in one round trip, and leaving nothing behind on a node.
     *
     * @throws ModeMismatchException if this table is strict and {@code read} is not, or the other way round
     */
    public Optional<V> get(Key key, Read read) {
        return Results.await(found(key, read));
    }

    /** {@link #get(Key, Read)} without waiting. */
    public CompletableFuture<Optional<V>> getAsync(Key key, Read read) {
        return Results.elsewhere(found(key, read), Function.identity());
    }

    /**
     * An index of this strict table, by a key that is found in its values; many may have the same. From now on whatever this
     * client writes to the table is in it, too.
     *
     * @param indexName of its own in this table; the same in all clients
     * @param extractor finds the key, the same for equal values always; null keeps a value out of the index. It may be
     *     called more than once for a value, by any thread
     * @throws ModeMismatchException if this table is relaxed, or the index was declared otherwise
     */
    public Index<V> index(String indexName, Function<? super V, @Nullable Key> extractor) {
        return index(indexName, extractor, false);
    }

    /**
     * {@link #index} in which no two records have the same key: a write that would give one to a second record is refused
     * with a {@link UniqueViolationException}.
     */
    public Index<V> uniqueIndex(String indexName, Function<? super V, @Nullable Key> extractor) {
        return index(indexName, extractor, true);
    }

    private Index<V> index(String indexName, Function<? super V, @Nullable Key> extractor, boolean unique) {
        requireStrict();
        Given.notNull("an extractor, which finds the index's key in a value", extractor);
        Table<byte[]> places = home().space().tableOf(collection.index(indexName, unique), Codecs.BYTES);
        Index<V> index = new Index<>(this, home().space(), places, extractor, unique);
        home().declaration().keep(index);
        return index;
    }

    /**
     * The entries of a range of a strict table, in its order, read page by page as the stream comes to them. Each page is a
     * strict read by itself, within the client's deadline: what it shows was all there at one moment, and nothing else of that
     * part of the range; between two pages others may write. What must be seen at one moment is read in a transaction, by
     * {@link Tx#entries}. Nothing is kept open: the stream need not be closed.
     *
     * @throws ModeMismatchException if this table is relaxed
     */
    public Stream<Entry<V>> scan(KeyRange range) {
        requireStrict();
        return Scan.streamOf(new Pages<>(
                range, page -> home().space().read(tx -> tx.placed(this, page).toList())));
    }

    /**
     * What changes in this table from there on. Of a strict table every committed write is told; of a relaxed one every put, but for
     * those that had been superseded before they came to the node that tells.
     *
     * @throws ModeMismatchException if this table is relaxed and a snapshot is asked for: read what is wanted of it
     * @throws UnavailableException if the nodes of a shard cannot be reached
     * @throws IllegalArgumentException if the cursor is of a cluster with another number of shards
     */
    public ChangeFeed<V> changes(From from) {
        if (Given.notNull("where the feed begins", from).kind() == From.Kind.SNAPSHOT) {
            requireStrict();
        }
        Calls calls = home().calls();
        home().declaration().await(calls.defaultDeadlineNanos());
        return ChangeFeed.open(calls, collection, this::changed, from, () -> scan(KeyRange.all()));
    }

    private List<Change<V>> changed(Key key, KeyChange change) {
        if (change instanceof KeyChange.Written written) {
            Optional<V> value = collection.decode(codec, written.version().value());
            return List.of(
                    new Change<>(key, value, written.version().timestamp().toString(), written.overtaken()));
        }
        LwwRegister register = collection.joined(LwwRegister.class, change);
        Optional<V> value = collection.decode(codec, register.value());
        return List.of(new Change<>(key, value, register.stamp().toString(), false));
    }

    private CompletableFuture<Optional<V>> found(Key key, Read read) {
        if (Given.notNull("a level of reading", read) != Read.STRICT) {
            return read(key, read).thenApply(this::decode);
        }
        requireStrict();
        dev.danta.occ.Key encoded = collection.encode(key);
        Calls calls = home().calls();
        return home().declaration()
                .whenAgreed(
                        calls.defaultDeadlineNanos(),
                        left -> calls.readStrict(encoded, "a strict read of " + collection, left))
                .thenApply(value -> collection.decode(codec, value));
    }

    private Bytes encode(V value) {
        requireRelaxed();
        return collection.encode(codec, value);
    }

    private CompletableFuture<Void> update(Key key, @Nullable Bytes value) {
        requireRelaxed();
        dev.danta.occ.Key encoded = collection.encode(key);
        return manner.change(
                encoded,
                (after, ack) -> new ClientCall.PutRegister(encoded, value, after, ack),
                "a put to " + collection);
    }

    private CompletableFuture<Optional<RelaxedState>> read(Key key, @Nullable Read read) {
        requireRelaxed();
        return manner.read(collection.encode(key), read, "a read of " + collection);
    }

    private Optional<V> decode(Optional<RelaxedState> found) {
        return collection
                .held(LwwRegister.class, found)
                .flatMap(register -> collection.decode(codec, register.value()));
    }

    private void requireRelaxed() {
        if (collection.kind() != Collection.Kind.RELAXED_TABLE) {
            throw new ModeMismatchException(
                    collection + " is written in transactions only, and read there or strictly",
                    DantaException.Facts.NONE);
        }
    }

    private void requireStrict() {
        if (collection.kind() != Collection.Kind.STRICT_TABLE) {
            throw new ModeMismatchException(collection + " is not read strictly", DantaException.Facts.NONE);
        }
    }
}
