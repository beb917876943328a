package dev.danta.client;

import dev.danta.client.DantaException.Facts;
import dev.danta.client.EventStream.Event;
import dev.danta.client.ViewSnapshots.Stretch;
import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.HashKey;
import dev.danta.txn.client.ClientCall;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link View} is read: the snapshots of a stream and the hashes of its pages say what of it was folded already; the rest is
 * read and folded, and kept. Thread-safe.
 *
 * <p>A snapshot is of some pages, and knows what was on them: so it is true or it is not, whoever has kept it and when, and it does
 * no harm if one is lost, or an older one takes the place of a newer.
 */
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
     * @param stretches how many snapshots there are now
     */
    record Folded<S>(S state, int pagesRead, int stretches) {}

    /** Pages that have to be folded together, since they overlap; in their order. */
    private record Group(List<EventPage> pages, long from, long end) {}

    /** Groups one behind the other, and the snapshot of them, if there may be one. */
    private record Part(List<Group> groups, @Nullable Stretch snapshot) {
        List<EventPage> pages() {
            return groups.stream().flatMap(group -> group.pages().stream()).toList();
        }
    }

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
        return index.thenCombine(before, (all, there) -> new Reading(stream, level, deadlineAt, place, all, there))
                .thenComposeAsync(Reading::folded);
    }

    /** Those that overlap are together. */
    private static List<Group> groups(List<EventPage> all) {
        List<Group> groups = new ArrayList<>();
        for (EventPage page : all) {
            Group last = groups.isEmpty() ? null : groups.get(groups.size() - 1);
            if (last == null || page.from() >= last.end()) {
                groups.add(new Group(List.of(page), page.from(), page.end()));
            } else {
                List<EventPage> together =
                        Stream.concat(last.pages().stream(), Stream.of(page)).toList();
                groups.set(groups.size() - 1, new Group(together, last.from(), Math.max(last.end(), page.end())));
            }
        }
        return groups;
    }

    /**
     * Cuts the stream where the snapshots end. A page that would be cut in two was not there when they were kept: a snapshot to
     * which it belongs now, or pages that overlap it did before, is of other pages, and so it is not true.
     */
    private static List<Part> parts(List<Group> groups, List<Stretch> snapshots) {
        List<Part> parts = new ArrayList<>();
        int next = 0;
        for (Stretch snapshot : snapshots) {
            int from = next;
            while (next < groups.size() && groups.get(next).from() < snapshot.until()) {
                next++;
            }
            parts.add(new Part(groups.subList(from, next), snapshot));
        }
        parts.add(new Part(groups.subList(next, groups.size()), null));
        return parts;
    }

    /**
     * What some pages amount to, as in {@link Stretch}.
     *
     * @param encoded the state as it was kept; null if it is new
     */
    private record Unit<S>(
            List<EventPage> pages,
            long until,
            S state,
            @Nullable Bytes encoded) {}

    /** One read of one stream. */
    private final class Reading {
        private final Key stream;
        private final @Nullable Read level;
        private final long deadlineAt;
        private final dev.danta.occ.Key place;
        private final @Nullable Bytes found;
        private final HashKey hashKey;
        private final boolean isOurs;
        private final List<Part> parts;
        private final Map<EventPage, Long> hashes = new TreeMap<>(EventPage.IN_ORDER);
        private final List<Unit<S>> units = new ArrayList<>();

        Reading(
                Key stream,
                @Nullable Read level,
                long deadlineAt,
                dev.danta.occ.Key place,
                List<EventPage> index,
                Optional<RelaxedState> there) {
            this.stream = stream;
            this.level = level;
            this.deadlineAt = deadlineAt;
            this.place = place;
            this.found = kept.collection()
                    .held(LwwRegister.class, there)
                    .map(LwwRegister::value)
                    .orElse(null);
            ViewSnapshots before = found == null ? null : parsed(found);
            // What a later version has kept stays, although an earlier one is still in use.
            this.isOurs = found == null || (before != null && before.version() <= version());
            ViewSnapshots usable = before != null && before.version() == version() ? before : null;
            this.hashKey = usable == null ? new HashKey(random.nextLong(), random.nextLong()) : usable.hashes();
            this.parts = parts(groups(index), usable == null ? List.of() : usable.stretches());
        }

        private @Nullable ViewSnapshots parsed(Bytes bytes) {
            try {
                return ViewSnapshots.parse(bytes);
            } catch (IllegalArgumentException e) {
                throw new ModeMismatchException(
                        kept.collection() + " holds something else than snapshots: " + e.getMessage(), Facts.NONE);
            }
        }

        CompletableFuture<Folded<S>> folded() {
            List<EventPage> asked = parts.stream()
                    .filter(part -> part.snapshot() != null)
                    .flatMap(part -> part.pages().stream())
                    .toList();
            List<dev.danta.occ.Key> keys = asked.stream()
                    .map(page -> pages.collection().encode(page.in(stream)))
                    .toList();
            return pages.manner()
                    .hashes(keys, hashKey, level, "a read of " + pages.collection(), Manner.left(deadlineAt))
                    .thenComposeAsync(found -> {
                        asked.forEach(page -> {
                            Long hash = found.get(pages.collection().encode(page.in(stream)));
                            if (hash != null) {
                                hashes.put(page, hash);
                            }
                        });
                        return foldedAnew();
                    });
        }

        private boolean isTrue(Part part) {
            Stretch snapshot = part.snapshot();
            List<EventPage> there = part.pages();
            return snapshot != null
                    && snapshot.pages() == there.size()
                    && hashes.keySet().containsAll(there)
                    && snapshot.hash() == ViewSnapshots.hash(hashKey, there, hashes);
        }

        /** Reads what no snapshot says, and folds it. */
        private CompletableFuture<Folded<S>> foldedAnew() {
            List<Part> stale = new ArrayList<>();
            for (Part part : parts) {
                // Without a merge a snapshot is of all that was before, too.
                if (!isTrue(part) || (!fold.merges() && !stale.isEmpty())) {
                    stale.add(part);
                }
            }
            Map<EventPage, CompletableFuture<LwwMap>> reads = new TreeMap<>(EventPage.IN_ORDER);
            stale.forEach(part -> part.pages()
                    .forEach(page -> reads.put(page, pages.page(stream, page, level, Manner.left(deadlineAt)))));
            return CompletableFuture.allOf(reads.values().toArray(new CompletableFuture<?>[0]))
                    .thenApplyAsync(all -> {
                        reads.forEach((page, read) -> hashes.put(page, hashKey.of(shown(read.join()))));
                        for (Part part : parts) {
                            if (stale.contains(part)) {
                                part.groups().forEach(group -> fold(group, reads));
                            } else {
                                take(part);
                            }
                        }
                        S state = state();
                        int stretches = reads.isEmpty() || !isOurs ? units.size() : keep();
                        return new Folded<>(state, reads.size(), stretches);
                    });
        }

        /** A page that is in the index already, and nothing is on it yet, is nothing. */
        private static @Nullable LwwMap shown(LwwMap page) {
            return page.fields().isEmpty() ? null : page;
        }

        private void take(Part part) {
            Stretch snapshot = part.snapshot();
            if (snapshot != null) {
                S state = kept.collection().decoded(codec, snapshot.state());
                units.add(new Unit<>(part.pages(), snapshot.until(), state, snapshot.state()));
            }
        }

        private void fold(Group group, Map<EventPage, CompletableFuture<LwwMap>> reads) {
            TreeMap<Bytes, Event<E>> events = new TreeMap<>();
            for (EventPage page : group.pages()) {
                CompletableFuture<LwwMap> read = reads.get(page);
                if (read != null) {
                    events.putAll(pages.events(read.join(), Long.MIN_VALUE, Long.MAX_VALUE));
                }
            }
            S before = fold.merges() || units.isEmpty() ? fold.start() : last().state();
            units.add(new Unit<>(group.pages(), group.end(), fold.after(before, events.values()), null));
        }

        private Unit<S> last() {
            return units.get(units.size() - 1);
        }

        private S state() {
            if (units.isEmpty() || !fold.merges()) {
                return units.isEmpty() ? fold.start() : last().state();
            }
            return units.stream().map(Unit::state).reduce(fold.start(), fold::joined);
        }

        /** Keeps snapshots, if there is room for any; how many. Nobody waits for it. */
        private int keep() {
            List<Stretch> stretches;
            try {
                stretches = stretches();
            } catch (TooLargeException tooLarge) {
                return 0;
            }
            Bytes value = new ViewSnapshots(version(), hashKey, stretches).encode();
            if (!stretches.isEmpty() && (found == null || !found.equals(value))) {
                // It is kept or it is not: what was read is true in any case.
                var unused = kept.manner()
                        .change(
                                place,
                                (after, ack) -> new ClientCall.PutRegister(place, value, after, ack),
                                "a snapshot of " + kept.collection(),
                                Manner.left(deadlineAt));
            }
            return stretches.size();
        }

        private List<Stretch> stretches() {
            Deque<Unit<S>> left = joined();
            while (true) {
                List<Stretch> stretches = left.stream().map(this::stretch).toList();
                if (ViewSnapshots.sizeBytes(stretches) <= Limits.VALUE_BYTES_MAX) {
                    return stretches;
                } else if (left.size() > 2) {
                    left.addFirst(joined(left.remove(), left.remove()));
                } else {
                    // What comes next mostly changes the last page: the snapshot before that is of more use.
                    left.removeLast();
                }
            }
        }

        private Stretch stretch(Unit<S> unit) {
            Bytes state = unit.encoded();
            return new Stretch(
                    unit.until(),
                    unit.pages().size(),
                    ViewSnapshots.hash(hashKey, unit.pages(), hashes),
                    state == null ? kept.collection().encode(codec, unit.state()) : state);
        }

        /**
         * The units, of which older ones are joined: two neighbours are one when there are as many pages behind them. So there
         * are about two for each time that the number of pages doubles.
         */
        private Deque<Unit<S>> joined() {
            Deque<Unit<S>> joined = new ArrayDeque<>();
            int behind = 0;
            Unit<S> open = last();
            for (int i = units.size() - 2; i >= 0; i--) {
                Unit<S> earlier = units.get(i);
                if (earlier.pages().size() + open.pages().size() <= behind) {
                    open = joined(earlier, open);
                } else {
                    joined.addFirst(open);
                    behind += open.pages().size();
                    open = earlier;
                }
            }
            joined.addFirst(open);
            return joined;
        }

        private Unit<S> joined(Unit<S> earlier, Unit<S> later) {
            List<EventPage> both = Stream.concat(earlier.pages().stream(), later.pages().stream())
                    .toList();
            return fold.merges()
                    ? new Unit<>(both, later.until(), fold.joined(earlier.state(), later.state()), null)
                    : new Unit<>(both, later.until(), later.state(), later.encoded());
        }
    }
}
