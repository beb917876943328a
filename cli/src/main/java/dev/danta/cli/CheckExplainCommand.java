package dev.danta.cli;

import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.report.TextReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Parameters(arity = "1", paramLabel = "FILE", description = "A history; - is standard input.")
    private String file = HistoryFiles.STDIN;

    @Override
    public Integer call() {
        try (HistoryInput input = HistoryFiles.open(file)) {
            return explain(input, judging.judge(input.header().orElse(null)));
        } catch (MalformedHistoryException malformed) {
            throw new CommandException(ExitCode.USAGE, file + ": " + malformed.getMessage(), malformed);
        } catch (IOException unreadable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unreadable), unreadable);
        }
    }

    private <I, O> int explain(HistoryInput input, Judge<I, O> judge) throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        Judgement<I, O> judgement = judge.judge(read.history(), read.failed(), judging.checkOptions(false));
        PrintWriter out = spec.commandLine().getOut();
        if (judgement.result() instanceof Result.Invalid) {
            out.println("INVALID  " + file + "  model=" + judge.name());
        }
        out.print(TextReport.explanation(judge, judgement));
        out.flush();
        return ExitCode.of(judgement.result());
    }
}
