package dev.danta.cli;

import dev.danta.bench.Machine;
import dev.danta.check.history.BoundedCounterCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryWriter;
import dev.danta.cli.cluster.LocalCluster;
import dev.danta.cli.demo.DemoOutcome;
import dev.danta.cli.demo.DemoSettings;
import dev.danta.cli.demo.FlashSale;
import dev.danta.cli.demo.NodeSwitch;
import dev.danta.cli.report.DemoReport;
import dev.danta.cli.report.SaleRound;
import dev.danta.client.DantaClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Three real nodes in this process, one sale run three times on them, and what came of it. */
@Command(
        name = "demo",
        description = {
            "Shows what Danta is for: the same sale run relaxed (oversold), reserved (never oversold, and quicker than strict) and"
                    + " strict (never oversold, though a node dies in the middle), on three real nodes in this process, with"
                    + " the histories judged.",
        })
final class DemoCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int CLIENTS = 4;
    private static final int THREADS = 64;
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of who dawdles how long, which node dies, and when (default: drawn, and printed).")
    private @Nullable Long seed;

    @Option(
            names = "--units",
            paramLabel = "N",
            defaultValue = "500",
            description = "The stock of each round (default: ${DEFAULT-VALUE}).")
    private int units;

    @Option(
            names = "--buyers",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Who come to each round, for one unit each (default: ${DEFAULT-VALUE}).")
    private int buyers;

    @Option(
            names = "--within",
            paramLabel = "D",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description = "Each round must be over after this long (default: ${DEFAULT-VALUE}).")
    private Duration within = Duration.ofMinutes(1);

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where the report goes (default: target/danta-demo/report.html if there is a folder target,"
                    + " else in the temporary folder).")
    private @Nullable Path report;

    @Override
    public Integer call() throws InterruptedException {
        DemoSettings settings = settings();
        Path page = report == null ? defaultReport() : report.toAbsolutePath();
        requireFolder(page);
        PrintWriter out = spec.commandLine().getOut();
        DemoOutcome outcome = run(settings);
        Path history = beside(page, "");
        write(settings, outcome, page, history);
        lines(outcome).forEach(out::println);
        out.println();
        out.println("reserved " + outcome.reserved().judgement());
        out.println("strict   " + outcome.strict().judgement());
        out.println("history  " + beside(page, "reserved-"));
        out.println("         " + history);
        out.println("report   " + page);
        out.flush();
        return switch (outcome.verdict()) {
            case KEPT -> ExitCode.OK;
            case BROKEN -> ExitCode.FAILED;
            case UNDECIDED -> ExitCode.UNDECIDED;
        };
    }

    private DemoSettings settings() {
        long drawn = seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed;
        try {
            return new DemoSettings(drawn, units, buyers, THREADS, within);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private static Path defaultReport() {
        Path target = Path.of("target");
        Path parent = Files.isDirectory(target) ? target : Path.of(System.getProperty("java.io.tmpdir", "."));
        return parent.resolve("danta-demo").resolve("report.html").toAbsolutePath();
    }

    private static void requireFolder(Path page) {
        Path folder = page.getParent();
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (Files.isDirectory(page)) {
                throw new CommandException(ExitCode.USAGE, page + " is a folder, not a file to write");
            }
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
    }

    private static Path beside(Path page, String which) {
        String name = String.valueOf(page.getFileName());
        int dot = name.lastIndexOf('.');
        return page.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + "-" + which + "history.jsonl");
    }

    private DemoOutcome run(DemoSettings settings) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        err.println("seed " + settings.seed() + ": starting " + NODES + " nodes in this process ...");
        err.flush();
        try (LocalCluster cluster = LocalCluster.start(NODES)) {
            List<DantaClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(DantaClient.builder()
                            .endpoints(cluster.endpoints())
                            .deadline(CALL)
                            .build());
                }
                return watched(new FlashSale(settings, clients, new Switch(cluster)));
            } finally {
                close(clients);
            }
        }
    }

    /** The nodes of the demo's own cluster. */
    private record Switch(LocalCluster cluster) implements NodeSwitch {
        @Override
        public int nodes() {
            return NODES;
        }

        @Override
        public String name(int node) {
            return "node " + (node + 1);
        }

        @Override
        public void kill(int node) {
            cluster.kill(node + 1);
        }

        @Override
        public void restart(int node) {
            cluster.restart(node + 1);
        }
    }

    private DemoOutcome watched(FlashSale sale) throws InterruptedException {
        FutureTask<DemoOutcome> running = new FutureTask<>(sale::run);
        Thread thread = new Thread(running, "demo");
        thread.setDaemon(true);
        thread.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(sale.secondsMax());
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            while (System.nanoTime() < end) {
                try {
                    return running.get(StatusLine.everyMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException goingOn) {
                    line.show(sale.status());
                }
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(failed.getCause());
        }
        throw new CommandException(
                ExitCode.UNDECIDED, "not over after " + sale.secondsMax() + " s, while " + sale.status());
    }

    private static void close(List<DantaClient> clients) {
        // Together, because each waits until every node has everything from it.
        CompletableFuture<?>[] closings = clients.stream()
                .map(client ->
                        CompletableFuture.runAsync(() -> client.close(CLOSING), task -> new Thread(task).start()))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(closings).join();
    }

    private void write(DemoSettings settings, DemoOutcome outcome, Path page, Path history) {
        HistoryHeader header = HistoryHeader.of("bounded-counter")
                .withSeed(settings.seed())
                .with("initial", String.valueOf(settings.units()));
        try {
            HistoryWriter.write(
                    beside(page, "reserved-"),
                    header,
                    new BoundedCounterCodec(),
                    outcome.reserved().history());
            HistoryWriter.write(
                    history, header, new BoundedCounterCodec(), outcome.strict().history());
            Files.writeString(page, report(settings, outcome, history).toHtml(), StandardCharsets.UTF_8);
        } catch (IOException unwritable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unwritable), unwritable);
        }
    }

    private static DemoReport report(DemoSettings settings, DemoOutcome outcome, Path history) {
        Machine machine = Machine.here();
        return new DemoReport(
                ZonedDateTime.now(ZoneOffset.UTC)
                        .format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT)),
                settings.seed(),
                NODES,
                CLIENTS,
                THREADS,
                outcome.relaxed(),
                outcome.reserved().round(),
                outcome.strict().round(),
                outcome.strict().judgement(),
                history.toString(),
                "./danta demo --seed " + settings.seed() + " --units " + settings.units() + " --buyers "
                        + settings.buyers(),
                machine.cores() + " cores, " + (machine.memoryBytes() >> 30) + " GiB, " + machine.os() + ", "
                        + machine.jvm(),
                List.of(
                        new DemoReport.Command(
                                "./danta check " + history,
                                "judges the recorded history again, with the model in its header"),
                        new DemoReport.Command(
                                "./danta demo --seed " + (settings.seed() + 1),
                                "the same with other luck: another node, another moment"),
                        new DemoReport.Command(
                                "./danta bench stock",
                                "sells one article plainly, combined and reserved on three node processes, and measures it"),
                        new DemoReport.Command(
                                "./danta simulate --seeds 0..999",
                                "a thousand whole clusters in one thread each, with faults drawn from the seed")));
    }

    private static List<String> lines(DemoOutcome outcome) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%-8s %7s %7s %9s %8s %9s %9s %8s  %s",
                "round",
                "asked",
                "sold",
                "oversold",
                "sales/s",
                "p50 ms",
                "p99 ms",
                "retries",
                "verdict"));
        for (SaleRound round : List.of(
                outcome.relaxed(), outcome.reserved().round(), outcome.strict().round())) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %,7d %,7d %,9d %,8.0f %9.1f %9.1f %,8d  %s",
                    round.name(),
                    round.buyers(),
                    round.sold(),
                    round.oversold(),
                    round.salesPerSecond(),
                    round.waitPercentileNanos(50) / 1e6,
                    round.waitPercentileNanos(99) / 1e6,
                    round.retries(),
                    round.verdict()));
        }
        return lines;
    }
}
