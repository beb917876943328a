package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.ReadViewRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first of the two schedules of protocol.md 11 for its line 25. x is live everywhere. It is deleted at r1 and r2, and the
 * commit is reported, while r3 is cut off. A reader asks all: r3 alone gets the question, and answers "live" without a hold.
 * Then r3 applies the deletion too, all forget it, and the question gets to r1 and r2.
 */
final class KeyReadStage extends Stage {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final Key X = KeyLayout.key("sim", "stage", List.of("x"));

    private final ReadRules reading;
    private final ReadViewRules answering;

    private KeyReadStage(ReadRules reading, ReadViewRules answering) {
        super(true);
        this.reading = reading;
        this.answering = answering;
    }

    static Directed run(ReadRules reading, ReadViewRules answering) {
        return new Directed(
                "a key is deleted and forgotten while it is read",
                new SimSettings(3, 1, 2, Scenario.REGISTER, Duration.ofSeconds(6)),
                FaultSchedule.parse("500ms cut r3 and r1,r2,c1 for 1000ms; 1200ms cut c2 and r1,r2 for 3300ms"),
                () -> new KeyReadStage(reading, answering));
    }

    @Override
    Workload play() {
        return new Play(
                List.of(X),
                List.of(
                        (caller, done) -> {
                            Play.at(caller, 200, () -> write(caller, Bytes.utf8("live"), () -> {}));
                            Play.at(caller, 700, () -> write(caller, null, done));
                        },
                        (caller, done) -> Play.at(
                                caller,
                                1_300,
                                () -> caller.call(
                                        new ClientCall.ReadStrict(List.of(X)), PATIENCE_NANOS, answer -> done.run()))),
                end -> {});
    }

    private static void write(Caller caller, @Nullable Bytes value, Runnable done) {
        ClientCall commit = new ClientCall.Commit(List.of(), List.of(new Write(X, value)));
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
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
