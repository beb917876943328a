package dev.danta.sim.workload;

import dev.danta.check.BankCheck;
import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A bank whose accounts lie on several shards: transfers between two of them, and audits that read all. An account that
 * was never written holds what every account held at the beginning.
 */
public final class TransferWorkload implements Workload {
    private static final long INITIAL = 100;

    private final int accounts;
    private final Log<Input, Output> log = new Log<>();

    public TransferWorkload(int accounts) {
        this.accounts = accounts;
    }

    private static String name(int account) {
        return "account-" + account;
    }

    private static Key keyOf(int account) {
        return KeyLayout.key("sim", "bank", List.of(name(account)));
    }

    private static long balance(Map<Key, Version> seen, int account) {
        Version version = seen.get(keyOf(account));
        return version == null || version.value() == null
                ? INITIAL
                : Long.parseLong(version.value().toUtf8());
    }

    private static Write write(int account, long balance) {
        return new Write(keyOf(account), Bytes.utf8(Long.toString(balance)));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<Input, Output>.User user = log.newUser();
        return done -> {
            if (random.chance(0.3)) {
                audit(caller, random, user, committed -> done.run());
            } else {
                transfer(caller, random, user, done);
            }
        };
    }

    private void transfer(Caller caller, SimRandom random, Log<Input, Output>.User user, Runnable done) {
        int from = random.below(accounts);
        int to = (from + 1 + random.below(accounts - 1)) % accounts;
        long amount = random.between(1, 60);
        Input input = new Input.Transfer(name(from), name(to), amount);
        long invoked = caller.nowNanos();
        Transact.run(
                caller,
                random,
                List.of(keyOf(from), keyOf(to)),
                seen -> balance(seen, from) < amount
                        ? List.of()
                        : List.of(write(from, balance(seen, from) - amount), write(to, balance(seen, to) + amount)),
                end -> {
                    if (end instanceof TxnEnd.Committed committed) {
                        boolean moved = balance(committed.seen(), from) >= amount;
                        user.known(input, new Output.Transferred(moved), invoked, caller.nowNanos());
                    } else if (end instanceof TxnEnd.Unknown) {
                        user.unknown(input, invoked);
                    }
                    done.run();
                });
    }

    private void audit(Caller caller, SimRandom random, Log<Input, Output>.User user, Consumer<Boolean> done) {
        List<Key> all = new ArrayList<>();
        for (int i = 0; i < accounts; i++) {
            all.add(keyOf(i));
        }
        long invoked = caller.nowNanos();
        ReadOnly.run(caller, random, all, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                Map<String, Long> balances = new TreeMap<>();
                for (int i = 0; i < accounts; i++) {
                    balances.put(name(i), balance(committed.seen(), i));
                }
                user.known(new Input.ReadAll(), new Output.Balances(balances), invoked, caller.nowNanos());
            }
            done.accept(end instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        audit(caller, random, log.newUser(), answered);
    }

    @Override
    public void judge() {
        Log.demandValid("bank", BankCheck.check(log.history(), accounts * INITIAL));
    }
}
