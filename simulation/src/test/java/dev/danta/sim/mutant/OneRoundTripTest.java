package dev.danta.sim.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.Scenario;
import dev.danta.sim.SimResult;
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
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What transactions on a key cost that their client remembers: what ten more of them add to a run. */
final class OneRoundTripTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final Key X = KeyLayout.key("sim", "stage", List.of("x"));
    private static final List<String> MESSAGES = List.of(
            "message Ask",
            "message Propose",
            "message Voted",
            "message Finalize",
            "message Inquire",
            "message Decide",
            "message DecisionAcknowledged");

    /** So many transactions, one after the other, each of which reads and writes x. */
    private static final class Transactions extends Stage {
        private final int transactions;

        Transactions(int transactions) {
            super(false);
            this.transactions = transactions;
        }

        @Override
        Workload play() {
            return new Play(
                    List.of(X),
                    List.of((caller, done) -> Play.at(caller, 500, () -> next(caller, transactions, done))),
                    end -> assertThat(end.get(X)).isNotNull());
        }

        private static void next(Caller caller, int left, Runnable done) {
            if (left == 0) {
                done.run();
                return;
            }
            caller.call(new ClientCall.ReadVersions(List.of(X), true), PATIENCE_NANOS, answer -> {
                Version seen = ((CallOutcome.Versions) answer).versions().get(0);
                ClientCall commit = new ClientCall.Commit(
                        List.of(Read.of(X, seen)), List.of(new Write(X, Bytes.utf8("value " + left))));
                caller.call(commit, PATIENCE_NANOS, outcome -> {
                    assertThat(outcome).isInstanceOf(CallOutcome.Committed.class);
                    next(caller, left - 1, done);
                });
            });
        }
    }

    private static Map<String, Long> messages(int replicas, int transactions) {
        SimSettings settings = new SimSettings(replicas, 1, 1, Scenario.REGISTER, Duration.ofSeconds(3));
        SimResult result =
                new Directed("counted", settings, FaultSchedule.parse(""), () -> new Transactions(transactions)).run(1);
        assertThat(result.violation()).isEmpty();
        Map<String, Long> counts = new TreeMap<>();
        MESSAGES.forEach(name -> counts.put(name, result.coverage().counts().getOrDefault(name, 0L)));
        return counts;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void ofARememberedKeyTheyCostOneMessageToEachReplicaAndOneBack(int replicas) {
        Map<String, Long> ten = messages(replicas, 10);
        Map<String, Long> twenty = messages(replicas, 20);
        Map<String, Long> more = new TreeMap<>();
        twenty.forEach((name, count) -> more.put(name, count - ten.getOrDefault(name, 0L)));

        long each = 10L * replicas;
        assertThat(more)
                .containsEntry("message Propose", each)
                .containsEntry("message Voted", each)
                .containsEntry("message Decide", each)
                .containsEntry("message DecisionAcknowledged", each)
                .containsEntry("message Ask", 0L)
                .containsEntry("message Finalize", 0L)
                .containsEntry("message Inquire", 0L);
    }
}
