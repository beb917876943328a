package dev.danta.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.history.HistoryStats;
import dev.danta.check.judge.JudgeSettings.KeyPlace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says what is in histories. */
@Command(
        name = "stats",
        description =
                "Says what is in histories, without judging them: operations, processes, keys, how many at a time,"
                        + " unknown outcomes, duration. No model has to be said.")
final class CheckStatsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private SubjectOptions subject = new SubjectOptions();

    @Option(names = "--json", paramLabel = "OUT", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Histories, compressed if named .gz; of a folder all in it; - is standard input.")
    private List<String> files = new ArrayList<>();

    @Override
    public Integer call() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        PrintWriter out = spec.commandLine().getOut();
        for (String file : HistoryFiles.of(files, spec.commandLine())) {
            HistoryStats stats = HistoryFiles.read(file, this::stats);
            print(out, file, stats);
            out.flush();
            all.withArray("files").add(json(file, stats));
        }
        if (json != null) {
            try {
                JsonFiles.write(json, all);
            } catch (IOException unwritable) {
                throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
            }
        }
        return ExitCode.OK;
    }

    private HistoryStats stats(HistoryInput input) throws IOException {
        return HistoryStats.of(input, subject.keyPlace(input.header().orElse(null)) == KeyPlace.VALUE0);
    }

    private static void print(PrintWriter out, String file, HistoryStats stats) {
        HistoryStats.Outcomes outcomes = stats.outcomes();
        out.println(file);
        row(out, "format", stats.format().title());
        stats.headerIfPresent().ifPresent(header -> row(out, "header", inWords(header)));
        row(
                out,
                "events",
                String.format(
                        Locale.ROOT,
                        "%,d%s",
                        stats.events(),
                        stats.observed() == 0
                                ? ""
                                : String.format(Locale.ROOT, ", %,d of them by observers", stats.observed())));
        row(
                out,
                "operations",
                String.format(
                        Locale.ROOT,
                        "%,d: %,d ok, %,d failed, %,d of unknown outcome",
                        outcomes.operations(),
                        outcomes.ok(),
                        outcomes.failed(),
                        outcomes.unknown()));
        row(out, "processes", String.format(Locale.ROOT, "%,d", stats.processes()));
        row(out, "keys", stats.keys() == 0 ? "none named" : String.format(Locale.ROOT, "%,d", stats.keys()));
        row(
                out,
                "at a time",
                String.format(Locale.ROOT, "%,d at most, %.1f when one begins", stats.openMax(), stats.openMean()));
        row(
                out,
                "duration",
                stats.durationIfTimed()
                        .map(duration -> String.format(Locale.ROOT, "%,.3f s", duration.toNanos() / 1e9))
                        .orElse("no times"));
        stats.tornLine().ifPresent(line -> row(out, "torn", "at line " + line + ", the rest is used"));
        out.printf("  %-24s %12s %12s %12s%n", "function", "ok", "failed", "unknown");
        for (Map.Entry<String, HistoryStats.Outcomes> function :
                stats.functions().entrySet()) {
            out.printf(
                    Locale.ROOT,
                    "  %-24s %,12d %,12d %,12d%n",
                    function.getKey(),
                    function.getValue().ok(),
                    function.getValue().failed(),
                    function.getValue().unknown());
        }
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf("  %-12s %s%n", name, value);
    }

    private static String inWords(HistoryHeader header) {
        StringBuilder words = new StringBuilder("model ").append(header.model());
        header.seedIfKnown().ifPresent(seed -> words.append(", seed ").append(seed));
        header.settings()
                .forEach((name, value) ->
                        words.append(", ").append(name).append(' ').append(value));
        return words.toString();
    }

    private static ObjectNode json(String file, HistoryStats stats) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file);
        node.put("format", stats.format().label());
        stats.headerIfPresent().ifPresent(header -> node.put("model", header.model()));
        node.put("events", stats.events());
        node.put("observed", stats.observed());
        put(node, stats.outcomes());
        node.put("processes", stats.processes());
        node.put("keys", stats.keys());
        node.put("openMax", stats.openMax());
        node.put("openMean", stats.openMean());
        stats.durationIfTimed().ifPresent(duration -> node.put("durationNanos", duration.toNanos()));
        stats.tornLine().ifPresent(line -> node.put("tornLine", line));
        stats.functions()
                .forEach((f, outcomes) -> put(node.withObject("/functions").putObject(f), outcomes));
        return node;
    }

    private static void put(ObjectNode node, HistoryStats.Outcomes outcomes) {
        node.put("operations", outcomes.operations())
                .put("ok", outcomes.ok())
                .put("failed", outcomes.failed())
                .put("unknownOutcomes", outcomes.unknown());
    }
}
