package dev.danta.client;

import dev.danta.wire.admin.AdminReply;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this client has declared a collection to be. The cluster keeps of each collection what it was declared as by whoever
 * was first; it is asked once, before the first use, and refuses another declaration. Thread-safe.
 */
final class Declaration {
    private final Collection collection;
    private final Calls calls;
    private final long freshNanos;
    private volatile boolean agreed;
    /** When the last answer was asked for, by {@link System#nanoTime()}; of no use before it is agreed. */
    private volatile long askedAtNanos;
    /** The indexes that the cluster knew when it was asked. */
    private volatile List<String> indexesThere = List.of();
    /** Those that this client keeps, by their names. */
    private final NavigableMap<String, Index<?>> indexes = new ConcurrentSkipListMap<>();

    private @Nullable CompletableFuture<Void> asked;

    /**
     * Nobody is asked yet.
     *
     * @param freshNanos how long what the cluster says of a table's indexes will do for writing the table
     */
    Declaration(Collection collection, Calls calls, long freshNanos) {
        this.collection = collection;
        this.calls = calls;
        this.freshNanos = freshNanos;
    }

    Collection collection() {
        return collection;
    }

    /** From now on whoever writes the collection keeps this index. */
    void keep(Index<?> index) {
        indexes.put(index.name(), index);
    }

    /**
     * The indexes to be kept with each write, always in the same order. There never get fewer of them.
     *
     * @throws IndexNotKeptException if there is one that this client does not keep
     */
    List<Index<?>> indexesToKeep() {
        for (String name : indexesThere) {
            if (!indexes.containsKey(name)) {
                throw new IndexNotKeptException(
                        name,
                        collection + " has the index " + name + ", which this client does not keep: declare it, by"
                                + " Table.index or Table.uniqueIndex, before writing",
                        false);
            }
        }
        return indexes.isEmpty() ? List.of() : List.copyOf(indexes.values());
    }

    /** Whether it may be used without asking anybody. */
    boolean isAgreed() {
        return agreed;
    }

    /**
     * Makes {@code call} as soon as the collection may be used, with the time that is left.
     *
     * @return also fails with what {@link #await} throws
     */
    <T extends @Nullable Object> CompletableFuture<T> whenAgreed(
            long deadlineNanos, LongFunction<CompletableFuture<T>> call) {
        if (agreed) {
            return call.apply(deadlineNanos);
        }
        long deadlineAt = System.nanoTime() + deadlineNanos;
        return agreement(deadlineNanos).thenCompose(done -> call.apply(Math.max(1, deadlineAt - System.nanoTime())));
    }

    /**
     * Returns as soon as the collection may be used.
     *
     * @throws ModeMismatchException if it was declared otherwise
     * @throws UnavailableException if it is new to the nodes that can be reached, and nothing new can be declared now
     */
    void await(long deadlineNanos) {
        if (!agreed) {
            Results.await(agreement(deadlineNanos));
        }
    }

    /**
     * Returns as soon as it is known which indexes the table has, or had a short time ago. When half of that time is over the
     * cluster is asked again, and nobody waits for it; so it is only who has not written for long that does.
     *
     * @param deadlineNanos how long it may take, asked for if it takes time
     * @throws UnavailableException if no node can be asked
     */
    void awaitIndexes(LongSupplier deadlineNanos) {
        long age = System.nanoTime() - askedAtNanos;
        if (agreed && age <= freshNanos / 2) {
            return;
        }
        boolean isFresh = agreed && age <= freshNanos;
        CompletableFuture<Void> asking = agreement(isFresh ? calls.defaultDeadlineNanos() : deadlineNanos.getAsLong());
        if (!isFresh) {
            Results.await(asking);
        }
    }

    /** Whoever is first asks, and keeps to a deadline in doing so; those who come meanwhile may have less time. */
    private synchronized CompletableFuture<Void> agreement(long deadlineNanos) {
        CompletableFuture<Void> before = asked;
        if (before != null && !before.isDone()) {
            return before.copy().orTimeout(deadlineNanos, TimeUnit.NANOSECONDS).exceptionally(this::lateOrFailed);
        }
        long now = System.nanoTime();
        CompletableFuture<Void> asking =
                calls.declare(collection, deadlineNanos).thenAccept(declared -> onDeclared(declared, now));
        asked = asking;
        return asking;
    }

    private @Nullable Void lateOrFailed(Throwable failure) {
        if (failure instanceof TimeoutException) {
            throw new DeadlineExceededException(
                    "the deadline passed before the cluster had answered what " + collection.fullName() + " is",
                    DantaException.Facts.NONE);
        }
        throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
    }

    private void onDeclared(AdminReply.Declared declared, long askedAt) {
        String type = declared.type();
        if (!type.equals(collection.type())) {
            throw new ModeMismatchException(
                    collection.fullName() + " is a " + Collection.wordsOf(type) + " in this cluster, not a "
                            + collection.words() + ": open it as what it is, or use another name",
                    DantaException.Facts.NONE);
        }
        indexesThere = declared.indexes();
        askedAtNanos = askedAt;
        agreed = true;
    }
}
