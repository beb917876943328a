package dev.danta.cli;

import dev.danta.check.Result;
import dev.danta.cli.campaign.CampaignException;
import dev.danta.cli.campaign.ListsCampaign;
import dev.danta.cli.campaign.ListsReport;
import dev.danta.cli.campaign.ListsReport.Fault;
import dev.danta.cli.campaign.ListsSettings;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.testkit.fault.NodeProcesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Transactions over several keys at nodes to which much happens, run after run, each judged. */
@Command(
        name = "lists",
        description =
                "Transactions append to lists and read them, on several shards of node processes of its own, which"
                        + " are killed, stopped, paused and cut off; clients begin with what they remember. Each run's history"
                        + " must be strictly serializable.")
final class BenchListsCommand implements Callable<Integer> {
    private static final String ROW = "%3s %6s %5s %7s %7s %6s %7s %5s %5s %6s %4s  %s";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "One after the other, with one seed after the other (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            split = ",",
            defaultValue = "3,5",
            description = "3 or 5; of several, each run takes the next (default: ${DEFAULT-VALUE}).")
    private List<Integer> nodes = new ArrayList<>();

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "4",
            description = "Of the cluster (default: ${DEFAULT-VALUE}).")
    private int shards;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "4",
            description = "Each with a cache and three users (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--duration",
            paramLabel = "D",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description = "Of the load in one run (default: ${DEFAULT-VALUE}).")
    private Duration duration = Duration.ofMinutes(1);

    @Option(
            names = "--patience",
            paramLabel = "D",
            defaultValue = "2m",
            converter = Quantities.DurationConverter.class,
            description = "How long anything may take to come about (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(2);

    @Option(
            names = "--history-max",
            paramLabel = "N",
            defaultValue = "500000",
            description =
                    "Transactions taken down at most in one run, at some kilobyte each (default: ${DEFAULT-VALUE}).")
    private int historyMax;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "256",
            description = "What one node may use for objects (default: ${DEFAULT-VALUE}).")
    private int heapMib;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "In it each run has a folder, which stays if the run is not as it should be (default: a"
                    + " temporary one).")
    private @Nullable Path folder;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Of the first run: of what is asked and of what happens to nodes (default: drawn).")
    private @Nullable Long seed;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (runs < 1 || nodes.isEmpty()) {
            throw new CommandException(ExitCode.USAGE, "--runs is at least 1, and --nodes says how many there are");
        }
        Path place = place();
        List<ListsSettings> all = settings(place);
        int valid = 0;
        int worst = ExitCode.OK;
        tell(
                out,
                String.format(
                        Locale.ROOT,
                        ROW,
                        "RUN",
                        "SEED",
                        "NODES",
                        "OPS",
                        "UNKNOWN",
                        "FAILED",
                        "CACHED",
                        "KILLS",
                        "STOPS",
                        "PAUSES",
                        "CUTS",
                        "VERDICT"));
        for (int run = 1; run <= runs; run++) {
            int code = run(run, all.get(run - 1), out);
            valid += code == ExitCode.OK ? 1 : 0;
            worst = ExitCode.worse(worst, code);
        }
        if (folder == null && valid == runs) {
            delete(place);
        }
        tell(out, valid + " of " + runs + " histories strictly serializable, with nothing amiss");
        return worst;
    }

    /** Read before anything starts: this is where nonsense is found. */
    private List<ListsSettings> settings(Path place) {
        try {
            long first = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
            List<ListsSettings> all = new ArrayList<>();
            for (int i = 0; i < runs; i++) {
                all.add(new ListsSettings(
                        place.resolve("seed-" + (first + i)),
                        nodes.get(i % nodes.size()),
                        shards,
                        clients,
                        duration,
                        patience,
                        historyMax,
                        heapMib,
                        first + i));
            }
            return all;
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private Path place() {
        try {
            Path place = folder == null ? Files.createTempDirectory("danta-lists-") : Files.createDirectories(folder);
            return place.toAbsolutePath();
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
    }

    private static void delete(Path empty) {
        try {
            Files.deleteIfExists(empty);
        } catch (IOException stuck) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(stuck), stuck);
        }
    }

    private int run(int run, ListsSettings settings, PrintWriter out) throws InterruptedException {
        ListsReport report;
        try {
            report = report(run, settings);
        } catch (CampaignException | DantaException failed) {
            tell(out, row(run, settings, "TROUBLE"));
            tell(out, "    " + failed.getMessage());
            return ExitCode.FAILED;
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
        print(run, settings, report, out);
        return report.trouble().isEmpty()
                ? ExitCode.of(report.result())
                : ExitCode.worse(ExitCode.of(report.result()), ExitCode.FAILED);
    }

    private ListsReport report(int run, ListsSettings settings) throws InterruptedException, IOException {
        try (StatusLine line = StatusLine.onTerminal(spec.commandLine().getErr())) {
            Files.createDirectories(settings.folder());
            return new ListsCampaign(
                            settings,
                            program(settings.heapMib()),
                            DantaClient.Builder::build,
                            now -> line.show("run " + run + " of " + runs + ": " + now))
                    .run();
        }
    }

    /** None lives so long that compiling it well would pay. */
    private static List<String> program(int heapMib) {
        List<String> program = new ArrayList<>(NodeProcesses.thisJava("dev.danta.cli.Main", heapMib));
        program.add(1, "-XX:TieredStopAtLevel=1");
        return program;
    }

    private static String row(int run, ListsSettings settings, String verdict) {
        return String.format(
                Locale.ROOT,
                ROW,
                run,
                settings.seed(),
                settings.nodes(),
                "-",
                "-",
                "-",
                "-",
                "-",
                "-",
                "-",
                "-",
                verdict);
    }

    private static void print(int run, ListsSettings settings, ListsReport report, PrintWriter out) {
        String verdict =
                report.result().isValid() ? "VALID" : report.result() instanceof Result.Invalid ? "INVALID" : "UNKNOWN";
        tell(
                out,
                String.format(
                        Locale.ROOT,
                        ROW,
                        run,
                        settings.seed(),
                        settings.nodes(),
                        report.transactions(),
                        report.unknown(),
                        report.failed(),
                        report.remembered(),
                        report.happened(Fault.KILL),
                        report.happened(Fault.STOP),
                        report.happened(Fault.PAUSE),
                        report.happened(Fault.CUT),
                        verdict));
        if (!report.trouble().isEmpty()) {
            tell(out, "    TROUBLE " + report.trouble());
        }
        if (!report.result().isValid()) {
            tell(out, "    " + report.result().sentence());
        }
        if (report.history() != null) {
            tell(out, "    danta check " + report.history());
        }
    }

    private static void tell(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
