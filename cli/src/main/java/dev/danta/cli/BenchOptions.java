package dev.danta.cli;

import dev.danta.bench.LoadSettings;
import dev.danta.bench.Transcript;
import dev.danta.bench.Workload;
import dev.danta.wire.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What every workload can be told. */
final class BenchOptions {
    /** Nodes that a cluster of our own has. */
    static final int NODES = 3;

    private static final int INSTANCES_DEFAULT = 4;

    @ArgGroup(multiplicity = "1")
    private Where where = new Where();

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "64",
            description = "Closed loops at the same time (default: ${DEFAULT-VALUE}).")
    private int clients = 64;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "Client instances that the loops share (default: 4, or fewer if there are fewer loops).")
    private @Nullable Integer instances;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "30s",
            converter = Quantities.DurationConverter.class,
            description = "How long operations count (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofSeconds(30);

    @Option(
            names = "--warmup",
            paramLabel = "D",
            defaultValue = "5s",
            converter = Quantities.DurationConverter.class,
            description = "How long they run before that (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--deadline",
            paramLabel = "D",
            defaultValue = "5s",
            converter = Quantities.DurationConverter.class,
            description = "For one operation with its retries (default: ${DEFAULT-VALUE}).")
    private Duration deadline = Duration.ofSeconds(5);

    @Option(
            names = "--connect",
            paramLabel = "D",
            defaultValue = "10s",
            converter = Quantities.DurationConverter.class,
            description = "How long to wait for a first node (default: ${DEFAULT-VALUE}).")
    private Duration connect = Duration.ofSeconds(10);

    @Option(
            names = "--down",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of a cluster of its own, kill so many nodes once everything is loaded; 0 or 1 (default:"
                    + " ${DEFAULT-VALUE}).")
    private int down;

    @Option(names = "--seed", paramLabel = "S", description = "Of the operations asked (default: drawn, and printed).")
    private @Nullable Long seed;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result as JSON to this file; - is standard output.")
    private @Nullable String json;

    @Option(
            names = "--disk-check",
            paramLabel = "DIR",
            description = "Measure the syncs per second of this folder's disk first; for clusters of its own the bench"
                    + " does so anyway.")
    private @Nullable Path diskCheck;

    @Option(
            names = "--check",
            description = "Take down what clients ask and are told, write it to a file, and judge it: is the history"
                    + " strictly serializable? Ends with 1 if it is not.")
    private boolean check;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Where --check writes it (default: history-WORKLOAD-SEED.jsonl.gz).")
    private @Nullable Path history;

    @Option(
            names = "--history-max",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "The load ends when so many operations are taken down, at some kilobyte of memory each"
                    + " (default: ${DEFAULT-VALUE}).")
    private int historyMax = Transcript.OPERATIONS_MAX_DEFAULT;

    /** Exactly one of these. */
    static final class Where {
        @Option(
                names = "--endpoints",
                paramLabel = "HOST:PORT",
                split = ",",
                required = true,
                description = "A cluster that is there.")
        private List<String> endpoints = List.of();

        @Option(names = "--local", required = true, description = "Three nodes inside this process.")
        private boolean local;

        @Option(names = "--processes", required = true, description = "Three nodes in processes of their own.")
        private boolean processes;
    }

    boolean isLocal() {
        return where.local;
    }

    boolean isProcesses() {
        return where.processes;
    }

    List<String> endpoints() {
        try {
            where.endpoints.forEach(HostAndPort::parse);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        return where.endpoints;
    }

    int instances() {
        int count = instances == null ? Math.min(INSTANCES_DEFAULT, clients) : instances;
        if (count < 1 || count > clients) {
            throw new CommandException(ExitCode.USAGE, "instances must be 1 to the number of clients: " + count);
        }
        return count;
    }

    Duration deadline() {
        return positive("--deadline", deadline);
    }

    /** How long clients wait for a first node. */
    Duration connect() {
        return positive("--connect", connect);
    }

    private static Duration positive(String name, Duration duration) {
        if (duration.isZero()) {
            throw new CommandException(ExitCode.USAGE, name + " must be positive");
        }
        return duration;
    }

    /** How many nodes are killed before the load begins. */
    int down() {
        if (down < 0 || down > NODES / 2 || (down > 0 && !where.local && !where.processes)) {
            throw new CommandException(
                    ExitCode.USAGE, "--down is 0 or " + NODES / 2 + ", and needs --local or --processes: " + down);
        }
        return down;
    }

    /** The folder to measure although the cluster is not the bench's own, or null. */
    @Nullable
    Path diskCheck() {
        return diskCheck;
    }

    /** Whether there is to be a verdict on the history. */
    boolean isChecked() {
        return check;
    }

    /** Takes down the history, if there is to be a verdict on it; null otherwise. */
    @Nullable
    Transcript transcript(Workload workload) {
        if (!check) {
            if (history != null) {
                throw new CommandException(ExitCode.USAGE, "--history needs --check");
            }
            return null;
        }
        if (!workload.isStrict()) {
            throw new CommandException(
                    ExitCode.USAGE, "--check needs strict transactions: there is no law for the history of others");
        }
        try {
            return new Transcript(historyMax);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** Where the history of a run is written. */
    Path historyFile(Workload workload, LoadSettings settings) {
        return history == null ? Path.of("history-" + workload.name() + "-" + settings.seed() + ".jsonl.gz") : history;
    }

    /** Where the JSON goes, or null. */
    @Nullable
    String json() {
        return json;
    }

    LoadSettings settings() {
        long drawn = seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed;
        try {
            // A client asks for an outcome that it lost, for as long again as the operation had.
            return new LoadSettings(
                    clients, warmup, duration, drawn, deadline().multipliedBy(2).plusSeconds(5));
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }
}
