package dev.danta.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.cli.cluster.ClusterException;
import dev.danta.cli.deadline.CallList;
import dev.danta.cli.deadline.DeadlineBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long each call takes when nobody answers. */
@Command(
        name = "deadlines",
        description = {
            "Makes every kind of call while three node processes are up, one is dead, one stands still, all are dead,"
                    + " and where there is no such cluster.",
            "Fails if one took longer than its deadline and a tenth."
        })
final class BenchDeadlinesCommand implements Callable<Integer> {
    private static final Duration DEADLINE_MIN = Duration.ofMillis(100);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "1s",
            converter = Quantities.DurationConverter.class,
            description = "Of every call (default: ${DEFAULT-VALUE}).")
    private Duration deadline = Duration.ofSeconds(1);

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often each call is made; the longest counts (default: ${DEFAULT-VALUE}).")
    private int repetitions = 3;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        if (repetitions < 1) {
            throw new CommandException(ExitCode.USAGE, "--repetitions is at least 1, not " + repetitions);
        }
        if (deadline.compareTo(DEADLINE_MIN) < 0) {
            throw new CommandException(ExitCode.USAGE, "--deadline is at least " + DEADLINE_MIN.toMillis() + " ms");
        }
        PrintWriter out = spec.commandLine().getOut();
        List<DeadlineBench.Row> rows;
        try (StatusLine status = StatusLine.on(spec.commandLine().getErr())) {
            rows = new DeadlineBench(deadline, repetitions, status::show).run();
        } catch (ClusterException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        }
        rows.forEach(row -> print(out, row));
        write(rows);
        long late = rows.stream().filter(this::isLate).count();
        out.println(
                late == 0
                        ? "nothing was later than its deadline of " + deadline.toMillis() + " ms and a tenth"
                        : late + " calls were later than their deadline of " + deadline.toMillis() + " ms and a tenth");
        out.flush();
        return late == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private boolean isLate(DeadlineBench.Row row) {
        return row.answer().took().toNanos() > deadline.toNanos() / 10 * 11;
    }

    private void print(PrintWriter out, DeadlineBench.Row row) {
        CallList.Answer answer = row.answer();
        String outcome = answer.error().isEmpty() ? "ok" : answer.error();
        out.printf(
                Locale.ROOT,
                "%-14s %-18s %8.1f ms%s  %d of %d failed  %s%n",
                row.situation(),
                answer.call(),
                answer.took().toNanos() / 1e6,
                isLate(row) ? " LATE" : "",
                row.failures(),
                repetitions,
                outcome);
        if (!answer.text().isEmpty()) {
            out.println("    " + answer.text());
        }
    }

    private void write(List<DeadlineBench.Row> rows) {
        if (json == null) {
            return;
        }
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("deadlineMillis", deadline.toMillis()).put("repetitions", repetitions);
        ArrayNode all = report.putArray("rows");
        for (DeadlineBench.Row row : rows) {
            all.addObject()
                    .put("situation", row.situation())
                    .put("call", row.answer().call())
                    .put("millis", row.answer().took().toNanos() / 1e6)
                    .put("failures", row.failures())
                    .put("error", row.answer().error())
                    .put("text", row.answer().text());
        }
        try {
            JsonFiles.write(json, report);
        } catch (IOException failed) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(failed), failed);
        }
    }
}
