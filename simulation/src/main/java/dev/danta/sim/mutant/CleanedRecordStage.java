package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.OnceRules;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.IdempotencyRecord;
import dev.danta.txn.client.IdempotencyRecord.Finding;
import dev.danta.txn.key.KeyLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A request is done, and its record is to be kept for a minute. A client whose clock is an hour ahead cleans up, and then one
 * whose clock is right; all is forgotten that may be. The request is made again: it is done already.
 */
final class CleanedRecordStage extends Stage {
    private static final long PATIENCE_NANOS = 2_000_000_000L;
    private static final String REQUEST = "request";
    private static final Key RECORD = IdempotencyRecord.key("stage", REQUEST);
    private static final Key FIRST = KeyLayout.key("sim", "stage", List.of("first order"));
    private static final Key SECOND = KeyLayout.key("sim", "stage", List.of("second order"));

    private final OnceRules rules;

    private CleanedRecordStage(OnceRules rules) {
        super(true);
        this.rules = rules;
    }

    static Directed run(OnceRules rules) {
        return new Directed(
                "clients clean up, one of them with a clock far ahead, and a request is repeated",
                new SimSettings(3, 2, 3, Scenario.ONCE, Duration.ofSeconds(6)),
                FaultSchedule.parse("100ms clock c2 by 3600000ms"),
                () -> new CleanedRecordStage(rules));
    }

    @Override
    Workload play() {
        return new Play(
                List.of(FIRST, SECOND),
                List.of(this::requester, CleanedRecordStage::cleaner, CleanedRecordStage::laterCleaner),
                CleanedRecordStage::judge);
    }

    private void requester(Caller caller, Runnable done) {
        Play.at(caller, 500, () -> request(caller, FIRST, () -> {}));
        Play.at(caller, 4_500, () -> request(caller, SECOND, done));
    }

    /** Does what is asked for unless that is done already, as a client does it. */
    private void request(Caller caller, Key order, Runnable done) {
        caller.call(new ClientCall.ReadStrict(List.of(RECORD)), PATIENCE_NANOS, outcome -> {
            Version seen = outcome instanceof CallOutcome.StrictlyRead read
                    ? read.versions().get(0)
                    : Version.NEVER_THERE;
            if (!(IdempotencyRecord.find(seen, Bytes.EMPTY) instanceof Finding.Unknown)) {
                done.run();
                return;
            }
            IdempotencyRecord record = new IdempotencyRecord(Bytes.EMPTY, rules.keptMicros(60_000_000), null);
            ClientCall commit = new ClientCall.Commit(
                    List.of(Read.of(RECORD, seen)),
                    List.of(new Write(RECORD, record.encode()), new Write(order, Bytes.utf8("placed"))));
            caller.call(commit, PATIENCE_NANOS, end -> done.run());
        });
    }

    private static void cleaner(Caller caller, Runnable done) {
        Play.at(caller, 1_000, () -> clean(caller, done));
    }

    private static void laterCleaner(Caller caller, Runnable done) {
        Play.at(caller, 3_200, () -> clean(caller, done));
    }

    private static void clean(Caller caller, Runnable done) {
        ClientCall clean = new ClientCall.CleanRequests(IdempotencyRecord.all("stage"), 8);
        caller.call(clean, PATIENCE_NANOS, outcome -> done.run());
    }

    private static void judge(Map<Key, Version> end) {
        long placed =
                end.values().stream().filter(version -> !version.isDeletion()).count();
        if (placed != 1) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, "one request has placed " + placed + " orders");
        }
    }
}
