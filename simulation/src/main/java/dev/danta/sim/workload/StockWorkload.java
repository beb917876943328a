package dev.danta.sim.workload;

import dev.danta.check.CheckOptions;
import dev.danta.check.HistoryCheck;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.occ.Key;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.sim.workload.MovedBoundModel.Input;
import dev.danta.sim.workload.MovedBoundModel.Output;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.SpendManner;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.key.KeyLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Bounded counters: goods come in, and are sold strictly or of allotments, so many that the bound is met all the time. Nobody is
 * sold what is not there, nobody is turned away while anything is left, in whoever's allotment, and what is left in the end is
 * what came in less what was sold.
 *
 * <p>Some of the counters have an allowance, and clients hold lax allotments of them: small amounts are charged to these, large
 * ones strictly, in whatever part of the cluster the client is. What is held so counts as spent to everybody else, so of these
 * counters it is judged that the allowance is kept, in every order of what was accepted, and that nothing is left that was sold.
 *
 * <p>In some runs bounds and allowances are moved meanwhile, by transactions of their own.
 */
public final class StockWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;

    private static final long SMALL_MAX = 3;

    private final int counters;
    private final int lax;
    private final CounterBounds bounds;
    private final CounterBounds laxBounds;
    private final boolean movesBounds;
    private final CheckOptions options;
    private final CounterRules rules;
    private final Log<Input, Output> log = new Log<>();
    private final Log<Input, Output> laxLog = new Log<>();
    private final Map<String, Sum> sums = new TreeMap<>();

    /** What is known of one counter. */
    private static final class Sum {
        private long gained;
        private long gainedPerhaps;
        private long sold;
        private long soldPerhaps;
        /** The furthest below its first bound that anybody has asked for that it may be, allowance included. */
        private long deepest;
    }

    /**
     * So many counters.
     *
     * @param units in each of them at first
     * @param lax how many of them clients hold lax allotments of
     * @param allowance of these
     * @param movesBounds whether their bounds and allowances are moved
     */
    public StockWorkload(
            int counters,
            long units,
            int lax,
            long allowance,
            boolean movesBounds,
            CheckOptions options,
            CounterRules rules) {
        this.counters = counters;
        this.lax = lax;
        this.bounds = new CounterBounds(units, 0);
        this.laxBounds = new CounterBounds(units, allowance);
        this.movesBounds = movesBounds;
        this.options = options;
        this.rules = rules;
        for (int i = 0; i < counters; i++) {
            sum(nameOf(i)).deepest = boundsOf(nameOf(i)).allowance();
        }
    }

    private String nameOf(int counter) {
        return (counter < lax ? "x" : "k") + counter;
    }

    private static boolean isLax(String name) {
        return name.startsWith("x");
    }

    private CounterBounds boundsOf(String name) {
        return isLax(name) ? laxBounds : bounds;
    }

    private static Key keyOf(String name) {
        return KeyLayout.key("sim", "stock", List.of(name));
    }

    private Sum sum(String name) {
        return sums.computeIfAbsent(name, n -> new Sum());
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<Input, Output>.User user = log.newUser();
        Log<Input, Output>.User laxUser = laxLog.newUser();
        SpendManner usual = random.chance(0.75) ? SpendManner.RESERVED : SpendManner.STRICT;
        return done -> {
            String name = nameOf(random.below(counters));
            Log<Input, Output>.User now = isLax(name) ? laxUser : user;
            int dice = random.below(100);
            if (dice < 20) {
                gain(caller, random, now, name, done);
            } else if (dice < 80 && isLax(name)) {
                charge(caller, random, now, name, done);
            } else if (dice < 80) {
                SpendManner other = usual == SpendManner.STRICT ? SpendManner.RESERVED : SpendManner.STRICT;
                long amount = random.chance(0.05) ? random.between(8, 30) : random.between(1, SMALL_MAX);
                SpendManner manner = random.chance(0.9) ? usual : other;
                spend(caller, random, now, name, amount, manner, movesBounds && random.chance(0.3), done);
            } else if (dice < 90) {
                read(caller, random, now, name, random.chance(0.5), answered -> done.run());
            } else if (dice < 92 && movesBounds) {
                move(caller, random, now, name, done);
            } else if (dice < 94) {
                ClientCall back = new ClientCall.GiveBack(keyOf(name), boundsOf(name));
                caller.call(back, deadline(random), outcome -> done.run());
            } else if (dice < 97 && isLax(name)) {
                ClientCall hold = new ClientCall.Hold(keyOf(name), boundsOf(name), random.between(1, 15));
                caller.call(hold, deadline(random), outcome -> done.run());
            } else {
                caller.after(random.between(0, 50 * MILLI), done);
            }
        };
    }

    /** One operation, several rules: by how much it is. */
    private void charge(Caller caller, SimRandom random, Log<Input, Output>.User user, String name, Runnable done) {
        boolean isSmall = random.chance(0.8);
        long amount = isSmall ? random.between(1, SMALL_MAX) : random.between(SMALL_MAX + 1, 30);
        if (!isSmall) {
            spend(caller, random, user, name, amount, SpendManner.STRICT, random.chance(0.3), done);
        } else if (random.chance(0.1)) {
            spend(caller, random, user, name, amount, SpendManner.RESERVED, false, done);
        } else {
            SpendManner manner = random.chance(0.3) ? SpendManner.LAX_ONLY : SpendManner.LAX;
            spend(caller, random, user, name, amount, manner, random.chance(0.3), done);
        }
    }

    /** Moves the bound, or the allowance, or both; by more than there is room for, too. */
    private void move(Caller caller, SimRandom random, Log<Input, Output>.User user, String name, Runnable done) {
        long usual = boundsOf(name).allowance();
        Input.Move move = new Input.Move(
                name, random.between(-15, 20), random.chance(0.5) ? usual : random.between(0, 2 * usual + 5));
        long invoked = caller.nowNanos();
        Sum sum = sum(name);
        sum.deepest = Math.max(sum.deepest, move.shift() + move.allowance());
        CounterTxn.run(
                caller,
                random,
                rules,
                OrderRules.PROTOCOL,
                attempt -> attempt.bound(keyOf(name), boundsOf(name), move.shift(), move.allowance(), attempt::commit),
                ended -> {
                    if (ended == CounterTxn.End.DONE) {
                        user.known(move, new Output.Done(null), invoked, caller.nowNanos());
                    } else if (ended == CounterTxn.End.UNKNOWN) {
                        user.unknown(move, invoked);
                    }
                    done.run();
                });
    }

    private static long deadline(SimRandom random) {
        return random.between(random.chance(0.2) ? 30 : 1_000, 8_000) * MILLI;
    }

    private void gain(Caller caller, SimRandom random, Log<Input, Output>.User user, String name, Runnable done) {
        long amount = random.chance(0.1) ? random.between(10, 60) : random.between(1, 5);
        Input input = new Input.Gain(name, amount);
        long invoked = caller.nowNanos();
        sum(name).gainedPerhaps += amount;
        caller.call(new ClientCall.Gain(keyOf(name), amount), deadline(random), outcome -> {
            if (outcome instanceof CallOutcome.Updated) {
                sum(name).gained += amount;
                user.known(input, new Output.Done(null), invoked, caller.nowNanos());
            } else if (outcome instanceof CallOutcome.Failed) {
                sum(name).gainedPerhaps -= amount;
            } else {
                user.unknown(input, invoked);
            }
            done.run();
        });
    }

    private void spend(
            Caller caller,
            SimRandom random,
            Log<Input, Output>.User user,
            String name,
            long amount,
            SpendManner manner,
            boolean intoAllowance,
            Runnable done) {
        Input.Spend input = new Input.Spend(name, amount, intoAllowance);
        long invoked = caller.nowNanos();
        sum(name).soldPerhaps += amount;
        ClientCall call = new ClientCall.Spend(keyOf(name), boundsOf(name), amount, manner, intoAllowance);
        caller.call(call, deadline(random), outcome -> {
            if (outcome instanceof CallOutcome.Unknown unknown && caller.isAlive() && random.chance(0.8)) {
                ClientCall await = new ClientCall.AwaitOutcome(
                        unknown.txn(), random.chance(0.5) ? unknown.participants() : List.of());
                caller.call(await, PATIENCE_NANOS, settled -> {
                    spent(caller, user, input, invoked, settled);
                    done.run();
                });
            } else {
                spent(caller, user, input, invoked, outcome);
                done.run();
            }
        });
    }

    /** A strict spend that was not known to be accepted was, if its transaction was committed. */
    private void spent(
            Caller caller, Log<Input, Output>.User user, Input.Spend input, long invoked, CallOutcome outcome) {
        Sum sum = sum(input.counter());
        long amount = input.amount();
        boolean limit = outcome instanceof CallOutcome.Spent answer && !answer.accepted();
        if (limit) {
            sum.soldPerhaps -= amount;
            user.known(input, new Output.Limit(), invoked, caller.nowNanos());
        } else if (outcome instanceof CallOutcome.Spent || outcome instanceof CallOutcome.Committed) {
            sum.sold += amount;
            user.known(input, new Output.Done(modeOf(outcome)), invoked, caller.nowNanos());
        } else if (outcome instanceof CallOutcome.Failed || outcome instanceof CallOutcome.Aborted) {
            sum.soldPerhaps -= amount;
        } else {
            user.unknown(input, invoked);
        }
    }

    private static Mode modeOf(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Spent spent && spent.path() != SpendManner.STRICT) {
            return spent.path() == SpendManner.RESERVED ? Mode.RESERVED : Mode.RELAXED;
        }
        return Mode.STRICT;
    }

    private void read(
            Caller caller,
            SimRandom random,
            Log<Input, Output>.User user,
            String name,
            boolean exact,
            Consumer<Boolean> answered) {
        long invoked = caller.nowNanos();
        caller.call(new ClientCall.ReadCounter(keyOf(name), boundsOf(name), exact), deadline(random), outcome -> {
            if (outcome instanceof CallOutcome.CounterValue value) {
                check(name, value);
                if (exact && !isLax(name)) {
                    user.known(new Input.Look(name), left(value), invoked, caller.nowNanos());
                }
            }
            answered.accept(outcome instanceof CallOutcome.CounterValue);
        });
    }

    private static Output left(CallOutcome.CounterValue value) {
        return new Output.Left(value.room(), value.shift());
    }

    private void check(String name, CallOutcome.CounterValue value) {
        boolean hasLeftSome = value.exact() && value.allotted() != 0 && !isLax(name);
        if (value.room() - value.shift() < -sum(name).deepest || hasLeftSome) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, "stock: " + name + " is " + value);
        }
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        readFrom(0, caller, random, answered);
    }

    private void readFrom(int number, Caller caller, SimRandom random, Consumer<Boolean> answered) {
        if (number == counters) {
            answered.accept(true);
            return;
        }
        String name = nameOf(number);
        long invoked = caller.nowNanos();
        caller.call(new ClientCall.ReadCounter(keyOf(name), boundsOf(name), true), 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.CounterValue value) {
                check(name, value);
                checkSum(name, value.room() - value.shift());
                if (!isLax(name)) {
                    log.newUser().known(new Input.Look(name), left(value), invoked, caller.nowNanos());
                }
                readFrom(number + 1, caller, random, answered);
            } else {
                answered.accept(false);
            }
        });
    }

    /**
     * Nobody sells or brings anything any more: what is left is what came in less what was sold, and less what lax allotments
     * hold or have forfeited.
     */
    private void checkSum(String name, long left) {
        Sum sum = sum(name);
        long least = isLax(name) ? Long.MIN_VALUE : bounds.initialRoom() + sum.gained - sum.soldPerhaps;
        long most = bounds.initialRoom() + sum.gainedPerhaps - sum.sold;
        if (left < least || left > most) {
            throw new Violation(
                    Violation.Kind.HISTORY_INVALID,
                    "stock: " + left + " of " + name + " are left in the end, not " + least + " to " + most);
        }
    }

    @Override
    public void judge() {
        Log.demandValid("stock", HistoryCheck.check(new MovedBoundModel(bounds, false), log.history(), options));
        Log.demandValid(
                "stock with an allowance",
                HistoryCheck.check(new MovedBoundModel(laxBounds, true), laxLog.history(), options));
    }
}
