package dev.danta.bench.application;

import dev.danta.client.BoundedCounter;
import dev.danta.client.DantaException;
import dev.danta.client.EventStream;
import dev.danta.client.Key;
import dev.danta.client.Outcome;
import dev.danta.client.OutcomeUnknownException;
import dev.danta.client.Read;
import dev.danta.client.Session;
import dev.danta.client.SetOf;
import dev.danta.client.Spend;
import dev.danta.client.SpendResult;
import dev.danta.client.SpendRule;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One user of an application: the port, over a client of a cluster. For one thread: each call blocks it until the cluster has
 * answered, and what is to be done with the answer is done by {@link #await}, one thing after the other.
 */
final class ApplicationUser implements Port {
    /** An outcome that is unknown is asked for once more, for so long. */
    private static final Duration RESOLVES_WITHIN = Duration.ofSeconds(10);

    private static final Spend STRICT = Spend.with(SpendRule.STRICT);
    private static final Spend RESERVED = Spend.with(SpendRule.RESERVED);
    private static final Spend RELAXED = Spend.with(SpendRule.RELAXED).withoutEscalation();

    private final ApplicationClient client;
    private final Session session;
    private final SplittableRandom dice;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
    private long number;

    private record Due(long atNanos, long number, Runnable what) {}

    ApplicationUser(ApplicationClient client, Session session, long seed) {
        this.client = client;
        this.session = session;
        this.dice = new SplittableRandom(seed);
    }

    /**
     * Does what is asked, and all that follows from it, until it says what came of it.
     *
     * @throws IllegalStateException if nothing is left to be done and it has not said so
     */
    <T> T await(Consumer<Consumer<T>> what) throws InterruptedException {
        List<T> said = new ArrayList<>(1);
        what.accept(said::add);
        while (said.isEmpty()) {
            Due next = due.poll();
            if (next == null) {
                throw new IllegalStateException("a step ends without saying so");
            }
            for (long left = next.atNanos() - nowNanos(); left > 0; left = next.atNanos() - nowNanos()) {
                LockSupport.parkNanos(left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            next.what().run();
        }
        return said.get(0);
    }

    /** Later, by whoever awaits: steps that follow steps must not nest. */
    private <T extends @Nullable Object> void answer(Consumer<T> then, T answer) {
        after(0, () -> then.accept(answer));
    }

    @Override
    public void transact(Work work, Consumer<Work.Ending> then) {
        answer(then, transact(work));
    }

    private Work.Ending transact(Work work) {
        Work.Effect[] last = new Work.Effect[1];
        try {
            client.space().execute(tx -> last[0] = attempt(tx, work));
            return new Work.Ending.Done(last[0]);
        } catch (OutcomeUnknownException unknown) {
            Outcome outcome = asked(unknown);
            return outcome == Outcome.APPLIED && last[0] != null
                    ? new Work.Ending.Done(last[0])
                    : outcome == Outcome.NOT_APPLIED
                            ? new Work.Ending.NotDone(String.valueOf(unknown.getMessage()))
                            : new Work.Ending.Unknown();
        } catch (DantaException failed) {
            return failed.outcome() == Outcome.NOT_APPLIED
                    ? new Work.Ending.NotDone(String.valueOf(failed.getMessage()))
                    : new Work.Ending.Unknown();
        }
    }

    private static Outcome asked(OutcomeUnknownException unknown) {
        try {
            return unknown.handle().resolve(RESOLVES_WITHIN);
        } catch (DantaException stillUnknown) {
            return Outcome.UNKNOWN;
        }
    }

    private Work.Effect attempt(Tx tx, Work work) {
        Map<Place, @Nullable String> values = new TreeMap<>();
        Map<Collection, Map<Key, Place>> tables = new LinkedHashMap<>();
        for (Place record : work.records()) {
            values.put(record, null);
            tables.computeIfAbsent(record.collection(), unused -> new LinkedHashMap<>())
                    .put(key(record), record);
        }
        // Those of one table in one round trip.
        tables.forEach((collection, keys) -> tx.getAll(client.records(collection), keys.keySet())
                .forEach((key, value) -> {
                    Place record = keys.get(key);
                    if (record != null) {
                        values.put(record, value);
                    }
                }));
        // Nor does anybody wait for one counter after the other.
        Map<Collection, List<Key>> asked = new LinkedHashMap<>();
        work.counters()
                .forEach(counted -> asked.computeIfAbsent(counted.place().collection(), unused -> new ArrayList<>())
                        .add(key(counted.place())));
        asked.forEach((collection, keys) -> tx.open(client.counters(collection), keys));
        Work.Effect effect = work.body().of(new ReadInTx(client, tx, work, values));
        effect.puts().forEach((place, value) -> {
            if (value == null) {
                tx.delete(client.records(place.collection()), key(place));
            } else {
                tx.put(client.records(place.collection()), key(place), value);
            }
        });
        for (Place place : effect.spent()) {
            Work.Counted counted = counted(work, place);
            BoundedCounter counters = client.counters(place.collection());
            if (!tx.spend(counters, key(place), counted.amount(), counted.intoAllowance())) {
                throw new IllegalArgumentException("there is not enough of " + place);
            }
        }
        effect.gained().forEach((place, amount) -> tx.gain(client.counters(place.collection()), key(place), amount));
        effect.bounds().forEach((place, bound) -> {
            BoundedCounter counters = client.counters(place.collection());
            tx.bounds(counters, key(place), ApplicationClient.bounds(place.collection(), bound));
        });
        return effect;
    }

    private static Work.Counted counted(Work work, Place place) {
        return work.counters().stream()
                .filter(one -> one.place().equals(place))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(place + " was not named"));
    }

    /** Counters are asked for when somebody wants to know. */
    private record ReadInTx(ApplicationClient client, Tx tx, Work work, Map<Place, @Nullable String> values)
            implements Work.Seen {
        @Override
        public @Nullable String value(Place record) {
            if (!values.containsKey(record)) {
                throw new IllegalArgumentException(record + " was not named");
            }
            return values.get(record);
        }

        @Override
        public boolean enough(Place counter) {
            Work.Counted counted = counted(work, counter);
            return counted.amount() == 0
                    || tx.covers(
                            client.counters(counter.collection()),
                            key(counter),
                            counted.amount(),
                            counted.intoAllowance());
        }

        @Override
        public long counter(Place counter) {
            Place known = counted(work, counter).place();
            return tx.value(client.counters(known.collection()), key(known));
        }
    }

    private static Key key(Place place) {
        return Key.of(place.key());
    }

    @Override
    public void gain(Place counter, long amount, Consumer<Reply> then) {
        change(() -> client.counters(counter.collection()).gain(key(counter), amount), then);
    }

    @Override
    public void spend(Place counter, long amount, Way way, Consumer<Spent> then) {
        answer(then, spent(client.counters(counter.collection()), key(counter), amount, options(way)));
    }

    private static Spent spent(BoundedCounter counters, Key key, long amount, Spend options) {
        try {
            return spent(counters.spend(key, amount, options));
        } catch (DantaException failed) {
            return spent(failed);
        }
    }

    static Spent spent(SpendResult result) {
        return new Spent(
                result.isAccepted() ? Spent.Status.ACCEPTED : Spent.Status.LIMIT,
                switch (result.path()) {
                    case RESERVED -> Way.RESERVED;
                    case RELAXED -> Way.RELAXED;
                    case STRICT -> Way.STRICT;
                });
    }

    static Spent spent(DantaException failed) {
        return new Spent(failed.outcome() == Outcome.NOT_APPLIED ? Spent.Status.NOT_DONE : Spent.Status.UNKNOWN, null);
    }

    @Override
    public void spend(Place counter, long amount, Way way, Consumer<Spent> then, Consumer<Spent> inTheEnd) {
        OpenSpend open = OpenSpend.begin(client.counters(counter.collection()), key(counter), amount, options(way));
        answer(then, open.within(client.deadline(), inTheEnd));
    }

    @Override
    public void spendOnce(Place counter, long amount, String key, Consumer<Spent> then) {
        BoundedCounter counters = client.counters(counter.collection());
        answer(then, spent(counters, key(counter), amount, STRICT.idempotencyKey(key)));
    }

    private static Spend options(Way way) {
        return switch (way) {
            case STRICT -> STRICT;
            case STRICT_INTO_ALLOWANCE -> STRICT.intoAllowance();
            case RESERVED -> RESERVED;
            case RELAXED -> RELAXED;
        };
    }

    @Override
    public void stockUp(Place counter, long amount, Consumer<Reply> then) {
        Reply reply;
        try {
            long held = client.counters(counter.collection()).holdLax(key(counter), amount);
            reply = held >= amount ? Reply.DONE : Reply.NOT_DONE;
        } catch (DantaException failed) {
            reply = replyTo(failed);
        }
        answer(then, reply);
    }

    @Override
    public void giveBack(Place counter, Consumer<Reply> then) {
        change(
                () -> {
                    long unused = client.counters(counter.collection()).giveBack(key(counter));
                },
                then);
    }

    @Override
    public void put(Place register, @Nullable String value, Ack ack, Consumer<Reply> then) {
        Table<String> table =
                client.registers(register.collection()).in(session).with(inSdk(ack));
        change(
                () -> {
                    if (value == null) {
                        table.delete(key(register));
                    } else {
                        table.put(key(register), value);
                    }
                },
                then);
    }

    @Override
    public void read(Place register, Look look, Consumer<Found<@Nullable String>> then) {
        // What is asked for locally stays outside of the session.
        Table<String> table = client.registers(register.collection()).in(session);
        Supplier<@Nullable String> reading = look == Look.SESSION
                ? () -> table.get(key(register)).orElse(null)
                : () -> table.get(key(register), level(look)).orElse(null);
        answer(then, found(reading));
    }

    private static dev.danta.client.Ack inSdk(Ack ack) {
        return ack == Ack.ONE ? dev.danta.client.Ack.ONE : dev.danta.client.Ack.QUORUM;
    }

    private static Read level(Look look) {
        return look == Look.LOCAL ? Read.LOCAL : Read.QUORUM;
    }

    @Override
    public void add(Place set, String element, Ack ack, Consumer<Reply> then) {
        change(() -> client.sets(set.collection()).in(session).with(inSdk(ack)).add(key(set), element), then);
    }

    @Override
    public void remove(Place set, String element, Ack ack, Consumer<Reply> then) {
        change(() -> client.sets(set.collection()).in(session).with(inSdk(ack)).remove(key(set), element), then);
    }

    @Override
    public void members(Place set, Look look, Consumer<Found<List<String>>> then) {
        SetOf<String> sets = client.sets(set.collection()).in(session);
        answer(
                then,
                found(() -> (look == Look.SESSION ? sets.members(key(set)) : sets.members(key(set), level(look)))
                        .stream().sorted().toList()));
    }

    @Override
    public void append(Place stream, Event event, Ack ack, Consumer<Reply> then) {
        EventStream<String> streams = client.streams(stream.collection()).with(inSdk(ack));
        List<EventStream.Dated<String>> dated =
                List.of(new EventStream.Dated<>(StreamText.of(event), instant(event.whenMicros())));
        if (event.whenMicros() > wallMicros()) {
            answer(then, Reply.NOT_DONE);
        } else {
            change(() -> streams.append(key(stream), dated), then);
        }
    }

    @Override
    public void events(Place stream, long fromMicros, long toMicros, Look look, Consumer<Found<List<Event>>> then) {
        EventStream<String> streams = client.streams(stream.collection()).in(session);
        Instant from = instant(fromMicros);
        Instant to = instant(toMicros);
        answer(
                then,
                found(() -> StreamText.events(
                        look == Look.SESSION
                                ? streams.read(key(stream), from, to)
                                : streams.read(key(stream), from, to, level(look)))));
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private void change(Runnable change, Consumer<Reply> then) {
        Reply reply;
        try {
            change.run();
            reply = Reply.DONE;
        } catch (DantaException failed) {
            reply = replyTo(failed);
        }
        answer(then, reply);
    }

    private static Reply replyTo(DantaException failed) {
        return failed.outcome() == Outcome.NOT_APPLIED ? Reply.NOT_DONE : Reply.UNKNOWN;
    }

    private static <V extends @Nullable Object> Found<V> found(Supplier<V> reading) {
        try {
            return new Found.Value<>(reading.get());
        } catch (DantaException failed) {
            return new Found.Nothing<>();
        }
    }

    @Override
    public void follow(Collection collection, @Nullable Cursor from, Consumer<Found<News>> then) {
        answer(then, Following.of(client, collection, from));
    }

    @Override
    public void after(long nanos, Runnable then) {
        due.add(new Due(nowNanos() + nanos, number++, then));
    }

    @Override
    public long wallMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public long draw(long bound) {
        return dice.nextLong(bound);
    }

    /** An event as the text of one of a stream, whose own ids are by whoever appends. */
    static final class StreamText {
        private static final char END_OF_ID = '\n';

        static String of(Event event) {
            return event.id() + END_OF_ID + event.what();
        }

        static Event event(EventStream.Event<String> one) {
            int end = one.event().indexOf(END_OF_ID);
            return new Event(
                    one.event().substring(0, end),
                    ChronoUnit.MICROS.between(Instant.EPOCH, one.valid()),
                    one.event().substring(end + 1));
        }

        /** What was appended twice is there once. */
        static List<Event> events(List<EventStream.Event<String>> found) {
            Map<String, Event> events = new LinkedHashMap<>();
            found.stream().map(StreamText::event).forEach(event -> events.putIfAbsent(event.id(), event));
            return List.copyOf(events.values());
        }
    }
}
