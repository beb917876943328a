package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.HashKey;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Ack;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.stream.EventId;
import dev.danta.txn.stream.EventPage;
import dev.danta.txn.stream.ViewRead;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * T7: event streams whose events are dated back, appended by everybody and by regions that are apart and merge now and then, on pages
 * of several lengths; and views of them, of folds that merge and that do not, which keep snapshots wherever one replica takes them.
 *
 * <p>A view shows events in the order in which they happened, each once. Read from a quorum, it shows all that quorums have
 * acknowledged before, and nothing that all pages, read after it, do not show.
 */
public final class EventsWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND_MICROS = 1_000_000L;
    /** How far events are dated back. */
    private static final long PAST_MICROS = 30 * SECOND_MICROS;

    /** How long the pages of a stream are; and, of those that have pages of several lengths, the share that is of another. */
    private static final List<Long> PAGE_MICROS = List.of(5 * SECOND_MICROS, 7 * SECOND_MICROS, 20 * SECOND_MICROS);

    private static final double OTHER_LENGTH = 0.2;
    private static final int REGIONS = 2;
    /** The first half of the ids of those who record events. */
    private static final long RECORDERS = 0xE7E27;

    /** The usual length of the pages of each stream. */
    private final List<Long> lengths;
    /** Whether pages of other lengths lie across them. */
    private final boolean lengthsDiffer;

    private final EventRules rules;
    /** The ids of all events, by their numbers. */
    private final List<Bytes> ids = new ArrayList<>();
    /** The numbers of those that a quorum has acknowledged, or that a view from quorums has shown, by stream. */
    private final Map<Integer, TreeSet<Integer>> acknowledged = new TreeMap<>();

    private final List<Region> regions = new ArrayList<>();
    private final Map<Integer, Seen> last = new TreeMap<>();

    /** What somebody who is apart has of one stream, and has not merged. */
    private static final class Region {
        private final Map<Key, RelaxedState> unmerged = new TreeMap<>();
        private final Map<Integer, TreeSet<Integer>> events = new TreeMap<>();
    }

    /** The numbers of the events of a stream, in the order in which they were shown. */
    private record Seen(List<Integer> events) {
        static Seen parse(String text) {
            List<Integer> events = new ArrayList<>();
            for (String number : text.split(";", -1)) {
                if (!number.isEmpty()) {
                    events.add(Integer.valueOf(number));
                }
            }
            return new Seen(events);
        }
    }

    /** Shows every mistake in what was folded, how often, and in which order. */
    private record Numbers(boolean merges) implements ViewRead.Folding<String> {
        @Override
        public int version() {
            return 1;
        }

        @Override
        public String start() {
            return "";
        }

        @Override
        public String after(String before, List<LwwMap> pages) {
            TreeMap<Bytes, Bytes> events = new TreeMap<>();
            pages.forEach(page -> events.putAll(page.values()));
            StringBuilder text = new StringBuilder(before);
            events.values().forEach(number -> text.append(number.toUtf8()).append(';'));
            return text.toString();
        }

        @Override
        public String joined(String earlier, String later) {
            return merges ? earlier + later : later;
        }

        @Override
        public Bytes encode(String state) {
            return Bytes.utf8(state);
        }

        @Override
        public String decode(Bytes state) {
            return state.toUtf8();
        }
    }

    /**
     * On so many streams; how long their pages are is drawn from {@code random}. Where lengths differ within a stream, most of its
     * pages overlap and are folded together: so in most runs they do not.
     */
    public EventsWorkload(int streams, SimRandom random, EventRules rules) {
        this.lengths = IntStream.range(0, streams)
                .mapToObj(stream -> random.pick(PAGE_MICROS))
                .toList();
        this.lengthsDiffer = random.chance(0.3);
        this.rules = rules;
    }

    private static List<Object> tuple(int stream) {
        return List.of("s" + stream);
    }

    private static Key index(int stream) {
        return KeyLayout.key("sim", "events", EventPage.indexOf(tuple(stream)));
    }

    private static Key place(int stream, EventPage page) {
        return KeyLayout.key("sim", "events", page.in(tuple(stream)));
    }

    private static Key snapshots(int stream, boolean merges) {
        return KeyLayout.key("sim", merges ? "merged" : "folded", tuple(stream));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        while (regions.size() < REGIONS) {
            regions.add(new Region());
        }
        return done -> {
            int stream = random.below(lengths.size());
            int dice = random.below(100);
            if (dice < 40) {
                append(caller, random, stream, done);
            } else if (dice < 55) {
                appendApart(caller, random, stream);
                caller.after(random.between(0, MILLI), done);
            } else if (dice < 65) {
                merge(caller, random, random.pick(regions), done);
            } else {
                check(caller, random, stream, done);
            }
        };
    }

    /** So many events of one page: their numbers, by their ids. */
    private SortedMap<Bytes, Integer> events(SimRandom random, EventPage page, long nowMicros) {
        TreeMap<Bytes, Integer> events = new TreeMap<>();
        for (int i = 1 + random.below(2); i > 0; i--) {
            long valid = Math.min(nowMicros, page.from() + random.between(0, page.length() - 1));
            ClientId recorder = new ClientId(RECORDERS, ids.size());
            Bytes id = new EventId(valid, nowMicros, recorder, 0).encode();
            events.put(id, ids.size());
            ids.add(id);
        }
        return events;
    }

    private EventPage page(SimRandom random, int stream, long nowMicros) {
        long valid = random.chance(0.5) ? nowMicros : nowMicros - random.between(0, PAST_MICROS);
        boolean isOther = lengthsDiffer && random.chance(OTHER_LENGTH);
        return EventPage.of(valid, isOther ? random.pick(PAGE_MICROS) : lengths.get(stream));
    }

    private static SortedMap<Bytes, Bytes> fields(Map<Bytes, Integer> events) {
        TreeMap<Bytes, Bytes> fields = new TreeMap<>();
        events.forEach((id, number) -> fields.put(id, Bytes.utf8(number.toString())));
        return fields;
    }

    private void append(Caller caller, SimRandom random, int stream, Runnable done) {
        long now = caller.wallMicros();
        EventPage page = page(random, stream, now);
        SortedMap<Bytes, Integer> events = events(random, page, now);
        Ack ack = Acks.draw(random);
        long deadline = random.between(100, 3_000) * MILLI;
        Timestamp valid = new Timestamp(EventId.validMicros(events.lastKey()), ClientId.NONE);
        ClientCall put = new ClientCall.ChangeMap(place(stream, page), fields(events), List.of(), valid, ack);
        Runnable toPage = () -> caller.call(put, deadline, outcome -> {
            if (outcome instanceof CallOutcome.Updated && ack == Ack.QUORUM) {
                acknowledge(stream, events.values());
            }
            done.run();
        });
        if (!rules.putsPageIntoIndex()) {
            toPage.run();
            return;
        }
        ClientCall join = new ClientCall.Join(index(stream), GrowSet.of(List.of(page.entry())), ack);
        caller.call(join, deadline, outcome -> {
            if (outcome instanceof CallOutcome.Updated) {
                toPage.run();
            } else {
                done.run();
            }
        });
    }

    /** Without asking anybody; its clock is that of whoever does it. */
    private void appendApart(Caller caller, SimRandom random, int stream) {
        Region region = random.pick(regions);
        long now = caller.wallMicros();
        EventPage page = page(random, stream, now);
        Map<Bytes, Integer> events = events(random, page, now);
        Timestamp stamp = new Timestamp(now, new ClientId(RECORDERS, ids.size()));
        region.unmerged.merge(index(stream), GrowSet.of(List.of(page.entry())), RelaxedState::join);
        region.unmerged.merge(place(stream, page), LwwMap.change(fields(events), List.of(), stamp), RelaxedState::join);
        region.events.computeIfAbsent(stream, s -> new TreeSet<>()).addAll(events.values());
    }

    /** Brings all that a region has, in any order; what is not acknowledged comes again. */
    private void merge(Caller caller, SimRandom random, Region region, Runnable done) {
        Map<Key, RelaxedState> brought = new TreeMap<>(region.unmerged);
        Map<Integer, TreeSet<Integer>> events = new TreeMap<>();
        region.events.forEach((stream, numbers) -> events.put(stream, new TreeSet<>(numbers)));
        int[] left = {brought.size()};
        int[] failed = {0};
        if (brought.isEmpty()) {
            caller.after(random.between(0, MILLI), done);
            return;
        }
        long deadline = random.between(100, 3_000) * MILLI;
        brought.forEach((key, state) -> caller.call(new ClientCall.Join(key, state), deadline, outcome -> {
            failed[0] += outcome instanceof CallOutcome.Updated ? 0 : 1;
            left[0]--;
            if (left[0] == 0) {
                if (failed[0] == 0) {
                    brought.forEach((each, whole) -> region.unmerged.remove(each, whole));
                    events.forEach(this::acknowledge);
                }
                done.run();
            }
        }));
    }

    private void acknowledge(int stream, Collection<Integer> events) {
        acknowledged.computeIfAbsent(stream, s -> new TreeSet<>()).addAll(events);
    }

    /** Reads a view, and all pages after it. */
    private void check(Caller caller, SimRandom random, int stream, Runnable done) {
        Level level = random.chance(0.7) ? Level.QUORUM : Level.LOCAL;
        Set<Integer> before = new TreeSet<>(acknowledged.getOrDefault(stream, new TreeSet<>()));
        Asking asking = new Asking(caller, random.between(200, 5_000) * MILLI, stream);
        view(asking, random, random.chance(0.5), level, seen -> {
            if (seen == null) {
                done.run();
                return;
            }
            requireOrder(seen);
            if (level == Level.LOCAL) {
                done.run();
                return;
            }
            requireAll(seen.events(), before, "a view does not show what was acknowledged before it was read: ");
            // Whoever reads it later sees no less.
            acknowledge(stream, seen.events());
            asking.all(after -> {
                if (after != null) {
                    requireAll(after.events(), seen.events(), "a view has shown what is not there: ");
                }
                done.run();
            });
        });
    }

    /** As applications do it; null if it could not be read. */
    private void view(Asking asking, SimRandom random, boolean merges, Level level, Consumer<@Nullable Seen> shown) {
        Key place = snapshots(asking.stream, merges);
        HashKey fresh = new HashKey(random.next(), random.next());
        int room = random.chance(0.2) ? 400 : 1 << 20;
        asking.one(
                index(asking.stream),
                level,
                index -> asking.one(place, Level.LOCAL, kept -> {
                    if (index == null || kept == null) {
                        shown.accept(null);
                        return;
                    }
                    Bytes snapshots = kept.state() instanceof LwwRegister register ? register.value() : null;
                    ViewRead<String> read = new ViewRead<>(new Numbers(merges), pages(index), snapshots, fresh);
                    asking.hashes(read, rules.hashes(level), hashes -> {
                        if (hashes == null) {
                            shown.accept(null);
                            return;
                        }
                        List<EventPage> toRead = read.toRead(hashes);
                        asking.each(toRead, level, found -> {
                            if (found == null) {
                                shown.accept(null);
                                return;
                            }
                            Seen seen = Seen.parse(read.state(found));
                            Bytes keep = read.toKeep(room);
                            if (keep != null) {
                                asking.caller.call(
                                        new ClientCall.PutRegister(place, keep, Timestamp.ZERO, Ack.ONE),
                                        asking.deadline,
                                        outcome -> {});
                            }
                            shown.accept(seen);
                        });
                    });
                }));
    }

    private static List<EventPage> pages(CallOutcome.Relaxed index) {
        return index.state() instanceof GrowSet entries
                ? entries.elements().stream().map(EventPage::parse).toList()
                : List.of();
    }

    /** What one caller asks for a stream; whoever waits is given null if there is no answer. */
    private static final class Asking {
        private final Caller caller;
        private final long deadline;
        private final int stream;

        Asking(Caller caller, long deadline, int stream) {
            this.caller = caller;
            this.deadline = deadline;
            this.stream = stream;
        }

        void one(Key key, Level level, Consumer<CallOutcome.@Nullable Relaxed> then) {
            caller.call(
                    new ClientCall.ReadRelaxed(key, level),
                    deadline,
                    outcome -> then.accept(outcome instanceof CallOutcome.Relaxed relaxed ? relaxed : null));
        }

        void hashes(ViewRead<String> read, Level level, Consumer<@Nullable Map<EventPage, Long>> then) {
            Map<Key, EventPage> asked = new TreeMap<>();
            read.toHash().forEach(page -> asked.put(place(stream, page), page));
            ClientCall call = new ClientCall.HashRelaxed(List.copyOf(asked.keySet()), read.hashKey(), level);
            caller.call(call, deadline, outcome -> {
                if (!(outcome instanceof CallOutcome.Hashes found)) {
                    then.accept(null);
                    return;
                }
                Map<EventPage, Long> hashes = new TreeMap<>(EventPage.IN_ORDER);
                found.hashes().forEach((key, hash) -> {
                    EventPage page = asked.get(key);
                    if (page != null) {
                        hashes.put(page, hash);
                    }
                });
                then.accept(hashes);
            });
        }

        void each(List<EventPage> pages, Level level, Consumer<@Nullable Map<EventPage, LwwMap>> then) {
            each(new ArrayDeque<>(pages), level, new TreeMap<>(EventPage.IN_ORDER), then);
        }

        private void each(
                Deque<EventPage> left,
                Level level,
                Map<EventPage, LwwMap> found,
                Consumer<@Nullable Map<EventPage, LwwMap>> then) {
            EventPage page = left.poll();
            if (page == null) {
                then.accept(found);
                return;
            }
            one(place(stream, page), level, answer -> {
                if (answer == null) {
                    then.accept(null);
                    return;
                }
                found.put(page, answer.state() instanceof LwwMap map ? map : LwwMap.EMPTY);
                each(left, level, found, then);
            });
        }

        /** All events, by reading all pages from quorums. */
        void all(Consumer<@Nullable Seen> then) {
            one(index(stream), Level.QUORUM, index -> {
                if (index == null) {
                    then.accept(null);
                    return;
                }
                each(
                        pages(index),
                        Level.QUORUM,
                        found -> then.accept(
                                found == null
                                        ? null
                                        : Seen.parse(new Numbers(true).after("", List.copyOf(found.values())))));
            });
        }
    }

    private void requireOrder(Seen seen) {
        for (int i = 1; i < seen.events().size(); i++) {
            int one = seen.events().get(i - 1);
            int next = seen.events().get(i);
            if (ids.get(one).compareTo(ids.get(next)) >= 0) {
                throw invalid("a view shows event " + next + " behind " + one + ": " + seen.events());
            }
        }
    }

    private static void requireAll(List<Integer> shown, Collection<Integer> wanted, String otherwise) {
        TreeSet<Integer> missing = new TreeSet<>(wanted);
        shown.forEach(missing::remove);
        if (!missing.isEmpty()) {
            throw invalid(otherwise + missing);
        }
    }

    private static Violation invalid(String what) {
        return new Violation(Violation.Kind.HISTORY_INVALID, "events: " + what);
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        readFrom(0, caller, random, answered);
    }

    private void readFrom(int stream, Caller caller, SimRandom random, Consumer<Boolean> answered) {
        if (stream == lengths.size()) {
            answered.accept(true);
            return;
        }
        Asking asking = new Asking(caller, 10_000 * MILLI, stream);
        boolean merges = random.chance(0.5);
        asking.all(before -> view(
                asking,
                random,
                merges,
                Level.QUORUM,
                seen -> asking.all(after -> {
                    if (before == null || seen == null || after == null) {
                        answered.accept(false);
                    } else if (!before.equals(after)) {
                        // What was never acknowledged may still have been under way.
                        readFrom(stream, caller, random, answered);
                    } else if (!seen.equals(after)) {
                        throw invalid("in the end a view shows " + seen.events() + ", and there is " + after.events());
                    } else {
                        last.put(stream, after);
                        readFrom(stream + 1, caller, random, answered);
                    }
                })));
    }

    @Override
    public void judge() {
        last.forEach((stream, seen) -> {
            requireOrder(seen);
            requireAll(
                    seen.events(),
                    acknowledged.getOrDefault(stream, new TreeSet<>()),
                    "in the end what was acknowledged is not there: ");
        });
    }
}
