package dev.danta.sim.invariant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.runtime.Effect;
import dev.danta.sim.disk.Disks;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.Coverage;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.Finished;
import dev.danta.txn.client.TxnClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Asserts protocol.md 11 while a run goes on; only what an event touches is looked at. Every method throws
 * {@link Violation} when a rule is broken.
 */
public final class Invariants {
    private final boolean asserting;
    private final Disks disks;
    private final SerialOracle oracle = new SerialOracle();
    private final TxnLedger ledger;
    private final RelaxedOracle relaxed;
    private final Map<CallId, Long> openCalls = new HashMap<>();

    private record CallId(ClientId client, long number) {}

    /** With {@code asserting} false nothing is ever found. */
    public Invariants(int replicas, Disks disks, Coverage coverage, boolean asserting) {
        this.asserting = asserting;
        this.disks = disks;
        this.ledger = new TxnLedger(replicas, oracle, coverage);
        this.relaxed = new RelaxedOracle(disks);
    }

    /** Makes the disk of one replica, watched. */
    public ReplicaWatch watch(ShardId shard, ReplicaId replica) {
        ReplicaWatch watch = new ReplicaWatch(shard, replica, ledger, oracle, relaxed, asserting);
        disks.add(shard, replica, watch.disk());
        return watch;
    }

    /**
     * A client has handled an input.
     *
     * @param latestNanos when a call that is asked in this step must be answered at the latest, in the world's time
     */
    public void onClientStep(
            ClientId client, TxnClient.Input input, List<Effect> effects, long nowNanos, long latestNanos) {
        if (!asserting) {
            return;
        }
        if (input instanceof TxnClient.Input.Called called) {
            openCalls.put(new CallId(client, called.number()), latestNanos);
            relaxed.onCalled(client, called.number(), called.call());
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                onClientSends(client, send.envelope().shard(), send.envelope().message());
            } else if (effect instanceof Effect.Tell tell && tell.report() instanceof Finished finished) {
                onFinished(client, finished, nowNanos);
            }
        }
    }

    /** A client that stood still until now could not keep deadlines that have passed meanwhile. */
    public void onPauseEnds(ClientId client, long nowNanos) {
        openCalls.replaceAll((call, latest) -> call.client().equals(client) ? Math.max(latest, nowNanos) : latest);
    }

    private void onClientSends(ClientId client, ShardId shard, IrMessage message) {
        if (message instanceof IrMessage.Execute execute && execute.op() instanceof RelaxedUpdate update) {
            relaxed.onSent(client, execute.id(), update);
        } else if (message instanceof IrMessage.Request request) {
            ledger.onClientSends(client, shard, request);
        } else {
            throw Violation.broken("a client sends requests", client, message);
        }
    }

    private void onFinished(ClientId client, Finished finished, long nowNanos) {
        Long latest = openCalls.remove(new CallId(client, finished.call()));
        if (latest == null) {
            throw Violation.broken("a call is answered once", client, finished);
        }
        Violation.unless(nowNanos <= latest, "a call is answered by its deadline", client, finished, latest);
        CallOutcome outcome = finished.outcome();
        if (outcome instanceof CallOutcome.Committed committed) {
            ledger.decided(committed.txn(), new Decision.Commit(committed.timestamp()));
        } else if (outcome instanceof CallOutcome.Aborted aborted) {
            ledger.decided(aborted.txn(), new Decision.Abort());
        }
        relaxed.onFinished(client, finished.call(), outcome);
    }

    /** The end of a run in which everything has healed and every client has drained. */
    public void afterHealing() {
        if (!asserting) {
            return;
        }
        liveness(openCalls.isEmpty(), "every call is answered", openCalls.keySet());
        liveness(ledger.undecided().isEmpty(), "every transaction is decided", ledger.undecided());
        for (ShardId shard : disks.shards()) {
            SimDisk.Image first = disks.of(shard).values().iterator().next().durable();
            SortedMap<Timestamp, Decision> decisions = decisions(first);
            disks.of(shard).forEach((replica, disk) -> {
                String where = replica + " of " + shard;
                liveness(decisions(disk.durable()).equals(decisions), "replicas know the same decisions", where);
                checkSettled(shard, disk, first, where);
            });
        }
    }

    private void checkSettled(ShardId shard, SimDisk disk, SimDisk.Image first, String where) {
        liveness(!disk.hasOpenChanges(), "everything is durable in the end", where);
        liveness(disk.undecidedNow().isEmpty(), "nothing is undecided in the end", where, disk.undecidedNow());
        SimDisk.Image image = disk.durable();
        liveness(
                image.versions()
                        .equals(oracle.versionsOn(key -> disks.shardOf(key).equals(shard))),
                "replicas have exactly the committed versions in the end",
                where,
                image.versions());
        liveness(
                image.relaxed().equals(first.relaxed()),
                "replicas have the same relaxed state in the end",
                where,
                image.relaxed(),
                first.relaxed());
        relaxed.checkComplete(disk, key -> disks.shardOf(key).equals(shard), where);
    }

    private static SortedMap<Timestamp, Decision> decisions(SimDisk.Image image) {
        TreeMap<Timestamp, Decision> decisions = new TreeMap<>();
        for (OpRecord record : image.records().values()) {
            if (record.decision() != null) {
                decisions.put(record.id(), record.decision());
            }
        }
        return decisions;
    }

    private static void liveness(boolean holds, String rule, Object... details) {
        if (!holds) {
            throw new Violation(Violation.Kind.LIVENESS, Violation.text(rule, details));
        }
    }
}
