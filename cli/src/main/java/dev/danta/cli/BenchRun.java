package dev.danta.cli;

import dev.danta.bench.ClusterTarget;
import dev.danta.bench.Course;
import dev.danta.bench.DiskProbe;
import dev.danta.bench.Judged;
import dev.danta.bench.LoadException;
import dev.danta.bench.LoadListener;
import dev.danta.bench.LoadRun;
import dev.danta.bench.LoadSettings;
import dev.danta.bench.Machine;
import dev.danta.bench.Measurement;
import dev.danta.bench.ResultFile;
import dev.danta.bench.Transcript;
import dev.danta.bench.Workload;
import dev.danta.cli.cluster.ClusterException;
import dev.danta.cli.cluster.LocalCluster;
import dev.danta.cli.cluster.ProcessCluster;
import dev.danta.cli.cluster.RemoteCluster;
import dev.danta.cli.cluster.RunningCluster;
import dev.danta.client.DantaClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** One benchmark from its options to its result: cluster, clients, load, figures. */
final class BenchRun {
    private static final Duration PROBE = Duration.ofSeconds(1);
    private static final String STDOUT = "-";

    private final BenchOptions options;
    private final Workload workload;
    private final CommandSpec spec;
    private final LoadSettings settings;
    private final @Nullable Transcript transcript;

    BenchRun(BenchOptions options, Workload workload, CommandSpec spec) {
        this.options = options;
        this.workload = workload;
        this.spec = spec;
        // Read once, before anything starts: this is where nonsense is found.
        this.settings = options.settings();
        this.transcript = options.transcript(workload);
        options.instances();
        options.connect();
        options.down();
    }

    int run() throws InterruptedException {
        try (RunningCluster cluster = cluster()) {
            DiskProbe disk = probe(cluster);
            Found found = measure(cluster);
            report(cluster, disk, found);
            return exitCode(found);
        } catch (LoadException | ClusterException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        }
    }

    /** What came out. */
    private record Found(
            Measurement measurement,
            Course course,
            @Nullable Judged judged) {}

    private RunningCluster cluster() throws InterruptedException {
        if (options.isLocal()) {
            return LocalCluster.start(BenchOptions.NODES);
        }
        return options.isProcesses()
                ? ProcessCluster.start(BenchOptions.NODES)
                : new RemoteCluster(options.endpoints());
    }

    private @Nullable DiskProbe probe(RunningCluster cluster) {
        Path folder = cluster.dataFolder().orElse(options.diskCheck());
        if (folder == null) {
            return null;
        }
        try {
            return DiskProbe.measure(folder, PROBE);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private Found measure(RunningCluster cluster) throws InterruptedException {
        List<ClusterTarget> targets = new ArrayList<>();
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            for (int i = 0; i < options.instances(); i++) {
                targets.add(new ClusterTarget(client(cluster), "bench-" + workload.name(), options.deadline()));
            }
            LoadRun run = LoadRun.against(targets, workload, settings, new Watching(line), transcript);
            run.prepare();
            for (int node = 1; node <= options.down(); node++) {
                cluster.kill(node);
            }
            Measurement measurement = run.verified(run.run());
            line.show("judging the history");
            return new Found(measurement, run.course(), judged());
        } finally {
            targets.forEach(ClusterTarget::close);
        }
    }

    private @Nullable Judged judged() {
        try {
            return transcript == null
                    ? null
                    : transcript.judge(options.historyFile(workload, settings), settings.seed());
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private DantaClient client(RunningCluster cluster) {
        return DantaClient.builder()
                .endpoints(cluster.endpoints())
                .deadline(options.connect())
                .build();
    }

    /** Turns what the run tells into the live line. */
    private record Watching(StatusLine line) implements LoadListener {
        @Override
        public void onPrepared(int done, int of) {
            line.show("loading: " + done + " of " + of + " batches");
        }

        @Override
        public void onTick(Tick tick) {
            line.show(String.format(
                    Locale.ROOT,
                    "%s %3d s: %,.0f/s, p50 %s, p99 %s, %.2f retries each%s%s",
                    tick.measuring() ? "measuring" : "warm-up",
                    tick.elapsed().toSeconds(),
                    tick.perSecond(),
                    millis(tick.p50Nanos()),
                    millis(tick.p99Nanos()),
                    tick.retriesPerOperation(),
                    tick.unknown() == 0 ? "" : ", " + tick.unknown() + " unknown",
                    tick.failed() == 0 ? "" : ", " + tick.failed() + " failed"));
        }

        @Override
        public void onVerifying(int done, int of) {
            line.show("looking at the invariant: " + done + " of " + of + " chunks");
        }
    }

    private void report(RunningCluster cluster, @Nullable DiskProbe disk, Found found) {
        PrintWriter out = spec.commandLine().getOut();
        if (!STDOUT.equals(options.json())) {
            lines(cluster, disk, found).forEach(out::println);
            out.flush();
        }
        if (options.json() == null) {
            return;
        }
        SortedMap<String, String> facts = new TreeMap<>(cluster.facts());
        facts.put("nodesKilled", String.valueOf(options.down()));
        facts.put("clientInstances", String.valueOf(options.instances()));
        List<String> command = new ArrayList<>();
        command.add("danta");
        command.addAll(spec.root().commandLine().getParseResult().originalArgs());
        ResultFile file = new ResultFile(
                Instant.now(),
                Main.version(),
                command,
                settings,
                facts,
                Machine.here(),
                disk,
                found.measurement(),
                found.course(),
                found.judged());
        write(options.json(), file, out);
    }

    private static void write(String where, ResultFile file, PrintWriter out) {
        try {
            if (where.equals(STDOUT)) {
                out.print(file.toJson());
                out.flush();
            } else {
                Files.writeString(Path.of(where), file.toJson(), StandardCharsets.UTF_8);
            }
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private List<String> lines(RunningCluster cluster, @Nullable DiskProbe disk, Found found) {
        List<String> lines = new ArrayList<>();
        Measurement measurement = found.measurement();
        Measurement.Latency latency = measurement.latency();
        long answered = measurement.done() + measurement.declined();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d clients, seed %d, %s%s, durability %s",
                measurement.workload(),
                settings.clients(),
                settings.seed(),
                cluster.facts().getOrDefault("where", "?"),
                options.down() == 0 ? "" : " (" + options.down() + " killed)",
                cluster.facts().getOrDefault("durability", "?")));
        lines.add(String.format(
                Locale.ROOT,
                "  done       %,.0f/s (%,d in %.1f s; %,d declined, %,d unknown, %,d failed)",
                measurement.donePerSecond(),
                measurement.done(),
                measurement.measured().toMillis() / 1e3,
                measurement.declined(),
                measurement.unknown(),
                measurement.failed()));
        lines.add("  latency    p50 " + millis(latency.p50()) + ", p90 " + millis(latency.p90()) + ", p99 "
                + millis(latency.p99()) + ", p99.9 " + millis(latency.p999()) + ", max " + millis(latency.max()));
        lines.add(String.format(
                Locale.ROOT,
                "  retries    %.3f for each operation; aborts %s",
                measurement.retriesPerOperation(),
                counts(measurement.aborts())));
        lines.add("  path       fast " + share(measurement.fast(), answered) + ", slow "
                + share(measurement.slow(), answered) + ", settled " + share(measurement.settled(), answered));
        if (!measurement.troubles().isEmpty()) {
            lines.add("  troubles   " + counts(measurement.troubles()));
        }
        if (disk != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  disk       %,.0f syncs/s of 4 KiB by one thread (p50 %s, p99 %s)",
                    disk.syncsPerSecond(),
                    millis(disk.p50Nanos()),
                    millis(disk.p99Nanos())));
        }
        if (measurement.invariant() != Measurement.Holds.NONE) {
            lines.add("  invariant  " + measurement.invariant() + ": " + measurement.invariantText());
        }
        found.course().phases().forEach(phase -> lines.add(inWords(phase)));
        Judged judged = found.judged();
        if (judged != null) {
            lines.addAll(inWords(judged));
        }
        return lines;
    }

    /** One line about a phase of a run. */
    private static String inWords(Course.Phase phase) {
        return String.format(
                Locale.ROOT,
                "  %-10s %.1f s: %,.0f/s, p50 %s, p99 %s, max %s, still for %s%s%s",
                phase.name(),
                phase.length().toMillis() / 1e3,
                phase.perSecond(),
                millis(phase.latency().p50()),
                millis(phase.latency().p99()),
                millis(phase.latency().max()),
                millis(phase.stillnessNanos()),
                phase.unknown() == 0 ? "" : ", " + phase.unknown() + " unknown",
                phase.failed() == 0 ? "" : ", " + phase.failed() + " failed");
    }

    private List<String> inWords(Judged judged) {
        List<String> lines = new ArrayList<>();
        lines.add("  history    " + judged.sentence());
        lines.add(String.format(
                Locale.ROOT,
                "             %,d operations, %,d unknown, %,d failed or declined%s; in %s",
                judged.operations(),
                judged.unknown(),
                judged.failed(),
                transcript != null && transcript.isFull() ? " (as many as --history-max allows)" : "",
                judged.file()));
        if (judged.valid() == Measurement.Holds.NO) {
            lines.add("             danta check min " + judged.file() + " finds the smallest part that is wrong");
        }
        return lines;
    }

    private static String counts(SortedMap<String, Long> counts) {
        List<String> words = new ArrayList<>();
        counts.forEach((name, times) -> words.add(name + " " + String.format(Locale.ROOT, "%,d", times)));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }

    private static String share(long part, long whole) {
        return String.format(Locale.ROOT, "%.1f %%", whole == 0 ? 0.0 : 100.0 * part / whole);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }

    private static int exitCode(Found found) {
        Measurement measurement = found.measurement();
        int nothingDone = measurement.done() + measurement.declined() == 0 ? ExitCode.FAILED : ExitCode.OK;
        int law = ExitCode.worse(nothingDone, exitCode(measurement.invariant()));
        return found.judged() == null
                ? law
                : ExitCode.worse(law, exitCode(found.judged().valid()));
    }

    static int exitCode(Measurement.Holds law) {
        return switch (law) {
            case NO -> ExitCode.FAILED;
            case UNDECIDED -> ExitCode.UNDECIDED;
            case YES, NONE -> ExitCode.OK;
        };
    }
}
