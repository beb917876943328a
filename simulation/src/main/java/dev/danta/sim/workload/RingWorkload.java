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
 * Accounts in a ring, so many that two transactions seldom meet: each hands money on along a few neighbours, who lie on
 * several shards. Strict audits of the whole ring find the same total.
 */
public final class RingWorkload implements Workload {
    private static final long INITIAL = 100;
    private static final int HOPS_MAX = 4;
    private static final int KEPT_MAX = 20_000;

    private final double audits;
    private final List<Key> ring;
    private final Log<Input, Output> log = new Log<>();

    /**
     * A ring of {@code accounts}, at least as many as a transaction touches.
     *
     * @param audits how many of the transactions, from 0 to 1, read everything
     */
    public RingWorkload(int accounts, double audits) {
        if (accounts <= HOPS_MAX) {
            throw new IllegalArgumentException("a ring has more than " + HOPS_MAX + " accounts, not " + accounts);
        }
        this.audits = audits;
        List<Key> all = new ArrayList<>(accounts);
        for (int i = 0; i < accounts; i++) {
            all.add(KeyLayout.key("sim", "ring", List.of(name(i))));
        }
        this.ring = List.copyOf(all);
    }

    private static String name(int account) {
        return "a" + account;
    }

    private long balance(Map<Key, Version> seen, int account) {
        Version version = seen.get(ring.get(account));
        return version == null || version.value() == null
                ? INITIAL
                : Long.parseLong(version.value().toUtf8());
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        Log<Input, Output>.User user = log.newUser();
        return done -> {
            if (random.chance(audits)) {
                audit(caller, random, user, committed -> done.run());
            } else {
                handOn(caller, random, user, done);
            }
        };
    }

    /** The first gives, the last gets, and those between hand on: each writes. */
    private void handOn(Caller caller, SimRandom random, Log<Input, Output>.User user, Runnable done) {
        int first = random.below(ring.size());
        int hops = 1 + random.below(HOPS_MAX);
        long amount = random.between(1, 60);
        int last = (first + hops) % ring.size();
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i <= hops; i++) {
            keys.add(ring.get((first + i) % ring.size()));
        }
        Input input = new Input.Transfer(name(first), name(last), amount);
        long invoked = caller.nowNanos();
        Transact.run(caller, random, keys, seen -> writes(seen, first, hops, amount), end -> {
            if (end instanceof TxnEnd.Committed committed) {
                boolean moved = balance(committed.seen(), first) >= amount;
                user.known(input, new Output.Transferred(moved), invoked, caller.nowNanos());
            } else if (end instanceof TxnEnd.Unknown) {
                user.unknown(input, invoked);
            }
            done.run();
        });
    }

    private List<Write> writes(Map<Key, Version> seen, int first, int hops, long amount) {
        if (balance(seen, first) < amount) {
            return List.of();
        }
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i <= hops; i++) {
            int account = (first + i) % ring.size();
            long given = i < hops ? amount : 0;
            long got = i > 0 ? amount : 0;
            long after = balance(seen, account) + got - given;
            writes.add(new Write(ring.get(account), Bytes.utf8(Long.toString(after))));
        }
        return writes;
    }

    private void audit(Caller caller, SimRandom random, Log<Input, Output>.User user, Consumer<Boolean> done) {
        long invoked = caller.nowNanos();
        ReadOnly.run(caller, random, ring, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                Map<String, Long> balances = new TreeMap<>();
                for (int i = 0; i < ring.size(); i++) {
                    balances.put(name(i), balance(committed.seen(), i));
                }
                user.known(new Input.ReadAll(), new Output.Balances(balances), invoked, caller.nowNanos());
                judgeMany();
            }
            done.accept(end instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        audit(caller, random, log.newUser(), answered);
    }

    /** Each audit stands for itself, so that not all have to be kept until the end. */
    private void judgeMany() {
        if (log.size() >= KEPT_MAX) {
            judge();
            log.forget();
        }
    }

    @Override
    public void judge() {
        Log.demandValid("ring", BankCheck.check(log.history(), ring.size() * INITIAL));
    }
}
