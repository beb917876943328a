package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.txn.RegistersSeen.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One history for each thing that can be wrong, and what is said of it. */
class RegisterCheckTest {
    private final List<Operation<RegisterTxn, RegistersSeen>> operations = new ArrayList<>();
    private final List<Operation<RegisterTxn, RegistersSeen>> aborted = new ArrayList<>();

    private record Done(RegisterTxn.Step step, Seen seen) {}

    private static Done write(String register, int value) {
        return write(register, value, null);
    }

    private static Done write(String register, int value, @Nullable Long version) {
        return new Done(
                new RegisterTxn.Step.Write(register, Integer.toString(value)),
                new Seen(Integer.toString(value), version));
    }

    private static Done read(String register, @Nullable Integer value) {
        return read(register, value, null);
    }

    private static Done read(String register, @Nullable Integer value, @Nullable Long version) {
        return new Done(
                new RegisterTxn.Step.Read(register), new Seen(value == null ? null : value.toString(), version));
    }

    private static RegisterTxn input(Done... steps) {
        return new RegisterTxn(Stream.of(steps).map(Done::step).toList());
    }

    private void known(long invoked, long completed, Done... steps) {
        known(100 + operations.size(), invoked, completed, steps);
    }

    private void known(long process, long invoked, long completed, Done... steps) {
        operations.add(Operation.known(
                process,
                input(steps),
                new RegistersSeen(Stream.of(steps).map(Done::seen).toList()),
                invoked,
                completed));
    }

    private void unknown(long invoked, Done... steps) {
        operations.add(Operation.unknown(100L + operations.size(), input(steps), invoked));
    }

    private TxnVerdict<RegisterTxn, RegistersSeen> check(Consistency level) {
        return RegisterCheck.check(History.of(operations), aborted, null, false, level);
    }

    private List<Anomaly.Kind> kinds(Consistency level) {
        return check(level).anomalies().stream().map(Anomaly::kind).toList();
    }

    private void assertFirst(Anomaly.Kind kind, String... reasons) {
        TxnVerdict<RegisterTxn, RegistersSeen> verdict = check(Consistency.STRICT_SERIALIZABLE);
        assertThat(verdict.anomalies()).isNotEmpty();
        assertThat(verdict.anomalies().get(0).kind()).isEqualTo(kind);
        assertThat(verdict.anomalies().get(0).reasons()).containsExactly(reasons);
        assertThat(verdict.result().sentence()).contains(kind.label());
    }

    @Test
    void oneAfterTheOtherIsFine() {
        known(1, 2, write("x", 1), read("x", 1));
        known(3, 4, read("x", 1), write("x", 2));
        known(5, 6, read("x", 2), read("y", null));
        for (Consistency level : Consistency.values()) {
            assertThat(check(level).result().isValid()).as(level.label()).isTrue();
        }
    }

    @Test
    void aHistoryInWhichNobodyReadsIsNoPass() {
        known(1, 2, write("x", 1));
        unknown(3, read("x", null));
        assertThat(check(Consistency.SERIALIZABLE).result()).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void aValueThatNobodyWrote() {
        known(1, 2, read("x", 7));
        assertFirst(Anomaly.Kind.GARBAGE_READ, "T1 read x as 7, which nobody was asked to write");
    }

    @Test
    void aValueOfTheFuture() {
        known(1, 2, read("x", 7), write("x", 7));
        assertFirst(Anomaly.Kind.FUTURE_READ, "T1 read x as 7 before it wrote that");
    }

    @Test
    void anAbortedWriteIsRead() {
        aborted.add(Operation.unknown(9, input(write("x", 1)), 0));
        known(3, 4, read("x", 1));
        assertFirst(Anomaly.Kind.G1A, "T1 read x as 1, which T2 wrote, and T2 was aborted");
        assertThat(kinds(Consistency.READ_UNCOMMITTED)).isEmpty();
    }

    @Test
    void aReadBetweenTheWritesOfAnother() {
        known(1, 2, write("x", 1), write("x", 2));
        known(1, 2, read("x", 1));
        assertFirst(Anomaly.Kind.G1B, "T1 read x as 1, but T2 went on to write something else");
        assertThat(kinds(Consistency.READ_COMMITTED)).containsExactly(Anomaly.Kind.G1B);
    }

    @Test
    void aTransactionDoesNotSeeItsOwnWrite() {
        known(1, 2, write("x", 1), read("x", null));
        assertFirst(Anomaly.Kind.INTERNAL, "T1 read x as nothing where it should have seen 1, which it had written");
    }

    @Test
    void twoReadsOfOneTransactionDiffer() {
        known(1, 2, write("x", 1));
        known(1, 2, read("x", null), read("x", 1));
        assertThat(kinds(Consistency.SNAPSHOT_ISOLATION)).containsExactly(Anomaly.Kind.INTERNAL, Anomaly.Kind.G_SINGLE);
        assertThat(kinds(Consistency.READ_COMMITTED)).isEmpty();
    }

    @Test
    void anUpdateIsLost() {
        known(1, 2, write("x", 1));
        known(3, 4, read("x", 1), write("x", 2));
        known(3, 4, read("x", 1), write("x", 3));
        assertFirst(Anomaly.Kind.LOST_UPDATE, "T1 and T2 both read x as 1, and both wrote it");
        assertThat(kinds(Consistency.SERIALIZABLE)).containsExactly(Anomaly.Kind.LOST_UPDATE, Anomaly.Kind.G2);
    }

    @Test
    void writesInterleave() {
        known(1, 2, write("x", 1, 1L), write("y", 1, 2L));
        known(1, 2, write("x", 2, 2L), write("y", 2, 1L));
        known(3, 4, read("x", 2, 2L));
        assertFirst(
                Anomaly.Kind.G0,
                "T2 wrote x = 2 over 1, which T1 had written (versions 1 and 2)",
                "T1 wrote y = 1 over 2, which T2 had written (versions 1 and 2)");
        assertThat(kinds(Consistency.READ_UNCOMMITTED)).containsExactly(Anomaly.Kind.G0);
    }

    @Test
    void twoReadEachOthersWrites() {
        known(1, 2, write("x", 1), read("y", 1));
        known(1, 2, write("y", 1), read("x", 1));
        assertFirst(Anomaly.Kind.G1C, "T2 read x as 1, which T1 wrote", "T1 read y as 1, which T2 wrote");
    }

    @Test
    void aSkewedRead() {
        known(1, 2, write("x", 1), write("y", 1));
        known(1, 2, read("x", 1), read("y", null));
        assertFirst(
                Anomaly.Kind.G_SINGLE, "T2 read x as 1, which T1 wrote", "T2 read y as nothing, over which T1 wrote 1");
    }

    @Test
    void aSkewedWrite() {
        known(1, 2, read("x", null), write("y", 1));
        known(1, 2, read("y", null), write("x", 1));
        assertFirst(
                Anomaly.Kind.G2,
                "T1 read x as nothing, over which T2 wrote 1",
                "T2 read y as nothing, over which T1 wrote 1");
        assertThat(kinds(Consistency.SNAPSHOT_ISOLATION)).isEmpty();
    }

    @Test
    void anAcknowledgedWriteIsLost() {
        known(1, 2, write("x", 1));
        known(3, 4, read("x", null));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).contains(Anomaly.Kind.G_SINGLE_REALTIME);
        assertThat(kinds(Consistency.STRONG_SESSION_SERIALIZABLE)).isEmpty();
    }

    @Test
    void anOldValueIsReadAgain() {
        known(1, 2, write("x", 1));
        known(3, 4, write("x", 2));
        known(5, 6, read("x", 1));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE))
                .containsExactly(Anomaly.Kind.G_SINGLE_REALTIME, Anomaly.Kind.CYCLIC_VERSIONS);
        assertThat(kinds(Consistency.SERIALIZABLE)).isEmpty();
    }

    @Test
    void readsThatGoBackInNoOrderOfTheWrites() {
        known(1, 9, write("x", 1));
        known(1, 9, write("x", 2));
        known(10, 11, read("x", 1));
        known(12, 13, read("x", 2));
        known(14, 15, read("x", 1));
        assertFirst(
                Anomaly.Kind.CYCLIC_VERSIONS,
                "of x 1 comes before 2, for T1 wrote 1 and was answered (at 9) before T2 was asked (at 12), who read 2"
                        + " and 2 comes before 1, for T3 wrote 2 and was answered (at 9) before T4 was asked (at 10),"
                        + " who read 1");
    }

    @Test
    void aProcessReadsWhatItHadOverwritten() {
        known(1, 1, 2, write("x", 1));
        known(1, 3, 4, read("x", 1), write("x", 2));
        known(1, 5, 6, read("x", 1));
        assertThat(kinds(Consistency.SESSION)).containsExactly(Anomaly.Kind.READ_YOUR_WRITES);
        assertThat(kinds(Consistency.MONOTONIC_READS)).isEmpty();
        assertThat(kinds(Consistency.STRONG_SESSION_SERIALIZABLE)).contains(Anomaly.Kind.G_SINGLE_PROCESS);
        assertThat(kinds(Consistency.STRONG_SESSION_READ_COMMITTED)).isEmpty();
    }

    @Test
    void aWriteOfUnknownOutcomeThatIsReadHasHappened() {
        unknown(1, write("x", 1), write("y", 1));
        known(3, 4, read("x", 1));
        known(5, 6, read("y", null));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).contains(Anomaly.Kind.G_SINGLE_REALTIME);
        assertThat(kinds(Consistency.SERIALIZABLE)).isEmpty();
    }

    @Test
    void aWriteOfUnknownOutcomeMayHaveHappenedOrNot() {
        unknown(1, write("x", 1));
        known(3, 4, read("x", null));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).isEmpty();
    }

    @Test
    void twoWritesOfOneVersion() {
        known(1, 2, write("x", 1, 1L));
        known(3, 4, write("x", 2, 1L));
        known(5, 6, read("x", 2, 1L));
        assertFirst(Anomaly.Kind.DUPLICATE_VERSIONS, "T1 wrote x = 1 and T2 wrote 2, both as version 1");
    }

    @Test
    void versionsTellEqualValuesApart() {
        known(1, 2, write("x", 1, 1L));
        known(3, 4, write("x", 1, 2L));
        known(5, 6, read("x", 1, 1L));
        assertThat(kinds(Consistency.STRICT_SERIALIZABLE)).containsExactly(Anomaly.Kind.G_SINGLE_REALTIME);
        assertThat(kinds(Consistency.SERIALIZABLE)).isEmpty();
    }

    @Test
    void aValueWrittenTwiceWithoutVersionsIsNoHistory() {
        known(1, 2, write("x", 1));
        known(3, 4, write("x", 1));
        assertThatThrownBy(() -> check(Consistency.SERIALIZABLE))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("writes 1 to x");
    }
}
