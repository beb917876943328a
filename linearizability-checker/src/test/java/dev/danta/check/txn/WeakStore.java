package dev.danta.check.txn;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A store with many versions that keeps a promise weaker than one order of all transactions. What it does is told twice: as
 * a history of registers, and as one of lists, where a write is an append and a read shows all that was ever written.
 */
final class WeakStore {
    /** What the store promises. */
    enum Promise {
        /** Every step sees what was committed last. */
        READ_COMMITTED,
        /** A transaction sees some instant, and fails if somebody else has written since what it writes. */
        SNAPSHOT,
        /** The same, but the instant is none before what the process has seen or written. */
        SESSION_SNAPSHOT,
        /** The same, but the instant is that at which it begins. */
        STRONG_SNAPSHOT
    }

    private record Committed(String value, long at) {}

    /** A transaction that is under way. */
    private static final class Running {
        private final long process;
        private final long invoked;
        private final List<RegisterTxn.Step> asked;
        private long snapshot;
        private final List<Seen> seen = new ArrayList<>();
        private final List<List<String>> lists = new ArrayList<>();
        private final Map<String, List<String>> own = new LinkedHashMap<>();

        private Running(long process, long invoked, List<RegisterTxn.Step> asked) {
            this.process = process;
            this.invoked = invoked;
            this.asked = asked;
        }
    }

    private final Random random;
    private final Promise promise;
    private final boolean versions;
    private final Map<String, List<Committed>> store = new HashMap<>();
    private final Map<Long, Long> latest = new HashMap<>();
    private final List<Operation<RegisterTxn, RegistersSeen>> registers = new ArrayList<>();
    private final List<Operation<RegisterTxn, RegistersSeen>> abortedRegisters = new ArrayList<>();
    private final List<Operation<AppendTxn, ListsRead>> lists = new ArrayList<>();
    private final List<Operation<AppendTxn, ListsRead>> abortedLists = new ArrayList<>();
    private long now = 1;
    private int values;

    WeakStore(long seed, Promise promise, boolean versions) {
        this.random = new Random(seed);
        this.promise = promise;
        this.versions = versions;
    }

    TxnVerdict<RegisterTxn, RegistersSeen> registersAre(Consistency level) {
        return RegisterCheck.check(History.of(registers), abortedRegisters, null, false, level);
    }

    TxnVerdict<AppendTxn, ListsRead> listsAre(Consistency level) {
        return ListAppendCheck.check(History.of(lists), abortedLists, level);
    }

    /** So many transactions of so many processes over so many keys. */
    WeakStore run(int size, int processes, int keys) {
        List<Running> running = new ArrayList<>();
        int begun = 0;
        while (begun < size || !running.isEmpty()) {
            now++;
            int who = random.nextInt(processes);
            Running turn = null;
            for (Running one : running) {
                turn = one.process == who ? one : turn;
            }
            if (turn == null && begun < size) {
                begun++;
                running.add(begin(who, keys));
            } else if (turn != null && turn.seen.size() < turn.asked.size()) {
                step(turn, turn.asked.get(turn.seen.size()));
            } else if (turn != null) {
                end(turn);
                running.remove(turn);
            }
        }
        return this;
    }

    private Running begin(long process, int keys) {
        List<RegisterTxn.Step> steps = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String key = "x" + random.nextInt(keys);
            // Who shows its own append before it is committed may show another order than the store then has.
            boolean locked = promise == Promise.READ_COMMITTED
                    && steps.stream()
                            .anyMatch(step -> step instanceof RegisterTxn.Step.Write
                                    && step.register().equals(key));
            steps.add(
                    !locked && random.nextBoolean()
                            ? new RegisterTxn.Step.Read(key)
                            : new RegisterTxn.Step.Write(key, Integer.toString(++values)));
        }
        Running one = new Running(process, now, steps);
        long least = promise == Promise.SESSION_SNAPSHOT ? latest.getOrDefault(process, 0L) : 0;
        one.snapshot = promise == Promise.STRONG_SNAPSHOT ? now : least + random.nextInt((int) (now - least) + 1);
        return one;
    }

    private List<Committed> visible(Running one, String key) {
        long until = promise == Promise.READ_COMMITTED ? now : one.snapshot;
        return store.getOrDefault(key, List.of()).stream()
                .filter(committed -> committed.at() <= until)
                .toList();
    }

    private void step(Running one, RegisterTxn.Step step) {
        List<String> own = one.own.computeIfAbsent(step.register(), k -> new ArrayList<>());
        if (step instanceof RegisterTxn.Step.Write write) {
            own.add(write.value());
            one.seen.add(new Seen(write.value(), null));
            return;
        }
        List<Committed> visible = visible(one, step.register());
        List<String> list =
                new ArrayList<>(visible.stream().map(Committed::value).toList());
        list.addAll(own);
        one.lists.add(list);
        long version = visible.size();
        one.seen.add(
                list.isEmpty()
                        ? new Seen(null, versions ? 0L : null)
                        : new Seen(list.get(list.size() - 1), versions && own.isEmpty() ? version : null));
    }

    private void end(Running one) {
        boolean conflict = false;
        for (Map.Entry<String, List<String>> written : one.own.entrySet()) {
            conflict |= !written.getValue().isEmpty()
                    && promise != Promise.READ_COMMITTED
                    && store.getOrDefault(written.getKey(), List.of()).stream()
                            .anyMatch(committed -> committed.at() > one.snapshot);
        }
        RegisterTxn registerTxn = new RegisterTxn(one.asked);
        AppendTxn appendTxn = new AppendTxn(one.asked.stream()
                .map(step -> step instanceof RegisterTxn.Step.Write write
                        ? new AppendTxn.Step.Append(write.register(), write.value())
                        : (AppendTxn.Step) new AppendTxn.Step.Read(step.register()))
                .toList());
        if (conflict) {
            abortedRegisters.add(Operation.unknown(one.process, registerTxn, one.invoked));
            abortedLists.add(Operation.unknown(one.process, appendTxn, one.invoked));
            return;
        }
        boolean wrote = false;
        Map<String, Long> newest = new HashMap<>();
        for (Map.Entry<String, List<String>> written : one.own.entrySet()) {
            List<Committed> key = store.computeIfAbsent(written.getKey(), k -> new ArrayList<>());
            for (String value : written.getValue()) {
                key.add(new Committed(value, now));
                wrote = true;
            }
            newest.put(written.getKey(), (long) key.size());
        }
        latest.put(one.process, wrote ? now : one.snapshot);
        for (int i = 0; versions && i < one.asked.size(); i++) {
            if (one.asked.get(i) instanceof RegisterTxn.Step.Write write) {
                one.seen.set(i, new Seen(write.value(), newest.get(write.register())));
            }
        }
        registers.add(Operation.known(one.process, registerTxn, new RegistersSeen(one.seen), one.invoked, now));
        lists.add(Operation.known(one.process, appendTxn, new ListsRead(one.lists), one.invoked, now));
    }
}
