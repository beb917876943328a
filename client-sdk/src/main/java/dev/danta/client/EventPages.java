package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.EventStream.Event;
import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.txn.KeyChange;
import dev.danta.txn.stream.EventId;
import dev.danta.txn.stream.EventPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the events of a collection of streams are, and how they are written there. Immutable. */
record EventPages<E>(Collection collection, Codec<E> codec, Manner manner) {
    /** A hundred thousand years. */
    private static final long BOUND_SECONDS = 100_000L * 366 * 86_400;

    /** The same, read and changed so. */
    EventPages<E> in(Manner other) {
        return new EventPages<>(collection, codec, other);
    }

    /** The pages that a stream has, in their order. */
    CompletableFuture<List<EventPage>> index(Key stream, @Nullable Read read, long leftNanos) {
        return manner.read(indexOf(stream), read, what(), leftNanos).thenApply(found -> {
            List<EventPage> pages = new ArrayList<>();
            collection
                    .held(GrowSet.class, found)
                    .ifPresent(set -> set.elements().forEach(entry -> pages.add(EventPage.parse(entry))));
            pages.sort(EventPage.IN_ORDER);
            return pages;
        });
    }

    /** What is on a page. */
    CompletableFuture<LwwMap> page(Key stream, EventPage page, @Nullable Read read, long leftNanos) {
        return manner.read(place(stream, page), read, what(), leftNanos)
                .thenApply(found -> collection.held(LwwMap.class, found).orElse(LwwMap.EMPTY));
    }

    private String what() {
        return "a read of " + collection;
    }

    /** The events of a page that happened at {@code start} or later and before {@code end}, by their ids. */
    SortedMap<Bytes, Event<E>> events(LwwMap page, long start, long end) {
        TreeMap<Bytes, Event<E>> events = new TreeMap<>();
        page.fields().forEach((id, register) -> {
            long valid = validMicros(id);
            Bytes value = register.value();
            if (value != null && valid >= start && valid < end) {
                events.put(
                        id,
                        new Event<>(
                                HexFormat.of().formatHex(id.toArray()),
                                instant(valid),
                                instant(register.stamp().timeMicros()),
                                collection.decoded(codec, value)));
            }
        });
        return events;
    }

    /** The events that have come to a page, each as a change of its stream. */
    List<Change<Event<E>>> appended(Key place, KeyChange change) {
        List<Object> stream = EventPage.streamOf(place.elements());
        if (stream == null) {
            return List.of();
        }
        LwwMap page = collection.joined(LwwMap.class, change);
        return events(page, Long.MIN_VALUE, Long.MAX_VALUE).values().stream()
                .map(event -> new Change<>(new Key(stream), Optional.of(event), event.id(), false))
                .toList();
    }

    /** When the event of this id happened. */
    long validMicros(Bytes id) {
        try {
            return EventId.validMicros(id);
        } catch (IllegalArgumentException e) {
            throw new ModeMismatchException(collection + " holds something else than events", Facts.NONE);
        }
    }

    /** Where a stream's index is. */
    dev.danta.occ.Key indexOf(Key stream) {
        return collection.encode(new Key(EventPage.indexOf(stream.elements())));
    }

    /** Where a page of a stream is. */
    dev.danta.occ.Key place(Key stream, EventPage page) {
        return collection.encode(new Key(page.in(stream.elements())));
    }

    static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    /** Where a time lies to or from which events are read: beyond all events as far out as one likes. */
    static long bound(Instant instant) {
        long seconds = Math.max(-BOUND_SECONDS, Math.min(BOUND_SECONDS, instant.getEpochSecond()));
        return micros(Instant.ofEpochSecond(seconds, instant.getNano()));
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
