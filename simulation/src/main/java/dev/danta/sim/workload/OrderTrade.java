package dev.danta.sim.workload;

import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.MovedBoundModel.Input;
import dev.danta.sim.workload.MovedBoundModel.Output;
import dev.danta.sim.workload.OrdersWorkload.Deal;
import dev.danta.txn.client.ClientCall.OpenCounters.Ask;
import dev.danta.txn.client.ClientCall.OpenCounters.Need;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.ReservationRecord;
import dev.danta.txn.client.ReservationRecord.State;
import dev.danta.txn.counter.CounterBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One transaction over counters: an order, a transfer, a reservation or its end; or a look at some of them, or a move of one's
 * bound. It looks around in between, at what it decides about and at other things.
 */
final class OrderTrade {
    private final Terms terms;
    private final Caller caller;
    private final SimRandom random;
    private final @Nullable Deal deal;
    /** How it ends the reservation that it is about; null if it makes a deal, or only tells or moves. */
    private final @Nullable State end;
    /** What it moves; null if nothing. */
    private final Input.@Nullable Move move;

    private final long invokedNanos;
    /** What the last attempt did and was told, by counter, in its order. */
    private final Map<String, List<Input>> inputs = new TreeMap<>();

    private final Map<String, List<Output>> outputs = new TreeMap<>();
    /** How much of each counter the last attempt has spent, less what it has gained. */
    private final Map<String, Long> spent = new TreeMap<>();

    private boolean isRefused;
    /** What the last attempt read of the reservation; null if it read none. */
    private @Nullable ReservationRecord seen;

    /** What all of them go by. */
    interface Terms {
        CounterBounds bounds();

        OrderRules rules();

        CounterRules counterRules();

        String someCounter(SimRandom random);

        /** Where the latest deals are. */
        List<Key> latest();

        Key keyOf(String counter);

        /** What it did and was told took place. */
        void tookPlace(OrderTrade trade);

        /** What it did may have taken place. */
        void isUnknown(OrderTrade trade);
    }

    private OrderTrade(
            Terms terms,
            Caller caller,
            SimRandom random,
            @Nullable Deal deal,
            @Nullable State end,
            Input.@Nullable Move move) {
        this.terms = terms;
        this.caller = caller;
        this.random = random;
        this.deal = deal;
        this.end = end;
        this.move = move;
        this.invokedNanos = caller.nowNanos();
    }

    static OrderTrade making(Terms terms, Caller caller, SimRandom random, Deal deal) {
        return new OrderTrade(terms, caller, random, deal, null, null);
    }

    static OrderTrade ending(Terms terms, Caller caller, SimRandom random, Deal deal, State end) {
        return new OrderTrade(terms, caller, random, deal, end, null);
    }

    static OrderTrade telling(Terms terms, Caller caller, SimRandom random) {
        return new OrderTrade(terms, caller, random, null, null, null);
    }

    static OrderTrade moving(Terms terms, Caller caller, SimRandom random, Input.Move move) {
        return new OrderTrade(terms, caller, random, null, null, move);
    }

    void run(Runnable done) {
        CounterTxn.run(caller, random, terms.counterRules(), terms.rules(), this::attempt, ended -> {
            if (ended == CounterTxn.End.DONE) {
                terms.tookPlace(this);
            } else if (ended == CounterTxn.End.UNKNOWN) {
                terms.isUnknown(this);
            }
            done.run();
        });
    }

    long invokedNanos() {
        return invokedNanos;
    }

    /** What it makes or ends; null if nothing. */
    @Nullable
    Deal deal() {
        return deal;
    }

    /** Whether the deal was refused: the last attempt has changed nothing. */
    boolean isRefused() {
        return isRefused;
    }

    /** What has become of the deal, as the last attempt has found or left it; null if it is not there. */
    @Nullable
    State state(Deal made) {
        if (end == null) {
            return made.isReservation() ? State.HELD : State.CONFIRMED;
        }
        return seen == null ? null : seen.state() == State.HELD ? end : seen.state();
    }

    /** What the last attempt did and asked, by counter; all of a counter's at one moment. */
    Map<String, Input> inputs() {
        Map<String, Input> all = new TreeMap<>();
        inputs.forEach((name, parts) -> all.put(name, new Input.All(name, parts)));
        return all;
    }

    Output outputOf(String counter) {
        return new Output.Each(outputs.getOrDefault(counter, List.of()));
    }

    private void attempt(CounterTxn.Attempt attempt) {
        inputs.clear();
        outputs.clear();
        spent.clear();
        isRefused = false;
        seen = null;
        lookAround(attempt, () -> {
            if (move != null) {
                move(attempt, move);
            } else if (deal == null) {
                tell(attempt, terms.someCounter(random), Need.ALL, () -> lookAround(attempt, attempt::commit));
            } else if (end == null) {
                make(attempt, deal);
            } else {
                end(attempt, deal, end);
            }
        });
    }

    private void did(Input input, Output output) {
        inputs.computeIfAbsent(input.counter(), name -> new ArrayList<>()).add(input);
        outputs.computeIfAbsent(input.counter(), name -> new ArrayList<>()).add(output);
    }

    /** Now and then it looks at a counter, at something else, or waits; once or several times. */
    private void lookAround(CounterTxn.Attempt attempt, Runnable then) {
        int dice = random.below(100);
        Runnable again = () -> lookAround(attempt, then);
        if (dice < 20) {
            tell(attempt, someCounterOfIts(), random.chance(0.5) ? Need.ALL : Need.ROOM, again);
        } else if (dice < 28) {
            List<Key> others = new ArrayList<>(terms.latest());
            if (deal != null) {
                others.remove(deal.key());
            }
            if (others.isEmpty()) {
                then.run();
            } else {
                attempt.read(random.pick(others), record -> again.run());
            }
        } else if (dice < 33) {
            attempt.pause(again);
        } else {
            then.run();
        }
    }

    private String someCounterOfIts() {
        return deal == null || random.chance(0.2)
                ? terms.someCounter(random)
                : random.pick(List.copyOf(deal.takes().keySet()));
    }

    private void tell(CounterTxn.Attempt attempt, String name, Need need, Runnable then) {
        attempt.tell(terms.keyOf(name), terms.bounds(), need, record -> {
            if (need == Need.ALL) {
                did(new Input.Look(name), new Output.Left(record.room(), record.shift()));
            }
            then.run();
        });
    }

    private void move(CounterTxn.Attempt attempt, Input.Move to) {
        attempt.bound(terms.keyOf(to.counter()), terms.bounds(), to.shift(), to.allowance(), () -> {
            did(to, new Output.Done(null));
            lookAround(attempt, attempt::commit);
        });
    }

    private void make(CounterTxn.Attempt attempt, Deal made) {
        Runnable begin = () -> take(attempt, made, new ArrayList<>(made.takes().keySet()));
        if (random.chance(0.3)) {
            begin.run();
            return;
        }
        boolean says = random.chance(0.5);
        List<Ask> asks = new ArrayList<>();
        made.takes()
                .forEach((name, amount) -> asks.add(new Ask(
                        terms.keyOf(name),
                        terms.bounds(),
                        says ? Math.max(0, amount) : 0,
                        made.intoAllowance(),
                        Need.TO_CHANGE)));
        attempt.open(asks, begin);
    }

    /** One counter after the other, some of them in two parts. */
    private void take(CounterTxn.Attempt attempt, Deal made, List<String> names) {
        if (names.isEmpty()) {
            attempt.put(made.key(), written(made));
            lookAround(attempt, attempt::commit);
            return;
        }
        String name = names.remove(0);
        long amount = made.takes().getOrDefault(name, 0L);
        Runnable next = () -> lookAround(attempt, () -> take(attempt, made, names));
        if (amount < 0) {
            gain(attempt, name, -amount, next);
        } else if (amount > 1 && random.chance(0.3)) {
            long first = random.between(1, amount - 1);
            spend(
                    attempt,
                    made,
                    name,
                    first,
                    () -> lookAround(attempt, () -> spend(attempt, made, name, amount - first, next)));
        } else {
            spend(attempt, made, name, amount, next);
        }
    }

    private void spend(CounterTxn.Attempt attempt, Deal made, String name, long amount, Runnable then) {
        attempt.spend(terms.keyOf(name), terms.bounds(), amount, made.intoAllowance(), covers -> {
            did(
                    new Input.Spend(name, amount, made.intoAllowance()),
                    covers ? new Output.Done(Mode.STRICT) : new Output.Limit());
            if (covers) {
                spent.merge(name, amount, Math::addExact);
                then.run();
            } else {
                isRefused = true;
                undo(attempt, new ArrayList<>(spent.keySet()));
            }
        });
    }

    /** All or nothing. */
    private void undo(CounterTxn.Attempt attempt, List<String> names) {
        if (names.isEmpty()) {
            lookAround(attempt, attempt::commit);
        } else {
            String name = names.remove(0);
            gain(attempt, name, spent.getOrDefault(name, 0L), () -> undo(attempt, names));
        }
    }

    private void gain(CounterTxn.Attempt attempt, String name, long amount, Runnable then) {
        attempt.gain(terms.keyOf(name), terms.bounds(), amount, () -> {
            did(new Input.Gain(name, amount), new Output.Done(null));
            spent.merge(name, -amount, Math::addExact);
            then.run();
        });
    }

    private Bytes written(Deal made) {
        if (!made.isReservation()) {
            return Bytes.utf8(made.name());
        }
        List<ReservationRecord.Item> items = new ArrayList<>();
        made.takes()
                .forEach((name, amount) ->
                        items.add(new ReservationRecord.Item(terms.keyOf(name), terms.bounds(), amount)));
        return new ReservationRecord(State.HELD, 0, items).encode();
    }

    private void end(CounterTxn.Attempt attempt, Deal held, State as) {
        attempt.look(held.key(), version -> {
            ReservationRecord record = ReservationRecord.of(version);
            seen = record;
            boolean isHeld = record != null && record.state() == State.HELD;
            if (!isHeld || terms.rules().readsReservation()) {
                attempt.depend(held.key(), version);
            }
            if (record == null || !isHeld) {
                attempt.commit();
                return;
            }
            attempt.put(held.key(), record.ended(as, 0).encode());
            if (as == State.CONFIRMED) {
                lookAround(attempt, attempt::commit);
                return;
            }
            List<Ask> asks = new ArrayList<>();
            held.takes()
                    .keySet()
                    .forEach(name -> asks.add(new Ask(terms.keyOf(name), terms.bounds(), 0, false, Need.TO_CHANGE)));
            attempt.open(
                    asks,
                    () -> giveBack(attempt, held, new ArrayList<>(held.takes().keySet())));
        });
    }

    private void giveBack(CounterTxn.Attempt attempt, Deal held, List<String> names) {
        if (names.isEmpty()) {
            lookAround(attempt, attempt::commit);
        } else {
            String name = names.remove(0);
            gain(attempt, name, held.takes().getOrDefault(name, 0L), () -> giveBack(attempt, held, names));
        }
    }
}
