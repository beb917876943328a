package dev.danta.check.assertion;

import static dev.danta.check.assertion.HistoryAssertion.assertThatHistory;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.check.CheckOptions;
import dev.danta.check.EngineName;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryReader;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judges;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListsRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryAssertionTest {
    private static final Judge<Input, Output> REGISTER = Judges.of(new RegisterModel(), new RegisterCodec());

    @TempDir
    Path folder;

    private final AtomicLong ticks = new AtomicLong();
    private final HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>(ticks::incrementAndGet, 1_000);
    private final HistoryRecorder.Client<Input, Output> writer = recorder.client();
    private final HistoryRecorder.Client<Input, Output> reader = recorder.client();

    private void write(String value) {
        writer.invoke(new Input.Write(value)).ok(new Output.Written());
    }

    private void read(String value) {
        reader.invoke(new Input.Read()).ok(new Output.Value(value));
    }

    private AssertionError failure() {
        return failure(assertThatHistory(recorder));
    }

    private AssertionError failure(HistoryAssertion<Input, Output> assertion) {
        return failure(assertion, REGISTER);
    }

    private <I, O> AssertionError failure(HistoryAssertion<I, O> assertion, Judge<I, O> judge) {
        return catchThrowableOfType(
                AssertionError.class, () -> assertion.writingTo(folder).isValid(judge));
    }

    @Test
    void whatIsValidPassesAndLeavesNothing() {
        write("1");
        read("1");

        assertThatHistory(recorder).writingTo(folder).isValid(REGISTER);

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aViolationSaysWhyInOneLineAndLeavesWhatIsNeededToSeeIt() throws IOException {
        write("8");
        read("8");
        write("1");
        write("2");
        read("1");

        AssertionError failure = failure();

        assertThat(failure.getMessage().lines())
                .containsExactly(
                        "INVALID read 1 of process 1 returned after write 2 (process 0) was acknowledged; possible then: 2",
                        "  history: " + folder.resolve("history.jsonl") + " (5 operations)",
                        "  minimal: " + folder.resolve("minimal.jsonl") + " (3 operations)",
                        "  report: " + folder.resolve("report.html"));
        HistoryFile<Input, Output> kept = HistoryReader.read(folder.resolve("history.jsonl"), new RegisterCodec());
        assertThat(kept.header()).isEqualTo(REGISTER.header());
        assertThat(kept.history().size()).isEqualTo(5);
        assertThat(HistoryReader.read(folder.resolve("minimal.jsonl"), new RegisterCodec())
                        .history()
                        .operations())
                .extracting(Operation::input)
                .containsExactlyInAnyOrder(new Input.Write("1"), new Input.Write("2"), new Input.Read());
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("INVALID")
                .contains("ead 1 of process 1");
    }

    @Test
    void whatIsUndecidedIsNoPass() {
        HistoryAssertion<Input, Output> hard = assertThatHistory(overlong())
                .checkedWith(CheckOptions.defaults().withEngine(EngineName.JIT).withMaxMemoryBytes(64 << 10));

        AssertionError failure = failure(hard);

        assertThat(failure.getMessage().lines().findFirst())
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("UNKNOWN (out of its memory bound"));
        assertThat(folder).isDirectoryContaining("glob:**/history.jsonl").isDirectoryContaining("glob:**/report.html");
        assertThat(folder.resolve("minimal.jsonl")).doesNotExist();
    }

    /** So many writes at once that no order of them all can be tried. */
    private static History<Input, Output> overlong() {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        int writers = 60;
        for (int i = 0; i < writers; i++) {
            operations.add(Operation.known(i, new Input.Write("v" + i), new Output.Written(), i, 1_000));
            operations.add(Operation.known(
                    writers + i,
                    new Input.Read(),
                    new Output.Value("v" + (writers - 1 - i)),
                    2_000 + 10L * i,
                    2_005 + 10L * i));
        }
        return History.of(operations);
    }

    @Test
    void aHistoryWithoutAnyAnswerShowsNothing() {
        writer.invoke(new Input.Write("1")).unknown();

        assertThat(failure()).hasMessageStartingWith("UNKNOWN (vacuous").hasMessageContaining("(1 operation)");
    }

    @Test
    void anEmptyHistoryShowsNothing() {
        assertThat(failure()).hasMessageStartingWith("UNKNOWN (vacuous").hasMessageContaining("(0 operations)");
    }

    /** G1a: one reads what was certainly not appended. Without the aborted transaction it would be out of nowhere. */
    @Test
    void whatHasFailedMustNotBeSeenByTransactions() {
        HistoryRecorder<AppendTxn, ListsRead> transactions = new HistoryRecorder<>(ticks::incrementAndGet, 10);
        HistoryRecorder.Client<AppendTxn, ListsRead> client = transactions.client();
        AppendTxn append = new AppendTxn(List.of(new AppendTxn.Step.Append("x", "1")));
        AppendTxn look = new AppendTxn(List.of(new AppendTxn.Step.Read("x")));
        client.invoke(append).fail();
        client.invoke(look).ok(new ListsRead(List.of(List.of("1"))));

        AssertionError failure =
                failure(assertThatHistory(transactions), Judges.listAppend(Consistency.STRICT_SERIALIZABLE));

        assertThat(failure).hasMessageStartingWith("INVALID").hasMessageContaining("G1a");
        assertThat(folder.resolve("history.jsonl")).content().contains("\"fail\"");
    }

    @Test
    void withoutAFolderTheFailureIsNamedAfterWhoAsserts() throws IOException {
        read("1");
        Path first = null;
        for (int i = 0; i < 2; i++) {
            AssertionError failure = catchThrowableOfType(
                    AssertionError.class, () -> assertThatHistory(recorder).isValid(REGISTER));
            String report = failure.getMessage().substring(failure.getMessage().indexOf("report: ") + 8);

            assertThat(Path.of(report)).isRegularFile().isNotEqualTo(first);
            assertThat(Path.of(report).getParent().getFileName().toString())
                    .startsWith("HistoryAssertionTest.withoutAFolderTheFailureIsNamedAfterWhoAsserts");
            first = Path.of(report);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenDoesNotHideTheFailure() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        read("1");

        AssertionError failure = catchThrowableOfType(
                AssertionError.class,
                () -> assertThatHistory(recorder)
                        .writingTo(file.resolve("below"))
                        .isValid(REGISTER));

        assertThat(failure).hasMessageStartingWith("INVALID read 1").hasMessageContaining("cannot be written");
    }
}
