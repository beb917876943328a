package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.EventStream.Event;
import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.stream.EventPage;
import dev.danta.txn.stream.ViewRead;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads a {@link View}: asks for what a {@link ViewRead} wants to know, and has kept what it wants to be kept. Thread-safe. */
final class ViewReader<E, S> {
    private final EventPages<E> pages;
    private final Kept kept;
    private final Fold<E, S> fold;
    private final Codec<S> codec;
    private final SecureRandom random = new SecureRandom();

    /**
     * Where snapshots are kept, and of which version of the fold.
     *
     * @param name of the view
     */
    record Kept(String name, int version, Collection collection, Manner manner) {}

    /**
     * What a read has given, and has cost.
     *
     * @param pagesRead how many pages came as a whole, and were folded
     */
    record Folded<S>(S state, int pagesRead) {}

    ViewReader(EventPages<E> pages, Kept kept, Fold<E, S> fold, Codec<S> codec) {
        this.pages = pages;
        this.kept = kept;
        this.fold = fold;
        this.codec = codec;
    }

    String name() {
        return kept.name();
    }

    int version() {
        return kept.version();
    }

    /** The application's functions are called on none of the client's threads. */
    CompletableFuture<Folded<S>> read(Key stream, @Nullable Read level) {
        dev.danta.occ.Key place = kept.collection().encode(stream);
        long deadlineAt = pages.manner().deadlineAt();
        CompletableFuture<List<EventPage>> index = pages.index(stream, level, Manner.left(deadlineAt));
        CompletableFuture<Optional<RelaxedState>> before =
                kept.manner().read(place, null, "a read of " + kept.collection(), Manner.left(deadlineAt));
        return index.thenCombine(before, (all, found) -> begun(all, found))
                .thenComposeAsync(read -> hashes(stream, read, level, Manner.left(deadlineAt))
                        .thenComposeAsync(known -> folded(stream, read, read.toRead(known), level, deadlineAt)));
    }

    private ViewRead<S> begun(List<EventPage> index, Optional<RelaxedState> found) {
        Bytes snapshots = kept.collection()
                .held(LwwRegister.class, found)
                .map(LwwRegister::value)
                .orElse(null);
        try {
            HashKey fresh = new HashKey(random.nextLong(), random.nextLong());
            return new ViewRead<>(new Folding(), index, snapshots, fresh);
        } catch (IllegalArgumentException e) {
            throw new ModeMismatchException(
                    kept.collection() + " holds something else than snapshots: " + e.getMessage(), Facts.NONE);
        }
    }

    private CompletableFuture<Map<EventPage, Long>> hashes(
            Key stream, ViewRead<S> read, @Nullable Read level, long leftNanos) {
        Map<dev.danta.occ.Key, EventPage> asked = new TreeMap<>();
        read.toHash().forEach(page -> asked.put(pages.place(stream, page), page));
        return pages.manner()
                .hashes(
                        List.copyOf(asked.keySet()),
                        read.hashKey(),
                        level,
                        "a read of " + pages.collection(),
                        leftNanos)
                .thenApply(found -> {
                    Map<EventPage, Long> hashes = new HashMap<>();
                    asked.forEach((key, page) -> {
                        Long hash = found.get(key);
                        if (hash != null) {
                            hashes.put(page, hash);
                        }
                    });
                    return hashes;
                });
    }

    private CompletableFuture<Folded<S>> folded(
            Key stream, ViewRead<S> read, List<EventPage> toRead, @Nullable Read level, long deadlineAt) {
        Map<EventPage, CompletableFuture<LwwMap>> reads = new HashMap<>();
        toRead.forEach(page -> reads.put(page, pages.page(stream, page, level, Manner.left(deadlineAt))));
        return CompletableFuture.allOf(reads.values().toArray(new CompletableFuture<?>[0]))
                .thenApplyAsync(all -> {
                    Map<EventPage, LwwMap> there = new HashMap<>();
                    reads.forEach((page, found) -> there.put(page, found.join()));
                    S state = read.state(there);
                    keep(stream, read.toKeep(Limits.VALUE_BYTES_MAX), Manner.left(deadlineAt));
                    return new Folded<>(state, toRead.size());
                });
    }

    /** It is kept or it is not: what was read is true in any case, and nobody waits. */
    private void keep(Key stream, @Nullable Bytes snapshots, long leftNanos) {
        if (snapshots != null) {
            dev.danta.occ.Key place = kept.collection().encode(stream);
            var unused = kept.manner()
                    .change(
                            place,
                            (after, ack) -> new ClientCall.PutRegister(place, snapshots, after, ack),
                            "a snapshot of " + kept.collection(),
                            leftNanos);
        }
    }

    /** The application's fold, over what is on pages. */
    private final class Folding implements ViewRead.Folding<S> {
        @Override
        public int version() {
            return kept.version();
        }

        @Override
        public S start() {
            return fold.start();
        }

        @Override
        public boolean merges() {
            return fold.merges();
        }

        @Override
        public S after(S before, List<LwwMap> together) {
            TreeMap<Bytes, Event<E>> events = new TreeMap<>();
            together.forEach(page -> events.putAll(pages.events(page, Long.MIN_VALUE, Long.MAX_VALUE)));
            return fold.after(before, events.values());
        }

        @Override
        public S joined(S earlier, S later) {
            return fold.joined(earlier, later);
        }

        @Override
        public @Nullable Bytes encode(S state) {
            try {
                return kept.collection().encode(codec, state);
            } catch (TooLargeException tooLarge) {
                return null;
            }
        }

        @Override
        public S decode(Bytes state) {
            return kept.collection().decoded(codec, state);
        }
    }
}
