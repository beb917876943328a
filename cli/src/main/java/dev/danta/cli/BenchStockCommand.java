package dev.danta.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.bench.DiskProbe;
import dev.danta.bench.Machine;
import dev.danta.cli.cluster.ClusterException;
import dev.danta.cli.cluster.LocalCluster;
import dev.danta.cli.cluster.ProcessCluster;
import dev.danta.cli.cluster.RunningCluster;
import dev.danta.cli.stock.Manner;
import dev.danta.cli.stock.StockBench;
import dev.danta.cli.stock.StockRound;
import dev.danta.cli.stock.StockSettings;
import dev.danta.client.DantaClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** One hot article, sold in three manners on the same nodes. */
@Command(
        name = "stock",
        description = {
            "Sells one article to everybody until it is sold out, on three durable nodes: by plain strict transactions, by"
                    + " strict spends of a bounded counter that go together, and reserved.",
            "Fails unless each unit was sold exactly once, none was left, and nobody was told too early that there are none."
        })
final class BenchStockCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final List<Manner> MANNERS = List.of(Manner.values());
    private static final Duration PROBE = Duration.ofSeconds(1);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "64",
            description = "Closed loops at the same time (default: ${DEFAULT-VALUE}).")
    private int buyers = 64;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "1",
            description = "Client instances that the loops share (default: ${DEFAULT-VALUE}).")
    private int instances = 1;

    @Option(
            names = "--units",
            paramLabel = "PLAIN/COMBINED/RESERVED",
            defaultValue = "2000/20000/200000",
            description = "The stock of each (default: ${DEFAULT-VALUE}); 0 leaves one out.")
    private String units = "2000/20000/200000";

    @Option(
            names = "--within",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = Quantities.DurationConverter.class,
            description = "Each sale must be over after this long (default: ${DEFAULT-VALUE}).")
    private Duration within = Duration.ofMinutes(2);

    @Option(names = "--local", description = "Nodes in this process; else each has one of its own.")
    private boolean local;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON to this file too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws InterruptedException {
        StockSettings settings = settings();
        PrintWriter out = spec.commandLine().getOut();
        try (RunningCluster cluster = local ? LocalCluster.start(NODES) : ProcessCluster.start(NODES)) {
            DiskProbe disk = probe(cluster);
            List<StockRound> rounds = measure(cluster, settings);
            out.printf(
                    Locale.ROOT,
                    "stock: %d clients through %d instances, %s, durability %s%n",
                    settings.buyers(),
                    settings.instances(),
                    cluster.facts().getOrDefault("where", "?"),
                    cluster.facts().getOrDefault("durability", "?"));
            lines(rounds).forEach(out::println);
            if (disk != null) {
                out.printf(
                        Locale.ROOT,
                        "disk: %,.0f syncs/s of 4 KiB by one thread (p50 %.2f ms, p99 %.2f ms)%n",
                        disk.syncsPerSecond(),
                        disk.p50Nanos() / 1e6,
                        disk.p99Nanos() / 1e6);
            }
            out.flush();
            write(settings, cluster, rounds);
            return exitCode(rounds);
        } catch (ClusterException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        }
    }

    private StockSettings settings() {
        List<String> parts = List.of(units.split("/", -1));
        try {
            Map<Manner, Integer> stock = new TreeMap<>();
            for (int i = 0; i < parts.size(); i++) {
                stock.put(MANNERS.get(Math.min(i, MANNERS.size() - 1)), Integer.parseInt(parts.get(i)));
            }
            if (parts.size() == MANNERS.size()) {
                stock.values().removeIf(one -> one == 0);
                return new StockSettings(buyers, instances, stock, within);
            }
        } catch (NumberFormatException wrong) {
            throw new CommandException(ExitCode.USAGE, complaint(), wrong);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        throw new CommandException(ExitCode.USAGE, complaint());
    }

    private String complaint() {
        return "'" + units + "' is not the stock of " + MANNERS.size() + " sales, such as 2000/20000/200000";
    }

    private static @Nullable DiskProbe probe(RunningCluster cluster) {
        Path folder = cluster.dataFolder().orElse(null);
        try {
            return folder == null ? null : DiskProbe.measure(folder, PROBE);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private List<StockRound> measure(RunningCluster cluster, StockSettings settings) throws InterruptedException {
        List<DantaClient> clients = new ArrayList<>();
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            for (int i = 0; i < settings.instances(); i++) {
                clients.add(DantaClient.builder()
                        .endpoints(cluster.endpoints())
                        .deadline(DEADLINE)
                        .build());
            }
            return new StockBench(settings, clients, line::show).run();
        } finally {
            clients.forEach(DantaClient::close);
        }
    }

    private static List<String> lines(List<StockRound> rounds) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-9s %9s %9s %8s %9s %9s %9s %9s  %s",
                "manner",
                "units",
                "sales/s",
                "x plain",
                "p50 ms",
                "p99 ms",
                "last " + StockRound.LAST_UNITS,
                "all knew",
                "verdict"));
        for (StockRound round : rounds) {
            StockRound plain = rounds.get(0);
            String times = plain.manner() == Manner.PLAIN
                    ? String.format(Locale.ROOT, "%.1f", round.salesPerSecond() / plain.salesPerSecond())
                    : "";
            lines.add(String.format(
                    Locale.ROOT,
                    "%-9s %,9d %,9.0f %8s %9.2f %9.2f %6.0f ms %6.0f ms  %s",
                    inWords(round.manner()),
                    round.units(),
                    round.salesPerSecond(),
                    times,
                    round.percentileNanos(50) / 1e6,
                    round.percentileNanos(99) / 1e6,
                    round.lastUnitsNanos() / 1e6,
                    round.untilAllKnewNanos() / 1e6,
                    verdict(round)));
        }
        return lines;
    }

    private static String verdict(StockRound round) {
        return switch (round.verdict()) {
            case EXACT -> "exact";
            case OVERSOLD -> "OVERSOLD: " + round.sales().size() + " sold, stock reads " + round.left();
            case STRANDED -> "STRANDED: " + round.sales().size() + " sold, stock reads " + round.left();
            case FALSELY_SOLD_OUT -> "told \"sold out\" while there was some";
            case UNDECIDED ->
                round.unknown() + " unknown, " + round.soldOutNanos().size() + " buyers told \"sold out\"";
        };
    }

    private static String inWords(Manner manner) {
        return manner.name().toLowerCase(Locale.ROOT);
    }

    private void write(StockSettings settings, RunningCluster cluster, List<StockRound> rounds) {
        if (json == null) {
            return;
        }
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("clients", settings.buyers()).put("instances", settings.instances());
        cluster.facts().forEach(report.putObject("cluster")::put);
        Machine machine = Machine.here();
        report.putObject("machine")
                .put("cores", machine.cores())
                .put("os", machine.os())
                .put("jvm", machine.jvm());
        ArrayNode all = report.putArray("rounds");
        for (StockRound round : rounds) {
            all.addObject()
                    .put("manner", inWords(round.manner()))
                    .put("units", round.units())
                    .put("sold", round.sales().size())
                    .put("unknown", round.unknown())
                    .put("left", round.left())
                    .put("salesPerSecond", round.salesPerSecond())
                    .put("p50Millis", round.percentileNanos(50) / 1e6)
                    .put("p90Millis", round.percentileNanos(90) / 1e6)
                    .put("p99Millis", round.percentileNanos(99) / 1e6)
                    .put("maxMillis", round.percentileNanos(100) / 1e6)
                    .put("lastUnits", StockRound.LAST_UNITS)
                    .put("lastUnitsMillis", round.lastUnitsNanos() / 1e6)
                    .put("untilAllKnewMillis", round.untilAllKnewNanos() / 1e6)
                    .put("verdict", inWords(round.verdict()));
        }
        try {
            JsonFiles.write(json, report);
        } catch (IOException failed) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(failed), failed);
        }
    }

    private static String inWords(StockRound.Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int exitCode(List<StockRound> rounds) {
        int code = ExitCode.OK;
        for (StockRound round : rounds) {
            code = ExitCode.worse(
                    code,
                    switch (round.verdict()) {
                        case EXACT -> ExitCode.OK;
                        case OVERSOLD, STRANDED, FALSELY_SOLD_OUT -> ExitCode.FAILED;
                        case UNDECIDED -> ExitCode.UNDECIDED;
                    });
        }
        return code;
    }
}
