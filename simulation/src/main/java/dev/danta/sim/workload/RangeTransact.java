package dev.danta.sim.workload;

import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.ReadSet;
import dev.danta.txn.client.RetryPolicy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One strict transaction that reads a whole range, as the SDK runs it: perhaps one key of it first, then the range part by
 * part, from either end, then the commit, or the validation if it writes nothing; and again with backoff as long as it was
 * aborted or has seen a key in two versions.
 */
final class RangeTransact {
    private static final RetryPolicy RETRIES = new RetryPolicy(12, 500_000, 50_000_000);
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 600_000 * MILLI;

    private final Caller caller;
    private final SimRandom random;
    private final Plan plan;
    private final Consumer<TxnEnd> done;
    private ReadSet reads;
    private int attempt;

    /**
     * What it is to do.
     *
     * @param first a key of the range that is read by itself before; null for none
     * @param validates whether it is validated instead of committed if it writes nothing
     * @param body what it writes, from what it has seen: of each key the version that it saw first
     */
    record Plan(
            KeyRange range,
            @Nullable Key first,
            boolean validates,
            Function<Map<Key, Version>, List<Write>> body,
            ReadRules rules) {}

    private RangeTransact(Caller caller, SimRandom random, Plan plan, Consumer<TxnEnd> done) {
        this.caller = caller;
        this.random = random;
        this.plan = plan;
        this.done = done;
        this.reads = new ReadSet(plan.rules());
    }

    static void run(Caller caller, SimRandom random, Plan plan, Consumer<TxnEnd> done) {
        new RangeTransact(caller, random, plan, done).tryOnce();
    }

    private void tryOnce() {
        attempt++;
        reads = new ReadSet(plan.rules());
        TreeMap<Key, Version> shown = new TreeMap<>();
        Key first = plan.first();
        if (first == null) {
            readOn(plan.range(), shown);
        } else {
            caller.call(new ClientCall.ReadVersions(List.of(first)), deadline(), outcome -> {
                if (outcome instanceof CallOutcome.Versions found
                        && reads.see(first, found.versions().get(0))) {
                    shown.put(first, found.versions().get(0));
                    sometimesLater(() -> readOn(plan.range(), shown));
                } else {
                    again();
                }
            });
        }
    }

    private long deadline() {
        return random.between(200, 4_000) * MILLI;
    }

    private void sometimesLater(Runnable next) {
        if (random.chance(0.2)) {
            caller.after(random.between(0, 20 * MILLI), next);
        } else {
            next.run();
        }
    }

    /** Reads what is left of the range; {@code shown} is what the transaction's closure would hold in its hands. */
    private void readOn(KeyRange rest, Map<Key, Version> shown) {
        int limit = random.chance(0.5) ? (int) random.between(1, 4) : 1000;
        boolean fromEnd = random.chance(0.3);
        caller.call(new ClientCall.ReadRange(rest, limit, fromEnd), deadline(), outcome -> {
            if (!(outcome instanceof CallOutcome.RangeFound found) || !reads.see(found.range(), found.found())) {
                again();
                return;
            }
            found.found().forEach(one -> shown.putIfAbsent(one.key(), one.version()));
            KeyRange left = found.rest();
            if (left == null) {
                sometimesLater(() -> end(shown));
            } else {
                sometimesLater(() -> readOn(left, shown));
            }
        });
    }

    private void end(Map<Key, Version> shown) {
        List<Write> writes = plan.body().apply(shown);
        if (writes.isEmpty() && plan.validates()) {
            caller.call(new ClientCall.Validate(reads.reads(), reads.ranges()), deadline(), outcome -> {
                if (outcome instanceof CallOutcome.Validated) {
                    done.accept(new TxnEnd.Committed(shown));
                } else {
                    again();
                }
            });
        } else {
            ClientCall commit = new ClientCall.Commit(reads.reads(), reads.ranges(), writes);
            caller.call(commit, deadline(), outcome -> onAnswer(shown, outcome));
        }
    }

    private void onAnswer(Map<Key, Version> shown, CallOutcome outcome) {
        if (outcome instanceof CallOutcome.Committed) {
            done.accept(new TxnEnd.Committed(shown));
        } else if (outcome instanceof CallOutcome.Unknown unknown) {
            onUnknown(shown, unknown);
        } else {
            again();
        }
    }

    private void onUnknown(Map<Key, Version> shown, CallOutcome.Unknown unknown) {
        if (random.chance(0.2)) {
            done.accept(new TxnEnd.Unknown(unknown.txn()));
            return;
        }
        ClientCall await = new ClientCall.AwaitOutcome(unknown.txn(), unknown.participants());
        caller.call(await, PATIENCE_NANOS, outcome -> {
            if (outcome instanceof CallOutcome.Committed) {
                done.accept(new TxnEnd.Committed(shown));
            } else if (outcome instanceof CallOutcome.Aborted) {
                done.accept(new TxnEnd.NotDone());
            } else {
                done.accept(new TxnEnd.Unknown(unknown.txn()));
            }
        });
    }

    private void again() {
        if (RETRIES.mayTryAgainAfter(attempt)) {
            caller.after(random.between(0, RETRIES.ceilingNanos(attempt)), this::tryOnce);
        } else {
            done.accept(new TxnEnd.NotDone());
        }
    }
}
