package dev.danta.check.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.BankCheck;
import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.ListsRead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {
    private static final HistoryHeader HEADER =
            HistoryHeader.of("kv").withSeed(42).with("initial", "0");
    private static final History<Input, Output> HISTORY = History.of(List.of(
            Operation.known(1, new Input.Put("a", "x\n\"\u00e9\""), new Output.Done(), 10, 20),
            Operation.known(2, new Input.Get("a"), new Output.Value(null), 10, 15),
            Operation.known(2, new Input.Get("a"), new Output.Value("x"), 15, 15),
            Operation.known(2, new Input.Cas("a", "1", "2"), new Output.Swapped(false), 15, 18),
            Operation.known(3, new Input.PutIfAbsent("b", "1"), new Output.Swapped(true), 16, 18),
            Operation.known(3, new Input.Append("b", "2"), new Output.Done(), 18, 19),
            Operation.<Input, Output>unknown(4, new Input.Delete("b"), 5)));

    @TempDir
    private Path folder;

    private static HistoryFile<Input, Output> read(String text) throws IOException {
        return HistoryReader.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), new KeyValueCodec());
    }

    private static String written() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistoryWriter.write(out, HEADER, new KeyValueCodec(), HISTORY);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static <I, O> List<Operation<I, O>> withoutLines(History<I, O> history) {
        return history.operations().stream()
                .map(op ->
                        new Operation<>(op.process(), op.input(), op.output(), op.invokedAt(), op.completedAt(), 0, 0))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"history.jsonl", "history.jsonl.gz"})
    void whatWasWrittenIsRead(String name) throws IOException {
        Path file = folder.resolve(name);

        HistoryWriter.write(file, HEADER, new KeyValueCodec(), HISTORY);
        HistoryFile<Input, Output> read = HistoryReader.read(file, new KeyValueCodec());

        assertThat(withoutLines(read.history())).containsExactlyInAnyOrderElementsOf(HISTORY.operations());
        assertThat(read.headerIfPresent()).contains(HEADER);
        assertThat(HistoryReader.header(file)).contains(HEADER);
        assertThat(read.events()).isEqualTo(14);
        assertThat(read.tornLine()).isEmpty();
    }

    @Test
    void theFormatIsTheDocumentedOne() throws IOException {
        History<Input, Output> history = History.of(
                List.of(Operation.known(3, new Input.Cas("a", "1", "2"), new Output.Swapped(true), 1000, 2500)));
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        HistoryWriter.write(out, HEADER, new KeyValueCodec(), history);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                {"header":{"format":1,"model":"kv","seed":42,"initial":"0"}}
                {"index":0,"time":1000,"process":3,"type":"invoke","f":"cas","key":"a","value":["1","2"]}
                {"index":1,"time":2500,"process":3,"type":"ok","f":"cas","key":"a","value":["1","2"],"success":true}
                """);
    }

    @Test
    void everyCodecReadsWhatItWrote() throws IOException {
        roundTrip(
                new RegisterCodec(),
                History.of(List.of(
                        Operation.known(1, new RegisterModel.Input.Read(), new RegisterModel.Output.Value("1"), 0, 1),
                        Operation.known(2, new RegisterModel.Input.Read(), new RegisterModel.Output.Value(null), 0, 1),
                        Operation.known(
                                3, new RegisterModel.Input.Write("1"), new RegisterModel.Output.Written(), 0, 1),
                        Operation.known(
                                4,
                                new RegisterModel.Input.Cas("1", "2"),
                                new RegisterModel.Output.Swapped(false),
                                0,
                                1))));
        roundTrip(
                new BoundedCounterCodec(),
                History.of(List.of(
                        Operation.known(
                                1,
                                new BoundedCounterModel.Input.Spend("", 1),
                                new BoundedCounterModel.Output.Limit(),
                                0,
                                1),
                        Operation.known(
                                4,
                                new BoundedCounterModel.Input.Spend("k", 1, 7),
                                new BoundedCounterModel.Output.Accepted(BoundedCounterModel.Mode.RESERVED),
                                0,
                                1),
                        Operation.known(
                                2,
                                new BoundedCounterModel.Input.Gain("k", 2),
                                new BoundedCounterModel.Output.Accepted(),
                                0,
                                1),
                        Operation.known(
                                3,
                                new BoundedCounterModel.Input.Read("k"),
                                new BoundedCounterModel.Output.Value(-7),
                                0,
                                1))));
        roundTrip(
                new BankCodec(),
                History.of(List.of(
                        Operation.known(
                                1,
                                new BankCheck.Input.Transfer("a", "b", 5),
                                new BankCheck.Output.Transferred(false),
                                0,
                                1),
                        Operation.known(
                                2,
                                new BankCheck.Input.ReadAll(),
                                new BankCheck.Output.Balances(Map.of("a", 1L, "b", -2L)),
                                0,
                                1))));
        roundTrip(
                new MutexCodec(),
                History.of(List.of(
                        Operation.known(1, MutexModel.Input.ACQUIRE, MutexModel.Output.DONE, 0, 1),
                        Operation.unknown(2, MutexModel.Input.RELEASE, 0))));
        MultiRegisterModel.Input registers = new MultiRegisterModel.Input(List.of(
                new MultiRegisterModel.Input.Part.Write("x", "1"), new MultiRegisterModel.Input.Part.Read("y")));
        roundTrip(
                new MultiRegisterCodec(),
                History.of(List.of(
                        Operation.known(1, registers, new MultiRegisterModel.Output(List.of("7")), 0, 1),
                        Operation.unknown(2, registers, 0))));
        AppendTxn lists = new AppendTxn(List.of(
                new AppendTxn.Step.Read("x"), new AppendTxn.Step.Append("x", "1"), new AppendTxn.Step.Read("y")));
        roundTrip(
                new ListAppendCodec(),
                History.of(List.of(
                        Operation.known(1, lists, new ListsRead(List.of(List.of("7", "a"), List.of())), 0, 1),
                        Operation.unknown(2, new AppendTxn(List.of(new AppendTxn.Step.Append("y", "2"))), 0))));
    }

    private static <I, O> void roundTrip(OperationCodec<I, O> codec, History<I, O> history) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistoryWriter.write(out, HistoryHeader.of(codec.model()), codec, history);
        HistoryFile<I, O> read = HistoryReader.read(new ByteArrayInputStream(out.toByteArray()), codec);
        assertThat(withoutLines(read.history())).containsExactlyInAnyOrderElementsOf(history.operations());
    }

    @Test
    void linesAreCountedFromOneWithTheHeader() throws IOException {
        Operation<Input, Output> first = read(written()).history().operations().get(0);

        assertThat(first.input()).isEqualTo(new Input.Delete("b"));
        assertThat(first.invokedLine()).isEqualTo(2);
    }

    @Test
    void aTornLastLineIsReportedAndTheRestIsUsed() throws IOException {
        String whole = written();
        int lastLine = whole.lastIndexOf('\n', whole.length() - 2) + 1;
        for (int cut = lastLine + 1; cut < whole.length() - 1; cut++) {
            HistoryFile<Input, Output> torn = read(whole.substring(0, cut));
            assertThat(torn.tornLine()).hasValue(15);
            assertThat(torn.events()).isEqualTo(13);
            assertThat(torn.history().size()).isEqualTo(7);
        }
        assertThat(read(whole.substring(0, whole.length() - 1)).tornLine()).isEmpty();
        assertThat(read(whole.substring(0, lastLine)).tornLine()).isEmpty();
    }

    @Test
    void aCompressedFileThatBreaksOffIsTorn() throws IOException {
        Path file = folder.resolve("history.jsonl.gz");
        HistoryWriter.write(file, HEADER, new KeyValueCodec(), HISTORY);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(file, Arrays.copyOf(bytes, length));

            HistoryFile<Input, Output> torn = HistoryReader.read(file, new KeyValueCodec());

            assertThat(torn.tornLine())
                    .hasValue(torn.events() + (torn.headerIfPresent().isPresent() ? 2 : 1));
            assertThat(torn.events() > 0).isEqualTo(torn.history().size() > 0);
        }
    }

    @Test
    void whatOnlyClaimsToBeCompressedIsMalformed() throws IOException {
        Path file = Files.writeString(folder.resolve("history.jsonl.gz"), written());

        assertThatThrownBy(() -> HistoryReader.read(file, new KeyValueCodec()))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageStartingWith("line 1: not compressed");
    }

    @Test
    void failMeansThatItDidNotHappenAndInfoThatNobodyKnows() throws IOException {
        HistoryFile<Input, Output> file = read("""
                {"process":1,"type":"invoke","f":"put","key":"a","value":"1"}
                {"process":2,"type":"invoke","f":"put","key":"a","value":2}
                {"process":"nemesis","type":"info","f":"kill"}
                {"process":1,"type":"fail","f":"put","key":"a","value":"1"}
                {"process":2,"type":"info","f":"put","key":"a","value":2}

                {"process":1,"type":"invoke","f":"get","key":"a"}
                """);

        assertThat(file.history().operations())
                .containsExactly(
                        new Operation<>(2, new Input.Put("a", "2"), null, 2, Operation.NEVER, 2, 0),
                        new Operation<>(1, new Input.Get("a"), null, 7, Operation.NEVER, 7, 0));
        assertThat(file.failed()).hasSize(1);
        assertThat(file.observed()).isEqualTo(1);
        assertThat(file.headerIfPresent()).isEmpty();
    }

    @Test
    void anEmptyFileIsAnEmptyHistory() throws IOException {
        assertThat(read("").history().size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'process':1,'type':'maybe','f':'get','key':'a'}| line 2: \"type\" must be invoke, ok, fail or info: maybe",
                "{'process':1,'f':'get','key':'a'}| line 2: \"type\" must be invoke, ok, fail or info: null",
                "{'type':'invoke','f':'get','key':'a'}| line 2: \"process\" is missing",
                "{'process':1,'type':'invoke','key':'a'}| line 2: \"f\" must say what was asked: null",
                "{'process':1,'type':'ok','f':'get','key':'a'}| line 2: process 1 completes get, which it never invoked",
                "{'process':0,'type':'ok','f':'put','key':'a'}| line 2: process 0 completes put, but invoked get at line 1",
                "{'process':0,'type':'invoke','f':'get','key':'a'}| line 2: process 0 invokes get while its get of line 1 is open",
                "{'process':1,'type':'invoke','f':'push','key':'a'}| line 2: a table knows get, put, delete, cas, cas-version, put-if-absent and append, not push",
                "{'process':1,'type':'invoke','f':'get'}| line 2: \"key\" is missing",
                "{'process':1,'type':'invoke','f':'cas','key':'a','value':'1'}| line 2: \"value\" must be a list of two values",
                "{'process':0,'type':'ok','f':'get','key':'a','value':[1]}| line 2: \"value\" must be text, a number or a truth value",
                "{'process':1,'type':'invoke','f':'get','key':'a','time':5}| line 2: has a time, unlike the events before",
                "{'process':1,'type':'invoke','f':'get','key':'a','time':'5'}| line 2: \"time\" must be an integer: 5",
                "null| line 2: not a JSON object: null",
            })
    void aLineThatMakesNoSenseIsNamed(String line, String complaint) {
        String text = ("{'process':0,'type':'invoke','f':'get','key':'a'}\n" + line + "\n").replace('\'', '"');

        assertThatThrownBy(() -> read(text))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessage(complaint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "[1]", "{\"a\":1,\"a\":2}", "{} {}", "{\"process\":0,", "\"text\""})
    void aLineThatIsNoObjectIsMalformedUnlessItIsTheTornEnd(String line) throws IOException {
        String good = "{\"process\":0,\"type\":\"invoke\",\"f\":\"get\",\"key\":\"a\"}\n";

        assertThatThrownBy(() -> read(good + line + "\n" + good))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessageStartingWith("line 2: not a JSON object");
        assertThat(read(good + line).tornLine()).hasValue(2);
    }

    @Test
    void timeThatGoesBackIsMalformed() {
        assertThatThrownBy(() -> read("""
                        {"time":5,"process":1,"type":"invoke","f":"get","key":"a"}
                        {"time":4,"process":2,"type":"invoke","f":"get","key":"a"}
                        """)).hasMessage("line 2: time goes back from 5 to 4");
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeItFillsTheMemory() {
        assertThatThrownBy(() -> read("{\"a\":\"" + "x".repeat(HistoryReader.LINE_BYTES_MAX) + "\"}\n"))
                .hasMessage("line 1: longer than 1048576 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'header':{'format':2,'model':'kv'}}| line 1: format 2 is not one of 1 to 1",
                "{'header':{'model':'kv'}}| line 1: format null is not one of 1 to 1",
                "{'header':{'format':1}}| line 1: the header names no model",
                "{'header':{'format':1,'model':'register'}}| line 1: a history of register, not of kv",
                "{'header':{'format':1,'model':'kv','seed':'x'}}| line 1: the seed must be an integer: x",
                "{'header':7}| line 1: \"header\" must be an object",
            })
    void aHeaderOfSomethingElseIsRefused(String line, String complaint) {
        assertThatThrownBy(() -> read(line.replace('\'', '"') + "\n"))
                .isInstanceOf(MalformedHistoryException.class)
                .hasMessage(complaint);
    }

    @Test
    void aHeaderAndACodecOfDifferentModelsAreNotWritten() {
        assertThatThrownBy(() -> HistoryWriter.write(
                        new ByteArrayOutputStream(), HistoryHeader.of("register"), new KeyValueCodec(), HISTORY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
