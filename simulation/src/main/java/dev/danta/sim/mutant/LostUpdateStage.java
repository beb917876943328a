package dev.danta.sim.mutant;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimSettings;
import dev.danta.sim.fault.FaultSchedule;
import dev.danta.sim.invariant.Violation;
import dev.danta.sim.workload.Caller;
import dev.danta.sim.workload.Play;
import dev.danta.sim.workload.Workload;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.ReadSet;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.participant.WaitingRules;
import dev.danta.txn.participant.WaitingSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * x is 1. The first client makes it 2; the second, which has seen the 1, would make it 11. For line 28 the second reads x
 * once more, in a range, after it was changed; for line 30 its proposal waits for the first's, which has not heard yet that
 * it may commit.
 */
final class LostUpdateStage extends Stage {
    private static final long MILLI = 1_000_000L;
    private static final long PATIENCE_NANOS = 60_000 * MILLI;
    private static final Key X = KeyLayout.key("sim", "stage", List.of("row", "x"));
    private static final KeyRange ROW = KeyLayout.prefix("sim", "stage", List.of("row"));

    private final boolean readsAgain;
    private final ReadRules reading;
    private final WaitingRules waiting;

    private LostUpdateStage(boolean readsAgain, ReadRules reading, WaitingRules waiting) {
        super(false);
        this.readsAgain = readsAgain;
        this.reading = reading;
        this.waiting = waiting;
    }

    private static SimSettings settings() {
        return new SimSettings(3, 1, 2, Scenario.REGISTER, Duration.ofSeconds(1));
    }

    static Directed bySecondRead(ReadRules reading) {
        return new Directed(
                "a key is changed between two reads of one transaction",
                settings(),
                FaultSchedule.NONE,
                () -> new LostUpdateStage(true, reading, WaitingRules.PROTOCOL));
    }

    static Directed byWaiting(WaitingRules waiting) {
        return new Directed(
                "a proposal waits for a holder that changes what it has read",
                settings(),
                FaultSchedule.parse("400.01ms pause c1 for 25ms"),
                () -> new LostUpdateStage(false, ReadRules.PROTOCOL, waiting));
    }

    @Override
    Workload play() {
        return new Play(List.of(X), List.of(this::first, readsAgain ? this::readAgain : this::wait), this::judge);
    }

    private void first(Caller caller, Runnable done) {
        Play.at(caller, 200, () -> commit(caller, List.of(), "1", () -> {}));
        Play.at(caller, 400, () -> commit(caller, List.of(), "2", done));
    }

    private static void commit(Caller caller, List<Read> reads, String value, Runnable done) {
        ClientCall commit = new ClientCall.Commit(reads, List.of(new Write(X, Bytes.utf8(value))));
        caller.call(commit, PATIENCE_NANOS, answer -> done.run());
    }

    private interface Seen {
        void then(Version version);
    }

    private static void read(Caller caller, Seen seen) {
        caller.call(
                new ClientCall.ReadVersions(List.of(X)),
                PATIENCE_NANOS,
                answer -> seen.then(((CallOutcome.Versions) answer).versions().get(0)));
    }

    private void readAgain(Caller caller, Runnable done) {
        Play.at(
                caller,
                300,
                () -> read(caller, one -> {
                    ReadSet reads = new ReadSet(reading);
                    reads.see(X, one);
                    ClientCall again = new ClientCall.ReadRange(ROW, 10);
                    Play.at(
                            caller,
                            600,
                            () -> caller.call(again, PATIENCE_NANOS, answer -> {
                                CallOutcome.RangeFound found = (CallOutcome.RangeFound) answer;
                                if (reads.see(found.range(), found.found())) {
                                    ClientCall commit = new ClientCall.Commit(
                                            reads.reads(), reads.ranges(), List.of(new Write(X, Bytes.utf8("11"))));
                                    caller.call(commit, PATIENCE_NANOS, end -> done.run());
                                } else {
                                    done.run();
                                }
                            }));
                }));
    }

    private void wait(Caller caller, Runnable done) {
        Play.at(
                caller,
                300,
                () -> read(
                        caller,
                        // So much later that its id is greater, however both clocks drift.
                        one -> Play.at(caller, 415, () -> commit(caller, List.of(Read.of(X, one)), "11", done))));
    }

    private void judge(Map<Key, Version> end) {
        Version x = end.getOrDefault(X, Version.NEVER_THERE);
        Bytes value = x.value();
        if (value == null || !value.equals(Bytes.utf8("2"))) {
            throw new Violation(Violation.Kind.HISTORY_INVALID, "x was 2 and is " + x + ", made of an earlier one");
        }
    }

    @Override
    public ReadRules readRules() {
        return reading;
    }

    @Override
    public WaitingRules waitingRules() {
        return waiting;
    }

    @Override
    public WaitingSettings waiting(WaitingSettings drawn) {
        return new WaitingSettings(60 * MILLI, 128);
    }
}
