package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.txn.ReplicatedChange.Change;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What replicas may show in the end, and what they may not. */
class ConvergenceCheckTest {
    private static final int SEEDS = 20_000;

    private final List<Operation<ReplicatedChange, ReplicatedState>> operations = new ArrayList<>();
    private final List<Operation<ReplicatedChange, ReplicatedState>> aborted = new ArrayList<>();
    private long now;

    private void change(Change change) {
        operations.add(Operation.known(
                operations.size(), new ReplicatedChange("x", change), ReplicatedState.nothing(null), now, now + 1));
        now += 2;
    }

    private void unknown(Change change) {
        operations.add(Operation.unknown(operations.size(), new ReplicatedChange("x", change), now++));
    }

    private void read(boolean last, @Nullable String value, String... elements) {
        operations.add(Operation.known(
                operations.size(),
                new ReplicatedChange("x", new Change.Read(last)),
                new ReplicatedState(value, List.of(elements), null),
                now,
                now + 1));
        now += 2;
    }

    private TxnVerdict<ReplicatedChange, ReplicatedState> verdict() {
        return ConvergenceCheck.check(History.of(operations), aborted, null);
    }

    private void assertFound(Anomaly.Kind kind, String reason) {
        assertThat(verdict().anomalies().stream().map(Anomaly::kind)).contains(kind);
        assertThat(verdict().anomalies().stream().flatMap(anomaly -> anomaly.reasons().stream()))
                .contains(reason);
    }

    @Test
    void whatAgreesIsFine() {
        change(new Change.Write("1"));
        read(false, null);
        change(new Change.Write("2"));
        read(true, "1");
        read(true, "1");
        change(new Change.Write("3"));
        read(true, "3");

        assertThat(verdict().result()).isInstanceOf(Result.Valid.class);
    }

    @Test
    void withoutAFinalReadNothingIsKnown() {
        change(new Change.Write("1"));
        read(false, "1");

        assertThat(verdict().result()).isInstanceOf(Result.Unknown.class);
        assertThat(verdict().result().sentence()).contains("no read is final");
    }

    @Test
    void registersDiverge() {
        change(new Change.Write("1"));
        change(new Change.Write("2"));
        read(true, "1");
        read(true, "2");

        assertFound(Anomaly.Kind.DIVERGENCE, "in the end T1 read x as 1, but T2 as 2");
    }

    @Test
    void setsDiverge() {
        change(new Change.Add("1"));
        unknown(new Change.Add("2"));
        unknown(new Change.Add("3"));
        read(true, null, "1", "2");
        read(true, null, "3", "1");

        assertFound(
                Anomaly.Kind.DIVERGENCE,
                "in the end of x T1 read [2], which T2 did not and T2 read [3], which T1 did not");
        assertThat(verdict().anomalies()).hasSize(1);
    }

    @Test
    void whatWasAcknowledgedIsMissing() {
        change(new Change.Add("1"));
        change(new Change.Add("2"));
        read(true, null, "2");

        assertFound(Anomaly.Kind.MISSING_CHANGE, "T1 was acknowledged, but in the end T2 read x without 1");
    }

    @Test
    void anElementThatWasRemovedMayBeThereOrNot() {
        change(new Change.Add("1"));
        change(new Change.Remove("1"));
        read(true, null);
        change(new Change.Add("1"));
        read(true, null, "1");

        assertThat(verdict().result()).isInstanceOf(Result.Valid.class);
    }

    @Test
    void aRegisterForgetsEverything() {
        change(new Change.Write("1"));
        read(true, null);

        assertFound(Anomaly.Kind.MISSING_CHANGE, "T1 was acknowledged, but in the end T2 read x as nothing");
    }

    @Test
    void aSumIsNotTheSum() {
        change(new Change.Increment(2));
        unknown(new Change.Increment(3));
        unknown(new Change.Increment(-1));
        read(true, "6");

        assertFound(
                Anomaly.Kind.MISSING_CHANGE,
                "T1 was acknowledged, but in the end T2 read x as 6, where all that was acknowledged is 1 to 5");
    }

    @Test
    void whatNobodyAskedFor() {
        aborted.add(Operation.unknown(99, new ReplicatedChange("x", new Change.Add("2")), 0));
        change(new Change.Add("1"));
        read(false, null, "1", "2");
        read(false, null, "3");
        read(false, null, "4");
        change(new Change.Add("4"));
        read(true, null, "1", "4");

        assertFound(Anomaly.Kind.GARBAGE_READ, "T1 read 2 in x, which T2 was asked for, and T2 failed");
        assertFound(Anomaly.Kind.GARBAGE_READ, "T1 read 3 in x, which nobody was asked for");
        assertFound(Anomaly.Kind.GARBAGE_READ, "T1 read 4 in x, which T2 was asked for only afterwards");
    }

    @Test
    void aKeyIsOneThing() {
        change(new Change.Add("1"));
        change(new Change.Write("1"));

        assertThatThrownBy(this::verdict)
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageContaining("x is changed as a register, but was a set before");
    }

    @Test
    void aSetIsNotReadAsAValue() {
        change(new Change.Add("1"));
        read(true, "1");

        assertThatThrownBy(this::verdict).hasMessageContaining("x is read as a register, but was a set before");
    }

    @Test
    void whatWasNeverChangedIsAsItWas() {
        read(true, "0");
        read(true, null);
        read(true, "7");

        assertFound(Anomaly.Kind.GARBAGE_READ, "T1 read 7 in x, which nobody was asked for");
    }

    @Test
    void aChangeDuringAFinalReadIsNoQuiet() {
        operations.add(Operation.known(
                1, new ReplicatedChange("x", new Change.Write("1")), ReplicatedState.nothing(null), 1, 5));
        operations.add(Operation.known(
                2, new ReplicatedChange("x", new Change.Read(true)), new ReplicatedState("1", List.of(), null), 4, 6));
        assertThatThrownBy(this::verdict).hasMessageContaining("process 2 reads x for the last time while process 1");

        operations.set(
                0,
                Operation.known(
                        1, new ReplicatedChange("x", new Change.Write("1")), ReplicatedState.nothing(null), 5, 7));
        assertThatThrownBy(this::verdict).hasMessageContaining("process 2 reads x for the last time while process 1");
    }

    /** Small random histories of one key with reads in the end, against every state that there may be. */
    @Test
    void verdictsAgreeWithTheDefinition() {
        int valid = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            operations.clear();
            now = 0;
            int kind = random.nextInt(3);
            int changes = 1 + random.nextInt(3);
            boolean unknowns = seed % 2 == 0;
            for (int i = 0; i < changes; i++) {
                String value = Integer.toString(i);
                Change change = kind == 0
                        ? new Change.Write(value)
                        : kind == 1
                                ? new Change.Increment(random.nextInt(5) - 2L)
                                : random.nextInt(3) == 0
                                        ? new Change.Remove(Integer.toString(random.nextInt(3)))
                                        : new Change.Add(value);
                if (unknowns && random.nextInt(3) == 0) {
                    unknown(change);
                } else {
                    change(change);
                }
            }
            int reads = 1 + random.nextInt(2);
            for (int i = 0; i < reads; i++) {
                if (kind == 2) {
                    read(true, null, some(random));
                } else {
                    int value = random.nextInt(5) - 1;
                    read(true, kind == 0 && value < 0 ? null : Integer.toString(value));
                }
            }
            boolean possible = isPossible(kind, changes);
            boolean judged = verdict().result().isValid();
            assertThat(judged || !possible).as("seed %d: %s", seed, operations).isTrue();
            // Of a sum with unknown parts the bounds are judged.
            if (kind != 1 || !unknowns) {
                assertThat(judged).as("seed %d: %s", seed, operations).isEqualTo(possible);
            }
            valid += possible ? 1 : 0;
        }
        assertThat(valid).isBetween(SEEDS / 20, SEEDS * 19 / 20);
    }

    private static String[] some(Random random) {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            if (random.nextBoolean()) {
                elements.add(Integer.toString(i));
            }
        }
        return elements.toArray(String[]::new);
    }

    /** Whether one state explains all reads, whichever of the unknown changes happened, in whatever order. */
    private boolean isPossible(int kind, int changes) {
        ReplicatedState shown = operations.get(changes).output();
        for (int i = changes; i < operations.size(); i++) {
            if (!shown.holdsSame(operations.get(i).output())) {
                return false;
            }
        }
        for (int happened = 0; happened < 1 << changes; happened++) {
            boolean allKnown = true;
            Set<String> written = new HashSet<>();
            Set<String> added = new HashSet<>();
            Set<String> removed = new HashSet<>();
            long sum = 0;
            for (int i = 0; i < changes; i++) {
                if ((happened & 1 << i) == 0) {
                    allKnown &= operations.get(i).isUnknown();
                    continue;
                }
                Change change = operations.get(i).input().change();
                if (change instanceof Change.Write write) {
                    written.add(write.value());
                } else if (change instanceof Change.Add add) {
                    added.add(add.element());
                } else if (change instanceof Change.Remove remove) {
                    removed.add(remove.element());
                } else if (change instanceof Change.Increment increment) {
                    sum += increment.amount();
                }
            }
            Set<String> sure = new HashSet<>(added);
            sure.removeAll(removed);
            boolean explains = switch (kind) {
                case 0 -> shown.value() == null ? written.isEmpty() : written.contains(shown.value());
                case 1 -> Objects.equals(shown.value(), Long.toString(sum));
                default ->
                    added.containsAll(shown.elements()) && shown.elements().containsAll(sure);
            };
            if (allKnown && explains) {
                return true;
            }
        }
        return false;
    }
}
