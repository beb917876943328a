package dev.danta.cli;

import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.report.CycleDrawing;
import dev.danta.check.report.TextReport;
import dev.danta.check.txn.Anomaly;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says why one history is not valid, at length. */
@Command(
        name = "explain",
        description = "Says why a history is not valid: what cannot be explained, the operations around it, and which"
                + " states were possible; of transactions every cycle with a reason for each edge.")
final class CheckExplainCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JudgeOptions judging = new JudgeOptions();

    @Option(
            names = "--svg",
            paramLabel = "OUT",
            description = "Write a drawing of the worst cycle of transactions to this file too.")
    private @Nullable Path svg;

    @Parameters(arity = "1", paramLabel = "FILE", description = "A history; - is standard input.")
    private String file = HistoryFiles.STDIN;

    @Override
    public Integer call() {
        try (StatusLine line = StatusLine.onTerminal(spec.commandLine().getErr())) {
            CheckProgress progress = new CheckProgress(line, System::nanoTime);
            progress.begin(file);
            return HistoryFiles.read(
                    file,
                    input -> explain(
                            input.observedBy(progress::read),
                            judging.judge(input.header().orElse(null)),
                            progress));
        }
    }

    private <I, O> int explain(HistoryInput input, Judge<I, O> judge, CheckProgress progress) throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        progress.working("being judged", read.history().size());
        Judgement<I, O> judgement =
                judge.judge(read.history(), read.failed(), progress.observing(judging.checkOptions(false)));
        progress.clear();
        PrintWriter out = spec.commandLine().getOut();
        if (judgement.result() instanceof Result.Invalid) {
            out.println("INVALID  " + file + "  model=" + judge.name());
        }
        out.print(TextReport.explanation(judge, judgement));
        out.flush();
        if (svg != null) {
            draw(svg, judgement);
        }
        return ExitCode.of(judgement.result());
    }

    private void draw(Path target, Judgement<?, ?> judgement) throws IOException {
        String drawing = null;
        for (Anomaly<?, ?> anomaly : judgement.anomalies()) {
            drawing = drawing == null ? CycleDrawing.svg(anomaly).orElse(null) : drawing;
        }
        if (drawing == null) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(
                    spec.qualifiedName() + ": " + file + ": nothing to draw, for no cycle of transactions was found");
            err.flush();
            return;
        }
        Files.writeString(target, drawing, StandardCharsets.UTF_8);
    }
}
