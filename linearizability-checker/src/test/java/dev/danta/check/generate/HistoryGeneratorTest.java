package dev.danta.check.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.CheckOptions;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Minimal;
import dev.danta.check.judge.Subject;
import dev.danta.check.report.TextReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is generated is written, read, judged and made small, of every subject. */
class HistoryGeneratorTest {
    private static final CheckOptions OPTIONS = CheckOptions.defaults().withThreads(1);
    private static final int SEEDS = Boolean.getBoolean("danta.long") ? 10 : 3;
    private static final int MINIMAL_MAX = 12;

    @ParameterizedTest
    @EnumSource(Subject.class)
    void whatHasNoFaultIsValidAndEveryFaultIsFound(Subject subject) throws IOException {
        for (Fault fault : Fault.values()) {
            for (int keys : new int[] {1, 5}) {
                for (int seed = 1; seed <= SEEDS; seed++) {
                    GeneratorSettings settings = new GeneratorSettings(120, 5, keys, 20, seed, fault);
                    Result<?, ?> result = verdict(written(HistoryGenerator.generate(subject, settings)), subject);
                    assertThat(result)
                            .as("%s", settings)
                            .isInstanceOf(fault == Fault.NONE ? Result.Valid.class : Result.Invalid.class);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void whatIsWrongFitsIntoADozenOperations(Subject subject) throws IOException {
        for (Fault fault : new Fault[] {Fault.STALE, Fault.LOST, Fault.PHANTOM}) {
            GeneratorSettings settings = new GeneratorSettings(200, 5, 1, 0, 7, fault);
            byte[] file = written(HistoryGenerator.generate(subject, settings));
            try (HistoryInput input = HistoryInput.open(new ByteArrayInputStream(file))) {
                assertSmall(input, judge(input, subject), settings);
            }
        }
    }

    private static <I, O> void assertSmall(HistoryInput input, Judge<I, O> judge, GeneratorSettings settings)
            throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        Judgement<I, O> judgement = judge.judge(read.history(), read.failed(), OPTIONS);
        Minimal<I, O> minimal = judge.minimize(read.history(), read.failed(), judgement, Duration.ofMinutes(1));

        assertThat(minimal.history().size()).as("%s", settings).isLessThanOrEqualTo(MINIMAL_MAX);
        assertThat(minimal.judgement().result()).isInstanceOf(Result.Invalid.class);
        assertThat(read.history().operations().stream().map(op -> op.line()).toList())
                .containsAll(minimal.history().operations().stream()
                        .map(op -> op.line())
                        .toList());
        assertThat(TextReport.explanation(judge, minimal.judgement())).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void theSameSeedGivesTheSameHistoryAndAnotherAnother(Subject subject) throws IOException {
        GeneratorSettings settings = new GeneratorSettings(50, 3, 2, 10, 3, Fault.NONE);

        byte[] first = written(HistoryGenerator.generate(subject, settings));

        assertThat(written(HistoryGenerator.generate(subject, settings))).isEqualTo(first);
        assertThat(written(HistoryGenerator.generate(subject, new GeneratorSettings(50, 3, 2, 10, 4, Fault.NONE))))
                .isNotEqualTo(first);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void sizesOutOfBoundsAreRefused(Fault fault) {
        assertThatThrownBy(() -> new GeneratorSettings(0, 1, 1, 0, 1, fault)).hasMessageContaining("operations");
        assertThatThrownBy(() -> new GeneratorSettings(1, 0, 1, 0, 1, fault)).hasMessageContaining("processes");
        assertThatThrownBy(() -> new GeneratorSettings(1, 1, 0, 0, 1, fault)).hasMessageContaining("keys");
        assertThatThrownBy(() -> new GeneratorSettings(1, 1, 1, 1001, 1, fault)).hasMessageContaining("unknown");
    }

    private static byte[] written(Generated<?, ?> generated) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        generated.write(out);
        return out.toByteArray();
    }

    private static Judge<?, ?> judge(HistoryInput input, Subject subject) {
        return Judges.of(subject, JudgeSettings.of(input.header().orElseThrow()));
    }

    private static Result<?, ?> verdict(byte[] file, Subject subject) throws IOException {
        try (HistoryInput input = HistoryInput.open(new ByteArrayInputStream(file))) {
            return verdict(input, judge(input, subject));
        }
    }

    private static <I, O> Result<I, O> verdict(HistoryInput input, Judge<I, O> judge) throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        return judge.judge(read.history(), read.failed(), OPTIONS).result();
    }
}
