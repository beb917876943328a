package dev.danta.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.check.CheckOptions;
import dev.danta.check.ExhaustedHeap;
import dev.danta.check.History;
import dev.danta.check.MalformedHistoryException;
import dev.danta.check.Operation;
import dev.danta.check.Result;
import dev.danta.check.explain.Explanation;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Minimal;
import dev.danta.check.report.HtmlReport;
import dev.danta.check.report.JunitReport;
import dev.danta.check.txn.Anomaly;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

/** Judges recorded histories: one line for each file, and the worst of their verdicts as the exit code. */
@Command(
        name = "check",
        description =
                "Judges recorded histories (JSON Lines, JSON or EDN): is there an order of the operations that explains every answer?",
        subcommands = {
            CheckExplainCommand.class,
            CheckMinCommand.class,
            CheckConvertCommand.class,
            CheckStatsCommand.class,
            CheckValidateCommand.class,
            CheckGenerateCommand.class,
            CheckModelsCommand.class
        })
final class CheckCommand implements Callable<Integer> {
    private static final int EXPLANATION_CHARS_MAX = 400;

    /** How long the page waits for the smallest part of one history. */
    private static final Duration MINIMIZING_MAX = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JudgeOptions judging = new JudgeOptions();

    @Option(names = "--all", description = "Go on after the first key that is not valid, and name them all.")
    private boolean all;

    @Option(names = "--json", paramLabel = "OUT", description = "Write the verdicts as JSON to this file too.")
    private @Nullable Path json;

    @Option(names = "--junit", paramLabel = "OUT", description = "Write the verdicts as JUnit's XML to this file too.")
    private @Nullable Path junit;

    @Option(
            names = "--report",
            paramLabel = "OUT",
            description = "Write a page about the verdicts to this file too: HTML that needs nothing else.")
    private @Nullable Path report;

    @Option(names = "--quiet", description = "Say nothing of histories that are valid.")
    private boolean quiet;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Histories, compressed if named .gz; of a folder all in it; - is standard input.")
    private List<String> files = new ArrayList<>();

    private final JunitReport tests = new JunitReport();
    private final HtmlReport page = new HtmlReport();

    /** One file's verdict, as it is printed and written. */
    private record Verdict(int exitCode, String line, ObjectNode json) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<String> named = HistoryFiles.of(files, spec.commandLine());
        ObjectNode verdicts = JsonNodeFactory.instance.objectNode();
        int code = ExitCode.OK;
        try (StatusLine line = StatusLine.onTerminal(err);
                Interruption interruption = Interruption.during(line, err, judged -> interrupted(judged, named))) {
            CheckProgress progress = new CheckProgress(line, System::nanoTime);
            CheckOptions options = progress.observing(judging.checkOptions(all));
            for (String file : named) {
                progress.begin(file);
                Verdict verdict = judged(file, options, progress);
                progress.clear();
                if (!quiet || verdict.exitCode() != ExitCode.OK) {
                    out.println(verdict.line());
                    out.flush();
                }
                verdicts.withArray("files").add(verdict.json());
                code = ExitCode.worse(code, verdict.exitCode());
                interruption.advance();
            }
        }
        verdicts.put("exitCode", code);
        write(verdicts);
        return code;
    }

    private String interrupted(int judged, List<String> named) {
        String files = named.size() + (named.size() == 1 ? " file" : " files");
        String rest = judged < named.size()
                ? "; nothing is known of " + named.get(judged)
                : ", before everything was written";
        return spec.qualifiedName() + ": interrupted after " + judged + " of " + files + rest;
    }

    private void write(ObjectNode verdicts) {
        try {
            if (json != null) {
                JsonFiles.write(json, verdicts);
            }
            if (junit != null) {
                Files.writeString(junit, tests.render(), StandardCharsets.UTF_8);
            }
            if (report != null) {
                Files.writeString(report, page.render(), StandardCharsets.UTF_8);
            }
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private Verdict judged(String file, CheckOptions options, CheckProgress progress) {
        try (HistoryInput input = HistoryFiles.open(file).observedBy(progress::read)) {
            return judged(file, input, judging.judge(input.header().orElse(null)), options, progress);
        } catch (MalformedHistoryException malformed) {
            progress.clear();
            return unreadable(file, String.valueOf(malformed.getMessage()));
        } catch (IOException unreadable) {
            progress.clear();
            return unreadable(file, Complaints.inWords(unreadable));
        }
    }

    private <I, O> Verdict judged(
            String file, HistoryInput input, Judge<I, O> judge, CheckOptions options, CheckProgress progress)
            throws IOException {
        HistoryFile<I, O> read;
        Judgement<I, O> judgement;
        MemoryReserve reserve = new MemoryReserve();
        try {
            read = input.read(judge.codec());
            progress.working("being judged", read.history().size());
            judgement = judge.judge(read.history(), read.failed(), options);
        } catch (IOException | RuntimeException | Error thrown) {
            if (!ExhaustedHeap.isBehind(thrown)) {
                throw thrown;
            }
            reserve.release();
            // What took the room is garbage now, and the next file may be smaller.
            read = new HistoryFile<>(null, History.of(List.of()), 0, 0, List.of(), List.of(), null);
            judgement = tooLarge();
        }
        Verdict verdict = verdict(file, judge.name(), read, judgement.result());
        tests.add(file, judge.name(), judgement);
        if (report != null) {
            boolean invalid = judgement.result() instanceof Result.Invalid;
            progress.working("made small for the report", read.history().size());
            page.add(file, judge, read, judgement, invalid ? smallest(judge, read, judgement) : null);
        }
        Explanation<I, O> explanation = judgement.explanation();
        if (explanation != null) {
            verdict.json().put("explanation", explanation.sentence());
            explanation.possible().forEach(verdict.json().withArray("possible")::add);
        }
        for (Anomaly<I, O> anomaly : judgement.anomalies()) {
            ObjectNode node = verdict.json().withArray("anomalies").addObject();
            node.put("kind", anomaly.kind().label());
            anomaly.reasons().forEach(node.withArray("reasons")::add);
            anomaly.transactions().forEach(txn -> node.withArray("lines").add(txn.line()));
        }
        return verdict;
    }

    private static <I, O> Judgement<I, O> tooLarge() {
        Result.Progress nothing = new Result.Progress(0, 0, 0, 0, 0, Duration.ZERO);
        return new Judgement<>(
                new Result.Unknown<>(Result.Reason.MEMORY, List.of(), null, Complaints.heap(), nothing),
                null,
                List.of());
    }

    /** The smallest part that is wrong, or none if there is no room to look for it: the verdict stands. */
    private static <I, O> @Nullable Minimal<I, O> smallest(
            Judge<I, O> judge, HistoryFile<I, O> read, Judgement<I, O> judgement) {
        try {
            return judge.minimize(read.history(), read.failed(), judgement, MINIMIZING_MAX);
        } catch (RuntimeException | Error thrown) {
            if (!ExhaustedHeap.isBehind(thrown)) {
                throw thrown;
            }
            return null;
        }
    }

    private static <I, O> Verdict verdict(String file, String model, HistoryFile<I, O> read, Result<I, O> result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        StringBuilder line = new StringBuilder();
        int code;
        node.put("file", file);
        node.put("model", model);
        if (result instanceof Result.Invalid<I, O> invalid) {
            code = ExitCode.FAILED;
            line.append("INVALID  ").append(file).append("  model=").append(model);
            line.append(invalid.partition().isEmpty() ? "" : "  key=" + invalid.partition());
            line.append("  ").append(fitting(invalid.failures().get(0).explanation()));
            node.put("verdict", "INVALID");
            for (Result.Failure<I, O> failure : invalid.failures()) {
                ObjectNode failed = node.withArray("failures").addObject();
                failed.put("key", failure.partition());
                failed.put("line", failure.operation().line());
                failed.put("explanation", failure.explanation());
            }
        } else if (result instanceof Result.Unknown<I, O> unknown) {
            code = ExitCode.UNDECIDED;
            line.append("UNKNOWN  ").append(file).append("  model=").append(model);
            line.append("  ").append(reason(unknown));
            node.put("verdict", "UNKNOWN");
            node.put("reason", unknown.reason().name().toLowerCase(Locale.ROOT));
            unknown.furthestOperation().ifPresent(operation -> node.put("furthestLine", operation.line()));
            unknown.undecided().forEach(node.withArray("undecided")::add);
        } else {
            code = ExitCode.OK;
            line.append("VALID    ").append(file).append("  model=").append(model);
            node.put("verdict", "VALID");
        }
        Result.Progress progress = result.progress();
        line.append(String.format(
                Locale.ROOT,
                "  (%,d ops, %d unknown, %d ms%s)",
                progress.operations(),
                read.history().unknown(),
                progress.elapsed().toMillis(),
                progress.engines().isEmpty() ? "" : ", engine " + progress.engineLabel()));
        read.tornLine()
                .ifPresent(torn -> line.append("  [torn at line ").append(torn).append(", the rest is used]"));
        read.tornLine().ifPresent(torn -> node.put("tornLine", torn));
        node.put("operations", progress.operations());
        node.put("unknownOutcomes", read.history().unknown());
        node.put("partitions", progress.partitions());
        node.put("decided", progress.decided());
        node.put("configurations", progress.configurations());
        node.put("peakBytes", progress.peakBytes());
        progress.engines().forEach(engine -> node.withArray("engines").add(engine.label()));
        node.put("millis", progress.elapsed().toMillis());
        return new Verdict(code, line.toString(), node);
    }

    /** A line is read at a glance: what does not fit is for {@code explain}, and all of it is in the JSON. */
    private static String fitting(String explanation) {
        return explanation.length() <= EXPLANATION_CHARS_MAX
                ? explanation
                : explanation.substring(0, EXPLANATION_CHARS_MAX) + "... (all of it: danta check explain)";
    }

    private static String reason(Result.Unknown<?, ?> unknown) {
        String word = switch (unknown.reason()) {
            case TIMEOUT -> "timeout";
            case MEMORY -> "memory";
            case VACUOUS -> "vacuous: no answer is known, so nothing was observed";
            case CANCELLED -> "cancelled";
            case UNSUPPORTED -> "unsupported";
        };
        StringBuilder text = new StringBuilder(word);
        text.append(unknown.detail().isEmpty() ? "" : ": " + unknown.detail());
        unknown.furthestOperation()
                .filter(operation -> operation.line() != Operation.NO_LINE)
                .ifPresent(operation -> text.append(", explained up to line ").append(operation.line()));
        if (unknown.progress().configurations() > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    ", %,d configurations visited",
                    unknown.progress().configurations()));
        }
        return text.toString();
    }

    private Verdict unreadable(String file, String fault) {
        PrintWriter err = spec.commandLine().getErr();
        String where = fault.startsWith(file) ? fault : file + ": " + fault;
        err.println(spec.qualifiedName() + ": " + Complaints.oneLine(where));
        err.flush();
        tests.addMalformed(file, fault);
        page.addMalformed(file, fault);
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", file);
        node.put("verdict", "MALFORMED");
        node.put("reason", fault);
        return new Verdict(ExitCode.USAGE, "MALFORMED " + Complaints.oneLine(where), node);
    }
}
