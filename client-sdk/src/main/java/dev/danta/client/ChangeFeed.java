package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.LogCursor;
import dev.danta.txn.KeyChange;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What changes in a collection, as one node of each shard learns of it (protocol.md 7): every committed write, and every relaxed
 * change that was not superseded before it came there, at least once. Whoever keeps the {@linkplain ChangeBatch#cursor cursor} of the
 * batches that it has handled goes on behind them in another process too; where that is not possible any more it is told so
 * by a {@link FeedGapException}, never by silence.
 *
 * <p>Nodes are asked for pages as they are wanted: a slow reader costs them nothing but the log that they keep ({@code
 * storage.feed-entries} of a node's settings). One thread reads; any may close it.
 */
public final class ChangeFeed<V> implements Iterable<ChangeBatch<V>>, AutoCloseable {
    /** About so many changes of one shard in one batch. */
    private static final int PAGE_CHANGES = 256;

    private static final int SNAPSHOT_ENTRIES = 256;

    /** How long one question may wait for something new. */
    private static final long QUESTION_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A node that has not answered for so long will not be waited for: its cursors are good for nobody else. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    private final Calls calls;
    private final Collection collection;
    private final Decoder<V> decoder;
    private final dev.danta.occ.KeyRange keys;
    private final List<Shard> shards = new ArrayList<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final long silenceNanos;
    private @Nullable Iterator<Entry<V>> snapshot;
    private @Nullable FeedGapException gap;
    private int turn;

    /** What the changes of a collection's keys are to an application. */
    @FunctionalInterface
    interface Decoder<V> {
        /** None if it is of no interest to it. */
        List<Change<V>> decoded(Key key, KeyChange change);
    }

    /** Where the feed is in one shard. */
    private static final class Shard {
        private final ShardId id;
        private LogCursor at;
        private long heardNanos = System.nanoTime();
        private @Nullable CompletableFuture<CallOutcome> asked;

        Shard(ShardId id, LogCursor at) {
            this.id = id;
            this.at = at;
        }
    }

    private ChangeFeed(
            Calls calls,
            Collection collection,
            Decoder<V> decoder,
            FeedPosition position,
            @Nullable Stream<Entry<V>> snapshot,
            Duration silence) {
        this.calls = calls;
        this.collection = collection;
        this.decoder = decoder;
        this.keys = collection.encodePrefix(List.of());
        this.snapshot = snapshot == null ? null : snapshot.iterator();
        this.silenceNanos = silence.toNanos();
        for (int i = 0; i < position.shards().size(); i++) {
            shards.add(new Shard(new ShardId(i), position.shards().get(i)));
        }
    }

    /** @param entries what is there, read when it is asked for */
    static <V> ChangeFeed<V> open(
            Calls calls, Collection collection, Decoder<V> decoder, From from, Supplier<Stream<Entry<V>>> entries) {
        FeedPosition given = from.position();
        if (given != null && given.shards().size() != calls.shards()) {
            throw new IllegalArgumentException("the cursor is of a cluster with "
                    + given.shards().size() + " shards, and this one has " + calls.shards());
        }
        // Where logs end first, and what is there second: what comes between is told twice, not left out.
        FeedPosition position =
                given != null ? given : calls.feedEnds(collection.encodePrefix(List.of()), "the feed of " + collection);
        Stream<Entry<V>> snapshot = from.kind() == From.Kind.SNAPSHOT ? entries.get() : null;
        return new ChangeFeed<>(calls, collection, decoder, position, snapshot, SILENCE);
    }

    /**
     * The next batch; an empty one if there is nothing new within {@code wait}.
     *
     * @throws FeedGapException if what comes next cannot be told any more; so does every later call
     * @throws IllegalStateException if the feed or its client is closed
     * @throws UnavailableException if the snapshot cannot be read now; the next call goes on with it
     */
    public ChangeBatch<V> next(Duration wait) {
        ChangeBatch<V> batch = await(System.nanoTime() + Calls.nanos(Calls.requirePositive("how long to wait", wait)));
        return batch == null ? new ChangeBatch<>(List.of(), cursor(), false) : batch;
    }

    /** Batches that are not empty, one after the other, until the feed is closed; waits for each as long as it takes. */
    @Override
    public Iterator<ChangeBatch<V>> iterator() {
        return new Iterator<>() {
            private @Nullable ChangeBatch<V> ready;

            @Override
            public boolean hasNext() {
                while (ready == null && !closed.isDone()) {
                    ready = await(System.nanoTime() + QUESTION_NANOS);
                }
                return ready != null;
            }

            @Override
            public ChangeBatch<V> next() {
                ChangeBatch<V> batch = hasNext() ? ready : null;
                if (batch == null) {
                    throw new NoSuchElementException("the feed is closed");
                }
                ready = null;
                return batch;
            }
        };
    }

    /** Nothing more is asked for; whoever waits for the next batch gets none. */
    @Override
    public void close() {
        closed.complete(null);
    }

    private String cursor() {
        return snapshot == null
                ? new FeedPosition(shards.stream().map(shard -> shard.at).toList()).token()
                : FeedPosition.IN_SNAPSHOT;
    }

    private @Nullable ChangeBatch<V> await(long deadlineAt) {
        if (closed.isDone()) {
            throw new IllegalStateException("the feed is closed");
        }
        if (gap != null) {
            throw gap;
        }
        ChangeBatch<V> first = snapshotPage();
        if (first != null) {
            return first;
        }
        while (!closed.isDone()) {
            shards.forEach(this::ask);
            ChangeBatch<V> batch = arrived();
            long left = deadlineAt - System.nanoTime();
            if (batch != null || left <= 0) {
                return batch;
            }
            waitForAny(left);
        }
        return null;
    }

    private @Nullable ChangeBatch<V> snapshotPage() {
        Iterator<Entry<V>> entries = snapshot;
        if (entries == null) {
            return null;
        }
        List<Change<V>> page = new ArrayList<>();
        while (page.size() < SNAPSHOT_ENTRIES && entries.hasNext()) {
            Entry<V> entry = entries.next();
            page.add(new Change<>(entry.key(), Optional.of(entry.value()), "", false));
        }
        if (!entries.hasNext()) {
            snapshot = null;
        }
        return page.isEmpty() ? null : new ChangeBatch<>(page, cursor(), true);
    }

    private void ask(Shard shard) {
        if (shard.asked == null) {
            shard.asked = calls.follow(new ClientCall.Follow(shard.id, shard.at, keys, PAGE_CHANGES), QUESTION_NANOS);
        }
    }

    /** What has come by now, of the shard whose turn it is; null if nothing has. */
    private @Nullable ChangeBatch<V> arrived() {
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(turn++ % shards.size());
            CompletableFuture<CallOutcome> asked = shard.asked;
            if (asked != null && asked.isDone()) {
                shard.asked = null;
                List<Change<V>> changes = taken(shard, calls.followed(asked));
                if (!changes.isEmpty()) {
                    return new ChangeBatch<>(changes, cursor(), false);
                }
                ask(shard);
            }
        }
        return null;
    }

    private List<Change<V>> taken(Shard shard, CallOutcome outcome) {
        long now = System.nanoTime();
        if (outcome instanceof CallOutcome.Followed followed) {
            List<Change<V>> changes = followed.changes().stream()
                    .flatMap(change -> decoder.decoded(Key.decoded(change.key()), change).stream())
                    .toList();
            shard.at = followed.upTo();
            shard.heardNanos = now;
            return changes;
        }
        if (outcome instanceof CallOutcome.FeedGap lost) {
            throw gap("the feed of " + collection + " has a gap: " + lost.cause(), Facts.NONE);
        }
        if (now - shard.heardNanos > silenceNanos) {
            throw gap(
                    "the feed of " + collection + " has a gap: the node that it came from has not answered for "
                            + TimeUnit.NANOSECONDS.toSeconds(silenceNanos) + " s",
                    calls.facts(outcome));
        }
        return List.of();
    }

    private FeedGapException gap(String sentence, Facts facts) {
        FeedGapException found = new FeedGapException(sentence, facts);
        gap = found;
        return found;
    }

    private void waitForAny(long nanos) {
        List<CompletableFuture<?>> news = new ArrayList<>();
        news.add(closed);
        shards.forEach(shard -> {
            if (shard.asked != null) {
                news.add(shard.asked);
            }
        });
        CompletableFuture.anyOf(news.toArray(CompletableFuture<?>[]::new))
                .<@Nullable Object>handle((first, failure) -> null)
                .completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS)
                .join();
    }
}
