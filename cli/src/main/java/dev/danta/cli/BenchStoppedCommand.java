package dev.danta.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.cli.cluster.ClusterException;
import dev.danta.cli.deadline.StoppedBench;
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

/** What it costs a client to call a cluster that has stopped. */
@Command(
        name = "stopped",
        description =
                "Stops a cluster of three node processes under a client that goes on calling it: threads, heap and"
                        + " processor time of the client, until the cluster is back.")
final class BenchStoppedCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "20m",
            converter = Quantities.DurationConverter.class,
            description = "For which it is stopped (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofMinutes(20);

    @Option(
            names = "--every",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description = "How often a line is printed (default: ${DEFAULT-VALUE}).")
    private Duration every = Duration.ofMinutes(1);

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        if (every.toMillis() < 1 || duration.compareTo(every) < 0) {
            throw new CommandException(ExitCode.USAGE, "--duration is at least --every, which is above zero");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println("CLUSTER   SECONDS   CALLS  FAILED  THREADS  HEAP/KiB  CPU/ms");
        out.flush();
        List<StoppedBench.Sample> samples;
        try {
            samples = new StoppedBench(duration, every, sample -> print(out, sample)).run();
        } catch (ClusterException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        }
        write(samples);
        StoppedBench.Sample last = samples.get(samples.size() - 1);
        boolean isBack = last.failures() < last.calls();
        out.println(isBack ? "the client came back with the cluster" : "the client did not come back with the cluster");
        out.flush();
        return isBack ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void print(PrintWriter out, StoppedBench.Sample sample) {
        out.printf(
                Locale.ROOT,
                "%-8s %8d %7d %7d %8d %9d %7d%n",
                sample.situation(),
                sample.seconds(),
                sample.calls(),
                sample.failures(),
                sample.threads(),
                sample.heapBytes() >> 10,
                sample.cpuMillis());
        out.flush();
    }

    private void write(List<StoppedBench.Sample> samples) {
        if (json == null) {
            return;
        }
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ArrayNode all = report.putArray("samples");
        for (StoppedBench.Sample sample : samples) {
            all.addObject()
                    .put("cluster", sample.situation())
                    .put("seconds", sample.seconds())
                    .put("calls", sample.calls())
                    .put("failures", sample.failures())
                    .put("threads", sample.threads())
                    .put("heapBytes", sample.heapBytes())
                    .put("cpuMillis", sample.cpuMillis());
        }
        try {
            JsonFiles.write(json, report);
        } catch (IOException failed) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(failed), failed);
        }
    }
}
