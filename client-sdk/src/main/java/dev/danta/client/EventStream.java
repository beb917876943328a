package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.stream.EventId;
import dev.danta.txn.stream.EventPage;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
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
    /** How many pages are remembered to be in an index; it costs one round trip to forget one. */
    private static final int KNOWN_PAGES_MAX = 10_000;

    private final EventPages<E> pages;
    private final Function<Collection, Manner> beside;
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
    private record Origin(ClientId id, Clock clock, long page, AtomicLong last, Set<dev.danta.occ.Key> known) {}

    /** @param beside how collections are read and changed that are kept for this one, such as views of it */
    EventStream(
            Collection collection, Codec<E> codec, Duration page, Function<Collection, Manner> beside, Clock clock) {
        this(new EventPages<>(collection, codec, beside.apply(collection)), beside, Ack.QUORUM, origin(page, clock));
    }

    private EventStream(EventPages<E> pages, Function<Collection, Manner> beside, Ack ack, Origin origin) {
        this.pages = pages;
        this.beside = beside;
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
        return pages.collection().name();
    }

    /** These streams in a session, as {@link SetOf#in}. */
    public EventStream<E> in(Session session) {
        return new EventStream<>(pages.in(pages.manner().in(session)), beside, ack, origin);
    }

    /**
     * These streams, appended to with that acknowledgement; it is a quorum's unless it is said so. With {@link Ack#ONE}, an event
     * that is the first of its page is lost, too, if what says that there is such a page is; those that come later bring it back.
     */
    public EventStream<E> with(Ack ack) {
        return new EventStream<>(pages.in(pages.manner().with(ack)), beside, ack, origin);
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

    /**
     * The events that were recorded at {@code from} or later and before {@code to}, in the order in which they were recorded,
     * whenever they happened before that. It reads all pages up to then: an event is where it happened.
     */
    public List<Event<E>> readRecorded(Key stream, Instant from, Instant to, Read read) {
        return Results.await(recorded(stream, from, to, Given.notNull("a level of reading", read)));
    }

    /** {@link #readRecorded} without waiting. */
    public CompletableFuture<List<Event<E>>> readRecordedAsync(Key stream, Instant from, Instant to, Read read) {
        return Results.elsewhere(
                recorded(stream, from, to, Given.notNull("a level of reading", read)), Function.identity());
    }

    private CompletableFuture<List<Event<E>>> recorded(Key stream, Instant from, Instant to, Read read) {
        Given.notNull("a time to read from", from);
        // Nothing is recorded before it has happened.
        return events(stream, Instant.MIN, to, read)
                .thenApply(events -> events.stream()
                        .filter(event -> !event.recorded().isBefore(from)
                                && event.recorded().isBefore(to))
                        .sorted(Comparator.comparing(Event<E>::recorded).thenComparing(Event::id))
                        .toList());
    }

    /**
     * The events of all these streams as they come, whenever they happened: as a node of each shard learns of them, each with its
     * stream as the key. What comes again, by a repair or before the cursor was kept, has the same {@link Event#id}.
     *
     * @throws ModeMismatchException if a snapshot is asked for: open the feed by {@link From#now}, and then read
     * @throws IllegalStateException if these streams are apart from any cluster
     * @throws UnavailableException as {@link Table#changes}, and {@link IllegalArgumentException}, too
     */
    public ChangeFeed<Event<E>> changes(From from) {
        return pages.manner().changes(pages.collection(), pages::appended, from);
    }

    /**
     * A view of these streams; what its reads keep is a collection of its own, {@code stream#view}.
     *
     * @param version of the fold, counted up with every change of what it makes of events; what another version has kept is
     *     not used. From 0 on
     * @param codec of states
     * @throws ModeMismatchException if there is something else of that name
     */
    public <S> View<S> view(String view, int version, Fold<E, S> fold, Codec<S> codec) {
        if (version < 0) {
            throw new IllegalArgumentException("a version is at least 0: " + version);
        }
        Given.notNull("a fold", fold);
        Collection snapshots = pages.collection().view(view);
        // What is lost of snapshots is folded again.
        Manner manner = beside.apply(snapshots).with(Ack.ONE);
        ViewReader.Kept kept = new ViewReader.Kept(view, version, snapshots, manner);
        return new View<>(new ViewReader<>(pages, kept, fold, Space.given(codec)));
    }

    private CompletableFuture<Void> appended(Key stream, List<Dated<E>> events) {
        Collection collection = pages.collection();
        collection.requireKey(stream);
        Map<EventPage, TreeMap<Bytes, Bytes>> byPage = new TreeMap<>(EventPage.IN_ORDER);
        Instant now = origin.clock().instant();
        long deadlineAt = pages.manner().deadlineAt();
        long recorded = origin.last().updateAndGet(last -> Math.max(last + 1, EventPages.micros(now)));
        int number = 0;
        for (Dated<E> one : Given.notNull("a list of events", events)) {
            if (Given.notNull("an event's time", one.valid()).isAfter(now.plus(AHEAD_MAX))) {
                throw new IllegalArgumentException("an event of " + collection + " is dated " + one.valid()
                        + ", which is ahead of this machine's clock: " + now);
            }
            long valid = EventPages.micros(one.valid());
            byPage.computeIfAbsent(EventPage.of(valid, origin.page()), page -> new TreeMap<>())
                    .put(
                            new EventId(valid, recorded, origin.id(), number++).encode(),
                            collection.encode(pages.codec(), one.event()));
        }
        List<CompletableFuture<Void>> appended = new ArrayList<>();
        byPage.forEach((page, entries) -> {
            collection.requireFitting(entries.values().stream()
                    .mapToLong(value -> value.size() + EventId.BYTES + Limits.ENTRY_BYTES)
                    .sum());
            appended.add(indexed(stream, page)
                    .thenCompose(done -> put(pages.place(stream, page), entries, Manner.left(deadlineAt))));
        });
        return CompletableFuture.allOf(appended.toArray(new CompletableFuture<?>[0]));
    }

    /** A page is in the index before anything is in it: whoever finds an event finds it by the index. */
    private CompletableFuture<Void> indexed(Key stream, EventPage page) {
        dev.danta.occ.Key place = pages.place(stream, page);
        if (origin.known().contains(place)) {
            return CompletableFuture.completedFuture(null);
        }
        dev.danta.occ.Key index = pages.indexOf(stream);
        GrowSet entry = GrowSet.of(List.of(page.entry()));
        return pages.manner()
                .change(
                        index,
                        (after, with) -> new ClientCall.Join(index, entry, with),
                        "a new page of " + pages.collection())
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
    private CompletableFuture<Void> put(dev.danta.occ.Key key, SortedMap<Bytes, Bytes> entries, long leftNanos) {
        Timestamp valid = new Timestamp(Math.max(0, pages.validMicros(entries.lastKey())), ClientId.NONE);
        return pages.manner()
                .change(
                        key,
                        (after, with) ->
                                new ClientCall.ChangeMap(key, entries, List.of(), Timestamp.max(after, valid), with),
                        "an append to " + pages.collection(),
                        leftNanos);
    }

    private CompletableFuture<List<Event<E>>> events(Key stream, Instant from, Instant to, @Nullable Read read) {
        pages.collection().requireKey(stream);
        long deadlineAt = pages.manner().deadlineAt();
        long start = EventPages.bound(Given.notNull("a time to read from", from));
        long end = EventPages.bound(Given.notNull("a time to read up to", to));
        return pages.index(stream, read, Manner.left(deadlineAt)).thenCompose(index -> {
            List<CompletableFuture<LwwMap>> found = index.stream()
                    .filter(page -> page.overlaps(start, end))
                    .map(page -> pages.page(stream, page, read, Manner.left(deadlineAt)))
                    .toList();
            return CompletableFuture.allOf(found.toArray(new CompletableFuture<?>[0]))
                    .thenApply(all -> {
                        TreeMap<Bytes, Event<E>> events = new TreeMap<>();
                        found.forEach(page -> events.putAll(pages.events(page.join(), start, end)));
                        return Collections.unmodifiableList(new ArrayList<>(events.values()));
                    });
        });
    }
}
