package dev.danta.txn.stream;

import dev.danta.ir.id.Bytes;
import dev.danta.relaxed.LwwMap;
import dev.danta.txn.HashKey;
import dev.danta.txn.stream.ViewSnapshots.Stretch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One read of a view of a stream. What was kept of the stream and the hashes of its pages say what of it was folded already; the rest is
 * read and folded, and kept. Whoever reads asks, in this order, for {@link #toHash}, {@link #toRead}, {@link #state} and {@link
 * #toKeep}.
 *
 * <p>A snapshot is of some pages, and knows what was on them: so it is true or it is not, whoever has kept it and when, and it does
 * no harm if one is lost, or an older one takes the place of a newer.
 */
public final class ViewRead<S> {
    private final Folding<S> folding;
    private final @Nullable Bytes kept;
    private final HashKey hashKey;
    private final boolean isOurs;
    private final List<Part> parts;
    private final TreeMap<EventPage, Long> hashes = new TreeMap<>(EventPage.IN_ORDER);
    private final List<Part> stale = new ArrayList<>();
    private final List<Unit<S>> units = new ArrayList<>();

    /** What events are folded to. */
    public interface Folding<S> {
        /** Which fold it is; snapshots of other versions are not used. */
        int version();

        S start();

        /** Whether two states can be joined of which the later was folded from the start. */
        boolean merges();

        /** What {@code before} becomes by the events of these pages, all in their order. */
        S after(S before, List<LwwMap> pages);

        /** The state of two stretches, one behind the other; where it does not merge, the later one's contains the earlier one's. */
        S joined(S earlier, S later);

        /** Null if it is too large to be kept. */
        @Nullable
        Bytes encode(S state);

        S decode(Bytes state);
    }

    /** Pages that have to be folded together, since they overlap; in their order. */
    private record Group(List<EventPage> pages, long from, long end) {}

    /** Groups one behind the other, and the snapshot of them, if there may be one. */
    private record Part(List<Group> groups, @Nullable Stretch snapshot) {
        List<EventPage> pages() {
            return groups.stream().flatMap(group -> group.pages().stream()).toList();
        }
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

    /**
     * A read of a stream with these pages, of which that was kept.
     *
     * @param fresh keys the hashes if nothing of use was kept
     * @throws IllegalArgumentException if what was kept is nothing that a view keeps
     */
    public ViewRead(Folding<S> folding, List<EventPage> index, @Nullable Bytes kept, HashKey fresh) {
        this.folding = folding;
        this.kept = kept;
        ViewSnapshots before = kept == null ? null : ViewSnapshots.parse(kept);
        // What a later version has kept stays, although an earlier one is still in use.
        this.isOurs = kept == null || (before != null && before.version() <= folding.version());
        ViewSnapshots usable = before != null && before.version() == folding.version() ? before : null;
        this.hashKey = usable == null ? fresh : usable.hashKey();
        this.parts = parts(groups(index), usable == null ? List.of() : usable.stretches());
    }

    /** Those that overlap are together. */
    private static List<Group> groups(List<EventPage> index) {
        List<Group> groups = new ArrayList<>();
        for (EventPage page : index.stream().sorted(EventPage.IN_ORDER).toList()) {
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

    /** What keys the hashes. */
    public HashKey hashKey() {
        return hashKey;
    }

    /** The pages of which it has to be known whether anything has changed. */
    public List<EventPage> toHash() {
        return parts.stream()
                .filter(part -> part.snapshot() != null)
                .flatMap(part -> part.pages().stream())
                .toList();
    }

    /**
     * The pages that have to be folded.
     *
     * @param known the hashes of what is on pages, as far as they are known
     */
    public List<EventPage> toRead(Map<EventPage, Long> known) {
        hashes.putAll(known);
        for (Part part : parts) {
            // Without a merge a snapshot is of all that was before, too.
            if (!isTrue(part) || (!folding.merges() && !stale.isEmpty())) {
                stale.add(part);
            }
        }
        return stale.stream().flatMap(part -> part.pages().stream()).toList();
    }

    private boolean isTrue(Part part) {
        Stretch snapshot = part.snapshot();
        List<EventPage> there = part.pages();
        return snapshot != null
                && snapshot.pages() == there.size()
                && hashes.keySet().containsAll(there)
                && snapshot.hash() == ViewSnapshots.hash(hashKey, there, hashes);
    }

    /** What all events amount to, given what is on {@link #toRead}'s pages; nothing is on those that are missing. */
    public S state(Map<EventPage, LwwMap> read) {
        for (Part part : parts) {
            if (stale.contains(part)) {
                part.groups().forEach(group -> fold(group, read));
            } else {
                take(part);
            }
        }
        if (units.isEmpty() || !folding.merges()) {
            return units.isEmpty() ? folding.start() : last().state();
        }
        return units.stream().map(Unit::state).reduce(folding.start(), folding::joined);
    }

    private void take(Part part) {
        Stretch snapshot = part.snapshot();
        if (snapshot != null) {
            S state = folding.decode(snapshot.state());
            units.add(new Unit<>(part.pages(), snapshot.until(), state, snapshot.state()));
        }
    }

    private void fold(Group group, Map<EventPage, LwwMap> read) {
        List<LwwMap> pages = new ArrayList<>();
        for (EventPage page : group.pages()) {
            LwwMap there = read.getOrDefault(page, LwwMap.EMPTY);
            pages.add(there);
            // A page that is in the index already, and nothing is on it yet, is nothing.
            hashes.put(page, hashKey.of(there.fields().isEmpty() ? null : there));
        }
        S before = folding.merges() || units.isEmpty() ? folding.start() : last().state();
        units.add(new Unit<>(group.pages(), group.end(), folding.after(before, pages), null));
    }

    private Unit<S> last() {
        return units.get(units.size() - 1);
    }

    /**
     * What to keep now; null if nothing is to be kept, because nothing is new or there is no room for it.
     *
     * @param bytesMax how much can be kept of one stream
     */
    public @Nullable Bytes toKeep(int bytesMax) {
        if (!isOurs || stale.stream().allMatch(part -> part.groups().isEmpty())) {
            return null;
        }
        List<Stretch> stretches = stretches(bytesMax);
        Bytes value = new ViewSnapshots(folding.version(), hashKey, stretches).encode();
        return stretches.isEmpty() || (kept != null && kept.equals(value)) ? null : value;
    }

    private List<Stretch> stretches(int bytesMax) {
        Deque<Unit<S>> left = joined();
        while (true) {
            List<Stretch> stretches = new ArrayList<>();
            for (Unit<S> unit : left) {
                Bytes state = unit.encoded() == null ? folding.encode(unit.state()) : unit.encoded();
                if (state == null) {
                    return List.of();
                }
                long hash = ViewSnapshots.hash(hashKey, unit.pages(), hashes);
                stretches.add(new Stretch(unit.until(), unit.pages().size(), hash, state));
            }
            if (ViewSnapshots.sizeBytes(stretches) <= bytesMax) {
                return stretches;
            } else if (left.size() > 2) {
                left.addFirst(joined(left.remove(), left.remove()));
            } else {
                // What comes next mostly changes the last page: the snapshot before that is of more use.
                left.removeLast();
            }
        }
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
        List<EventPage> both =
                Stream.concat(earlier.pages().stream(), later.pages().stream()).toList();
        return folding.merges()
                ? new Unit<>(both, later.until(), folding.joined(earlier.state(), later.state()), null)
                : new Unit<>(both, later.until(), later.state(), later.encoded());
    }
}
