package dev.danta.check.txn;

import static dev.danta.check.txn.TxnHistories.append;
import static dev.danta.check.txn.TxnHistories.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One history for each thing that can be wrong, and what is said of it. */
class ListAppendCheckTest {
    private final TxnHistories history = new TxnHistories();

    private List<Anomaly.Kind> kinds(Consistency level) {
        return history.check(level).anomalies().stream().map(Anomaly::kind).toList();
    }

    private void assertFirst(Anomaly.Kind kind, String... reasons) {
        TxnVerdict<AppendTxn, ListsRead> verdict = history.check(Consistency.STRICT_SERIALIZABLE);
        assertThat(verdict.anomalies()).isNotEmpty();
        assertThat(verdict.anomalies().get(0).kind()).isEqualTo(kind);
        assertThat(verdict.anomalies().get(0).reasons()).containsExactly(reasons);
        assertThat(verdict.result().sentence()).contains(kind.label());
        for (Consistency level : Consistency.values()) {
            // What breaks a guarantee to sessions has another name where nothing else is promised.
            if (level.isolation() != Consistency.Isolation.NONE) {
                assertThat(history.check(level).result().isValid())
                        .as(level.label())
                        .isNotEqualTo(level.forbids(kind));
            }
        }
    }

    private void assertOnly(Consistency level, Anomaly.Kind kind, String reason) {
        List<Anomaly<AppendTxn, ListsRead>> anomalies = history.check(level).anomalies();
        assertThat(anomalies.stream().map(Anomaly::kind)).containsExactly(kind);
        assertThat(anomalies.get(0).reasons()).containsExactly(reason);
        assertThat(kinds(Consistency.SESSION)).contains(kind);
    }

    @Test
    void oneAfterTheOtherIsFine() {
        history.known(1, 2, append("x", 1), read("x", 1)).known(3, 4, read("x", 1), append("x", 2));
        history.known(5, 6, read("x", 1, 2), read("y"));
        for (Consistency level : Consistency.values()) {
            assertThat(history.check(level).result().isValid()).isTrue();
        }
    }

    @Test
    void aHistoryInWhichNobodyReadsIsNoPass() {
        history.known(1, 2, append("x", 1)).unknown(3, read("x"));
        Result<AppendTxn, ListsRead> result =
                history.check(Consistency.STRICT_SERIALIZABLE).result();
        assertThat(result).isInstanceOf(Result.Unknown.class);
        assertThat(((Result.Unknown<?, ?>) result).reason()).isEqualTo(Result.Reason.VACUOUS);
    }

    @Test
    void anElementThatNobodyAppended() {
        history.known(1, 2, read("x", 7));
        assertFirst(Anomaly.Kind.GARBAGE_READ, "T1 read 7 in x, which nobody was asked to append");
    }

    @Test
    void anElementOfTheFuture() {
        history.known(1, 2, read("x", 7), append("x", 7));
        assertFirst(Anomaly.Kind.FUTURE_READ, "T1 read 7 in x before it appended it");
    }

    @Test
    void anElementTwice() {
        history.known(1, 2, append("x", 7)).known(3, 4, read("x", 7, 7));
        assertFirst(Anomaly.Kind.DUPLICATE_ELEMENTS, "T1 read 7 twice in x: [7, 7]");
    }

    @Test
    void twoOrdersOfOneList() {
        history.known(1, 2, append("x", 1)).known(1, 2, append("x", 2));
        history.known(3, 4, read("x", 1, 2)).known(3, 4, read("x", 2));
        assertFirst(Anomaly.Kind.INCOMPATIBLE_ORDER, "T1 read x as [2], which is no beginning of [1, 2], as T2 did");
    }

    @Test
    void theAppendsOfOneTransactionAreInItsOrder() {
        history.known(1, 2, append("x", 1), append("x", 2)).known(3, 4, read("x", 2, 1));
        assertFirst(Anomaly.Kind.INCOMPATIBLE_ORDER, "T1 read x as [2, 1], but before 2 T2 appended 1");
    }

    @Test
    void anAppendOfOneTransactionIsLost() {
        history.known(1, 2, append("x", 1), append("x", 2)).known(3, 4, read("x", 2));
        assertFirst(Anomaly.Kind.INCOMPATIBLE_ORDER, "T1 read x as [2], but before 2 T2 appended 1");
    }

    @Test
    void anAbortedAppendIsRead() {
        history.aborted(append("x", 1)).known(3, 4, read("x", 1));
        assertFirst(Anomaly.Kind.G1A, "T1 read 1 in x, which T2 appended, and T2 was aborted");
    }

    @Test
    void aReadWithinTheAppendsOfAnother() {
        history.known(1, 2, append("x", 1), append("x", 2)).known(1, 2, read("x", 1));
        assertThat(kinds(Consistency.READ_COMMITTED)).containsExactly(Anomaly.Kind.G1B);
        assertFirst(Anomaly.Kind.G1B, "T1 read x up to 1, but T2 appended more than that at once");
    }

    @Test
    void aTransactionDoesNotSeeItsOwnAppend() {
        history.known(1, 2, append("x", 1), read("x"));
        assertFirst(Anomaly.Kind.INTERNAL, "T1 read x as [] where it should have seen ... and then [1]");
    }

    @Test
    void twoReadsOfOneTransactionDiffer() {
        history.known(1, 2, append("x", 1)).known(1, 2, read("x"), read("x", 1));
        assertThat(kinds(Consistency.SNAPSHOT_ISOLATION)).containsExactly(Anomaly.Kind.INTERNAL, Anomaly.Kind.G_SINGLE);
        assertThat(kinds(Consistency.READ_COMMITTED)).isEmpty();
    }

    @Test
    void anUpdateIsLost() {
        history.known(1, 2, append("x", 1));
        history.known(3, 4, read("x", 1), append("x", 2)).known(3, 4, read("x", 1), append("x", 3));
        assertFirst(Anomaly.Kind.LOST_UPDATE, "T1 and T2 both read x as [1], and both appended to it");
        assertThat(kinds(Consistency.SERIALIZABLE)).containsExactly(Anomaly.Kind.LOST_UPDATE, Anomaly.Kind.G2);
    }

    @Test
    void appendsInterleave() {
        history.known(1, 2, append("x", 1), append("y", 1)).known(1, 2, append("x", 2), append("y", 2));
        history.known(1, 2, read("x", 1, 2)).known(1, 2, read("y", 2, 1));
        assertFirst(
                Anomaly.Kind.G0,
                "T2 appended 2 to x after what T1 had appended",
                "T1 appended 1 to y after what T2 had appended");
    }

    @Test
    void twoReadEachOthersAppends() {
        history.known(1, 2, append("x", 1), read("y", 1)).known(1, 2, append("y", 1), read("x", 1));
        assertFirst(Anomaly.Kind.G1C, "T2 read 1 in x, which T1 appended", "T1 read 1 in y, which T2 appended");
    }

    @Test
    void aSkewedRead() {
        history.known(1, 2, append("x", 1), append("y", 1)).known(1, 2, read("x", 1), read("y"));
        assertFirst(
                Anomaly.Kind.G_SINGLE, "T2 read 1 in x, which T1 appended", "T2 read y without 1, which T1 appended");
    }

    @Test
    void aLongFork() {
        history.known(1, 2, append("x", 1)).known(1, 2, append("y", 1));
        history.known(1, 2, read("x", 1), read("y")).known(1, 2, read("x"), read("y", 1));
        assertThat(kinds(Consistency.SNAPSHOT_ISOLATION)).containsExactly(Anomaly.Kind.G_NONADJACENT);
        assertThat(history.check(Consistency.SNAPSHOT_ISOLATION)
                        .anomalies()
                        .get(0)
                        .transactions())
                .hasSize(4);
    }

    @Test
    void aSkewedWrite() {
        history.known(1, 2, read("x"), append("y", 1)).known(1, 2, read("y"), append("x", 1));
        assertFirst(
                Anomaly.Kind.G2, "T1 read x without 1, which T2 appended", "T2 read y without 1, which T1 appended");
    }

    @Test
    void anAcknowledgedAppendIsLost() {
        history.known(1, 2, append("x", 1)).known(3, 4, read("x"));
        assertFirst(
                Anomaly.Kind.G_SINGLE_REALTIME,
                "T1 was answered (at 2) before T2 was asked (at 3)",
                "T2 read x without 1, which T1 appended");
    }

    @Test
    void stampsThatMeetOrderNothing() {
        history.known(1, 2, append("x", 1)).known(2, 3, read("x"));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).isEmpty();
    }

    @Test
    void anAppendOfUnknownOutcomeMayHaveHappenedOrNot() {
        history.unknown(1, append("x", 1), append("y", 1))
                .known(3, 4, read("x"))
                .known(5, 6, read("y"));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).isEmpty();
    }

    @Test
    void anAppendOfUnknownOutcomeThatIsReadHasHappenedWithAllOthers() {
        history.unknown(1, append("x", 1), append("y", 1))
                .known(3, 4, read("x", 1))
                .known(5, 6, read("y"));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).containsExactly(Anomaly.Kind.G_SINGLE_REALTIME);
        assertThat(kinds(Consistency.SERIALIZABLE)).isEmpty();
    }

    @Test
    void anAppendOfUnknownOutcomeMayTakeEffectLate() {
        history.unknown(1, append("x", 1)).known(3, 4, read("x")).known(5, 6, read("x", 1));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).isEmpty();
    }

    @Test
    void whatWasReadIsNotUnreadLater() {
        history.unknown(1, append("x", 1)).known(3, 4, read("x", 1)).known(5, 6, read("x"));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).containsExactly(Anomaly.Kind.G_SINGLE_REALTIME);
    }

    @Test
    void theShortestCycleIsShown() {
        history.known(1, 2, append("x", 1), append("y", 1), append("z", 1));
        history.known(1, 2, read("x", 1), append("x", 2), read("z"));
        history.known(1, 2, read("y", 1), read("x", 1, 2), append("z", 2));
        history.known(9, 10, read("z", 1, 2));
        assertThat(history.check(Consistency.SERIALIZABLE).anomalies().get(0).transactions())
                .hasSize(2);
    }

    @Test
    void aProcessReadsLessThanBefore() {
        history.known(1, 2, append("x", 1)).known(1, 2, append("x", 2));
        history.knownOf(7, 3, 4, read("x", 1, 2)).knownOf(7, 5, 6, read("x", 1));
        assertOnly(
                Consistency.MONOTONIC_READS,
                Anomaly.Kind.MONOTONIC_READS,
                "T1 read x up to 2, but T2, of the same process, later read it up to 1");
        assertThat(kinds(Consistency.STRONG_SESSION_SERIALIZABLE)).containsExactly(Anomaly.Kind.G_SINGLE_PROCESS);
        assertThat(history.check(Consistency.STRONG_SESSION_SNAPSHOT_ISOLATION)
                        .anomalies()
                        .get(0)
                        .reasons())
                .contains("T2 was answered (at 4) before the same process 7 asked for T3 (at 5)");
    }

    @Test
    void aProcessDoesNotReadWhatItAppended() {
        history.knownOf(7, 1, 2, append("x", 1)).knownOf(7, 3, 4, read("x"));
        assertOnly(
                Consistency.READ_YOUR_WRITES,
                Anomaly.Kind.READ_YOUR_WRITES,
                "T1 appended 1 to x, but T2, of the same process, later read it as empty");
        assertThat(kinds(Consistency.MONOTONIC_READS)).isEmpty();
    }

    @Test
    void theAppendsOfOneProcessAreTurnedAround() {
        history.knownOf(7, 1, 2, append("x", 1)).knownOf(7, 3, 4, append("x", 2));
        history.known(5, 6, read("x", 2, 1));
        assertOnly(
                Consistency.MONOTONIC_WRITES,
                Anomaly.Kind.MONOTONIC_WRITES,
                "T1 appended 1 to x, and T2, of the same process, later 2, which comes before that");
        assertThat(kinds(Consistency.STRONG_SESSION_READ_UNCOMMITTED)).containsExactly(Anomaly.Kind.G0_PROCESS);
    }

    @Test
    void anAppendComesBeforeWhatItsProcessHadRead() {
        history.known(1, 2, append("x", 1));
        history.knownOf(7, 3, 4, read("x", 2, 1)).knownOf(7, 5, 6, append("x", 2));
        assertOnly(
                Consistency.WRITES_FOLLOW_READS,
                Anomaly.Kind.WRITES_FOLLOW_READS,
                "T1 read x up to 1, and T2, of the same process, later appended 2, which comes before that");
        assertThat(kinds(Consistency.STRONG_SESSION_READ_COMMITTED)).containsExactly(Anomaly.Kind.G1C_PROCESS);
    }

    @Test
    void anElementAppendedTwiceIsNoHistory() {
        history.known(1, 2, append("x", 1)).known(3, 4, append("x", 1));
        assertThatThrownBy(() -> history.check(Consistency.SERIALIZABLE))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("appends 1 to x");
    }
}
