package dev.danta.check.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.check.CheckOptions;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.generate.Fault;
import dev.danta.check.generate.GeneratorSettings;
import dev.danta.check.generate.HistoryGenerator;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories of every model, valid and not, stay what they are in every format. */
final class HistoryConversionTest {
    private static final CheckOptions OPTIONS = CheckOptions.defaults().withThreads(1);

    @ParameterizedTest
    @EnumSource(Subject.class)
    void aHistoryIsJudgedAlikeInEveryFormat(Subject subject) throws IOException {
        for (Fault fault : List.of(Fault.NONE, Fault.STALE)) {
            GeneratorSettings settings = new GeneratorSettings(60, 4, 2, 30, 7, fault);
            ByteArrayOutputStream generated = new ByteArrayOutputStream();
            HistoryGenerator.generate(subject, settings).write(generated);
            byte[] text = generated.toByteArray();
            HistoryHeader header;
            try (HistoryInput input = open(text)) {
                header = input.header().orElseThrow();
            }
            Judge<?, ?> judge = Judges.of(subject, JudgeSettings.of(header));
            List<String> before = judged(judge, text);

            for (HistoryFormat format :
                    List.of(HistoryFormat.EDN, HistoryFormat.JSON_ARRAY, HistoryFormat.EDN, HistoryFormat.JSON_LINES)) {
                text = converted(text, format, header);
                try (HistoryInput input = open(text)) {
                    assertThat(input.format()).isEqualTo(format);
                    assertThat(input.header().isPresent()).isEqualTo(format.hasHeader());
                }

                assertThat(judged(judge, text))
                        .as("%s %s in %s", subject, fault, format)
                        .isEqualTo(before);
            }
        }
    }

    private static HistoryInput open(byte[] text) throws IOException {
        return HistoryInput.open(new ByteArrayInputStream(text));
    }

    private static byte[] converted(byte[] text, HistoryFormat format, HistoryHeader header) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (HistoryInput input = open(text)) {
            HistoryConversion.convert(input, out, format, header);
        }
        return out.toByteArray();
    }

    /** The verdict, and every operation with its answer. */
    private static <I, O> List<String> judged(Judge<I, O> judge, byte[] text) throws IOException {
        HistoryFile<I, O> file = HistoryReader.read(new ByteArrayInputStream(text), judge.codec());
        Result<I, O> result =
                judge.judge(file.history(), file.failed(), OPTIONS).result();
        List<String> judged = new ArrayList<>();
        judged.add(result.getClass().getSimpleName());
        for (Operation<I, O> operation : file.history().operations()) {
            judged.add(operation.process() + " " + judge.describe(operation.input(), operation.output()));
        }
        judged.subList(1, judged.size()).sort(null);
        return judged;
    }
}
