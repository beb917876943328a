package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each guarantee by itself, broken and kept. */
class SessionsCheckTest {
    private final List<Operation<Input, Output>> operations = new ArrayList<>();

    private void read(long process, String key, long version) {
        add(process, new Input.Get(key), new Output.Value("v" + version, version));
    }

    private void write(long process, String key, long version) {
        add(process, new Input.Put(key, "v" + version), new Output.Done(version));
    }

    private void add(long process, Input input, Output output) {
        long at = 2L * operations.size();
        operations.add(Operation.known(process, input, output, at, at + 1));
    }

    private List<Anomaly.Kind> kinds() {
        return SessionsCheck.check(History.of(operations)).anomalies().stream()
                .map(Anomaly::kind)
                .toList();
    }

    @Test
    void readsThatGoBack() {
        read(1, "a", 2);
        read(1, "a", 1);

        assertThat(kinds()).containsExactly(Anomaly.Kind.MONOTONIC_READS);
        assertThat(SessionsCheck.check(History.of(operations)).result().sentence())
                .contains("after version 2 of a (T1) the same client read version 1 (T2)");
    }

    @Test
    void readsThatMissTheOwnWrite() {
        write(1, "a", 2);
        read(1, "a", 1);

        assertThat(kinds()).containsExactly(Anomaly.Kind.READ_YOUR_WRITES);
    }

    @Test
    void writesInAnotherOrder() {
        write(1, "a", 2);
        write(1, "a", 1);

        assertThat(kinds()).containsExactly(Anomaly.Kind.MONOTONIC_WRITES);
    }

    @Test
    void aWriteBeforeWhatItsClientHadRead() {
        read(1, "a", 3);
        write(1, "a", 2);

        assertThat(kinds()).containsExactly(Anomaly.Kind.WRITES_FOLLOW_READS);
    }

    @Test
    void othersAndOtherKeysMayBeBehind() {
        write(1, "a", 1);
        write(1, "a", 2);
        read(2, "a", 1);
        write(1, "b", 1);
        read(1, "b", 1);
        read(2, "a", 2);
        add(2, new Input.Cas("a", "x", "y"), new Output.Swapped(false, 1L));

        assertThat(kinds()).isEmpty();
        assertThat(SessionsCheck.check(History.of(operations)).result()).isInstanceOf(Result.Valid.class);
    }

    @Test
    void withoutVersionsNothingIsKnown() {
        add(1, new Input.Get("a"), new Output.Value("x"));

        assertThat(SessionsCheck.check(History.of(operations)).result()).isInstanceOf(Result.Unknown.class);
    }
}
