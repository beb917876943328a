package dev.danta.client;

import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of relaxed counters by key: additions from anywhere are summed up, none gets lost, none counts twice
 * however often it is delivered. Thread-safe and immutable.
 */
public final class Counter {
    private final Collection collection;
    private final Manner manner;

    Counter(Collection collection, Manner manner) {
        this.collection = collection;
        this.manner = manner;
    }

    /**
     * What one client has added to a counter by now.
     *
     * @param client a name that no other client has
     * @param number how often it has added something, from 1 on; of two of these the greater one is newer
     * @param sum of all that it has added
     */
    public record Share(String client, long number, long sum) {}

    public String name() {
        return collection.name();
    }

    /**
     * These counters in a session: a read has at least what the session has read and added before.
     *
     * @throws IllegalArgumentException if the session is of another client
     */
    public Counter in(Session session) {
        return new Counter(collection, manner.in(session));
    }

    /** These counters, read out of the client's cache where that is young enough, as {@link Table#cached}. */
    public Counter cached(Duration maxStaleness) {
        return new Counter(collection, manner.cached(maxStaleness));
    }

    /** Has feeds keep fresh what this client remembers of them, as {@link Table#keepFresh}. */
    public KeptFresh keepFresh(Duration maxStaleness) {
        return manner.keepFresh(collection, maxStaleness);
    }

    /** These counters, added to with that acknowledgement; it is a quorum's unless it is said so. */
    public Counter with(Ack ack) {
        return new Counter(collection, manner.with(ack));
    }

    /**
     * Adds {@code amount}, which may be negative; returns once a quorum of replicas has it durably, or as many as {@link #with}
     * says.
     *
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline: then the client still brings it to the
     *     replicas, so adding again would count twice
     */
    public void add(Key key, long amount) {
        Results.await(update(key, amount));
    }

    /** {@link #add} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> addAsync(Key key, long amount) {
        return Results.elsewhere(update(key, amount), Function.identity());
    }

    /** The sum as one replica has it; in a session and out of a cache, what is promised there. 0 if nothing was added. */
    public long get(Key key) {
        return sum(Results.await(value(key, null)));
    }

    /**
     * The sum; 0 if nothing was ever added.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public long get(Key key, Read read) {
        return sum(Results.await(value(key, Given.notNull("a level of reading", read))));
    }

    /** {@link #get(Key, Read)} without waiting. */
    public CompletableFuture<Long> getAsync(Key key, Read read) {
        return Results.elsewhere(value(key, Given.notNull("a level of reading", read)), this::sum);
    }

    /**
     * Who adds to all these counters from there on, each with its counter as the key. A node does not know what was added, only what
     * a client has added by then altogether: it tells that at least once for each addition, unless a newer one of the client came
     * before it, and that of all clients of a counter, again, when it has compared the counter with another node's. The sum of a
     * counter is that of the newest {@link Share} of each client; of those that have not added since the feed began, nothing is
     * told. None has a timestamp or {@link Change#isOvertaken}.
     *
     * @throws ModeMismatchException if a snapshot is asked for: open the feed by {@link From#now}, and then read
     * @throws IllegalStateException if these counters are apart from any cluster
     * @throws UnavailableException as {@link Table#changes}, and {@link IllegalArgumentException}, too
     */
    public ChangeFeed<Share> changes(From from) {
        return manner.changes(collection, this::told, from);
    }

    private List<Change<Share>> told(Key key, KeyChange change) {
        return collection.joined(dev.danta.relaxed.Counter.class, change).totals().entrySet().stream()
                .map(one -> new Share(
                        one.getKey().toString(),
                        one.getValue().sequence(),
                        one.getValue().sum()))
                .map(share -> new Change<>(key, Optional.of(share), "", false))
                .toList();
    }

    private CompletableFuture<Void> update(Key key, long amount) {
        dev.danta.occ.Key encoded = collection.encode(key);
        return manner.change(
                encoded,
                (after, ack) -> new ClientCall.AddToCounter(encoded, amount, ack),
                "an addition to " + collection);
    }

    private CompletableFuture<Optional<RelaxedState>> value(Key key, @Nullable Read read) {
        return manner.read(collection.encode(key), read, "a read of " + collection);
    }

    private long sum(Optional<RelaxedState> found) {
        return collection
                .held(dev.danta.relaxed.Counter.class, found)
                .map(dev.danta.relaxed.Counter::value)
                .orElse(0L);
    }
}
