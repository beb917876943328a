package dev.danta.check.assertion;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.Judgement;
import dev.danta.check.judge.Minimal;
import dev.danta.check.report.HtmlReport;
import java.io.IOException;
import java.lang.StackWalker.StackFrame;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What one failure leaves behind. That it cannot be written is said, and does not stand in the way of the failure itself. */
final class FailureFolder {
    private static final List<String> OURS = List.of(HistoryAssertion.class.getName(), FailureFolder.class.getName());

    /** How often an assertion has failed in this process: each failure has a folder of its own. */
    private static final Map<String, Integer> FAILURES = new ConcurrentHashMap<>();

    private final Path folder;
    private final StringBuilder words = new StringBuilder();

    FailureFolder(Path folder) {
        this.folder = folder;
    }

    /** The folder of whoever has called the assertion. */
    static FailureFolder ofCaller() {
        String caller = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !OURS.contains(frame.getClassName()))
                        .findFirst()
                        .map(FailureFolder::name)
                        .orElse("unknown"));
        int failures = FAILURES.merge(caller, 1, Integer::sum);
        return new FailureFolder(below("history-failures").resolve(failures == 1 ? caller : caller + "-" + failures));
    }

    /** {@code Class.method}, with nothing that a file's name must not have. */
    private static String name(StackFrame caller) {
        String type = caller.getClassName();
        String method = caller.getMethodName();
        // A lambda is called lambda$method$0.
        String[] parts = method.split("\\$", -1);
        String plain = parts.length == 3 ? parts[1] : method;
        return (type.substring(type.lastIndexOf('.') + 1) + "." + plain).replaceAll("[^\\w.-]", "_");
    }

    private static Path below(String name) {
        for (String output : List.of("target", "build")) {
            if (Files.isDirectory(Path.of(output))) {
                return Path.of(output, name);
            }
        }
        return Path.of(name);
    }

    <I, O> void writeHistory(Judge<I, O> judge, History<I, O> history, List<Operation<I, O>> aborted) {
        write(
                "history",
                "history.jsonl",
                operations(history, aborted),
                file -> HistoryWriter.write(file, judge.header(), judge.codec(), history, aborted));
    }

    <I, O> void writeMinimal(Judge<I, O> judge, Minimal<I, O> minimal) {
        write(
                "minimal",
                "minimal.jsonl",
                operations(minimal.history(), minimal.aborted()),
                file -> HistoryWriter.write(
                        file, minimal.header(judge), judge.codec(), minimal.history(), minimal.aborted()));
    }

    <I, O> void writeReport(
            Judge<I, O> judge,
            History<I, O> history,
            List<Operation<I, O>> aborted,
            Judgement<I, O> judgement,
            @Nullable Minimal<I, O> minimal) {
        HistoryFile<I, O> asFile =
                new HistoryFile<>(judge.header(), history, 2L * history.size(), 0, List.of(), aborted, null);
        HtmlReport page = new HtmlReport();
        page.add(String.valueOf(folder.getFileName()), judge, asFile, judgement, minimal);
        write("report", "report.html", "", file -> Files.writeString(file, page.render(), StandardCharsets.UTF_8));
    }

    private static String operations(History<?, ?> history, List<?> aborted) {
        int count = history.size() + aborted.size();
        return " (" + count + (count == 1 ? " operation)" : " operations)");
    }

    /** Something that writes a file. */
    private interface Writing {
        void to(Path file) throws IOException;
    }

    private void write(String what, String name, String more, Writing writing) {
        Path file = folder.resolve(name);
        try {
            Files.createDirectories(folder);
            writing.to(file);
            words.append("\n  ").append(what).append(": ").append(file).append(more);
        } catch (IOException unwritable) {
            words.append("\n  ").append(what).append(": cannot be written: ").append(unwritable);
        }
    }

    /** A line for each file. */
    String inWords() {
        return words.toString();
    }
}
