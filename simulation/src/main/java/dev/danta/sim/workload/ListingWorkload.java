package dev.danta.sim.workload;

import dev.danta.check.BankCheck;
import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A bank whose accounts come and go: one that is emptied is deleted, one that gets money from nothing is inserted. Nobody
 * knows which accounts there are but by listing them, a read of a range; whoever misses an insertion or a deletion finds
 * another total. The first who finds nothing at all opens the bank.
 */
public final class ListingWorkload implements Workload {
    private static final long TOTAL = 400;

    private final String name;
    private final boolean onOneShard;
    private final int accounts;
    private final ReadRules rules;
    private final Log<Input, Output> log = new Log<>();
    private boolean opened;

    /**
     * A bank of its own.
     *
     * @param onOneShard whether all accounts live together, or are spread over the shards
     * @param accounts how many names there are
     */
    public ListingWorkload(boolean onOneShard, int accounts, ReadRules rules) {
        this.name = onOneShard ? "branch" : "branches";
        this.onOneShard = onOneShard;
        this.accounts = accounts;
        this.rules = rules;
    }

    private Key keyOf(int account) {
        String last = "account-" + account;
        return KeyLayout.key("sim", name, onOneShard ? List.of("here", last) : List.of(last));
    }

    private KeyRange all() {
        return KeyLayout.prefix("sim", name, onOneShard ? List.of("here") : List.of());
    }

    private static long balance(Version version) {
        return version.value() == null ? 0 : Long.parseLong(version.value().toUtf8());
    }

    private static SortedMap<Key, Long> balances(Map<Key, Version> seen) {
        TreeMap<Key, Long> balances = new TreeMap<>();
        seen.forEach((key, version) -> {
            if (version.value() != null) {
                balances.put(key, balance(version));
            }
        });
        return balances;
    }

    /** An account with nothing in it is none. */
    private static Write write(Key account, long balance) {
        return new Write(account, balance == 0 ? null : Bytes.utf8(Long.toString(balance)));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<Input, Output>.User user = log.newUser();
        return done -> {
            if (random.chance(0.35)) {
                audit(caller, random, user, answered -> done.run());
            } else {
                transfer(caller, random, user, done);
            }
        };
    }

    private void transfer(Caller caller, SimRandom random, Log<Input, Output>.User user, Runnable done) {
        Key to = keyOf(random.below(accounts));
        int which = random.below(accounts);
        boolean allOfIt = random.chance(0.4);
        long most = random.between(1, 60);
        long invoked = caller.nowNanos();
        boolean openedBefore = opened;
        Key first = random.chance(0.4) ? keyOf(random.below(accounts)) : null;
        RangeTransact.Plan plan = new RangeTransact.Plan(
                all(), first, false, seen -> moved(balances(seen), to, which, allOfIt ? TOTAL : most), rules);
        RangeTransact.run(caller, random, plan, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                SortedMap<Key, Long> before = balances(committed.seen());
                if (openedBefore || !before.isEmpty()) {
                    // Whoever moves money has listed all of it.
                    user.known(new Input.ReadAll(), named(before), invoked, caller.nowNanos());
                }
                opened = true;
            } else if (end instanceof TxnEnd.Unknown) {
                user.unknown(new Input.ReadAll(), invoked);
            }
            done.run();
        });
    }

    private List<Write> moved(SortedMap<Key, Long> balances, Key to, int which, long most) {
        if (balances.isEmpty()) {
            return List.of(write(keyOf(0), TOTAL / 2), write(keyOf(1), TOTAL - TOTAL / 2));
        }
        List<Key> there = new ArrayList<>(balances.keySet());
        Key from = there.get(which % there.size());
        if (from.equals(to)) {
            return List.of();
        }
        long has = balances.getOrDefault(from, 0L);
        long amount = Math.min(has, most);
        return List.of(write(from, has - amount), write(to, balances.getOrDefault(to, 0L) + amount));
    }

    private void audit(Caller caller, SimRandom random, Log<Input, Output>.User user, Consumer<Boolean> done) {
        long invoked = caller.nowNanos();
        boolean openedBefore = opened;
        RangeTransact.Plan plan = new RangeTransact.Plan(all(), null, random.chance(0.7), seen -> List.of(), rules);
        RangeTransact.run(caller, random, plan, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                SortedMap<Key, Long> balances = balances(committed.seen());
                if (openedBefore || !balances.isEmpty()) {
                    user.known(new Input.ReadAll(), named(balances), invoked, caller.nowNanos());
                }
            }
            done.accept(end instanceof TxnEnd.Committed);
        });
    }

    private static Output named(Map<Key, Long> balances) {
        Map<String, Long> byName = new TreeMap<>();
        balances.forEach((key, balance) -> byName.put(key.toString(), balance));
        return new Output.Balances(byName);
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        audit(caller, random, log.newUser(), answered);
    }

    @Override
    public void judge() {
        if (opened) {
            Log.demandValid("listing", BankCheck.check(log.history(), TOTAL));
        }
    }
}
