package dev.danta.sim.workload;

import dev.danta.check.CheckOptions;
import dev.danta.check.HistoryCheck;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.MovedBoundModel.Input;
import dev.danta.sim.workload.MovedBoundModel.Output;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.ReservationRecord;
import dev.danta.txn.client.ReservationRecord.State;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that decide about several bounded counters and a record beside them: orders, transfers, and reservations that are
 * confirmed, released or expire; among spends of allotments, gains, and bounds that are moved. Each takes place as a whole or not
 * at all, nobody is turned away while anything is left, and what is left in the end is what came in less what orders,
 * reservations and spends took. Many look at a counter more than once, before and after they spend of it, and at other things in
 * between: what they are told fits together, at one moment.
 */
public final class OrdersWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final int LATEST = 12;
    private static final int KEYS_AT_ONCE = 50;

    private final int counters;
    private final CounterBounds bounds;
    private final CheckOptions options;
    private final OrderRules rules;
    private final CounterRules counterRules;
    private final boolean movesBounds;
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
    static final class Deal {
        private final String name;
        private final Key key;
        private final boolean isReservation;
        private final Map<String, Long> takes;
        private final boolean intoAllowance;
        /** What somebody was told that has become of it; null if nobody was. */
        private @Nullable State told;

        private boolean isRefused;

        Deal(int number, boolean isReservation, Map<String, Long> takes, boolean intoAllowance) {
            this.name = "deal-" + number;
            this.key =
                    isReservation ? ReservationRecord.key("sim", name) : KeyLayout.key("sim", "deals", List.of(name));
            this.isReservation = isReservation;
            this.takes = takes;
            this.intoAllowance = intoAllowance;
        }

        String name() {
            return name;
        }

        Key key() {
            return key;
        }

        boolean isReservation() {
            return isReservation;
        }

        Map<String, Long> takes() {
            return takes;
        }

        /** Whether it may go into the allowance of the counters. */
        boolean intoAllowance() {
            return intoAllowance;
        }
    }

    /**
     * So many counters.
     *
     * @param units in each of them at first
     * @param movesBounds whether their bounds and allowances are moved
     */
    public OrdersWorkload(
            int counters,
            long units,
            boolean movesBounds,
            CheckOptions options,
            OrderRules rules,
            CounterRules counterRules) {
        this.counters = counters;
        this.bounds = new CounterBounds(units, 0);
        this.options = options;
        this.rules = rules;
        this.counterRules = counterRules;
        this.movesBounds = movesBounds;
        for (int i = 0; i < counters; i++) {
            sums.put(nameOf(i), new Sum());
        }
    }

    private static String nameOf(int counter) {
        return "o" + counter;
    }

    private static Key counterKey(String name) {
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
            } else if (dice < 98 && movesBounds) {
                session.move(done);
            } else {
                caller.after(random.between(0, 50 * MILLI), done);
            }
        };
    }

    /** One user, who does one thing after the other. */
    private final class Session implements OrderTrade.Terms {
        private final Caller caller;
        private final SimRandom random;
        private final Map<String, Log<Input, Output>.User> users = new TreeMap<>();
        private final boolean isReserving;

        Session(Caller caller, SimRandom random) {
            this.caller = caller;
            this.random = random;
            this.isReserving = random.chance(0.75);
        }

        @Override
        public CounterBounds bounds() {
            return bounds;
        }

        @Override
        public OrderRules rules() {
            return rules;
        }

        @Override
        public CounterRules counterRules() {
            return counterRules;
        }

        @Override
        public String someCounter(SimRandom drawn) {
            return nameOf(drawn.below(counters));
        }

        @Override
        public List<Key> latest() {
            return deals.subList(Math.max(0, deals.size() - LATEST), deals.size()).stream()
                    .map(deal -> deal.key)
                    .toList();
        }

        @Override
        public Key keyOf(String counter) {
            return counterKey(counter);
        }

        @Override
        public void tookPlace(OrderTrade trade) {
            Deal deal = trade.deal();
            State state = deal == null ? null : trade.state(deal);
            if (deal != null && trade.isRefused()) {
                deal.isRefused = true;
            } else if (deal != null && state != null) {
                told(deal, state);
            }
            trade.inputs().forEach((name, input) -> known(input, trade.outputOf(name), trade.invokedNanos()));
        }

        @Override
        public void isUnknown(OrderTrade trade) {
            if (!trade.isRefused()) {
                trade.inputs().forEach((name, input) -> user(name).unknown(input, trade.invokedNanos()));
            }
        }

        private Log<Input, Output>.User user(String counter) {
            return users.computeIfAbsent(counter, name -> log.newUser());
        }

        private void known(Input input, Output output, long invoked) {
            user(input.counter()).known(input, output, invoked, caller.nowNanos());
        }

        private String someCounter() {
            return someCounter(random);
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
            Deal deal = new Deal(deals.size(), isReservation, takes, random.chance(0.2));
            deals.add(deal);
            return deal;
        }

        void deal(boolean isReservation, Map<String, Long> takes, Runnable done) {
            OrderTrade.making(this, caller, random, deal(isReservation, takes)).run(done);
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
            OrderTrade.ending(this, caller, random, deal, end).run(done);
        }

        /** Says what some counters are, exactly. */
        void tell(Runnable done) {
            OrderTrade.telling(this, caller, random).run(done);
        }

        /** Moves the bound of a counter, or its allowance, or both; by more than there is room for, too. */
        void move(Runnable done) {
            String name = someCounter();
            long allowance = random.chance(0.4) ? random.between(1, 10) : 0;
            Input.Move move = new Input.Move(name, random.between(-15, 20), allowance);
            OrderTrade.moving(this, caller, random, move).run(done);
        }

        void gain(Runnable done) {
            String name = someCounter();
            long amount = random.chance(0.1) ? random.between(10, 40) : random.between(1, 5);
            Input input = new Input.Gain(name, amount);
            long invoked = caller.nowNanos();
            sum(name).gainedPerhaps += amount;
            caller.call(new ClientCall.Gain(counterKey(name), amount), deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.Updated) {
                    sum(name).gained += amount;
                    known(input, new Output.Done(null), invoked);
                } else if (outcome instanceof CallOutcome.Failed) {
                    sum(name).gainedPerhaps -= amount;
                } else {
                    user(name).unknown(input, invoked);
                }
                done.run();
            });
        }

        void giveBack(Runnable done) {
            ClientCall back = new ClientCall.GiveBack(counterKey(someCounter()), bounds);
            caller.call(back, deadline(random), outcome -> done.run());
        }

        void spend(Runnable done) {
            String name = someCounter();
            long amount = random.between(1, 3);
            boolean intoAllowance = movesBounds && random.chance(0.2);
            Input input = new Input.Spend(name, amount, intoAllowance);
            long invoked = caller.nowNanos();
            sum(name).soldPerhaps += amount;
            SpendManner manner = isReserving != random.chance(0.1) ? SpendManner.RESERVED : SpendManner.STRICT;
            ClientCall call = new ClientCall.Spend(counterKey(name), bounds, amount, manner, intoAllowance);
            caller.call(call, deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.Spent spent && spent.accepted()) {
                    sum(name).sold += amount;
                    Mode mode = spent.path() == SpendManner.STRICT ? Mode.STRICT : Mode.RESERVED;
                    known(input, new Output.Done(mode), invoked);
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

    private static void told(Deal deal, State state) {
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
        caller.call(new ClientCall.ReadCounter(counterKey(name), bounds, true), 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.CounterValue value) {
                found.put(name, value.room() - value.shift());
                Output left = new Output.Left(value.room(), value.shift());
                log.newUser().known(new Input.Look(name), left, invoked, caller.nowNanos());
                readCounters(caller, found, then);
            } else {
                then.accept(null);
            }
        });
    }

    /** Nobody does anything any more: what is left, wherever the bound is, is what came in less what was sold, ordered and reserved. */
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
                told(deal, record.state());
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
        MovedBoundModel model = new MovedBoundModel(bounds, false);
        Log.demandValid("orders", HistoryCheck.check(model, log.history(), options));
    }
}
