package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Reads that are as fresh as they are to be, and others. */
class FreshnessCheckTest {
    private final List<Operation<Input, Output>> operations = new ArrayList<>();

    private void write(String key, long version, long from, long to) {
        operations.add(Operation.known(
                operations.size(), new Input.Put(key, "v" + version), new Output.Done(version), from, to));
    }

    private void read(String key, long version, long from, long to) {
        operations.add(Operation.known(
                operations.size(), new Input.Get(key), new Output.Value("v" + version, version), from, to));
    }

    private void readNothing(String key, long from, long to) {
        operations.add(Operation.known(operations.size(), new Input.Get(key), new Output.Value(null, null), from, to));
    }

    private TxnVerdict<Input, Output> verdict(long staleNanos) {
        return FreshnessCheck.check(History.of(operations), Duration.ofNanos(staleNanos));
    }

    @Test
    void whatWasAcknowledgedBeforeShows() {
        write("a", 2, 0, 10);
        read("a", 1, 11, 12);

        assertThat(verdict(0).anomalies()).extracting(Anomaly::kind).containsExactly(Anomaly.Kind.READ_YOUR_WRITES);
        assertThat(verdict(0).result().sentence())
                .contains("version 2 of a was answered (T1) before it was read (T2), which shows version 1");
    }

    @Test
    void whatIsAcknowledgedMeanwhileMayShowOrNot() {
        write("a", 1, 0, 1);
        write("a", 2, 5, 10);
        read("a", 1, 10, 12);
        read("a", 2, 6, 7);

        assertThat(verdict(5).result().isValid()).isTrue();
    }

    @Test
    void whatAReadHasShownTheNextOneShowsToo() {
        write("a", 2, 0, 100);
        read("a", 2, 1, 2);
        read("a", 1, 3, 4);

        assertThat(verdict(0).anomalies()).extracting(Anomaly::kind).containsExactly(Anomaly.Kind.MONOTONIC_READS);
        assertThat(verdict(1).result().isValid()).isTrue();
    }

    @Test
    void whatMayBeSoOldMayNotBeOlder() {
        write("a", 2, 0, 10);
        read("a", 1, 30, 31);

        assertThat(verdict(20).result().isValid()).isTrue();
        assertThat(verdict(19).result()).isInstanceOf(Result.Invalid.class);
        assertThat(verdict(19).result().sentence()).contains("more than PT0.000000019S before it was read");
    }

    @Test
    void nothingIsOlderThanEveryVersion() {
        readNothing("a", 0, 1);
        write("a", 1, 2, 3);
        readNothing("a", 4, 5);

        assertThat(verdict(0).result()).isInstanceOf(Result.Invalid.class);
        assertThat(verdict(0).result().sentence()).contains("which shows nothing");
    }

    @Test
    void changesThatWereSupersededAndOtherKeysDoNotMatter() {
        write("a", 5, 0, 1);
        write("a", 3, 2, 3);
        write("b", 9, 0, 1);
        read("a", 5, 4, 5);
        operations.add(Operation.unknown(99, new Input.Put("a", "v7"), 4));
        read("a", 7, 6, 7);

        assertThat(verdict(0).result().isValid()).isTrue();
    }

    @Test
    void withoutAReadNothingIsSaid() {
        write("a", 5, 0, 1);

        assertThat(verdict(0).result())
                .isInstanceOfSatisfying(
                        Result.Unknown.class,
                        unknown -> assertThat(unknown.reason()).isEqualTo(Result.Reason.VACUOUS));
    }
}
