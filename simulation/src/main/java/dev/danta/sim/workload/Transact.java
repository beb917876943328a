package dev.danta.sim.workload;

import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One strict transaction as the SDK runs it: read, compute, commit, and again with backoff as long as it was aborted; users of
 * clients that remember then begin with what a refusal told, in place of reading. After
 * "unknown" nothing is tried again; most callers ask for the outcome, some go on without it.
 */
final class Transact {
    private static final RetryPolicy RETRIES = new RetryPolicy(12, 500_000, 50_000_000);
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;

    private final Caller caller;
    private final SimRandom random;
    private final List<Key> keys;
    private final List<ClientCall.OpenCounters.Ask> asks;
    /** Whether it may leave nothing behind where it writes nothing, as the SDK has it. */
    private final boolean mayValidate;

    private final PortRules rules;

    private final Body body;
    private final Consumer<TxnEnd> done;
    /** The counters as they were opened for this attempt. */
    private Map<Key, CallOutcome.Opened> opened = new TreeMap<>();

    private int attempt;

    /** What a transaction makes of what it has read, and of the bounded counters that were opened for it. */
    interface Body {
        List<Write> of(Map<Key, Version> seen, Map<Key, CallOutcome.Opened> counters);
    }

    private Transact(
            Caller caller,
            SimRandom random,
            List<Key> keys,
            List<ClientCall.OpenCounters.Ask> asks,
            boolean mayValidate,
            PortRules rules,
            Body body,
            Consumer<TxnEnd> done) {
        this.mayValidate = mayValidate;
        this.rules = rules;
        this.caller = caller;
        this.random = random;
        this.keys = keys;
        this.asks = asks;
        this.body = body;
        this.done = done;
    }

    /** Reads {@code keys}, writes what {@code body} makes of them, and says what came of it. */
    static void run(
            Caller caller,
            SimRandom random,
            List<Key> keys,
            Function<Map<Key, Version>, List<Write>> body,
            Consumer<TxnEnd> done) {
        Body ofRecords = (seen, counters) -> body.apply(seen);
        new Transact(caller, random, keys, List.of(), false, PortRules.PROTOCOL, ofRecords, done).tryOnce();
    }

    /** The same, with bounded counters, whose records {@code body} writes if it has to; all is only read if it writes nothing. */
    static void run(
            Caller caller,
            SimRandom random,
            List<Key> keys,
            List<ClientCall.OpenCounters.Ask> asks,
            PortRules rules,
            Body body,
            Consumer<TxnEnd> done) {
        new Transact(caller, random, keys, asks, true, rules, body, done).tryOnce();
    }

    private void tryOnce() {
        attempt++;
        if (asks.isEmpty()) {
            read();
        } else {
            boolean cached = attempt == 1 && caller.isCaching();
            caller.call(new ClientCall.OpenCounters(asks, cached), deadline(), this::onOpened);
        }
    }

    private void onOpened(CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.CountersOpened found)) {
            again(this::tryOnce);
            return;
        }
        opened = new TreeMap<>();
        found.counters().forEach(one -> opened.put(one.key(), one));
        read();
    }

    private void read() {
        if (keys.isEmpty()) {
            commit(Map.of());
        } else {
            caller.call(
                    new ClientCall.ReadVersions(keys, attempt == 1 && caller.isCaching()), deadline(), this::onRead);
        }
    }

    private long deadline() {
        return random.between(200, 4_000) * MILLI;
    }

    private void onRead(CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Versions found)) {
            again(this::tryOnce);
            return;
        }
        Map<Key, Version> seen = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            seen.put(keys.get(i), found.versions().get(i));
        }
        if (random.chance(0.1)) {
            caller.after(random.between(0, 20 * MILLI), () -> commit(seen));
        } else {
            commit(seen);
        }
    }

    private void commit(Map<Key, Version> seen) {
        List<Read> reads = new ArrayList<>();
        if (rules.validatesRecords()) {
            seen.forEach((key, version) -> reads.add(Read.of(key, version)));
        }
        opened.forEach((key, one) -> reads.add(Read.of(key, one.version())));
        List<Write> writes = body.of(seen, opened);
        if (reads.isEmpty() && writes.isEmpty()) {
            done.accept(new TxnEnd.Committed(seen));
            return;
        }
        boolean validates = writes.isEmpty() && mayValidate && random.chance(0.7);
        ClientCall end = validates ? new ClientCall.Validate(reads) : new ClientCall.Commit(reads, writes);
        caller.call(end, deadline(), outcome -> onAnswer(seen, outcome));
    }

    private void onAnswer(Map<Key, Version> seen, CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Committed || outcome instanceof CallOutcome.Validated) {
            done.accept(new TxnEnd.Committed(seen));
        } else if (outcome instanceof CallOutcome.Unknown unknown) {
            onUnknown(seen, unknown);
        } else if (outcome instanceof CallOutcome.Aborted aborted
                && !aborted.newest().isEmpty()
                && asks.isEmpty()
                && caller.isCaching()) {
            Map<Key, Version> newer = new TreeMap<>(seen);
            aborted.newest().forEach(one -> newer.put(one.key(), one.version()));
            again(() -> {
                attempt++;
                commit(newer);
            });
        } else {
            again(this::tryOnce);
        }
    }

    private void onUnknown(Map<Key, Version> seen, CallOutcome.Unknown unknown) {
        if (random.chance(0.2)) {
            done.accept(new TxnEnd.Unknown(unknown.txn()));
            return;
        }
        ClientCall await =
                new ClientCall.AwaitOutcome(unknown.txn(), random.chance(0.5) ? unknown.participants() : List.of());
        caller.call(await, PATIENCE_NANOS, outcome -> {
            if (outcome instanceof CallOutcome.Committed) {
                done.accept(new TxnEnd.Committed(seen));
            } else if (outcome instanceof CallOutcome.Aborted) {
                done.accept(new TxnEnd.NotDone());
            } else {
                done.accept(new TxnEnd.Unknown(unknown.txn()));
            }
        });
    }

    private void again(Runnable next) {
        if (RETRIES.mayTryAgainAfter(attempt)) {
            caller.after(random.between(0, RETRIES.ceilingNanos(attempt)), next);
        } else {
            done.accept(new TxnEnd.NotDone());
        }
    }
}
