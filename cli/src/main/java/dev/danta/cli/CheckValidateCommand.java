package dev.danta.cli;

import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.history.HistoryStats;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings.KeyPlace;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says whether files are histories at all. */
@Command(
        name = "validate",
        description =
                "Says whether files are well-formed histories, without judging them: events that fit together, and,"
                        + " where the header or --model says what they are of, values that make sense of it. Exit code 0 or 2.")
final class CheckValidateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Histories, compressed if named .gz; of a folder all in it; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int code = ExitCode.OK;
        for (String file : HistoryFiles.of(files, spec.commandLine())) {
            try {
                String found = HistoryFiles.read(file, this::validated);
                out.println("OK        " + file + "  " + found);
            } catch (CommandException malformed) {
                out.println("MALFORMED " + Complaints.oneLine(malformed.getMessage()));
                code = ExitCode.worse(code, malformed.exitCode());
            }
            out.flush();
        }
        return code;
    }

    private String validated(HistoryInput input) throws IOException {
        HistoryHeader header = input.header().orElse(null);
        return subject.isKnown(header) ? ofModel(input, header) : ofAnyModel(input, header);
    }

    private String ofModel(HistoryInput input, @Nullable HistoryHeader header) throws IOException {
        Judge<?, ?> judge = subject.judge(header);
        HistoryFile<?, ?> read = input.read(judge.codec());
        return inWords("model=" + judge.name(), read.events(), read.tornLine());
    }

    private String ofAnyModel(HistoryInput input, @Nullable HistoryHeader header) throws IOException {
        HistoryStats stats = HistoryStats.of(input, subject.keyPlace(header) == KeyPlace.VALUE0);
        return inWords(
                "values not looked at: " + (header == null ? "no model said" : "no such model as " + header.model()),
                stats.events(),
                stats.tornLine());
    }

    private static String inWords(String model, long events, OptionalLong torn) {
        return String.format(Locale.ROOT, "(%,d events, %s)", events, model)
                + (torn.isPresent() ? "  [torn at line " + torn.getAsLong() + ", the rest is used]" : "");
    }
}
