package dev.danta.cli;

import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Minimal;
import dev.danta.check.report.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Finds the smallest part of a history that is wrong as the whole is. */
@Command(
        name = "min",
        description = "Leaves out of an invalid history whatever it is invalid without, and shows the rest.")
final class CheckMinCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JudgeOptions judging = new JudgeOptions();

    @Option(
            names = "--within",
            paramLabel = "D",
            defaultValue = "20s",
            converter = Quantities.DurationConverter.class,
            description = "After this long the smallest so far is taken (default: ${DEFAULT-VALUE}).")
    private Duration within = Duration.ofSeconds(20);

    @Option(names = "--out", paramLabel = "OUT", description = "Write it to this file too, as JSON Lines.")
    private @Nullable Path outFile;

    @Parameters(arity = "1", paramLabel = "FILE", description = "A history; - is standard input.")
    private String file = HistoryFiles.STDIN;

    @Override
    public Integer call() {
        try (StatusLine line = StatusLine.onTerminal(spec.commandLine().getErr())) {
            CheckProgress progress = new CheckProgress(line, System::nanoTime);
            progress.begin(file);
            return HistoryFiles.read(
                    file,
                    input -> minimize(
                            input.observedBy(progress::read),
                            judging.judge(input.header().orElse(null)),
                            progress));
        }
    }

    private <I, O> int minimize(HistoryInput input, Judge<I, O> judge, CheckProgress progress) throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        progress.working("being judged", read.history().size());
        Judgement<I, O> judgement =
                judge.judge(read.history(), read.failed(), progress.observing(judging.checkOptions(false)));
        progress.clear();
        PrintWriter out = spec.commandLine().getOut();
        if (!(judgement.result() instanceof Result.Invalid)) {
            out.println("Not invalid, so there is nothing to make small: "
                    + judgement.result().sentence());
            out.flush();
            return ExitCode.of(judgement.result());
        }
        progress.working("being made small", read.history().size());
        Minimal<I, O> smallest = judge.minimize(read.history(), read.failed(), judgement, within);
        progress.clear();
        int size = smallest.history().size() + smallest.aborted().size();
        out.printf(
                Locale.ROOT,
                "INVALID  %s  model=%s  %,d of %,d operations %s enough (%,d tried%s)%n",
                file,
                judge.name(),
                size,
                read.history().size() + read.failed().size(),
                size == 1 ? "is" : "are",
                smallest.tries(),
                smallest.complete() ? "" : ", out of time");
        if (smallest.initial() != null) {
            out.println("    beginning with " + smallest.initial());
        }
        out.print(TextReport.operations(
                judge, smallest.history(), smallest.judgement().result()));
        out.println();
        out.print(TextReport.explanation(judge, smallest.judgement()));
        out.flush();
        if (outFile != null) {
            HistoryWriter.write(outFile, smallest.header(judge), judge.codec(), smallest.history(), smallest.aborted());
        }
        return ExitCode.FAILED;
    }
}
