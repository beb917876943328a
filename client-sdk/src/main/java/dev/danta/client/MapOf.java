package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of relaxed maps by key. Of concurrent changes to one field the last writer wins, by the writers' clocks; changes to
 * different fields never supersede each other. Thread-safe and immutable.
 *
 * <p>As large as a {@link SetOf} may be, values included, and for the same reason.
 */
public final class MapOf<F, V> {
    private final Collection collection;
    private final Codec<F> fields;
    private final Codec<V> values;
    private final Manner manner;

    MapOf(Collection collection, Codec<F> fields, Codec<V> values, Manner manner) {
        this.collection = collection;
        this.fields = fields;
        this.values = values;
        this.manner = manner;
    }

    /**
     * A field of a map got a value, or none, as somebody has said: the map may have the last word on it already.
     *
     * @param value empty if the field was removed
     */
    public record FieldChange<F, V>(F field, Optional<V> value) {}

    public String name() {
        return collection.name();
    }

    /** These maps in a session, as {@link SetOf#in}. */
    public MapOf<F, V> in(Session session) {
        return new MapOf<>(collection, fields, values, manner.in(session));
    }

    /** These maps, read out of the client's cache where that is young enough, as {@link Table#cached}. */
    public MapOf<F, V> cached(Duration maxStaleness) {
        return new MapOf<>(collection, fields, values, manner.cached(maxStaleness));
    }

    /** Has feeds keep fresh what this client remembers of them, as {@link Table#keepFresh}. */
    public KeptFresh keepFresh(Duration maxStaleness) {
        return manner.keepFresh(collection, maxStaleness);
    }

    /** These maps, changed with that acknowledgement; it is a quorum's unless it is said so. */
    public MapOf<F, V> with(Ack ack) {
        return new MapOf<>(collection, fields, values, manner.with(ack));
    }

    /**
     * Gives a field of the map of this key a value; returns once a quorum of replicas has it durably, or as many as {@link #with}
     * says.
     *
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline
     */
    public void put(Key key, F field, V value) {
        change(key, Collections.singletonMap(field, value), List.of());
    }

    /** {@link #put} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> putAsync(Key key, F field, V value) {
        return changeAsync(key, Collections.singletonMap(field, value), List.of());
    }

    /** Removes a field from the map of this key, whether it is in it or not. */
    public void remove(Key key, F field) {
        change(key, Map.of(), Collections.singletonList(field));
    }

    /** {@link #remove} without waiting. */
    public CompletableFuture<Void> removeAsync(Key key, F field) {
        return changeAsync(key, Map.of(), Collections.singletonList(field));
    }

    /** Puts and removes all these fields at once; what is in both is removed. */
    public void change(Key key, Map<F, V> put, java.util.Collection<F> removed) {
        Results.await(changed(key, put, removed));
    }

    /** {@link #change} without waiting. */
    public CompletableFuture<Void> changeAsync(Key key, Map<F, V> put, java.util.Collection<F> removed) {
        return Results.elsewhere(changed(key, put, removed), Function.identity());
    }

    /** The fields as one replica has them; in a session and out of a cache, what is promised there. */
    public Map<F, V> entries(Key key) {
        return decoded(Results.await(found(key, null)));
    }

    /** The fields and their values, in the order of the fields' bytes; none if the map was never changed. */
    public Map<F, V> entries(Key key, Read read) {
        return decoded(Results.await(found(key, Given.notNull("a level of reading", read))));
    }

    /** {@link #entries(Key, Read)} without waiting. */
    public CompletableFuture<Map<F, V>> entriesAsync(Key key, Read read) {
        return Results.elsewhere(found(key, Given.notNull("a level of reading", read)), this::decoded);
    }

    /** The value of one field, as {@link #entries(Key)}; it costs as much. */
    public Optional<V> get(Key key, F field) {
        return value(Results.await(found(key, null)), field);
    }

    /** {@link #get(Key, Object)}, read so. */
    public Optional<V> get(Key key, F field, Read read) {
        return value(Results.await(found(key, Given.notNull("a level of reading", read))), field);
    }

    /**
     * What changes in all these maps from there on, field by field, each with its map as the key. What is promised is what {@link
     * SetOf#changes} promises: what holds of a field is what was told with the greatest {@link Change#timestamp}.
     *
     * @throws ModeMismatchException if a snapshot is asked for: open the feed by {@link From#now}, and then read
     * @throws IllegalStateException if these maps are apart from any cluster
     * @throws UnavailableException as {@link Table#changes}, and {@link IllegalArgumentException}, too
     */
    public ChangeFeed<FieldChange<F, V>> changes(From from) {
        return manner.changes(collection, this::told, from);
    }

    private List<Change<FieldChange<F, V>>> told(Key key, KeyChange change) {
        return collection.joined(LwwMap.class, change).fields().entrySet().stream()
                .map(one -> new Change<>(
                        key,
                        Optional.of(new FieldChange<>(
                                collection.decoded(fields, one.getKey()),
                                collection.decode(values, one.getValue().value()))),
                        one.getValue().stamp().toString(),
                        false))
                .toList();
    }

    private CompletableFuture<Void> changed(Key key, Map<F, V> put, java.util.Collection<F> removed) {
        dev.danta.occ.Key encoded = collection.encode(key);
        TreeMap<Bytes, Bytes> putBytes = new TreeMap<>();
        long bytes = 0;
        for (Map.Entry<F, V> entry :
                Given.notNull("a map of what is to be put", put).entrySet()) {
            Bytes field = collection.encode(fields, entry.getKey());
            Bytes value = collection.encode(values, entry.getValue());
            putBytes.put(field, value);
            bytes += field.size() + value.size() + Limits.ENTRY_BYTES;
        }
        collection.requireFitting(bytes);
        List<Bytes> removedBytes = collection.encodeAll(fields, removed);
        if (put.isEmpty() && removed.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return manner.change(
                encoded,
                (after, ack) -> new ClientCall.ChangeMap(encoded, putBytes, removedBytes, after, ack),
                "a change of " + collection);
    }

    private CompletableFuture<Optional<RelaxedState>> found(Key key, @Nullable Read read) {
        return manner.read(collection.encode(key), read, "a read of " + collection);
    }

    private Optional<V> value(Optional<RelaxedState> found, F field) {
        return collection
                .held(LwwMap.class, found)
                .flatMap(map -> collection.decode(values, map.get(collection.encode(fields, field))));
    }

    private Map<F, V> decoded(Optional<RelaxedState> found) {
        Map<F, V> decoded = new LinkedHashMap<>();
        collection
                .held(LwwMap.class, found)
                .ifPresent(map -> map.values()
                        .forEach((field, value) ->
                                decoded.put(collection.decoded(fields, field), collection.decoded(values, value))));
        return Collections.unmodifiableMap(decoded);
    }
}
