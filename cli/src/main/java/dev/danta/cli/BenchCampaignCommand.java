package dev.danta.cli;

import dev.danta.bench.LoadException;
import dev.danta.bench.Measurement;
import dev.danta.cli.campaign.Campaign;
import dev.danta.cli.campaign.CampaignException;
import dev.danta.cli.campaign.CampaignReport;
import dev.danta.cli.campaign.CampaignSettings;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Node processes to which one thing after another happens under load, and whether their clients were told the truth. */
@Command(
        name = "campaign",
        description = "Transfers between accounts on node processes of its own, behind a network that can be cut, while"
                + " nodes come, go, die and lose their disks; what clients are told is judged.")
final class BenchCampaignCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "CHAPTER",
            description = "What happens, in this order: ${COMPLETION-CANDIDATES} (default: all of it).")
    private List<CampaignSettings.Chapter> chapters = new ArrayList<>();

    @Option(
            names = "--accounts",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many there are (default: ${DEFAULT-VALUE}).")
    private int accounts;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "4",
            description = "Of the cluster (default: ${DEFAULT-VALUE}).")
    private int shards;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "8",
            description = "Closed loops at the same time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--reads",
            paramLabel = "PERCENT",
            defaultValue = "10",
            description = "Share of operations that read several accounts (default: ${DEFAULT-VALUE}).")
    private int reads;

    @Option(
            names = "--calm",
            paramLabel = "D",
            defaultValue = "10s",
            converter = Quantities.DurationConverter.class,
            description = "Between chapters (default: ${DEFAULT-VALUE}).")
    private Duration calm = Duration.ofSeconds(10);

    @Option(
            names = "--outage",
            paramLabel = "D",
            defaultValue = "60s",
            converter = Quantities.DurationConverter.class,
            description =
                    "How long nobody can agree on the configuration, in that chapter (default: ${DEFAULT-VALUE}).")
    private Duration outage = Duration.ofMinutes(1);

    @Option(
            names = "--patience",
            paramLabel = "D",
            defaultValue = "5m",
            converter = Quantities.DurationConverter.class,
            description = "How long anything may take to come about (default: ${DEFAULT-VALUE}).")
    private Duration patience = Duration.ofMinutes(5);

    @Option(
            names = "--history-max",
            paramLabel = "N",
            defaultValue = "3000000",
            description = "Operations taken down at most, at some kilobyte each (default: ${DEFAULT-VALUE}).")
    private int historyMax;

    @Option(
            names = "--heap",
            paramLabel = "MIB",
            defaultValue = "512",
            description = "What one node may use for objects (default: ${DEFAULT-VALUE}).")
    private int heapMib;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "For data, what nodes say, and the history; it stays (default: a temporary one).")
    private @Nullable Path folder;

    @Option(names = "--seed", paramLabel = "S", description = "Of the operations asked (default: drawn, and printed).")
    private @Nullable Long seed;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            CampaignSettings settings = settings();
            out.println("folder " + settings.folder() + ", seed " + settings.seed());
            out.flush();
            CampaignReport report = new Campaign(
                            settings, NodeProcesses.thisJava("dev.danta.cli.Main", settings.heapMib()), line -> {
                                out.println(line);
                                out.flush();
                            })
                    .run();
            lines(report).forEach(out::println);
            out.flush();
            return exitCode(report);
        } catch (CampaignException | LoadException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
    }

    private CampaignSettings settings() throws IOException {
        Path place = folder == null ? Files.createTempDirectory("danta-campaign-") : Files.createDirectories(folder);
        return new CampaignSettings(
                place.toAbsolutePath(),
                chapters.isEmpty() ? List.of(CampaignSettings.Chapter.values()) : chapters,
                shards,
                accounts,
                clients,
                reads,
                calm,
                outage,
                patience,
                historyMax,
                heapMib,
                seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed);
    }

    private static List<String> lines(CampaignReport report) {
        List<String> lines = new ArrayList<>();
        Measurement measurement = report.measurement();
        lines.add(String.format(
                Locale.ROOT,
                "load: %,d done or declined in %.0f s, %,d unknown, %,d failed",
                measurement.done() + measurement.declined(),
                measurement.measured().toMillis() / 1e3,
                measurement.unknown(),
                measurement.failed()));
        report.course().phases().forEach(phase -> lines.add(BenchRun.inWords(phase)));
        lines.add("  invariant  " + measurement.invariant() + ": " + measurement.invariantText());
        lines.add("  hashes     " + report.hashes());
        lines.add("  history    " + report.judged().sentence());
        lines.add(String.format(
                Locale.ROOT,
                "             %,d operations, %,d unknown, %,d failed or declined; in %s",
                report.judged().operations(),
                report.judged().unknown(),
                report.judged().failed(),
                report.judged().file()));
        if (!report.trouble().isEmpty()) {
            lines.add("  TROUBLE    " + report.trouble());
        }
        return lines;
    }

    private static int exitCode(CampaignReport report) {
        int law = ExitCode.worse(
                BenchRun.exitCode(report.measurement().invariant()),
                BenchRun.exitCode(report.judged().valid()));
        return report.trouble().isEmpty() ? law : ExitCode.worse(law, ExitCode.FAILED);
    }
}
