package dev.danta.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Danta in memory, in one thread, in a time of its own, from a seed: applications are tested on it, and it can be told to do
 * wrong, so that one sees whether their laws notice. Right unless told otherwise.
 *
 * <pre>{@code
 * assertThat(new FakeDanta(seed).uncertain(10).run(new Pool(settings), 8, 200)).isEmpty();
 * assertThat(new FakeDanta(seed).wrong(Wrong.OVERSPENDS, 5).run(new Pool(settings), 8, 200)).extracting(Broken::id).contains("C1");
 * }</pre>
 */
public final class FakeDanta {
    /** 2026-01-01, in microseconds. */
    private static final long EPOCH_MICROS = 1_767_225_600_000_000L;

    private static final int PERCENT = 100;
    /** So long a replica may lack what was changed. */
    private static final long BEHIND_MAX = TimeUnit.SECONDS.toNanos(1);

    private static final int AUDITS_MAX = 100;

    private final SplittableRandom random;
    private final PriorityQueue<Due> events =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private final Map<Wrong, Integer> wrongs = new EnumMap<>(Wrong.class);
    private final Map<Place, Past<@Nullable String>> values = new TreeMap<>();
    private final Map<Place, Past<Set<String>>> sets = new TreeMap<>();
    private final Map<Place, Past<List<Port.Event>>> streams = new TreeMap<>();
    private final Map<Place, Counter> counters = new TreeMap<>();
    private final Map<String, Long> stamps = new TreeMap<>();
    private final Map<String, Port.Spent> keys = new TreeMap<>();
    private final List<Port.Change> log = new ArrayList<>();
    private int uncertainPercent;
    private long now;
    private long number;

    /** What it can do wrong. */
    public enum Wrong {
        /** There is said to be enough of a counter where there is not. */
        OVERSPENDS,
        /** There is said to be not enough of a counter where there is. */
        REFUSES,
        /** A change is said to be done, and is not. */
        LOSES,
        /** A change is done twice. */
        DOUBLES,
        /** Of a transaction the records are changed, and the counters are not. */
        TEARS,
        /** Of a transaction what it gains is not there. */
        FORGETS_GAINS,
        /** A transaction sees a record as it was before, and takes effect all the same. */
        READS_OLD,
        /** A read in a session or from a quorum shows something older. */
        GOES_BACK,
        /** Who asks again under the same key is told something else. */
        FORGETS_KEYS,
        /** Some of what changes is not told to those who follow. */
        SKIPS,
        /** Who was not told in time how it went is never told. */
        KEEPS_SILENT
    }

    private record At(int position) implements Port.Cursor {}

    private record Due(long at, long number, Runnable what) {}

    /** What something is, and what it was. */
    private static final class Past<V extends @Nullable Object> {
        private V newest;
        private V older;
        private long changedAt;

        Past(V first) {
            newest = first;
            older = first;
        }

        void add(V next, long at) {
            older = newest;
            newest = next;
            changedAt = at;
        }
    }

    private static final class Counter {
        private final boolean guardsFloor;
        private long value;
        private long bound;
        private long allowance;

        Counter(Collection.Kind.Counters kind) {
            guardsFloor = kind.guardsFloor();
            value = kind.initial();
            bound = kind.bound();
            allowance = kind.allowance();
        }

        long room(boolean intoAllowance) {
            return (guardsFloor ? value - bound : bound - value) + (intoAllowance ? allowance : 0);
        }

        void spend(long amount) {
            value += guardsFloor ? -amount : amount;
        }
    }

    public FakeDanta(long seed) {
        random = new SplittableRandom(seed);
    }

    /** So many of a hundred changes end unknown or without effect, and as many reads without an answer. */
    public FakeDanta uncertain(int percent) {
        uncertainPercent = percent;
        return this;
    }

    /** So often of a hundred times it does that. */
    public FakeDanta wrong(Wrong what, int percent) {
        wrongs.put(what, percent);
        return this;
    }

    /** One more user. */
    public Port port() {
        return new User(random.split());
    }

    /** Prepares the application, has users do so many steps each, beside each other, and audits it: what was broken. */
    public List<Broken> run(Application application, int users, int steps) {
        Port first = port();
        untilDone(then -> application.prepare(first, then));
        int[] left = {users};
        for (int i = 0; i < users; i++) {
            goOn(application.newUser(port()), steps, () -> left[0]--);
        }
        drain();
        if (left[0] != 0) {
            throw new IllegalStateException(left[0] + " users wait for the end of a step that never ends");
        }
        wrongs.clear();
        uncertainPercent = 0;
        untilDone(then -> application.audit(first, then));
        return application.verdict();
    }

    private void goOn(Application.Step step, int steps, Runnable atTheEnd) {
        if (steps == 0) {
            atTheEnd.run();
            return;
        }
        boolean[] ended = new boolean[1];
        step.next(done -> {
            if (ended[0]) {
                throw new IllegalStateException(done + " ends twice");
            }
            ended[0] = true;
            later(0, () -> goOn(step, steps - 1, atTheEnd));
        });
    }

    private void untilDone(Consumer<Consumer<Boolean>> what) {
        boolean[] done = new boolean[1];
        for (int i = 0; i < AUDITS_MAX && !done[0]; i++) {
            what.accept(is -> done[0] = is);
            drain();
        }
        if (!done[0]) {
            throw new IllegalStateException("it does not come about");
        }
    }

    private void drain() {
        for (Due next = events.poll(); next != null; next = events.poll()) {
            now = Math.max(now, next.at());
            next.what().run();
        }
    }

    private void later(long nanos, Runnable what) {
        events.add(new Due(now + nanos, number++, what));
    }

    private long delay() {
        return random.nextLong(TimeUnit.MILLISECONDS.toNanos(2));
    }

    private boolean does(Wrong what) {
        return random.nextInt(PERCENT) < wrongs.getOrDefault(what, 0);
    }

    private <R> void change(Supplier<R> effect, R notDone, R unknown, Consumer<R> then) {
        change(effect, notDone, unknown, then, unused -> {});
    }

    /** @param inTheEnd told how it went if {@code then} is told that it is unknown */
    private <R> void change(Supplier<R> effect, R notDone, R unknown, Consumer<R> then, Consumer<R> inTheEnd) {
        if (random.nextInt(PERCENT) >= uncertainPercent) {
            later(delay(), () -> {
                R answer = effect.get();
                later(delay(), () -> then.accept(answer));
            });
            return;
        }
        int fate = random.nextInt(3);
        if (fate != 0) {
            later(10 * delay(), () -> {
                R answer = fate == 1 ? effect.get() : notDone;
                inTheEnd.accept(does(Wrong.KEEPS_SILENT) ? unknown : answer);
            });
        }
        later(delay(), () -> then.accept(fate == 0 ? notDone : unknown));
    }

    private void change(Runnable effect, Consumer<Port.Reply> then) {
        change(
                () -> {
                    int times = does(Wrong.LOSES) ? 0 : does(Wrong.DOUBLES) ? 2 : 1;
                    for (int i = 0; i < times; i++) {
                        effect.run();
                    }
                    return Port.Reply.DONE;
                },
                Port.Reply.NOT_DONE,
                Port.Reply.UNKNOWN,
                then);
    }

    private <V extends @Nullable Object> void look(Past<V> past, Port.Look look, Consumer<Port.Found<V>> then) {
        later(delay(), () -> {
            if (random.nextInt(PERCENT) < uncertainPercent) {
                then.accept(new Port.Found.Nothing<>());
                return;
            }
            boolean isOld = look == Port.Look.LOCAL
                    ? now - past.changedAt < BEHIND_MAX && random.nextInt(4) == 0
                    : does(Wrong.GOES_BACK);
            V found = isOld ? past.older : past.newest;
            later(delay(), () -> then.accept(new Port.Found.Value<>(found)));
        });
    }

    /** Whether nothing was written to it after that, by the order in which it was asked for. */
    private boolean isLast(Place place, String element, long stamp) {
        return stamps.merge(place + " " + element, stamp, Math::max) == stamp;
    }

    private Past<@Nullable String> value(Place place) {
        return values.computeIfAbsent(place, unused -> new Past<>(null));
    }

    private Past<Set<String>> set(Place place) {
        return sets.computeIfAbsent(place, unused -> new Past<>(new TreeSet<>()));
    }

    private Past<List<Port.Event>> stream(Place place) {
        return streams.computeIfAbsent(place, unused -> new Past<>(List.of()));
    }

    private Counter counter(Place place) {
        if (!(place.collection().kind() instanceof Collection.Kind.Counters kind)) {
            throw new IllegalArgumentException(place + " is no counter");
        }
        return counters.computeIfAbsent(place, unused -> new Counter(kind));
    }

    private static void requireKind(Place place, Class<? extends Collection.Kind> kind) {
        if (!kind.isInstance(place.collection().kind())) {
            throw new IllegalArgumentException(place + " is not of " + kind.getSimpleName());
        }
    }

    private boolean enough(Counter counter, long amount, boolean intoAllowance) {
        boolean isEnough = amount <= counter.room(intoAllowance);
        return isEnough ? !does(Wrong.REFUSES) : does(Wrong.OVERSPENDS);
    }

    private void changed(Port.Change change) {
        if (!does(Wrong.SKIPS)) {
            log.add(change);
        }
    }

    private Work.Ending transact(Work work) {
        Map<Place, @Nullable String> read = new TreeMap<>();
        for (Place record : work.records()) {
            requireKind(record, Collection.Kind.Records.class);
            Past<@Nullable String> past = value(record);
            read.put(record, does(Wrong.READS_OLD) ? past.older : past.newest);
        }
        Map<Place, Work.Counted> named = new TreeMap<>();
        Map<Place, Boolean> enough = new TreeMap<>();
        for (Work.Counted counted : work.counters()) {
            if (named.put(counted.place(), counted) != null) {
                throw new IllegalArgumentException(counted.place() + " is named twice");
            }
            enough.put(counted.place(), enough(counter(counted.place()), counted.amount(), counted.intoAllowance()));
        }
        Work.Effect effect = work.body().of(new Work.Seen() {
            @Override
            public @Nullable String value(Place record) {
                if (!read.containsKey(record)) {
                    throw new IllegalArgumentException(record + " was not named");
                }
                return read.get(record);
            }

            @Override
            public boolean enough(Place counter) {
                if (!enough.containsKey(counter)) {
                    throw new IllegalArgumentException(counter + " was not named");
                }
                return Boolean.TRUE.equals(enough.get(counter));
            }

            @Override
            public long counter(Place counter) {
                if (!named.containsKey(counter)) {
                    throw new IllegalArgumentException(counter + " was not named");
                }
                return FakeDanta.this.counter(counter).value;
            }
        });
        for (Place spent : effect.spent()) {
            if (!Boolean.TRUE.equals(enough.get(spent))) {
                throw new IllegalArgumentException("there was not enough of " + spent + ", or it was not named");
            }
        }
        int times = does(Wrong.LOSES) ? 0 : does(Wrong.DOUBLES) ? 2 : 1;
        boolean isTorn = does(Wrong.TEARS);
        for (int i = 0; i < times; i++) {
            effect.puts().forEach((place, value) -> {
                value(place).add(value, now);
                changed(new Port.Change(place, value, null, false));
            });
            if (!isTorn) {
                effect.spent().forEach(place -> {
                    Work.Counted counted = named.get(place);
                    counter(place).spend(counted == null ? 0 : counted.amount());
                });
                if (!does(Wrong.FORGETS_GAINS)) {
                    effect.gained().forEach((place, amount) -> counter(place).spend(-amount));
                }
                effect.bounds().forEach((place, bound) -> {
                    counter(place).bound = bound.bound();
                    counter(place).allowance = bound.allowance();
                });
            }
        }
        return new Work.Ending.Done(effect);
    }

    private final class User implements Port {
        private final SplittableRandom dice;
        private final Map<Place, Long> held = new TreeMap<>();

        User(SplittableRandom dice) {
            this.dice = dice;
        }

        @Override
        public void transact(Work work, Consumer<Work.Ending> then) {
            change(
                    () -> FakeDanta.this.transact(work),
                    new Work.Ending.NotDone("it was drawn so"),
                    new Work.Ending.Unknown(),
                    then);
        }

        @Override
        public void gain(Place counter, long amount, Consumer<Reply> then) {
            change(() -> counter(counter).spend(-amount), then);
        }

        @Override
        public void spend(Place counter, long amount, Way way, Consumer<Spent> then) {
            change(
                    () -> spent(counter, amount, way),
                    new Spent(Spent.Status.NOT_DONE, null),
                    new Spent(Spent.Status.UNKNOWN, null),
                    then);
        }

        @Override
        public void spend(Place counter, long amount, Way way, Consumer<Spent> then, Consumer<Spent> inTheEnd) {
            change(
                    () -> spent(counter, amount, way),
                    new Spent(Spent.Status.NOT_DONE, null),
                    new Spent(Spent.Status.UNKNOWN, null),
                    then,
                    inTheEnd);
        }

        @Override
        public void spendOnce(Place counter, long amount, String key, Consumer<Spent> then) {
            change(
                    () -> {
                        if (!keys.containsKey(key) || does(Wrong.FORGETS_KEYS)) {
                            keys.put(key, spent(counter, amount, Way.STRICT));
                        }
                        return keys.getOrDefault(key, new Spent(Spent.Status.UNKNOWN, null));
                    },
                    new Spent(Spent.Status.NOT_DONE, null),
                    new Spent(Spent.Status.UNKNOWN, null),
                    then);
        }

        private Spent spent(Place place, long amount, Way way) {
            Counter counter = counter(place);
            if (way == Way.RELAXED) {
                long has = held.getOrDefault(place, 0L);
                boolean isEnough = amount <= has ? !does(Wrong.REFUSES) : does(Wrong.OVERSPENDS);
                if (isEnough) {
                    held.put(place, Math.max(0, has - amount));
                    counter.spend(Math.max(0, amount - has));
                }
                return new Spent(isEnough ? Spent.Status.ACCEPTED : Spent.Status.LIMIT, way);
            }
            if (!enough(counter, amount, way == Way.STRICT_INTO_ALLOWANCE)) {
                return new Spent(Spent.Status.LIMIT, Way.STRICT);
            }
            counter.spend(does(Wrong.LOSES) ? 0 : does(Wrong.DOUBLES) ? 2 * amount : amount);
            return new Spent(Spent.Status.ACCEPTED, way);
        }

        @Override
        public void stockUp(Place counter, long amount, Consumer<Reply> then) {
            change(
                    () -> {
                        long has = held.getOrDefault(counter, 0L);
                        long more = Math.min(
                                Math.max(0, amount - has),
                                Math.max(0, counter(counter).room(true)));
                        counter(counter).spend(more);
                        held.put(counter, has + more);
                        return has + more >= amount ? Reply.DONE : Reply.NOT_DONE;
                    },
                    Reply.NOT_DONE,
                    Reply.UNKNOWN,
                    then);
        }

        @Override
        public void giveBack(Place counter, Consumer<Reply> then) {
            change(
                    () -> {
                        Long rest = held.remove(counter);
                        counter(counter).spend(rest == null ? 0 : -rest);
                    },
                    then);
        }

        @Override
        public void put(Place register, @Nullable String value, Ack ack, Consumer<Reply> then) {
            requireKind(register, Collection.Kind.Registers.class);
            long stamp = number++;
            change(
                    () -> {
                        if (isLast(register, "", stamp)) {
                            value(register).add(value, now);
                            changed(new Port.Change(register, value, null, false));
                        }
                    },
                    then);
        }

        @Override
        public void read(Place register, Look look, Consumer<Found<@Nullable String>> then) {
            requireKind(register, Collection.Kind.Registers.class);
            look(value(register), look, then);
        }

        @Override
        public void add(Place set, String element, Ack ack, Consumer<Reply> then) {
            changeSet(set, Set::add, element, then);
        }

        @Override
        public void remove(Place set, String element, Ack ack, Consumer<Reply> then) {
            changeSet(set, Set::remove, element, then);
        }

        private void changeSet(Place set, BiConsumer<Set<String>, String> how, String element, Consumer<Reply> then) {
            requireKind(set, Collection.Kind.Sets.class);
            long stamp = number++;
            change(
                    () -> {
                        if (isLast(set, element, stamp)) {
                            Set<String> next = new TreeSet<>(set(set).newest);
                            how.accept(next, element);
                            set(set).add(next, now);
                        }
                    },
                    then);
        }

        @Override
        public void members(Place set, Look look, Consumer<Found<List<String>>> then) {
            requireKind(set, Collection.Kind.Sets.class);
            look(
                    set(set),
                    look,
                    found -> then.accept(
                            found instanceof Found.Value<Set<String>> value
                                    ? new Found.Value<>(List.copyOf(value.value()))
                                    : new Found.Nothing<>()));
        }

        @Override
        public void append(Place stream, Event event, Ack ack, Consumer<Reply> then) {
            requireKind(stream, Collection.Kind.Streams.class);
            if (event.whenMicros() > wallMicros()) {
                later(delay(), () -> then.accept(Reply.NOT_DONE));
                return;
            }
            change(
                    () -> {
                        List<Event> next = new ArrayList<>(stream(stream).newest);
                        next.removeIf(other -> other.id().equals(event.id()));
                        next.add(event);
                        next.sort(Comparator.comparingLong(Event::whenMicros).thenComparing(Event::id));
                        stream(stream).add(next, now);
                        changed(new Port.Change(stream, null, event, false));
                    },
                    then);
        }

        @Override
        public void events(Place stream, long fromMicros, long toMicros, Look look, Consumer<Found<List<Event>>> then) {
            requireKind(stream, Collection.Kind.Streams.class);
            look(
                    stream(stream),
                    look,
                    found -> then.accept(
                            found instanceof Found.Value<List<Event>> value
                                    ? new Found.Value<>(value.value().stream()
                                            .filter(event ->
                                                    event.whenMicros() >= fromMicros && event.whenMicros() < toMicros)
                                            .toList())
                                    : new Found.Nothing<>()));
        }

        @Override
        public void follow(Collection collection, @Nullable Cursor from, Consumer<Found<News>> then) {
            later(delay(), () -> {
                int fate = random.nextInt(PERCENT);
                if (fate < uncertainPercent) {
                    then.accept(fate % 2 == 0 ? new Found.Nothing<>() : new Found.Value<>(new News(List.of(), null)));
                    return;
                }
                int begin = from instanceof At at ? at.position() : log.size();
                List<Change> changes = log.subList(begin, log.size()).stream()
                        .filter(change -> change.place().collection().equals(collection))
                        .toList();
                News news = new News(changes, new At(log.size()));
                later(delay(), () -> then.accept(new Found.Value<>(news)));
            });
        }

        @Override
        public void after(long nanos, Runnable then) {
            later(nanos, then);
        }

        @Override
        public long wallMicros() {
            return EPOCH_MICROS + TimeUnit.NANOSECONDS.toMicros(now);
        }

        @Override
        public long nowNanos() {
            return now;
        }

        @Override
        public long draw(long bound) {
            return dice.nextLong(bound);
        }
    }
}
