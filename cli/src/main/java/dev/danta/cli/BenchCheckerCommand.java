package dev.danta.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.bench.CheckerBench;
import dev.danta.bench.Machine;
import dev.danta.check.EngineName;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times the engines of the checker on the same histories in turns. */
@Command(
        name = "checker",
        description = "Times the checker's engines against each other, on drawn histories or on files; no cluster.")
final class BenchCheckerCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JudgeOptions judging = new JudgeOptions();

    @Option(
            names = "--passes",
            paramLabel = "N",
            defaultValue = "5",
            description = "How often each engine judges each history; its best counts (default: ${DEFAULT-VALUE}).")
    private int passes = 5;

    @Option(
            names = "--operations",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "The largest drawn history (default: ${DEFAULT-VALUE}).")
    private int operations = 1_000_000;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "Of the drawn histories (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Parameters(
            arity = "0..*",
            paramLabel = "HISTORY",
            description = "Measure these and not drawn ones; all of one model.")
    private List<String> files = new ArrayList<>();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        Machine machine = Machine.here();
        report.putObject("machine")
                .put("cores", machine.cores())
                .put("heapMaxBytes", machine.heapMaxBytes())
                .put("jvm", machine.jvm());
        out.println(machine.cores() + " cores, heap " + (machine.heapMaxBytes() >> 20) + " MiB, " + machine.jvm());
        CheckerBench bench = new CheckerBench(settings(), row -> {
            print(out, row);
            add(report, row);
        });
        try {
            if (files.isEmpty()) {
                bench.drawn(Path.of(System.getProperty("java.io.tmpdir")));
            }
            for (String file : files.isEmpty() ? List.<String>of() : HistoryFiles.of(files, spec.commandLine())) {
                HistoryFiles.read(
                        file,
                        input -> measure(
                                bench, file, input, judging.judge(input.header().orElse(null))));
            }
            write(report);
        } catch (IOException failed) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(failed), failed);
        }
        return ExitCode.OK;
    }

    private CheckerBench.Settings settings() {
        try {
            return new CheckerBench.Settings(passes, operations, seed, judging.checkOptions(false));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static <I, O> int measure(CheckerBench bench, String file, HistoryInput input, Judge<I, O> judge)
            throws IOException {
        long begin = System.nanoTime();
        HistoryFile<I, O> read = input.read(judge.codec());
        double readMillis = (System.nanoTime() - begin) / 1e6;
        bench.measure(
                String.valueOf(Path.of(file).getFileName()),
                read.history().size(),
                readMillis,
                options -> List.of(
                        judge.judge(read.history(), read.failed(), options).result()));
        return read.history().size();
    }

    private static void print(PrintWriter out, CheckerBench.Row row) {
        String read = row.readMillis() > 0 ? String.format(Locale.ROOT, ", read in %.1f ms", row.readMillis()) : "";
        out.printf(Locale.ROOT, "%s (%,d operations%s)%n", row.history(), row.operations(), read);
        row.figures()
                .forEach((engine, figure) -> out.printf(
                        Locale.ROOT,
                        "  %-6s %10.2f ms  %,12d configurations  %,6d KiB  %s%n",
                        engine.label(),
                        figure.bestMillis(),
                        figure.configurations(),
                        figure.peakBytes() >> 10,
                        figure.verdict()));
        CheckerBench.Figure jit = row.figures().get(EngineName.JIT);
        CheckerBench.Figure wgl = row.figures().get(EngineName.WGL);
        if (jit != null && wgl != null && jit.bestMillis() > 0) {
            out.printf(Locale.ROOT, "  wgl takes %.1f times as long as jit%n", wgl.bestMillis() / jit.bestMillis());
        }
        out.flush();
    }

    private static void add(ObjectNode report, CheckerBench.Row row) {
        ObjectNode node = report.withArray("rows").addObject();
        node.put("history", row.history()).put("operations", row.operations()).put("readMillis", row.readMillis());
        row.figures()
                .forEach((engine, figure) -> node.withObject("/engines")
                        .putObject(engine.label())
                        .put("verdict", figure.verdict())
                        .put("millis", figure.bestMillis())
                        .put("configurations", figure.configurations())
                        .put("peakBytes", figure.peakBytes()));
    }

    private void write(ObjectNode report) throws IOException {
        if (json != null) {
            JsonFiles.write(json, report);
        }
    }
}
