package dev.danta.sim.workload;

import dev.danta.check.CheckOptions;
import dev.danta.check.HistoryCheck;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.key.KeyLayout;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A stock that is sold by strict transactions: never more than there is, and nobody is turned away too early. */
public final class SaleWorkload implements Workload {
    private static final String STOCK = "stock";
    private static final Key KEY = KeyLayout.key("sim", "sale", List.of(STOCK));

    private final long units;
    private final CheckOptions options;
    private final Log<Input, Output> log = new Log<>();
    private long sold;

    public SaleWorkload(long units, CheckOptions options) {
        this.units = units;
        this.options = options;
    }

    private long left(Map<Key, Version> seen) {
        Version version = seen.get(KEY);
        return version == null || version.value() == null
                ? units
                : Long.parseLong(version.value().toUtf8());
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<Input, Output>.User user = log.newUser();
        return done -> {
            if (random.chance(0.1)) {
                look(caller, random, user, answered -> done.run());
            } else {
                buy(caller, random, user, done);
            }
        };
    }

    private void buy(Caller caller, SimRandom random, Log<Input, Output>.User user, Runnable done) {
        long amount = random.between(1, 3);
        long invoked = caller.nowNanos();
        Input input = new Input.Spend(STOCK, amount);
        Transact.run(
                caller,
                random,
                List.of(KEY),
                seen -> left(seen) < amount
                        ? List.of()
                        : List.of(new Write(KEY, Bytes.utf8(Long.toString(left(seen) - amount)))),
                end -> {
                    if (end instanceof TxnEnd.Committed committed) {
                        boolean bought = left(committed.seen()) >= amount;
                        sold += bought ? amount : 0;
                        Output output = bought ? new Output.Accepted() : new Output.Limit();
                        user.known(input, output, invoked, caller.nowNanos());
                    } else if (end instanceof TxnEnd.Unknown) {
                        user.unknown(input, invoked);
                    }
                    done.run();
                });
    }

    private void look(Caller caller, SimRandom random, Log<Input, Output>.User user, Consumer<Boolean> answered) {
        long invoked = caller.nowNanos();
        ReadOnly.run(caller, random, List.of(KEY), end -> {
            if (end instanceof TxnEnd.Committed committed) {
                Output output = new Output.Value(left(committed.seen()));
                user.known(new Input.Read(STOCK), output, invoked, caller.nowNanos());
            }
            answered.accept(end instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        look(caller, random, log.newUser(), answered);
    }

    @Override
    public void judge() {
        if (sold > units) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, "of " + units + " units " + sold + " were sold");
        }
        Log.demandValid("sale", HistoryCheck.check(BoundedCounterModel.stock(units), log.history(), options));
    }
}
