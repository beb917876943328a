package dev.danta.sim.workload;

import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.RetryPolicy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One strict read-only transaction, in one of the three ways there are: asked for as such; read here and there by a closure
 * and then validated, as the SDK does it; prepared like any other transaction, which holds its keys.
 */
final class ReadOnly {
    private static final RetryPolicy RETRIES = new RetryPolicy(12, 500_000, 50_000_000);
    private static final long MILLI = 1_000_000L;

    private final Caller caller;
    private final SimRandom random;
    private final List<Key> keys;
    private final boolean byClosure;
    private final Consumer<TxnEnd> done;
    private int attempt;

    private ReadOnly(Caller caller, SimRandom random, List<Key> keys, boolean byClosure, Consumer<TxnEnd> done) {
        this.caller = caller;
        this.random = random;
        this.keys = keys;
        this.byClosure = byClosure;
        this.done = done;
    }

    /** Reads {@code keys} and says what came of it; that is never unknown unless it was prepared. */
    static void run(Caller caller, SimRandom random, List<Key> keys, Consumer<TxnEnd> done) {
        int dice = random.below(10);
        if (dice < 3) {
            Transact.run(caller, random, keys, seen -> List.of(), done);
        } else {
            new ReadOnly(caller, random, keys, dice < 6, done).tryOnce();
        }
    }

    private void tryOnce() {
        attempt++;
        if (byClosure) {
            caller.call(
                    new ClientCall.ReadVersions(keys, attempt == 1 && caller.isCaching()), deadline(), this::onRead);
        } else {
            caller.call(new ClientCall.ReadStrict(keys), deadline(), this::onStrictlyRead);
        }
    }

    private long deadline() {
        return random.between(200, 4_000) * MILLI;
    }

    private void onStrictlyRead(CallOutcome outcome) {
        if (outcome instanceof CallOutcome.StrictlyRead read) {
            done.accept(new TxnEnd.Committed(byKey(read.versions())));
        } else {
            again();
        }
    }

    private void onRead(CallOutcome outcome) {
        if (!(outcome instanceof CallOutcome.Versions found)) {
            again();
        } else if (random.chance(0.1)) {
            caller.after(random.between(0, 20 * MILLI), () -> validate(byKey(found.versions())));
        } else {
            validate(byKey(found.versions()));
        }
    }

    private void validate(Map<Key, Version> seen) {
        List<Read> reads = seen.entrySet().stream()
                .map(entry -> Read.of(entry.getKey(), entry.getValue()))
                .toList();
        caller.call(new ClientCall.Validate(reads), deadline(), outcome -> {
            if (outcome instanceof CallOutcome.Validated) {
                done.accept(new TxnEnd.Committed(seen));
            } else {
                again();
            }
        });
    }

    private Map<Key, Version> byKey(List<Version> versions) {
        Map<Key, Version> byKey = new TreeMap<>();
        for (int i = 0; i < keys.size(); i++) {
            byKey.put(keys.get(i), versions.get(i));
        }
        return byKey;
    }

    private void again() {
        if (RETRIES.mayTryAgainAfter(attempt)) {
            caller.after(random.between(0, RETRIES.ceilingNanos(attempt)), this::tryOnce);
        } else {
            done.accept(new TxnEnd.NotDone());
        }
    }
}
