package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.txn.FeedOutput.Change;
import dev.danta.check.txn.FeedOutput.Polled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a feed owes its readers. */
class FeedCheckTest {
    private static final int SEEDS = 20_000;

    private final List<Operation<FeedInput, FeedOutput>> operations = new ArrayList<>();
    private final List<Operation<FeedInput, FeedOutput>> aborted = new ArrayList<>();
    private long now;
    private long puts = 100;

    private void put(String value) {
        put(value, null);
    }

    private void put(String value, @Nullable Long version) {
        put(value, version, now, now + 1);
        now += 2;
    }

    private void put(String value, @Nullable Long version, long from, long to) {
        operations.add(Operation.known(puts++, new FeedInput.Put("k", value), new FeedOutput.Done(version), from, to));
    }

    private void lost(String value) {
        operations.add(Operation.unknown(puts++, new FeedInput.Put("k", value), now++));
    }

    private static Change change(String value) {
        return new Change("k", value, null);
    }

    private static List<Change> changes(String... values) {
        return Stream.of(values).map(FeedCheckTest::change).toList();
    }

    private void poll(@Nullable String cursor, String next, String... values) {
        poll(1, cursor, next, false, false, changes(values));
    }

    private void poll(
            long process, @Nullable String cursor, String next, boolean last, boolean reset, List<Change> changes) {
        operations.add(Operation.known(
                process, new FeedInput.Poll(cursor, last), new Polled(changes, next, reset), now, now + 1));
        now += 2;
    }

    private TxnVerdict<FeedInput, FeedOutput> verdict() {
        return FeedCheck.check(History.of(operations), aborted);
    }

    private void assertOnly(Anomaly.Kind kind, String reason) {
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(kind);
        assertThat(verdict().anomalies().get(0).reasons()).containsExactly(reason);
    }

    private void assertFine() {
        assertThat(verdict().result()).as(verdict().result().sentence()).isInstanceOf(Result.Valid.class);
    }

    @Test
    void everythingInOrder() {
        put("a");
        poll(null, "1", "a");
        put("b");
        lost("x");
        poll("1", "2", "b");
        poll(1, "2", "3", true, false, changes());
        assertFine();
    }

    @Test
    void nobodyPolls() {
        put("a");
        assertThat(verdict().result()).isInstanceOf(Result.Unknown.class);
        assertThat(verdict().result().sentence()).contains("nobody has polled");
    }

    @Test
    void aChangeIsSkipped() {
        put("a");
        put("b");
        poll(null, "1", "b");
        assertOnly(
                Anomaly.Kind.SKIPPED_CHANGE,
                "T1 got what T3 had put (k = b) and its reader never what T2 had put (k = a), but T2 was answered (at"
                        + " 1) before T3 was asked (at 2)");
    }

    @Test
    void aChangeIsSkippedByItsVersion() {
        put("a", 1L, 0, 9);
        put("b", 2L, 0, 9);
        now = 10;
        poll(1, null, "1", false, false, List.of(new Change("k", "b", 2L)));
        assertOnly(
                Anomaly.Kind.SKIPPED_CHANGE,
                "T1 got what T3 had put (k = b) and its reader never what T2 had put (k = a), but T2 wrote version 1"
                        + " and T3 version 2");
    }

    @Test
    void changesAreTurnedAround() {
        put("a");
        put("b");
        poll(null, "1", "a", "b");
        poll("1", "2", "a");
        assertOnly(
                Anomaly.Kind.CHANGE_OUT_OF_ORDER,
                "T1 got what T2 had put (k = a) after what T3 had put (k = b), but T2 was answered (at 1) before T3"
                        + " was asked (at 2)");
    }

    @Test
    void aChangeIsMissingInTheEnd() {
        put("a");
        put("b");
        poll(null, "1", "a");
        poll(1, "1", "2", true, false, changes());
        assertOnly(
                Anomaly.Kind.MISSING_CHANGE,
                "T2 was acknowledged (at 3) before T1 was asked (at 6), but the reader of T1 never got k = b");
    }

    @Test
    void whatNobodyPut() {
        aborted.add(Operation.unknown(99, new FeedInput.Put("k", "x"), 0));
        poll(null, "1", "x");
        poll("1", "2", "y");
        poll("2", "3", "z");
        put("z");
        assertThat(verdict().anomalies().stream()
                        .map(anomaly -> anomaly.reasons().get(0)))
                .containsExactly(
                        "T1 got k = x, which T2 was asked to put, and T2 failed",
                        "T1 got k = y, which nobody was asked to put",
                        "T1 got k = z, which T2 was asked to put only afterwards");
    }

    @Test
    void whoGoesBackGetsItAgain() {
        put("a");
        put("b");
        poll(null, "1", "a");
        poll("1", "2", "b");
        poll("1", "2", "b");
        poll(null, "2", "a", "b");
        poll(1, "2", "3", true, false, changes());
        assertFine();
    }

    @Test
    void whoGoesBackAgainAndAgainHasWhatItHadThere() {
        put("a");
        put("b");
        put("c");
        poll(null, "1", "a");
        poll("1", "2", "b");
        poll("2", "3", "c");
        poll("2", "3", "c");
        poll("1", "2", "b");
        poll(1, "3", "3", true, false, changes());
        assertFine();

        poll("1", "2", "b");
        poll(1, "2", "3", true, false, changes());
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.MISSING_CHANGE);
    }

    @Test
    void anotherProcessGoesOnWhereOneWas() {
        put("a");
        put("b");
        poll(null, "1", "a");
        poll(2, "1", "2", false, false, changes("b"));
        poll(2, "2", "3", true, false, changes());
        poll(1, "1", "2", true, false, changes("b"));
        assertFine();

        poll(3, "1", "2", true, false, changes());
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.MISSING_CHANGE);
    }

    @Test
    void whoBeginsAnywhereIsOwedAnOrder() {
        put("a");
        put("b");
        put("c");
        poll("7", "8", "b");
        poll(1, "8", "9", true, false, changes("c"));
        assertFine();

        poll("9", "10", "b");
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.CHANGE_OUT_OF_ORDER);
    }

    @Test
    void whoStartsOverHasThePresentValues() {
        put("a");
        put("b");
        poll(1, null, "2", false, true, changes("b"));
        put("c");
        poll(1, "2", "3", true, false, changes("c"));
        assertFine();

        put("d");
        put("e");
        poll("3", "5", "e");
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.SKIPPED_CHANGE);
    }

    @Test
    void whoStartsOverIsOwedTheRest() {
        put("a");
        poll(1, null, "2", false, true, changes("a"));
        put("b");
        poll(1, "2", "3", true, false, changes());
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.MISSING_CHANGE);
    }

    @Test
    void aPutOfUnknownOutcomeHasThePlaceThatItShows() {
        put("a", 1L);
        lost("x");
        put("b", 3L);
        poll(
                1,
                null,
                "1",
                true,
                false,
                List.of(new Change("k", "a", 1L), new Change("k", "b", 3L), new Change("k", "x", 2L)));
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).containsExactly(Anomaly.Kind.CHANGE_OUT_OF_ORDER);
    }

    @Test
    void aValueThatIsPutTwiceWithoutVersionsIsNoHistory() {
        put("a");
        put("a");
        assertThatThrownBy(this::verdict)
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("put k = a was asked for before");
    }

    /** Small random feeds of one key with one reader, against every pair of changes. */
    @Test
    void verdictsAgreeWithTheDefinition() {
        int valid = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            operations.clear();
            boolean versions = seed % 2 == 0;
            int count = 1 + random.nextInt(4);
            List<Change> got = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long from = random.nextInt(8);
                Long version = versions ? Long.valueOf(i) : null;
                put("v" + i, version, from, from + random.nextInt(4));
                got.add(new Change("k", "v" + i, version));
            }
            if (random.nextInt(3) > 0) {
                Collections.swap(got, random.nextInt(count), random.nextInt(count));
            }
            if (random.nextInt(3) == 0) {
                got.remove(random.nextInt(count));
            }
            if (random.nextInt(3) == 0 && !got.isEmpty()) {
                got.add(random.nextInt(got.size()), got.get(random.nextInt(got.size())));
            }
            int split = random.nextInt(got.size() + 1);
            boolean last = random.nextBoolean();
            now = 20;
            poll(1, null, "1", false, false, got.subList(0, split));
            poll(1, "1", "2", last, false, got.subList(split, got.size()));

            boolean right = isRight(got, last);
            assertThat(verdict().result().isValid())
                    .as("seed %d: %s", seed, operations)
                    .isEqualTo(right);
            valid += right ? 1 : 0;
        }
        assertThat(valid).isBetween(SEEDS / 10, SEEDS * 9 / 10);
    }

    private boolean isRight(List<Change> got, boolean last) {
        for (int i = 0; i < got.size(); i++) {
            for (int j = i + 1; j < got.size(); j++) {
                if (isBefore(got.get(j), got.get(i))) {
                    return false;
                }
            }
        }
        for (Operation<FeedInput, FeedOutput> operation : operations) {
            if (operation.input() instanceof FeedInput.Put put && operation.output() instanceof FeedOutput.Done done) {
                Change change = new Change("k", put.value(), done.version());
                boolean due = last || got.stream().anyMatch(other -> isBefore(change, other));
                if (due && !got.contains(change)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isBefore(Change one, Change other) {
        if (one.version() != null && other.version() != null) {
            return one.version() < other.version();
        }
        return put(one).completedAt() < put(other).invokedAt();
    }

    private Operation<FeedInput, FeedOutput> put(Change change) {
        return operations.stream()
                .filter(operation -> operation.input() instanceof FeedInput.Put put
                        && put.value().equals(change.value()))
                .findFirst()
                .orElseThrow();
    }
}
