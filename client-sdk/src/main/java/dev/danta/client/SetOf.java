package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.ArrayList;
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
 * A collection of relaxed sets by key. Of concurrent changes to one element the last writer wins, by the writers' clocks; changes
 * to different elements never supersede each other. Thread-safe and immutable.
 *
 * <p>A change is sent as it is, but each node keeps a set as a whole, together with all that was ever removed from it: it is made
 * for up to some thousands of elements. What would make it larger than about 3 MiB, at 128 bytes and its own for each element, is
 * refused with a {@link RefusedException}. One for many elements is spread over pages ({@link Space#setOf(String, Codec, int)});
 * all of this holds for each page.
 */
public final class SetOf<E> {
    private final Collection collection;
    private final Codec<E> codec;
    private final Manner manner;

    SetOf(Collection collection, Codec<E> codec, Manner manner) {
        this.collection = collection;
        this.codec = codec;
        this.manner = manner;
    }

    /**
     * An element was added to a set, or removed from it, as somebody has said: the set may have the last word on it already.
     *
     * @param isAdded false if it was removed
     */
    public record ElementChange<E>(E element, boolean isAdded) {}

    public String name() {
        return collection.name();
    }

    /**
     * These sets in a session: a read has at least what the session has read and changed before, and is made from a quorum; a
     * change comes after that.
     *
     * @throws IllegalArgumentException if the session is of another client
     */
    public SetOf<E> in(Session session) {
        return new SetOf<>(collection, codec, manner.in(session));
    }

    /** These sets, read out of the client's cache where that is young enough, as {@link Table#cached}. */
    public SetOf<E> cached(Duration maxStaleness) {
        return new SetOf<>(collection, codec, manner.cached(maxStaleness));
    }

    /** Has feeds keep fresh what this client remembers of them, as {@link Table#keepFresh}. */
    public KeptFresh keepFresh(Duration maxStaleness) {
        return manner.keepFresh(collection, maxStaleness);
    }

    /** These sets, changed with that acknowledgement; it is a quorum's unless it is said so. */
    public SetOf<E> with(Ack ack) {
        return new SetOf<>(collection, codec, manner.with(ack));
    }

    /**
     * Adds {@code element} to the set of this key; returns once a quorum of replicas has it durably, or as many as {@link #with}
     * says.
     *
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline
     */
    public void add(Key key, E element) {
        change(key, Collections.singletonList(element), List.of());
    }

    /** {@link #add} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> addAsync(Key key, E element) {
        return changeAsync(key, Collections.singletonList(element), List.of());
    }

    /** Removes {@code element} from the set of this key, whether it is in it or not. */
    public void remove(Key key, E element) {
        change(key, List.of(), Collections.singletonList(element));
    }

    /** {@link #remove} without waiting. */
    public CompletableFuture<Void> removeAsync(Key key, E element) {
        return changeAsync(key, List.of(), Collections.singletonList(element));
    }

    /**
     * Adds and removes all these elements at once; what is in both is removed. Where they are on several pages, each page is
     * changed at once, and if the call fails some may not be.
     */
    public void change(Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        Results.await(changed(key, added, removed));
    }

    /** {@link #change} without waiting. */
    public CompletableFuture<Void> changeAsync(
            Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        return Results.elsewhere(changed(key, added, removed), Function.identity());
    }

    /**
     * The elements as one replica has them, or one of each page; in a session and out of a cache, what is promised there. Pages are
     * read one by one: what others change at that moment may be seen in part.
     */
    public Set<E> members(Key key) {
        return decoded(Results.await(found(key, null)));
    }

    /** The elements, in the order of their bytes; none if the set was never changed. */
    public Set<E> members(Key key, Read read) {
        return decoded(Results.await(found(key, Given.notNull("a level of reading", read))));
    }

    /** {@link #members(Key, Read)} without waiting. */
    public CompletableFuture<Set<E>> membersAsync(Key key, Read read) {
        return Results.elsewhere(found(key, Given.notNull("a level of reading", read)), this::decoded);
    }

    /** Whether {@code element} is in the set of this key, read as by {@link #members(Key)}; its page is all that is read. */
    public boolean contains(Key key, E element) {
        return has(key, element, null);
    }

    /** {@link #contains(Key, Object)}, read so. */
    public boolean contains(Key key, E element, Read read) {
        return has(key, element, Given.notNull("a level of reading", read));
    }

    /**
     * What changes in all these sets from there on, element by element, each with its set as the key, also of sets that are spread
     * over pages. Told are, at least once, all changes that a quorum has acknowledged and that were news to the node that tells: one
     * that newer ones had superseded altogether before it came there is not. Of a change of several elements all are told, also those
     * that were superseded; and when a node has compared a set with another node's, all of what it knows of it, again. So neither
     * comes an element once, nor in its order: what holds of an element is what was told with the greatest {@link
     * Change#timestamp}, and if two have the same, the removal. None {@link Change#isOvertaken}.
     *
     * <p>In a session or out of a cache it is the same feed.
     *
     * @throws ModeMismatchException if a snapshot is asked for: open the feed by {@link From#now}, and then read
     * @throws IllegalStateException if these sets are apart from any cluster
     * @throws UnavailableException as {@link Table#changes}, and {@link IllegalArgumentException}, too
     */
    public ChangeFeed<ElementChange<E>> changes(From from) {
        return manner.changes(collection, this::told, from);
    }

    private List<Change<ElementChange<E>>> told(Key place, KeyChange change) {
        LwwSet set = collection.joined(LwwSet.class, change);
        Key key = collection.keyOfPage(place);
        TreeSet<Bytes> elements = new TreeSet<>(set.added().keySet());
        elements.addAll(set.removed().keySet());
        List<Change<ElementChange<E>>> told = new ArrayList<>();
        for (Bytes element : elements) {
            boolean isAdded = set.contains(element);
            Timestamp stamp = (isAdded ? set.added() : set.removed()).get(element);
            told.add(new Change<>(
                    key,
                    Optional.of(new ElementChange<>(collection.decoded(codec, element), isAdded)),
                    String.valueOf(stamp),
                    false));
        }
        return told;
    }

    private CompletableFuture<Void> changed(Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        collection.encodePage(key, 0);
        Spread spread = new Spread(collection, manner);
        Map<Integer, List<Bytes>> addedBytes = spread.byPage(collection.encodeAll(codec, added));
        Map<Integer, List<Bytes>> removedBytes = spread.byPage(collection.encodeAll(codec, removed));
        TreeSet<Integer> pages = new TreeSet<>(addedBytes.keySet());
        pages.addAll(removedBytes.keySet());
        return spread.change(
                key,
                List.copyOf(pages),
                (place, page) -> (after, ack) -> new ClientCall.ChangeSet(
                        place,
                        addedBytes.getOrDefault(page, List.of()),
                        removedBytes.getOrDefault(page, List.of()),
                        after,
                        ack),
                "a change of " + collection);
    }

    private CompletableFuture<List<Optional<RelaxedState>>> found(Key key, @Nullable Read read) {
        return new Spread(collection, manner).readAll(key, read);
    }

    private boolean has(Key key, E element, @Nullable Read read) {
        Bytes bytes = collection.encode(codec, element);
        return collection
                .held(LwwSet.class, Results.await(new Spread(collection, manner).readPageOf(key, bytes, read)))
                .map(set -> set.contains(bytes))
                .orElse(false);
    }

    private Set<E> decoded(List<Optional<RelaxedState>> found) {
        TreeSet<Bytes> members = new TreeSet<>();
        for (Optional<RelaxedState> page : found) {
            collection.held(LwwSet.class, page).ifPresent(set -> members.addAll(set.members()));
        }
        return collection.decodedAll(codec, members);
    }
}
