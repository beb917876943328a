package dev.danta.sim.workload;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.scenario.Collection;
import dev.danta.scenario.Place;
import dev.danta.scenario.Port;
import dev.danta.scenario.Work;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.client.SessionMarks;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What one user of a reference application asks for, as calls of a simulated client. */
final class ApplicationPort implements Port {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;
    /** As the SDK has it. */
    private static final long AHEAD_MAX_MICROS = 250_000;

    /** Of spends that are asked for under a key. */
    private static final Collection ANSWERS = Collection.records("answers");

    private final Caller caller;
    private final SimRandom random;
    private final int shards;
    private final PortRules rules;
    /** What this user has read in its session and changed. */
    private final SessionMarks session = new SessionMarks("sim", SessionMarks.BYTES_MAX);

    ApplicationPort(Caller caller, SimRandom random, int shards, PortRules rules) {
        this.caller = caller;
        this.random = random;
        this.shards = shards;
        this.rules = rules;
    }

    private long deadline() {
        return random.between(random.chance(0.2) ? 30 : 1_000, 8_000) * MILLI;
    }

    private static Key key(Place place) {
        return KeyLayout.key("sim", place.collection().name(), List.of(place.key()));
    }

    private static Collection.Kind.Counters kind(Place counter) {
        if (!(counter.collection().kind() instanceof Collection.Kind.Counters kind)) {
            throw new IllegalArgumentException("not a counter: " + counter);
        }
        return kind;
    }

    private static CounterBounds bounds(Place counter) {
        Collection.Kind.Counters kind = kind(counter);
        long room = kind.guardsFloor() ? kind.initial() - kind.bound() : kind.bound() - kind.initial();
        return new CounterBounds(room, kind.allowance());
    }

    @Override
    public void transact(Work work, Consumer<Work.Ending> then) {
        transact(work, Need.ROOM, then);
    }

    private void transact(Work work, Need need, Consumer<Work.Ending> then) {
        Work.Effect[] last = new Work.Effect[1];
        Transact.run(
                caller,
                random,
                work.records().stream().map(ApplicationPort::key).toList(),
                work.counters().stream().map(counted -> ask(counted, need)).toList(),
                rules,
                (seen, counters) -> {
                    last[0] = work.body().of(new SeenByWork(work, rules, seen, counters));
                    return mayTakeEffect(last[0], need)
                            ? writes(work, committed(last[0]), counters)
                            : writes(work, Work.Effect.none(""), counters);
                },
                end -> {
                    if (end instanceof TxnEnd.Committed && !mayTakeEffect(last[0], need)) {
                        transact(work, Need.ALL, then);
                    } else if (end instanceof TxnEnd.Committed
                            && !rules.commitsTogether()
                            && !work.counters().isEmpty()) {
                        countLater(work, last[0], then);
                    } else {
                        then.accept(ending(end, last[0]));
                    }
                });
    }

    /** What of it the commit brings about: all of it, if it is right. */
    private Work.Effect committed(Work.Effect effect) {
        if (!rules.commitsTogether()) {
            return new Work.Effect(effect.answer(), effect.puts(), List.of(), Map.of(), Map.of());
        }
        if (rules.gainsWithCommit()) {
            return effect;
        }
        effect.gained().forEach((place, amount) -> gain(place, amount, reply -> {}));
        return new Work.Effect(effect.answer(), effect.puts(), effect.spent(), Map.of(), effect.bounds());
    }

    /** What was put into records is there, and now what is to be done to counters is done, if there is enough. */
    private void countLater(Work work, Work.Effect effect, Consumer<Work.Ending> then) {
        Work counting = new Work(List.of(), work.counters(), seen -> {
            List<Place> enough = effect.spent().stream().filter(seen::enough).toList();
            return new Work.Effect(effect.answer(), Map.of(), enough, effect.gained(), effect.bounds());
        });
        new ApplicationPort(caller, random, shards, PortRules.PROTOCOL)
                .transact(counting, ending -> then.accept(new Work.Ending.Done(effect)));
    }

    /** A bound is moved when what others hold is called in. */
    private static boolean mayTakeEffect(Work.Effect effect, Need need) {
        return need == Need.ALL || effect.bounds().isEmpty();
    }

    private static ClientCall.OpenCounters.Ask ask(Work.Counted counted, Need need) {
        return new ClientCall.OpenCounters.Ask(
                key(counted.place()), bounds(counted.place()), counted.amount(), counted.intoAllowance(), need);
    }

    /** What was found out about a counter is only so if it is written, too. */
    private static List<Write> writes(Work work, Work.Effect effect, Map<Key, CallOutcome.Opened> counters) {
        List<Write> writes = new ArrayList<>();
        effect.puts()
                .forEach((place, value) -> writes.add(new Write(key(place), value == null ? null : Bytes.utf8(value))));
        for (Work.Counted counted : work.counters()) {
            CallOutcome.Opened opened = opened(counters, counted.place());
            CounterRecord record = record(counted, effect, opened.record());
            if (opened.changed() || !record.equals(opened.record())) {
                writes.add(new Write(opened.key(), record.encode()));
            }
        }
        return writes;
    }

    private static CounterRecord record(Work.Counted counted, Work.Effect effect, CounterRecord opened) {
        CounterRecord record = effect.spent().contains(counted.place()) ? opened.spending(counted.amount()) : opened;
        record = record.gaining(effect.gained().getOrDefault(counted.place(), 0L));
        Work.Bound bound = effect.bounds().get(counted.place());
        if (bound == null) {
            return record;
        }
        Collection.Kind.Counters kind = kind(counted.place());
        long shift = kind.guardsFloor() ? kind.bound() - bound.bound() : bound.bound() - kind.bound();
        return record.bounded(shift, bound.allowance());
    }

    private static CallOutcome.Opened opened(Map<Key, CallOutcome.Opened> counters, Place counter) {
        CallOutcome.Opened opened = counters.get(key(counter));
        if (opened == null) {
            throw notNamed(counter);
        }
        return opened;
    }

    private static IllegalArgumentException notNamed(Place place) {
        return new IllegalArgumentException("it was not named: " + place);
    }

    private static Work.Ending ending(TxnEnd end, Work.Effect effect) {
        if (end instanceof TxnEnd.Committed) {
            return new Work.Ending.Done(effect);
        }
        return end instanceof TxnEnd.Unknown
                ? new Work.Ending.Unknown()
                : new Work.Ending.NotDone("no attempt was committed");
    }

    private record SeenByWork(
            Work work, PortRules rules, Map<Key, Version> versions, Map<Key, CallOutcome.Opened> counters)
            implements Work.Seen {
        @Override
        public @Nullable String value(Place record) {
            Version version = versions.get(key(record));
            if (version == null) {
                throw notNamed(record);
            }
            Bytes value = version.value();
            return value == null ? null : value.toUtf8();
        }

        @Override
        public boolean enough(Place counter) {
            for (Work.Counted counted : work.counters()) {
                if (counted.place().equals(counter)) {
                    CounterRecord record = opened(counters, counter).record();
                    return rules.covers(record, bounds(counter), counted.amount(), counted.intoAllowance());
                }
            }
            throw notNamed(counter);
        }

        @Override
        public long counter(Place counter) {
            CounterRecord record = opened(counters, counter).record();
            long unshifted = record.room() - record.shift();
            return kind(counter).guardsFloor()
                    ? kind(counter).bound() + unshifted
                    : kind(counter).bound() - unshifted;
        }
    }

    @Override
    public void gain(Place counter, long amount, Consumer<Reply> then) {
        change(new ClientCall.Gain(key(counter), amount), then);
    }

    private void change(ClientCall call, Consumer<Reply> then) {
        caller.call(call, deadline(), outcome -> {
            if (outcome instanceof CallOutcome.Updated updated && call instanceof ClientCall.Stamped stamped) {
                session.wrote(stamped.key(), updated.change());
            }
            then.accept(replyTo(outcome));
        });
    }

    private static Reply replyTo(CallOutcome outcome) {
        boolean isDone = outcome instanceof CallOutcome.Updated
                || outcome instanceof CallOutcome.Held
                || outcome instanceof CallOutcome.GivenBack;
        if (isDone) {
            return Reply.DONE;
        }
        return outcome instanceof CallOutcome.Failed ? Reply.NOT_DONE : Reply.UNKNOWN;
    }

    @Override
    public void spend(Place counter, long amount, Way way, Consumer<Spent> then) {
        ClientCall call = new ClientCall.Spend(
                key(counter), bounds(counter), amount, manner(way), way == Way.STRICT_INTO_ALLOWANCE);
        caller.call(call, deadline(), outcome -> {
            if (outcome instanceof CallOutcome.Unknown unknown && caller.isAlive() && random.chance(0.8)) {
                ClientCall await = new ClientCall.AwaitOutcome(
                        unknown.txn(), random.chance(0.5) ? unknown.participants() : List.of());
                caller.call(await, PATIENCE_NANOS, settled -> then.accept(spent(settled)));
            } else {
                then.accept(spent(outcome));
            }
        });
    }

    @Override
    public void spend(Place counter, long amount, Way way, Consumer<Spent> then, Consumer<Spent> inTheEnd) {
        if (!caller.isAlive()) {
            inTheEnd.accept(new Spent(Spent.Status.NOT_DONE, null));
            return;
        }
        boolean[] isTold = new boolean[1];
        Spent unknown = new Spent(Spent.Status.UNKNOWN, null);
        caller.after(deadline(), () -> {
            if (!isTold[0]) {
                isTold[0] = true;
                then.accept(unknown);
            }
        });
        Consumer<Spent> known = spent -> {
            if (isTold[0] || spent.equals(unknown)) {
                inTheEnd.accept(spent);
            }
            if (!isTold[0]) {
                isTold[0] = true;
                then.accept(spent);
            }
        };
        ClientCall call = new ClientCall.Spend(
                key(counter), bounds(counter), amount, manner(way), way == Way.STRICT_INTO_ALLOWANCE);
        caller.call(call, PATIENCE_NANOS, outcome -> {
            if (outcome instanceof CallOutcome.Unknown txn && caller.isAlive()) {
                ClientCall await = new ClientCall.AwaitOutcome(txn.txn(), txn.participants());
                caller.call(await, PATIENCE_NANOS, settled -> known.accept(spent(settled)));
            } else {
                known.accept(spent(outcome));
            }
        });
    }

    /** As the SDK has it: with a record of the answer beside the counter. */
    @Override
    public void spendOnce(Place counter, long amount, String key, Consumer<Spent> then) {
        Place record = ANSWERS.at(key);
        Work work = new Work(List.of(record), List.of(Work.Counted.spend(counter, amount)), seen -> {
            String answered = seen.value(record);
            if (answered != null) {
                return Work.Effect.none(answered);
            }
            boolean isEnough = seen.enough(counter);
            String answer = (isEnough ? Spent.Status.ACCEPTED : Spent.Status.LIMIT).name();
            Map<Place, @Nullable String> puts = new TreeMap<>();
            puts.put(record, answer);
            return new Work.Effect(answer, puts, isEnough ? List.of(counter) : List.of(), Map.of(), Map.of());
        });
        transact(work, ending -> {
            if (ending instanceof Work.Ending.Done done) {
                then.accept(new Spent(Spent.Status.valueOf(done.effect().answer()), Way.STRICT));
            } else {
                boolean isOver = ending instanceof Work.Ending.NotDone;
                then.accept(new Spent(isOver ? Spent.Status.NOT_DONE : Spent.Status.UNKNOWN, null));
            }
        });
    }

    private static SpendManner manner(Way way) {
        return switch (way) {
            case STRICT, STRICT_INTO_ALLOWANCE -> SpendManner.STRICT;
            case RESERVED -> SpendManner.RESERVED;
            case RELAXED -> SpendManner.LAX_ONLY;
        };
    }

    private static Way way(SpendManner manner) {
        return switch (manner) {
            case STRICT -> Way.STRICT;
            case RESERVED -> Way.RESERVED;
            case LAX, LAX_ONLY -> Way.RELAXED;
        };
    }

    private static Spent spent(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Spent told) {
            return new Spent(told.accepted() ? Spent.Status.ACCEPTED : Spent.Status.LIMIT, way(told.path()));
        } else if (outcome instanceof CallOutcome.Committed) {
            return new Spent(Spent.Status.ACCEPTED, Way.STRICT);
        }
        boolean isOver = outcome instanceof CallOutcome.Failed || outcome instanceof CallOutcome.Aborted;
        return new Spent(isOver ? Spent.Status.NOT_DONE : Spent.Status.UNKNOWN, null);
    }

    @Override
    public void stockUp(Place counter, long amount, Consumer<Reply> then) {
        change(new ClientCall.Hold(key(counter), bounds(counter), amount), then);
    }

    @Override
    public void giveBack(Place counter, Consumer<Reply> then) {
        change(new ClientCall.GiveBack(key(counter), bounds(counter)), then);
    }

    @Override
    public void put(Place register, @Nullable String value, Ack ack, Consumer<Reply> then) {
        change(
                new ClientCall.PutRegister(key(register), value == null ? null : Bytes.utf8(value), session.greatest()),
                then);
    }

    private static ClientCall.Ack ack(Ack ack) {
        return ack == Ack.ONE ? ClientCall.Ack.ONE : ClientCall.Ack.QUORUM;
    }

    @Override
    public void read(Place register, Look look, Consumer<Found<@Nullable String>> then) {
        this.<@Nullable String>find(
                register,
                look,
                state -> state instanceof LwwRegister found && found.value() != null
                        ? found.value().toUtf8()
                        : null,
                then);
    }

    private <V extends @Nullable Object> void find(
            Place place, Look look, Function<@Nullable RelaxedState, V> value, Consumer<Found<V>> then) {
        Key key = key(place);
        if (look == Look.LOCAL || (look == Look.SESSION && !rules.keepsSession())) {
            ask(
                    new ClientCall.ReadRelaxed(key, Level.LOCAL),
                    then,
                    state -> then.accept(new Found.Value<>(value.apply(state))));
        } else {
            findInSession(key, look == Look.QUORUM ? Level.QUORUM : session.level(key), value, then);
        }
    }

    private <V extends @Nullable Object> void findInSession(
            Key key, Level level, Function<@Nullable RelaxedState, V> value, Consumer<Found<V>> then) {
        ask(new ClientCall.ReadRelaxed(key, level, session.mark(key), 0), then, state -> {
            if (state == null || session.saw(key, state, level)) {
                then.accept(new Found.Value<>(value.apply(state)));
            } else {
                findInSession(key, Level.QUORUM, value, then);
            }
        });
    }

    private <V extends @Nullable Object> void ask(
            ClientCall.ReadRelaxed read, Consumer<Found<V>> then, Consumer<@Nullable RelaxedState> found) {
        caller.call(read, deadline(), outcome -> {
            if (outcome instanceof CallOutcome.Relaxed relaxed) {
                found.accept(relaxed.state());
            } else {
                then.accept(new Found.Nothing<>());
            }
        });
    }

    @Override
    public void add(Place set, String element, Ack ack, Consumer<Reply> then) {
        List<Bytes> added = List.of(Bytes.utf8(element));
        change(new ClientCall.ChangeSet(key(set), added, List.of(), session.greatest(), ack(ack)), then);
    }

    @Override
    public void remove(Place set, String element, Ack ack, Consumer<Reply> then) {
        List<Bytes> removed = List.of(Bytes.utf8(element));
        change(new ClientCall.ChangeSet(key(set), List.of(), removed, session.greatest(), ack(ack)), then);
    }

    @Override
    public void members(Place set, Look look, Consumer<Found<List<String>>> then) {
        find(
                set,
                look,
                state -> state instanceof LwwSet found
                        ? found.members().stream().map(Bytes::toUtf8).sorted().toList()
                        : List.of(),
                then);
    }

    /** A stream is one map here, from the id of an event to what it says: how a stream is spread over pages is the SDK's. */
    @Override
    public void append(Place stream, Event event, Ack ack, Consumer<Reply> then) {
        if (event.whenMicros() > caller.wallMicros() + AHEAD_MAX_MICROS) {
            then.accept(Reply.NOT_DONE);
            return;
        }
        TreeMap<Bytes, Bytes> entry = new TreeMap<>();
        entry.put(Bytes.utf8(event.id()), Bytes.utf8(event.whenMicros() + " " + event.what()));
        change(new ClientCall.ChangeMap(key(stream), entry, List.of(), session.greatest(), ack(ack)), then);
    }

    @Override
    public void events(Place stream, long fromMicros, long toMicros, Look look, Consumer<Found<List<Event>>> then) {
        find(
                stream,
                look,
                state -> {
                    List<Event> events = new ArrayList<>();
                    if (state instanceof LwwMap found) {
                        found.fields().forEach((id, what) -> addEvent(events, id, what));
                    }
                    events.removeIf(event -> event.whenMicros() < fromMicros || event.whenMicros() >= toMicros);
                    events.sort(Comparator.comparingLong(Event::whenMicros).thenComparing(Event::id));
                    return events;
                },
                then);
    }

    static void addEvent(List<Event> events, Bytes id, LwwRegister entry) {
        Bytes value = entry.value();
        if (value != null) {
            String[] parts = value.toUtf8().split(" ", 2);
            events.add(new Event(id.toUtf8(), Long.parseLong(parts[0]), parts[1]));
        }
    }

    @Override
    public void follow(Collection collection, @Nullable Cursor from, Consumer<Found<News>> then) {
        new ApplicationFeed(caller, random, shards, collection, from, then).ask();
    }

    @Override
    public void after(long nanos, Runnable then) {
        caller.after(nanos, then);
    }

    @Override
    public long wallMicros() {
        return caller.wallMicros();
    }

    @Override
    public long nowNanos() {
        return caller.nowNanos();
    }

    @Override
    public long draw(long bound) {
        return random.between(0, bound - 1);
    }
}
