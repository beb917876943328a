package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.OnceRules;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.recovery.SweepingReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A client whose clock is ahead makes a request, stands still, and its proposal is late. Another makes the request for it, is
 * told so, and deletes the record, if it may while that first attempt is not settled. The deletion is forgotten. Now the
 * proposal arrives: it has read that there never was a record, and there is none.
 */
final class DeletedRecordStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final Key RECORD = KeyLayout.key("sim", "stage", List.of("record"));
    private static final Key FIRST = KeyLayout.key("sim", "stage", List.of("order of the first"));
    private static final Key SECOND = KeyLayout.key("sim", "stage", List.of("order of the second"));
    private static final long LATE = 2;

    private final OnceRules rules;
    private boolean arrives;

    private DeletedRecordStage(OnceRules rules) {
        super(true);
        this.rules = rules;
    }

    static Directed run(OnceRules rules) {
        return new Directed(
                "a record is deleted and forgotten while an attempt is on its way",
                new SimSettings(3, 1, 2, Scenario.ONCE, Duration.ofSeconds(6)),
                FaultSchedule.parse("100ms clock c2 by 3000ms; 1000.5ms pause c2 for 4500ms"),
                () -> new DeletedRecordStage(rules));
    }

    @Override
    Workload play() {
        return new Play(List.of(FIRST, SECOND), List.of(this::first, this::second), DeletedRecordStage::judge);
    }

    private void first(Caller caller, Runnable done) {
        Play.at(caller, 1_500, () -> place(caller, FIRST, () -> {}));
        Play.at(caller, 1_800, () -> {
            if (rules.mayDelete(false)) {
                ClientCall delete = new ClientCall.Commit(List.of(), List.of(new Write(RECORD, null)));
                caller.call(delete, PATIENCE_NANOS, answer -> done.run());
            } else {
                done.run();
            }
        });
    }

    private void second(Caller caller, Runnable done) {
        Play.at(caller, 1_000, () -> place(caller, SECOND, done));
        Play.at(caller, 4_000, () -> arrives = true);
    }

    private static void place(Caller caller, Key order, Runnable done) {
        List<Write> writes = List.of(new Write(RECORD, Bytes.utf8("done")), new Write(order, Bytes.utf8("placed")));
        ClientCall commit = new ClientCall.Commit(List.of(Read.of(RECORD, Version.NEVER_THERE)), writes);
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
    }

    private static void judge(Map<Key, Version> end) {
        long placed =
                end.values().stream().filter(version -> !version.isDeletion()).count();
        if (placed > 1) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, "one request has placed two orders");
        }
    }

    /** The second client's proposals wait on their way until it is time. */
    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        List<SweepingReplica.Input> onTheirWay = new ArrayList<>();
        return (input, now) -> {
            if (!arrives && isLate(input)) {
                onTheirWay.add(input);
                return List.of();
            }
            List<Effect> effects = new ArrayList<>();
            if (arrives) {
                onTheirWay.forEach(late -> effects.addAll(genuine.handle(late, now)));
                onTheirWay.clear();
            }
            effects.addAll(genuine.handle(input, now));
            return effects;
        };
    }

    private static boolean isLate(SweepingReplica.Input input) {
        return input instanceof SweepingReplica.Input.Received received
                && received.envelope().message() instanceof IrMessage.Propose propose
                && propose.id().client().low() == LATE;
    }
}
