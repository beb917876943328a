package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of relaxed sets by key. Of concurrent changes to one element the last writer wins, by the writers' clocks; changes
 * to different elements never supersede each other. Thread-safe and immutable.
 *
 * <p>A change is sent as it is, but each node keeps a set as a whole, together with all that was ever removed from it: it is made
 * for up to some thousands of elements. What would make it larger than about 3 MiB, at 128 bytes and its own for each element, is
 * refused with a {@link RefusedException}.
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

    /** Adds and removes all these elements at once; what is in both is removed. */
    public void change(Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        Results.await(changed(key, added, removed));
    }

    /** {@link #change} without waiting. */
    public CompletableFuture<Void> changeAsync(
            Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        return Results.elsewhere(changed(key, added, removed), Function.identity());
    }

    /** The elements as one replica has them; in a session and out of a cache, what is promised there. */
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

    /** Whether {@code element} is in the set of this key, as {@link #members(Key)}; it costs as much. */
    public boolean contains(Key key, E element) {
        return has(Results.await(found(key, null)), element);
    }

    /** {@link #contains(Key, Object)}, read so. */
    public boolean contains(Key key, E element, Read read) {
        return has(Results.await(found(key, Given.notNull("a level of reading", read))), element);
    }

    private CompletableFuture<Void> changed(Key key, java.util.Collection<E> added, java.util.Collection<E> removed) {
        dev.danta.occ.Key encoded = collection.encode(key);
        List<Bytes> addedBytes = collection.encodeAll(codec, added);
        List<Bytes> removedBytes = collection.encodeAll(codec, removed);
        if (added.isEmpty() && removed.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return manner.change(
                encoded,
                (after, ack) -> new ClientCall.ChangeSet(encoded, addedBytes, removedBytes, after, ack),
                "a change of " + collection);
    }

    private CompletableFuture<Optional<RelaxedState>> found(Key key, @Nullable Read read) {
        return manner.read(collection.encode(key), read, "a read of " + collection);
    }

    private boolean has(Optional<RelaxedState> found, E element) {
        return collection
                .held(LwwSet.class, found)
                .map(set -> set.contains(collection.encode(codec, element)))
                .orElse(false);
    }

    private Set<E> decoded(Optional<RelaxedState> found) {
        return collection
                .held(LwwSet.class, found)
                .map(set -> collection.decodedAll(codec, set.members()))
                .orElse(Set.of());
    }
}
