package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Machine;
import dev.danta.occ.Key;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.recovery.SweepingReplica;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The second of the two schedules of protocol.md 11 for its line 25; without forgetting, and with a range in place of the
 * key, one for line 26. A transaction writes x on shard A and y = 1 on shard B, and r3 of A hears nothing of it. A reader, to
 * which x was never there, reads y = 1 and asks whether that holds: r3 of A and all of B say so, and what r1 and r2 of A say
 * is lost. Then r3 of A learns everything, x is deleted and y = 2 written, and now r1 and r2 of A are heard: to them, too,
 * nothing is there. But x was there as long as y was 1.
 */
final class ValidationStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int SHARDS = 2;
    private static final ShardId A = new ShardId(0);
    private static final ShardId B = new ShardId(1);
    private static final ReplicaId LAGGARD = new ReplicaId(3);
    private static final long READER = 2;

    private final boolean byRange;
    private final ReadRules reading;
    private final ReadViewRules answering;
    private final String rowOfX = rowOn(A);
    private final Key x = KeyLayout.key("sim", "stage", List.of(rowOfX, "x"));
    private final Key y = KeyLayout.key("sim", "stage", List.of(rowOn(B), "y"));
    private boolean laggardIsDeaf;
    private boolean readerIsDeaf;

    private ValidationStage(boolean byRange, ReadRules reading, ReadViewRules answering) {
        super(!byRange);
        this.byRange = byRange;
        this.reading = reading;
        this.answering = answering;
    }

    private static Directed run(String name, boolean byRange, ReadRules reading, ReadViewRules answering) {
        return new Directed(
                name,
                new SimSettings(3, SHARDS, 2, Scenario.REGISTER, Duration.ofSeconds(6)),
                FaultSchedule.NONE,
                () -> new ValidationStage(byRange, reading, answering));
    }

    static Directed ofKeys(ReadRules reading, ReadViewRules answering) {
        return run("a key is written, deleted and forgotten while it is validated", false, reading, answering);
    }

    static Directed ofRanges(ReadRules reading, ReadViewRules answering) {
        return run("a key is written and deleted while the range around it is validated", true, reading, answering);
    }

    private static String rowOn(ShardId shard) {
        for (int i = 0; ; i++) {
            String row = "row-" + i;
            if (new ShardMap(SHARDS)
                    .shardOf(KeyLayout.key("sim", "stage", List.of(row)))
                    .equals(shard)) {
                return row;
            }
        }
    }

    @Override
    Workload play() {
        return new Play(List.of(x, y), List.of(this::write, this::read), end -> {});
    }

    private void write(Caller caller, Runnable done) {
        Play.at(caller, 300, () -> laggardIsDeaf = true);
        Play.at(caller, 400, () -> commit(caller, Bytes.utf8("there"), "1", () -> {}));
        Play.at(caller, 1_200, () -> laggardIsDeaf = false);
        Play.at(caller, 2_000, () -> commit(caller, null, "2", done));
    }

    private void commit(Caller caller, @Nullable Bytes ofX, String ofY, Runnable done) {
        List<Write> writes = List.of(new Write(x, ofX), new Write(y, Bytes.utf8(ofY)));
        caller.call(new ClientCall.Commit(List.of(), writes), PATIENCE_NANOS, answer -> done.run());
    }

    private void read(Caller caller, Runnable done) {
        Play.at(
                caller,
                900,
                () -> caller.call(new ClientCall.ReadVersions(List.of(y)), PATIENCE_NANOS, answer -> {
                    readerIsDeaf = true;
                    Version seen = ((CallOutcome.Versions) answer).versions().get(0);
                    caller.call(question(Read.of(y, seen)), PATIENCE_NANOS, end -> done.run());
                }));
        Play.at(caller, 4_500, () -> readerIsDeaf = false);
    }

    private ClientCall question(Read ofY) {
        return byRange
                ? new ClientCall.Validate(
                        List.of(ofY),
                        List.of(new RangeRead(KeyLayout.prefix("sim", "stage", List.of(rowOfX)), List.of())))
                : new ClientCall.Validate(List.of(Read.of(x, Version.NEVER_THERE), ofY));
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return replica.equals(LAGGARD)
                ? (input, now) -> laggardIsDeaf && isLost(input) ? List.of() : genuine.handle(input, now)
                : genuine;
    }

    private static boolean isLost(SweepingReplica.Input input) {
        return input instanceof SweepingReplica.Input.Received received
                && received.envelope().shard().equals(A)
                && !(received.envelope().message() instanceof IrMessage.Ask);
    }

    @Override
    public List<Envelope> arrived(ClientId client, List<Envelope> batch) {
        return batch.stream()
                .filter(envelope -> !readerIsDeaf
                        || client.low() != READER
                        || !envelope.shard().equals(A)
                        || envelope.from().equals(new Address.Replica(LAGGARD)))
                .toList();
    }

    @Override
    public ReadRules readRules() {
        return reading;
    }

    @Override
    public ReadViewRules readViewRules() {
        return answering;
    }
}
