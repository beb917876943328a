package dev.danta.cli;

import dev.danta.bench.application.ApplicationSettings;
import dev.danta.wire.HostAndPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the bench of every application can be told. */
final class ApplicationOptions {
    private static final int HEAP_MIB_MIN = 64;

    @Option(
            names = "--endpoints",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "A cluster that is there; everything is in a space of its own, and stays (default: node"
                    + " processes of its own).")
    private List<String> endpoints = List.of();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "Of a cluster of its own, 3 or 5 (default: ${DEFAULT-VALUE}).")
    private int nodes = 3;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "4",
            description = "Of a cluster of its own (default: ${DEFAULT-VALUE}).")
    private int shards = 4;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "512",
            description = "What one node of its own may use for objects (default: ${DEFAULT-VALUE}).")
    private int heapMib = 512;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "64",
            description = "Who do one thing after the other at the same time (default: ${DEFAULT-VALUE}).")
    private int users = 64;

    @Option(
            names = "--instances",
            paramLabel = "N",
            description = "Client instances that the users share (default: two for each node).")
    private @Nullable Integer instances;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description = "Of the load (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofMinutes(1);

    @Option(
            names = "--warmup",
            paramLabel = "D",
            defaultValue = "5s",
            converter = Quantities.DurationConverter.class,
            description = "Of the load before that (default: ${DEFAULT-VALUE}).")
    private Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Things begun in each second; 0: each user goes on as soon as it is free (default: the"
                    + " application's own).")
    private @Nullable Double rate;

    @Option(
            names = "--steps",
            paramLabel = "X",
            split = ",",
            description = "The load goes through these multiples of the rate, equally long (default: the application's"
                    + " own).")
    private @Nullable List<Double> steps;

    @Option(
            names = "--deadline",
            paramLabel = "D",
            defaultValue = "5s",
            converter = Quantities.DurationConverter.class,
            description = "For one call with its retries (default: ${DEFAULT-VALUE}).")
    private Duration deadline = Duration.ofSeconds(5);

    @Option(
            names = "--patience",
            paramLabel = "D",
            defaultValue = "2m",
            converter = Quantities.DurationConverter.class,
            description = "How long anything else may take to come about (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(2);

    @Option(
            names = "--kill",
            paramLabel = "D",
            converter = Quantities.DurationConverter.class,
            description = "Kill a node of its own in the middle of the load, and start it again after this time.")
    private @Nullable Duration kill;

    @Option(
            names = "--cut",
            paramLabel = "D",
            converter = Quantities.DurationConverter.class,
            description =
                    "Cut a node of its own off in the middle of the load, with the clients beside it, for this time.")
    private @Nullable Duration cut;

    @Option(names = "--seed", paramLabel = "S", description = "Of what users do (default: drawn, and printed).")
    private @Nullable Long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Option(
            names = "--history",
            paramLabel = "FILE",
            description = "Where it is written what users asked and were told, if a law is broken (default:"
                    + " history-APPLICATION-SEED.jsonl.gz).")
    private @Nullable Path history;

    @Option(
            names = "--history-max",
            paramLabel = "N",
            defaultValue = "500000",
            description = "Calls taken down at most (default: ${DEFAULT-VALUE}).")
    private int historyMax = 500_000;

    /** Of users; each is told once, before anything starts. */
    ApplicationSettings settings(double usualRate, List<Double> usualSteps) {
        double base = rate == null ? usualRate : rate;
        List<Double> multiples = steps == null ? (rate == null ? usualSteps : List.of(1.0)) : steps;
        require(multiples.stream().allMatch(multiple -> multiple > 0), "--steps are multiples above 0");
        try {
            List<ApplicationSettings.Phase> phases = new ArrayList<>();
            if (!warmup.isZero()) {
                phases.add(new ApplicationSettings.Phase("warm-up", base, warmup));
            }
            for (double multiple : multiples) {
                String name = base == 0 ? "load" : String.format(Locale.ROOT, "%sx", number(multiple));
                phases.add(new ApplicationSettings.Phase(name, base * multiple, duration.dividedBy(multiples.size())));
            }
            return new ApplicationSettings(users, phases, seed(), patience, historyMax);
        } catch (IllegalArgumentException | ArithmeticException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static String number(double multiple) {
        return multiple == Math.rint(multiple) ? String.valueOf((long) multiple) : String.valueOf(multiple);
    }

    /** Drawn once. */
    long seed() {
        if (seed == null) {
            seed = ThreadLocalRandom.current().nextLong(1_000_000);
        }
        return seed;
    }

    /** Complains of nonsense. */
    void check() {
        try {
            endpoints.forEach(HostAndPort::parse);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        require(nodes == 3 || nodes == 5, "there are 3 or 5 nodes, not " + nodes);
        require(shards >= 1 && heapMib >= HEAP_MIB_MIN, "nodes have a shard, and " + HEAP_MIB_MIN + " MiB");
        require(instances() >= 1 && instances() <= users, "instances must be 1 to the number of users: " + instances());
        require(!deadline.isZero() && !patience.isZero(), "times are longer than nothing");
        require(
                isOwnCluster() || (kill == null && cut == null),
                "--kill and --cut are for nodes of its own, not for those of --endpoints");
        Duration faults = kill().orElse(Duration.ZERO).plus(cut().orElse(Duration.ZERO));
        require(faults.multipliedBy(2).compareTo(duration) <= 0, "--kill and --cut take at most half of the load");
    }

    private static void require(boolean isSo, String complaint) {
        if (!isSo) {
            throw new CommandException(ExitCode.USAGE, complaint);
        }
    }

    boolean isOwnCluster() {
        return endpoints.isEmpty();
    }

    List<String> endpoints() {
        return endpoints;
    }

    int nodes() {
        return nodes;
    }

    int shards() {
        return shards;
    }

    int heapMib() {
        return heapMib;
    }

    int instances() {
        return instances == null ? Math.min(2 * nodes, users) : instances;
    }

    /** Of all that is asked, the warm-up too. */
    Duration load() {
        return warmup.plus(duration);
    }

    Duration deadline() {
        return deadline;
    }

    Duration patience() {
        return patience;
    }

    Optional<Duration> kill() {
        return Optional.ofNullable(kill);
    }

    Optional<Duration> cut() {
        return Optional.ofNullable(cut);
    }

    Optional<Path> json() {
        return Optional.ofNullable(json);
    }

    Path history(String application) {
        return history == null ? Path.of("history-" + application + "-" + seed() + ".jsonl.gz") : history;
    }
}
