package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.client.ClientCall;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A collection of relaxed streams of events by key: what happened, when it did, appended from anywhere and never changed. An event
 * may be dated back as far as one likes, also before others that are there already; not ahead. A read shows the events of a time,
 * in its order. Thread-safe.
 *
 * <p>A stream is kept in pages, each for so much time, and each as large at most as a {@link SetOf} may be: some thousands of short
 * events. How long pages are is said with the collection, and may be changed: what is there stays where it is.
 */
public final class EventStream<E> {
    /**
     * How far an event may be dated ahead of this machine's clock: clocks differ, and what another has just seen is no lie. It is
     * half of what nodes put up with unless they are told otherwise.
     */
    private static final Duration AHEAD_MAX = Duration.ofMillis(250);

    private static final Duration PAGE_MIN = Duration.ofMillis(1);
    private static final Duration PAGE_MAX = Duration.ofDays(3660);
    private static final int ID_BYTES = 2 * Long.BYTES + 2 * Long.BYTES + Integer.BYTES;
    /** How many pages are remembered to be in an index; it costs one round trip to forget one. */
    private static final int KNOWN_PAGES_MAX = 10_000;

    private final Collection collection;
    private final Codec<E> codec;
    private final Manner manner;
    private final Ack ack;
    private final Origin origin;

    /**
     * An event to be appended.
     *
     * @param valid when it happened, to the microsecond
     */
    public record Dated<E>(E event, Instant valid) {}

    /**
     * An event of a stream.
     *
     * @param id text that no other event of any stream has, ordered as the events are
     * @param valid when it happened
     * @param recorded when the client that appended it did so, by its clock, and never before {@code valid}
     */
    public record Event<E>(String id, Instant valid, Instant recorded, E event) {}

    /**
     * Who appends here, and what is known of where to.
     *
     * @param page so many microseconds
     * @param last the moment that was given to an event last, in microseconds since 1970
     * @param known pages that are in their streams' indexes
     */
    private record Origin(ClientId id, Clock clock, long page, AtomicLong last, Set<Key> known) {}

    /** So much of a stream, in microseconds since 1970. */
    private record Page(long from, long length) {
        static Page of(long micros, long length) {
            return new Page(Math.floorDiv(micros, length) * length, length);
        }

        static Page parse(Bytes entry) {
            ByteBuffer buffer = ByteBuffer.wrap(entry.toArray());
            return new Page(buffer.getLong() ^ Long.MIN_VALUE, buffer.getLong());
        }

        Bytes entry() {
            return Bytes.wrap(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(from ^ Long.MIN_VALUE)
                    .putLong(length)
                    .array());
        }

        boolean overlaps(long start, long end) {
            return from < end && start - length < from;
        }

        /** The last element tells a page and an index from each other and from those of any other stream. */
        Key in(Key stream) {
            return stream.and(Key.of("page", from, length));
        }

        static Key indexOf(Key stream) {
            return stream.and(Key.of("index"));
        }
    }

    EventStream(Collection collection, Codec<E> codec, Duration page, Manner manner, Clock clock) {
        this(collection, codec, manner, Ack.QUORUM, origin(page, clock));
    }

    private EventStream(Collection collection, Codec<E> codec, Manner manner, Ack ack, Origin origin) {
        this.collection = collection;
        this.codec = codec;
        this.manner = manner;
        this.ack = ack;
        this.origin = origin;
    }

    private static Origin origin(Duration page, Clock clock) {
        if (Given.notNull("a length of time for a page", page).compareTo(PAGE_MIN) < 0
                || page.compareTo(PAGE_MAX) > 0) {
            throw new IllegalArgumentException("a page is for " + PAGE_MIN + " to " + PAGE_MAX + ", not for " + page);
        }
        SecureRandom random = new SecureRandom();
        ClientId id = new ClientId(random.nextLong(), random.nextLong());
        return new Origin(id, clock, page.toNanos() / 1_000, new AtomicLong(), ConcurrentHashMap.newKeySet());
    }

    public String name() {
        return collection.name();
    }

    /** These streams in a session, as {@link SetOf#in}. */
    public EventStream<E> in(Session session) {
        return new EventStream<>(collection, codec, manner.in(session), ack, origin);
    }

    /**
     * These streams, appended to with that acknowledgement; it is a quorum's unless it is said so. With {@link Ack#ONE}, an event
     * that is the first of its page is lost, too, if what says that there is such a page is; those that come later bring it back.
     */
    public EventStream<E> with(Ack ack) {
        return new EventStream<>(collection, codec, manner.with(ack), ack, origin);
    }

    /**
     * Appends an event that has just happened; returns once a quorum of replicas has it durably, or as many as {@link #with} says.
     *
     * @throws OutcomeUnknownException if they did not acknowledge it by the deadline: then the client still brings it to the replicas,
     *     and appending it again would make it two
     */
    public void append(Key stream, E event) {
        append(
                stream,
                List.of(new Dated<>(
                        Given.notNull("an event", event), origin.clock().instant())));
    }

    /**
     * Appends events, each dated as it says. Those of one page appear all at once; those of several pages need not, if it fails.
     *
     * @throws IllegalArgumentException if one of them is dated more than a quarter of a second ahead of this machine's clock
     * @throws RefusedException if a page is full
     */
    public void append(Key stream, List<Dated<E>> events) {
        Results.await(appended(stream, events));
    }

    /** {@link #append(Key, List)} without waiting; the future's dependents never run on a thread of the client. */
    public CompletableFuture<Void> appendAsync(Key stream, List<Dated<E>> events) {
        return Results.elsewhere(appended(stream, events), Function.identity());
    }

    /** The events of a time as single replicas have them, one for each page; in a session, what is promised there. */
    public List<Event<E>> read(Key stream, Instant from, Instant to) {
        return Results.await(events(stream, from, to, null));
    }

    /**
     * The events that happened at {@code from} or later and before {@code to}, by the time at which they happened, and those of
     * one time in the order in which they were appended by each client.
     */
    public List<Event<E>> read(Key stream, Instant from, Instant to, Read read) {
        return Results.await(events(stream, from, to, Given.notNull("a level of reading", read)));
    }

    /** {@link #read(Key, Instant, Instant, Read)} without waiting. */
    public CompletableFuture<List<Event<E>>> readAsync(Key stream, Instant from, Instant to, Read read) {
        return Results.elsewhere(
                events(stream, from, to, Given.notNull("a level of reading", read)), Function.identity());
    }

    private CompletableFuture<Void> appended(Key stream, List<Dated<E>> events) {
        collection.requireKey(stream);
        Map<Page, TreeMap<Bytes, Bytes>> pages = new TreeMap<>(Comparator.comparingLong(Page::from));
        Instant now = origin.clock().instant();
        long deadlineAt = deadlineAt();
        long recorded = origin.last().updateAndGet(last -> Math.max(last + 1, micros(now)));
        int number = 0;
        for (Dated<E> one : Given.notNull("a list of events", events)) {
            if (Given.notNull("an event's time", one.valid()).isAfter(now.plus(AHEAD_MAX))) {
                throw new IllegalArgumentException("an event of " + collection + " is dated " + one.valid()
                        + ", which is ahead of this machine's clock: " + now);
            }
            long valid = micros(one.valid());
            pages.computeIfAbsent(Page.of(valid, origin.page()), page -> new TreeMap<>())
                    .put(id(valid, recorded, number++), collection.encode(codec, one.event()));
        }
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        pages.forEach((page, entries) -> {
            collection.requireFitting(entries.values().stream()
                    .mapToLong(value -> value.size() + ID_BYTES + Limits.ENTRY_BYTES)
                    .sum());
            appended.add(indexed(stream, page).thenCompose(done -> put(page.in(stream), entries, left(deadlineAt))));
        });
        return CompletableFuture.allOf(appended.toArray(new CompletableFuture<?>[0]));
    }

    /** A page is in the index before anything is in it: whoever finds an event finds it by the index. */
    private CompletableFuture<Void> indexed(Key stream, Page page) {
        Key place = page.in(stream);
        if (origin.known().contains(place)) {
            return CompletableFuture.completedFuture(null);
        }
        dev.danta.occ.Key index = collection.encode(Page.indexOf(stream));
        GrowSet entry = GrowSet.of(List.of(page.entry()));
        return manner.change(
                        index, (after, with) -> new ClientCall.Join(index, entry, with), "a new page of " + collection)
                .thenRun(() -> {
                    if (ack == Ack.ONE) {
                        return;
                    }
                    if (origin.known().size() >= KNOWN_PAGES_MAX) {
                        origin.known().clear();
                    }
                    origin.known().add(place);
                });
    }

    /** The events are stamped when or after they happened: a replica puts off what is stamped too far ahead of its clock. */
    private CompletableFuture<Void> put(Key place, SortedMap<Bytes, Bytes> entries, long leftNanos) {
        dev.danta.occ.Key key = collection.encode(place);
        Timestamp valid = new Timestamp(Math.max(0, validMicros(entries.lastKey())), ClientId.NONE);
        return manner.change(
                key,
                (after, with) -> new ClientCall.ChangeMap(key, entries, List.of(), Timestamp.max(after, valid), with),
                "an append to " + collection,
                leftNanos);
    }

    private CompletableFuture<List<Event<E>>> events(Key stream, Instant from, Instant to, @Nullable Read read) {
        collection.requireKey(stream);
        long deadlineAt = deadlineAt();
        long start = micros(Given.notNull("a time to read from", from));
        long end = micros(Given.notNull("a time to read up to", to));
        return manner.read(collection.encode(Page.indexOf(stream)), read, "a read of " + collection)
                .thenCompose(index -> {
                    List<CompletableFuture<Optional<RelaxedState>>> pages = new ArrayList<>();
                    collection.held(GrowSet.class, index).ifPresent(entries -> {
                        for (Bytes entry : entries.elements()) {
                            Page page = Page.parse(entry);
                            if (page.overlaps(start, end)) {
                                pages.add(manner.read(
                                        collection.encode(page.in(stream)),
                                        read,
                                        "a read of " + collection,
                                        left(deadlineAt)));
                            }
                        }
                    });
                    return CompletableFuture.allOf(pages.toArray(new CompletableFuture<?>[0]))
                            .thenApply(all -> inOrder(pages, start, end));
                });
    }

    private List<Event<E>> inOrder(List<CompletableFuture<Optional<RelaxedState>>> pages, long start, long end) {
        TreeMap<Bytes, Event<E>> events = new TreeMap<>();
        for (CompletableFuture<Optional<RelaxedState>> page : pages) {
            collection
                    .held(LwwMap.class, page.join())
                    .ifPresent(map -> map.fields().forEach((id, register) -> {
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
                    }));
        }
        return Collections.unmodifiableList(new ArrayList<>(events.values()));
    }

    /** Ordered by the time at which it happened, then as it was recorded; nobody else makes the same. */
    private Bytes id(long valid, long recorded, int number) {
        return Bytes.wrap(ByteBuffer.allocate(ID_BYTES)
                .putLong(valid ^ Long.MIN_VALUE)
                .putLong(recorded)
                .putLong(origin.id().high())
                .putLong(origin.id().low())
                .putInt(number)
                .array());
    }

    private long validMicros(Bytes id) {
        if (id.size() != ID_BYTES) {
            throw new ModeMismatchException(collection + " holds something else than events", Facts.NONE);
        }
        return ByteBuffer.wrap(id.toArray()).getLong() ^ Long.MIN_VALUE;
    }

    /** An append and a read take two steps, and have the time of one call for both. */
    private long deadlineAt() {
        return System.nanoTime() + manner.deadlineNanos();
    }

    private static long left(long deadlineAt) {
        return Math.max(1, deadlineAt - System.nanoTime());
    }

    private static long micros(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
    }
}
