package dev.danta.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.check.EngineName;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Model;
import dev.danta.check.Result;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.txn.Anomaly;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of other people's systems whose verdicts other people's checkers gave. They are no part of the project: the
 * folder is named by a system property, and without it this class is skipped.
 */
@EnabledIfSystemProperty(named = "danta.histories", matches = ".+")
class PublishedHistoriesTest {
    private static final CheckOptions OPTIONS = CheckOptions.defaults().withAcceptVacuous(true);

    record Published(Path file, String model, Map<String, String> options, String verdict, long firstBad) {
        @Override
        public String toString() {
            return file.getFileName().toString();
        }

        String option(String name) {
            return options.getOrDefault(name, "");
        }
    }

    static Stream<Published> objects() throws IOException {
        return all().filter(one -> !one.model().equals("list-append"));
    }

    static Stream<Published> lists() throws IOException {
        return all().filter(one -> one.model().equals("list-append"));
    }

    private static Stream<Published> all() throws IOException {
        Path folder = Path.of(System.getProperty("danta.histories"));
        List<String> rows = Files.readAllLines(folder.resolve("manifest.tsv"));
        return rows.stream().skip(1).map(row -> row.split("\t", -1)).map(row -> published(folder, row));
    }

    private static Published published(Path folder, String[] row) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : row[3].split(" ")) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        long firstBad = row.length < 10 || row[9].isEmpty() ? -1 : Long.parseLong(row[9]);
        return new Published(folder.resolve(row[0]), row[2], options, row[4], firstBad);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void theVerdictIsThePublishedOne(Published published) throws IOException {
        if (published.model().equals("kv-append")) {
            judge(published, new KeyValueModel(""), new KeyValueCodec());
            return;
        }
        if (published.model().equals("mutex")) {
            judge(published, new MutexModel(), new MutexCodec());
            return;
        }
        if (published.model().equals("multi-register")) {
            Map<String, String> zeros = Map.of("x", "0", "y", "0");
            judge(published, new MultiRegisterModel(zeros, RegisterModel.NilRead.WILDCARD), new MultiRegisterCodec());
            return;
        }
        String initial = published.option("init");
        RegisterModel model = new RegisterModel(
                initial.equals("nil") ? null : initial,
                published.option("failed-cas").equals("observed")
                        ? RegisterModel.FailedCas.OBSERVED
                        : RegisterModel.FailedCas.DROPPED,
                published.option("nil-read").equals("wildcard")
                        ? RegisterModel.NilRead.WILDCARD
                        : RegisterModel.NilRead.ABSENT);
        judge(published, model, new RegisterCodec());
    }

    /**
     * One verdict for each level, one name that Elle gives too, and of cycles without real time no other: of those with it
     * Elle names some only.
     */
    @ParameterizedTest
    @MethodSource("lists")
    void everyLevelIsAsPublished(Published published) throws IOException {
        HistoryFile<AppendTxn, ListsRead> file = read(published, new ListAppendCodec());
        for (String verdict : published.verdict().split(" ; ")) {
            String[] levelAndRest = verdict.split("=", 2);
            TxnVerdict<AppendTxn, ListsRead> judged =
                    ListAppendCheck.check(file.history(), file.failed(), Consistency.named(levelAndRest[0]));
            assertThat(judged.result().isValid())
                    .as(levelAndRest[0] + ": " + judged.result().sentence())
                    .isEqualTo(levelAndRest[1].equals("valid"));
            assertThat(judged.result()).isNotInstanceOf(Result.Unknown.class);
            List<String> names = List.of(levelAndRest[1].split("[() ]"));
            List<String> ours = judged.anomalies().stream()
                    .map(anomaly -> anomaly.kind().label())
                    .toList();
            if (!ours.isEmpty()) {
                assertThat(ours).containsAnyElementsOf(names);
            }
            assertThat(names)
                    .containsAll(ours.stream()
                            .filter(name -> !name.endsWith("-realtime"))
                            .toList());
        }
    }

    /** What is invalid at a level is at all that forbid more, and what is valid at all that forbid less. */
    @ParameterizedTest
    @MethodSource("lists")
    void levelsInBetweenAgreeWithThePublishedOnes(Published published) throws IOException {
        HistoryFile<AppendTxn, ListsRead> file = read(published, new ListAppendCodec());
        for (String verdict : published.verdict().split(" ; ")) {
            String[] levelAndRest = verdict.split("=", 2);
            Consistency level = Consistency.named(levelAndRest[0]);
            boolean valid = levelAndRest[1].equals("valid");
            for (Consistency other : Consistency.values()) {
                if (valid ? forbidsAllOf(level, other) : forbidsAllOf(other, level)) {
                    assertThat(ListAppendCheck.check(file.history(), file.failed(), other)
                                    .result()
                                    .isValid())
                            .as(other.label())
                            .isEqualTo(valid);
                }
            }
        }
    }

    private static boolean forbidsAllOf(Consistency strong, Consistency weak) {
        return Stream.of(Anomaly.Kind.values()).allMatch(kind -> strong.forbids(kind) || !weak.forbids(kind));
    }

    private static <I, O> HistoryFile<I, O> read(Published published, OperationCodec<I, O> codec) throws IOException {
        EventPairing<I, O> pairing = new EventPairing<>(codec);
        try (InputStream in = Files.newInputStream(published.file())) {
            EventSource events = Formats.open(in);
            assertThat(events).isInstanceOf(EdnEvents.class);
            long number = 0;
            for (HistoryEvent event = events.next(); event != null; event = events.next()) {
                pairing.add(numbered(event, ++number));
            }
            assertThat(events.tornAt()).isNull();
        }
        return pairing.finish(null, null);
    }

    /** The place of an event among all events, from 1, in place of its line: that is what the manifest counts. */
    private static HistoryEvent numbered(HistoryEvent event, long number) {
        return new HistoryEvent(number, null, event.process(), event.type(), event.f(), event.fields());
    }

    private static <S, I, O> void judge(Published published, Model<S, I, O> model, OperationCodec<I, O> codec)
            throws IOException {
        History<I, O> history = read(published, codec).history();
        for (EngineName engine : EngineName.values()) {
            Result<I, O> result = HistoryCheck.check(model, history, OPTIONS.withEngine(engine));
            if (result instanceof Result.Unknown<I, O> declined && declined.reason() == Result.Reason.UNSUPPORTED) {
                assertThat(engine).isIn(EngineName.ZONES, EngineName.QUEUES);
                continue;
            }
            assertThat(result).as("%s by %s", result.sentence(), engine).isNotInstanceOf(Result.Unknown.class);
            assertThat(result.isValid())
                    .as("%s by %s", result.sentence(), engine)
                    .isEqualTo(published.verdict().equals("valid"));
            if (result instanceof Result.Invalid<I, O> invalid && published.firstBad() >= 0) {
                assertThat(invalid.operation().completedLine() - 1)
                        .as("by %s", engine)
                        .isEqualTo(published.firstBad());
            }
        }
    }
}
