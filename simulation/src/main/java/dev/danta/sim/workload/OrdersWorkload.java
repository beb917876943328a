package dev.danta.sim.workload;

import dev.danta.check.CheckOptions;
import dev.danta.check.HistoryCheck;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.client.ReservationRecord;
import dev.danta.txn.client.ReservationRecord.State;
import dev.danta.txn.client.RetryPolicy;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that decide about several bounded counters and a record beside them: orders, transfers, and reservations that are
 * confirmed, released or expire; among spends of allotments and gains. Each takes place as a whole or not at all, nobody is
 * turned away while anything is left, and what is left in the end is what came in less what orders, reservations and spends took.
 */
public final class OrdersWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;
    private static final RetryPolicy RETRIES = new RetryPolicy(12, 500_000, 50_000_000);
    private static final int LATEST = 12;
    private static final int KEYS_AT_ONCE = 50;

    private final int counters;
    private final CounterBounds bounds;
    private final CheckOptions options;
    private final OrderRules rules;
    private final Log<Input, Output> log = new Log<>();
    private final Map<String, Sum> sums = new TreeMap<>();
    private final List<Deal> deals = new ArrayList<>();

    /** What gains and single spends came to, of one counter. */
    private static final class Sum {
        private long gained;
        private long gainedPerhaps;
        private long sold;
        private long soldPerhaps;
    }

    /** A transaction that leaves a record: what it takes of each counter, or with a minus gives. */
    private static final class Deal {
        private final String name;
        private final Key key;
        private final boolean isReservation;
        private final Map<String, Long> takes;
        /** What somebody was told that has become of it; null if nobody was. */
        private @Nullable State told;

        private boolean isRefused;

        Deal(int number, boolean isReservation, Map<String, Long> takes) {
            this.name = "deal-" + number;
            this.key =
                    isReservation ? ReservationRecord.key("sim", name) : KeyLayout.key("sim", "deals", List.of(name));
            this.isReservation = isReservation;
            this.takes = takes;
        }
    }

    /**
     * So many counters.
     *
     * @param units in each of them at first
     */
    public OrdersWorkload(int counters, long units, CheckOptions options, OrderRules rules) {
        this.counters = counters;
        this.bounds = new CounterBounds(units, 0);
        this.options = options;
        this.rules = rules;
        for (int i = 0; i < counters; i++) {
            sums.put(nameOf(i), new Sum());
        }
    }

    private static String nameOf(int counter) {
        return "o" + counter;
    }

    private static Key keyOf(String name) {
        return KeyLayout.key("sim", "orders", List.of(name));
    }

    private Sum sum(String name) {
        return sums.computeIfAbsent(name, n -> new Sum());
    }

    private static long deadline(SimRandom random) {
        return random.between(random.chance(0.1) ? 50 : 1_000, 8_000) * MILLI;
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Session session = new Session(caller, random);
        return done -> {
            int dice = random.below(100);
            if (dice < 25) {
                session.deal(false, session.someTaken(1 + random.below(3)), done);
            } else if (dice < 37) {
                session.deal(true, session.someTaken(1 + random.below(3)), done);
            } else if (dice < 47 && counters > 1) {
                session.deal(false, session.moved(), done);
            } else if (dice < 59) {
                session.end(done);
            } else if (dice < 66) {
                session.tell(done);
            } else if (dice < 78) {
                session.gain(done);
            } else if (dice < 93) {
                session.spend(done);
            } else if (dice < 96) {
                session.giveBack(done);
            } else {
                caller.after(random.between(0, 50 * MILLI), done);
            }
        };
    }

    /** One user, who does one thing after the other. */
    private final class Session {
        private final Caller caller;
        private final SimRandom random;
        private final Map<String, Log<Input, Output>.User> users = new LinkedHashMap<>();
        private final boolean isReserving;

        Session(Caller caller, SimRandom random) {
            this.caller = caller;
            this.random = random;
            this.isReserving = random.chance(0.75);
        }

        private Log<Input, Output>.User user(String counter) {
            return users.computeIfAbsent(counter, name -> log.newUser());
        }

        private void known(Input input, Output output, long invoked) {
            user(input.key()).known(input, output, invoked, caller.nowNanos());
        }

        private String someCounter() {
            return nameOf(random.below(counters));
        }

        private Map<String, Long> someTaken(int most) {
            Map<String, Long> takes = new TreeMap<>();
            for (int i = 0; i < most; i++) {
                takes.put(someCounter(), random.chance(0.1) ? random.between(5, 20) : random.between(1, 3));
            }
            return takes;
        }

        private Map<String, Long> moved() {
            int from = random.below(counters);
            int to = (from + 1 + random.below(counters - 1)) % counters;
            long amount = random.between(1, 4);
            Map<String, Long> takes = new TreeMap<>();
            takes.put(nameOf(from), amount);
            takes.put(nameOf(to), -amount);
            return takes;
        }

        private Deal deal(boolean isReservation, Map<String, Long> takes) {
            Deal deal = new Deal(deals.size(), isReservation, takes);
            deals.add(deal);
            return deal;
        }

        void deal(boolean isReservation, Map<String, Long> takes, Runnable done) {
            new Attempts(this, deal(isReservation, takes), null, done).run();
        }

        /** Ends a reservation, of whomever. */
        void end(Runnable done) {
            List<Deal> held = deals.stream().filter(deal -> deal.isReservation).toList();
            if (held.isEmpty()) {
                caller.after(random.between(0, MILLI), done);
                return;
            }
            Deal deal = held.get(held.size() - 1 - random.below(Math.min(LATEST, held.size())));
            State end = random.pick(List.of(State.CONFIRMED, State.RELEASED, State.EXPIRED));
            new Attempts(this, deal, end, done).run();
        }

        /** Says what one or two counters are, exactly. */
        void tell(Runnable done) {
            Map<String, Long> asked = new TreeMap<>();
            asked.put(someCounter(), 0L);
            asked.put(someCounter(), 0L);
            new Attempts(this, null, null, asked, done).run();
        }

        void gain(Runnable done) {
            String name = someCounter();
            long amount = random.chance(0.1) ? random.between(10, 40) : random.between(1, 5);
            Input input = new Input.Gain(name, amount);
            long invoked = caller.nowNanos();
            sum(name).gainedPerhaps += amount;
            caller.call(new ClientCall.Gain(keyOf(name), amount), deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.Updated) {
                    sum(name).gained += amount;
                    known(input, new Output.Accepted(), invoked);
                } else if (outcome instanceof CallOutcome.Failed) {
                    sum(name).gainedPerhaps -= amount;
                } else {
                    user(name).unknown(input, invoked);
                }
                done.run();
            });
        }

        void giveBack(Runnable done) {
            ClientCall back = new ClientCall.GiveBack(keyOf(someCounter()), bounds);
            caller.call(back, deadline(random), outcome -> done.run());
        }

        void spend(Runnable done) {
            String name = someCounter();
            long amount = random.between(1, 3);
            Input input = new Input.Spend(name, amount);
            long invoked = caller.nowNanos();
            sum(name).soldPerhaps += amount;
            SpendManner manner = isReserving != random.chance(0.1) ? SpendManner.RESERVED : SpendManner.STRICT;
            ClientCall call = new ClientCall.Spend(keyOf(name), bounds, amount, manner, false);
            caller.call(call, deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.Spent spent && spent.accepted()) {
                    sum(name).sold += amount;
                    known(input, new Output.Accepted(), invoked);
                } else if (outcome instanceof CallOutcome.Spent) {
                    sum(name).soldPerhaps -= amount;
                    known(input, new Output.Limit(), invoked);
                } else if (outcome instanceof CallOutcome.Failed) {
                    sum(name).soldPerhaps -= amount;
                } else {
                    user(name).unknown(input, invoked);
                }
                done.run();
            });
        }
    }

    /** One transaction, begun anew as long as it is aborted. */
    private final class Attempts {
        private final Session session;
        private final @Nullable Deal deal;
        /** How it ends the reservation that it is about; null if it makes a deal, or only tells. */
        private final @Nullable State end;

        private final Map<String, Long> takes;
        private final Runnable done;
        private final long invoked;
        private int attempts;
        /** The counters as the attempt that is under way has found them. */
        private Map<String, CallOutcome.Opened> opened = Map.of();

        /** What was read of the reservation; null if none was. */
        private @Nullable Version record;

        Attempts(Session session, Deal deal, @Nullable State end, Runnable done) {
            this(session, deal, end, deal.takes, done);
        }

        Attempts(Session session, @Nullable Deal deal, @Nullable State end, Map<String, Long> takes, Runnable done) {
            this.session = session;
            this.deal = deal;
            this.end = end;
            this.takes = takes;
            this.done = done;
            this.invoked = session.caller.nowNanos();
        }

        private boolean cached() {
            return attempts == 1 && session.caller.isCaching();
        }

        void run() {
            attempts++;
            if (deal == null || end == null) {
                open();
                return;
            }
            ClientCall read = new ClientCall.ReadVersions(List.of(deal.key), cached());
            session.caller.call(read, deadline(session.random), outcome -> {
                if (!(outcome instanceof CallOutcome.Versions found)) {
                    again();
                    return;
                }
                record = found.versions().get(0);
                ReservationRecord seen = ReservationRecord.of(record);
                if (seen == null || seen.state() != State.HELD || end == State.CONFIRMED) {
                    opened = Map.of();
                    commit();
                } else {
                    open();
                }
            });
        }

        private void open() {
            List<Ask> asks = new ArrayList<>();
            takes.forEach((name, amount) -> asks.add(new Ask(
                    keyOf(name),
                    bounds,
                    end == null ? Math.max(0, amount) : 0,
                    false,
                    deal == null ? Need.ALL : Need.TO_CHANGE)));
            ClientCall open = new ClientCall.OpenCounters(asks, cached());
            session.caller.call(open, deadline(session.random), outcome -> {
                if (!(outcome instanceof CallOutcome.CountersOpened all)) {
                    again();
                    return;
                }
                opened = new LinkedHashMap<>();
                List<String> names = List.copyOf(takes.keySet());
                for (int i = 0; i < names.size(); i++) {
                    opened.put(names.get(i), all.counters().get(i));
                }
                if (session.random.chance(0.1)) {
                    session.caller.after(session.random.between(0, 20 * MILLI), this::commit);
                } else {
                    commit();
                }
            });
        }

        private boolean lacks(String name) {
            CallOutcome.Opened one = opened.get(name);
            long amount = takes.getOrDefault(name, 0L);
            return end == null && amount > 0 && one != null && !one.record().covers(amount, false);
        }

        private boolean isRefused() {
            return takes.keySet().stream().anyMatch(this::lacks);
        }

        /** Whether the reservation is held, as it was read. */
        private boolean endsIt() {
            return held() != null;
        }

        private @Nullable ReservationRecord held() {
            ReservationRecord seen = end == null || record == null ? null : ReservationRecord.of(record);
            return seen != null && seen.state() == State.HELD ? seen : null;
        }

        private CounterRecord changed(String name, CounterRecord from) {
            long amount = takes.getOrDefault(name, 0L);
            if (deal == null || isRefused() || (end != null && !endsIt())) {
                return from;
            }
            long taken = end == null ? amount : -amount;
            return taken < 0 ? from.gaining(-taken) : taken > 0 ? from.spending(taken) : from;
        }

        private void commit() {
            List<Read> reads = new ArrayList<>();
            List<Write> writes = new ArrayList<>();
            opened.forEach((name, one) -> {
                CounterRecord after = changed(name, one.record());
                if (rules.readsCounters()) {
                    reads.add(Read.of(one.key(), one.version()));
                }
                if (one.changed() || !after.equals(one.record())) {
                    writes.add(new Write(one.key(), after.encode()));
                }
            });
            if (deal != null && end == null && !isRefused()) {
                writes.add(new Write(deal.key, written(deal)));
            } else if (deal != null && end != null && record != null) {
                ReservationRecord held = held();
                if (held == null || rules.readsReservation()) {
                    reads.add(Read.of(deal.key, record));
                }
                if (held != null) {
                    writes.add(new Write(deal.key, held.ended(end, 0).encode()));
                }
            }
            if (!writes.isEmpty()) {
                session.caller.call(new ClientCall.Commit(reads, writes), deadline(session.random), this::onAnswer);
            } else if (!reads.isEmpty()) {
                session.caller.call(new ClientCall.Validate(reads), deadline(session.random), this::onAnswer);
            } else {
                tookPlace();
                done.run();
            }
        }

        private Bytes written(Deal made) {
            if (!made.isReservation) {
                return Bytes.utf8(made.name);
            }
            List<ReservationRecord.Item> items = new ArrayList<>();
            made.takes.forEach((name, amount) -> items.add(new ReservationRecord.Item(keyOf(name), bounds, amount)));
            return new ReservationRecord(State.HELD, 0, items).encode();
        }

        private void onAnswer(CallOutcome outcome) {
            if (outcome instanceof CallOutcome.Committed || outcome instanceof CallOutcome.Validated) {
                tookPlace();
                done.run();
            } else if (outcome instanceof CallOutcome.Unknown unknown) {
                if (session.random.chance(0.2)) {
                    isUnknown();
                    done.run();
                    return;
                }
                ClientCall await = new ClientCall.AwaitOutcome(
                        unknown.txn(), session.random.chance(0.5) ? unknown.participants() : List.of());
                session.caller.call(await, PATIENCE_NANOS, settled -> {
                    if (settled instanceof CallOutcome.Committed) {
                        tookPlace();
                    } else if (!(settled instanceof CallOutcome.Aborted)) {
                        isUnknown();
                    }
                    done.run();
                });
            } else {
                again();
            }
        }

        private void again() {
            if (RETRIES.mayTryAgainAfter(attempts)) {
                session.caller.after(session.random.between(0, RETRIES.ceilingNanos(attempts)), this::run);
            } else {
                done.run();
            }
        }

        /** What the attempt that was committed, or found to be true, has done and seen. */
        private void tookPlace() {
            if (deal == null) {
                opened.forEach((name, one) -> session.known(
                        new Input.Read(name), new Output.Value(one.record().room()), invoked));
            } else if (isRefused()) {
                deal.isRefused = true;
                takes.forEach((name, amount) -> {
                    if (lacks(name)) {
                        session.known(new Input.Spend(name, amount), new Output.Limit(), invoked);
                    }
                });
            } else if (end == null || endsIt()) {
                tell(deal, end == null ? deal.isReservation ? State.HELD : State.CONFIRMED : end);
                inputs().forEach(input -> session.known(input, new Output.Accepted(), invoked));
            } else {
                ReservationRecord seen = record == null ? null : ReservationRecord.of(record);
                if (seen != null) {
                    tell(deal, seen.state());
                }
            }
        }

        private void isUnknown() {
            if (deal != null && !isRefused() && (end == null || endsIt())) {
                inputs().forEach(input -> session.user(input.key()).unknown(input, invoked));
            }
        }

        /** What it does to counters. */
        private List<Input> inputs() {
            List<Input> inputs = new ArrayList<>();
            if (end != State.CONFIRMED) {
                takes.forEach((name, amount) -> {
                    long taken = end == null ? amount : -amount;
                    inputs.add(taken > 0 ? new Input.Spend(name, taken) : new Input.Gain(name, -taken));
                });
            }
            return inputs;
        }
    }

    private static void tell(Deal deal, State state) {
        State before = deal.told;
        if (before != null && before != State.HELD && state != before && state != State.HELD) {
            throw invalid(deal.name + " was told to be " + before + ", and then to be " + state);
        }
        if (before == null || before == State.HELD) {
            deal.told = state;
        }
    }

    private static Violation invalid(String what) {
        return new Violation(Violation.Kind.HISTORY_INVALID, "orders: " + what);
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        readDeals(caller, new ArrayList<>(), before -> {
            if (before == null) {
                answered.accept(false);
                return;
            }
            readCounters(caller, new TreeMap<>(), left -> {
                if (left == null) {
                    answered.accept(false);
                    return;
                }
                readDeals(caller, new ArrayList<>(), after -> {
                    if (after == null || !after.equals(before)) {
                        answered.accept(false);
                        return;
                    }
                    checkSums(left, after);
                    answered.accept(true);
                });
            });
        });
    }

    private void readDeals(Caller caller, List<Version> found, Consumer<@Nullable List<Version>> then) {
        if (found.size() == deals.size()) {
            then.accept(found);
            return;
        }
        List<Key> keys = deals.subList(found.size(), Math.min(deals.size(), found.size() + KEYS_AT_ONCE)).stream()
                .map(deal -> deal.key)
                .toList();
        caller.call(new ClientCall.ReadStrict(keys), 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.StrictlyRead read) {
                found.addAll(read.versions());
                readDeals(caller, found, then);
            } else {
                then.accept(null);
            }
        });
    }

    private void readCounters(Caller caller, Map<String, Long> found, Consumer<@Nullable Map<String, Long>> then) {
        if (found.size() == counters) {
            then.accept(found);
            return;
        }
        String name = nameOf(found.size());
        long invoked = caller.nowNanos();
        caller.call(new ClientCall.ReadCounter(keyOf(name), bounds, true), 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.CounterValue value) {
                found.put(name, value.room());
                log.newUser().known(new Input.Read(name), new Output.Value(value.room()), invoked, caller.nowNanos());
                readCounters(caller, found, then);
            } else {
                then.accept(null);
            }
        });
    }

    /** Nobody does anything any more: what is left is what came in less what was sold, ordered and reserved. */
    private void checkSums(Map<String, Long> left, List<Version> records) {
        Map<String, Long> taken = new TreeMap<>();
        for (int i = 0; i < records.size(); i++) {
            Deal deal = deals.get(i);
            boolean exists = records.get(i).value() != null;
            if (exists ? deal.isRefused : deal.told != null) {
                throw invalid(deal.name + " is " + (exists ? "there" : "not there") + ", and was told to be "
                        + (deal.isRefused ? "refused" : deal.told));
            }
            ReservationRecord record = deal.isReservation ? ReservationRecord.of(records.get(i)) : null;
            boolean isTaken =
                    exists && (record == null || record.state() == State.HELD || record.state() == State.CONFIRMED);
            if (record != null) {
                tell(deal, record.state());
                if (record.state() == State.HELD && deal.told != State.HELD && deal.told != null) {
                    throw invalid(deal.name + " is held, and was told to be " + deal.told);
                }
            }
            if (isTaken) {
                deal.takes.forEach((name, amount) -> taken.merge(name, amount, Math::addExact));
            }
        }
        left.forEach((name, room) -> {
            Sum sum = sum(name);
            long dealt = taken.getOrDefault(name, 0L);
            long least = bounds.initialRoom() + sum.gained - sum.soldPerhaps - dealt;
            long most = bounds.initialRoom() + sum.gainedPerhaps - sum.sold - dealt;
            if (room < least || room > most) {
                throw invalid(room + " of " + name + " are left in the end, not " + least + " to " + most);
            }
        });
    }

    @Override
    public void judge() {
        BoundedCounterModel model = BoundedCounterModel.stock(bounds.initialRoom());
        Log.demandValid("orders", HistoryCheck.check(model, log.history(), options));
    }
}
