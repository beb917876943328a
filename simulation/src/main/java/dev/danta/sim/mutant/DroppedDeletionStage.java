package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.key.KeyLayout;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Line 23: x is live, and somebody reads it and thinks. It is deleted everywhere, all forget the deletion and drop it. Then
 * who has read it live commits what follows from that: "never there" here does not mean that the replicas are behind.
 */
final class DroppedDeletionStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final Key X = KeyLayout.key("sim", "stage", List.of("x"));
    private static final Key COPY = KeyLayout.key("sim", "stage", List.of("copy"));

    private final ValidationRules rules;

    private DroppedDeletionStage(ValidationRules rules) {
        super(true);
        this.rules = rules;
    }

    static Directed run(ValidationRules rules) {
        return new Directed(
                "what was read is deleted, and the deletion forgotten, before the commit",
                new SimSettings(3, 1, 2, Scenario.REGISTER, Duration.ofSeconds(5)),
                FaultSchedule.parse(""),
                () -> new DroppedDeletionStage(rules));
    }

    @Override
    Workload play() {
        return new Play(
                List.of(X, COPY),
                List.of(
                        (caller, done) -> {
                            Play.at(caller, 200, () -> write(caller, Bytes.utf8("live"), () -> {}));
                            Play.at(caller, 1_000, () -> write(caller, null, done));
                        },
                        (caller, done) -> Play.at(caller, 600, () -> read(caller, done))),
                end -> {});
    }

    private static void write(Caller caller, @Nullable Bytes value, Runnable done) {
        ClientCall commit = new ClientCall.Commit(List.of(), List.of(new Write(X, value)));
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
    }

    private static void read(Caller caller, Runnable done) {
        caller.call(new ClientCall.ReadVersions(List.of(X)), PATIENCE_NANOS, answer -> {
            if (answer instanceof CallOutcome.Versions found) {
                Read live = Read.of(X, found.versions().get(0));
                Play.at(caller, 4_000, () -> copy(caller, live, done));
            } else {
                done.run();
            }
        });
    }

    private static void copy(Caller caller, Read live, Runnable done) {
        ClientCall commit = new ClientCall.Commit(List.of(live), List.of(new Write(COPY, Bytes.utf8("copied"))));
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
    }

    @Override
    public ValidationRules validationRules() {
        return rules;
    }
}
