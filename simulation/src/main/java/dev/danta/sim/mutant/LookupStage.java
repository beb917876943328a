package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Machine;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimParts;
import dev.danta.sim.SimSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.recovery.SweepingReplica;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction is committed on shard A alone. r3 is cut off, so that replicas resolve and forget nothing. Somebody asks, by
 * the id alone, what became of it, and for a while only shard B is heard, where everything up to then is resolved.
 */
final class LookupStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int SHARDS = 2;
    private static final ShardId A = new ShardId(0);
    private static final long ASKING = 2;

    private final SimParts parts;
    private final Key key = keyOnA();
    private @Nullable Timestamp committed;
    private boolean aIsHeard = true;

    private LookupStage(SimParts parts) {
        super(true);
        this.parts = parts;
    }

    /** With the replicas of {@code parts}. */
    static Directed run(SimParts parts) {
        return new Directed(
                "an outcome is asked for by id while a shard that has nothing to do with it answers first",
                new SimSettings(3, SHARDS, 2, Scenario.REGISTER, Duration.ofSeconds(6)),
                FaultSchedule.parse("500ms cut r3 and r1,r2 for 5000ms"),
                () -> new LookupStage(parts));
    }

    private static Key keyOnA() {
        for (int i = 0; ; i++) {
            Key key = KeyLayout.key("sim", "stage", List.of("row-" + i));
            if (new ShardMap(SHARDS).shardOf(key).equals(A)) {
                return key;
            }
        }
    }

    @Override
    Workload play() {
        return new Play(List.of(key), List.of(this::write, this::ask), end -> {});
    }

    private void write(Caller caller, Runnable done) {
        ClientCall commit = new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8("there"))));
        Play.at(
                caller,
                200,
                () -> caller.call(commit, PATIENCE_NANOS, answer -> {
                    committed = ((CallOutcome.Committed) answer).txn();
                    done.run();
                }));
    }

    private void ask(Caller caller, Runnable done) {
        Play.at(caller, 2_500, () -> {
            aIsHeard = false;
            if (committed == null) {
                throw new IllegalStateException("nothing was committed");
            }
            caller.call(new ClientCall.AwaitOutcome(committed, List.of()), PATIENCE_NANOS, answer -> done.run());
        });
        Play.at(caller, 3_500, () -> aIsHeard = true);
    }

    @Override
    public List<Envelope> arrived(ClientId client, List<Envelope> batch) {
        return batch.stream()
                .filter(envelope ->
                        aIsHeard || client.low() != ASKING || !envelope.shard().equals(A))
                .toList();
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return parts.replica(replica, genuine, disk);
    }
}
