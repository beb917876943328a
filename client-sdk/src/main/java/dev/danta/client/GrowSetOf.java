package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of relaxed sets by key that only grow: what was added stays, whoever else adds what. As large as a {@link SetOf}
 * may be, at that. Thread-safe and immutable.
 */
public final class GrowSetOf<E> {
    private final Collection collection;
    private final Codec<E> codec;
    private final Manner manner;

    GrowSetOf(Collection collection, Codec<E> codec, Manner manner) {
        this.collection = collection;
        this.codec = codec;
        this.manner = manner;
    }

    public String name() {
        return collection.name();
    }

    /** These sets in a session, as {@link SetOf#in}. */
    public GrowSetOf<E> in(Session session) {
        return new GrowSetOf<>(collection, codec, manner.in(session));
    }

    /** These sets, read out of the client's cache where that is young enough, as {@link Table#cached}. */
    public GrowSetOf<E> cached(Duration maxStaleness) {
        return new GrowSetOf<>(collection, codec, manner.cached(maxStaleness));
    }

    /** Has feeds keep fresh what this client remembers of them, as {@link Table#keepFresh}. */
    public KeptFresh keepFresh(Duration maxStaleness) {
        return manner.keepFresh(collection, maxStaleness);
    }

    /** These sets, changed with that acknowledgement; it is a quorum's unless it is said so. */
    public GrowSetOf<E> with(Ack ack) {
        return new GrowSetOf<>(collection, codec, manner.with(ack));
    }

    /**
     * Adds {@code element} to the set of this key; returns once a quorum of replicas has it durably, or as many as {@link #with}
     * says.
     *
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline; adding it again does no harm
     */
    public void add(Key key, E element) {
        addAll(key, Collections.singletonList(element));
    }

    /** Adds all these elements at once. */
    public void addAll(Key key, java.util.Collection<E> elements) {
        Results.await(added(key, elements));
    }

    /** {@link #addAll} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> addAllAsync(Key key, java.util.Collection<E> elements) {
        return Results.elsewhere(added(key, elements), Function.identity());
    }

    /** The elements as one replica has them; in a session and out of a cache, what is promised there. */
    public Set<E> members(Key key) {
        return decoded(Results.await(found(key, null)));
    }

    /** The elements, in the order of their bytes; none if nothing was ever added. */
    public Set<E> members(Key key, Read read) {
        return decoded(Results.await(found(key, Given.notNull("a level of reading", read))));
    }

    /** {@link #members(Key, Read)} without waiting. */
    public CompletableFuture<Set<E>> membersAsync(Key key, Read read) {
        return Results.elsewhere(found(key, Given.notNull("a level of reading", read)), this::decoded);
    }

    /**
     * What is added to all these sets from there on, element by element, each with its set as the key, as {@link SetOf#changes}: at
     * least once, and perhaps again. Elements have no timestamps; what was told is in the set.
     *
     * @throws ModeMismatchException if a snapshot is asked for: open the feed by {@link From#now}, and then read
     * @throws IllegalStateException if these sets are apart from any cluster
     * @throws UnavailableException as {@link Table#changes}, and {@link IllegalArgumentException}, too
     */
    public ChangeFeed<E> changes(From from) {
        return manner.changes(collection, this::told, from);
    }

    private List<Change<E>> told(Key place, KeyChange change) {
        Key key = collection.keyOfPage(place);
        return collection.joined(GrowSet.class, change).elements().stream()
                .map(element -> new Change<>(key, Optional.of(collection.decoded(codec, element)), "", false))
                .toList();
    }

    private CompletableFuture<Void> added(Key key, java.util.Collection<E> elements) {
        collection.encodePage(key, 0);
        Spread spread = new Spread(collection, manner);
        Map<Integer, List<Bytes>> added = spread.byPage(collection.encodeAll(codec, elements));
        return spread.change(
                key,
                List.copyOf(added.keySet()),
                (place, page) -> {
                    GrowSet change = GrowSet.of(added.getOrDefault(page, List.of()));
                    return (after, ack) -> new ClientCall.Join(place, change, ack);
                },
                "an addition to " + collection);
    }

    private CompletableFuture<List<Optional<RelaxedState>>> found(Key key, @Nullable Read read) {
        return new Spread(collection, manner).readAll(key, read);
    }

    private Set<E> decoded(List<Optional<RelaxedState>> found) {
        TreeSet<Bytes> elements = new TreeSet<>();
        for (Optional<RelaxedState> page : found) {
            collection.held(GrowSet.class, page).ifPresent(set -> elements.addAll(set.elements()));
        }
        return collection.decodedAll(codec, elements);
    }
}
