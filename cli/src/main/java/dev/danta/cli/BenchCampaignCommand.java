package dev.danta.cli;

import dev.danta.bench.LoadException;
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

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the figures go as JSON (default: campaign.json in the folder).")
    private @Nullable Path json;

    /** What happens stays on the output; how it is going is one line of the errors. */
    private record Telling(PrintWriter out, StatusLine line) implements Campaign.Teller {
        @Override
        public synchronized void tell(String text) {
            line.close();
            out.println(text);
            out.flush();
        }

        @Override
        public synchronized void show(String text) {
            line.show(text);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            CampaignSettings settings = settings();
            Telling telling = new Telling(out, line);
            telling.tell("folder " + settings.folder() + ", seed " + settings.seed());
            CampaignReport report = new Campaign(
                            settings, NodeProcesses.thisJava("dev.danta.cli.Main", settings.heapMib()), telling)
                    .run();
            CampaignView view = new CampaignView(settings, report);
            view.lines().forEach(telling::tell);
            List<String> command = new ArrayList<>(List.of("danta"));
            command.addAll(spec.root().commandLine().getParseResult().originalArgs());
            Path file = json == null ? settings.folder().resolve("campaign.json") : json;
            JsonFiles.write(file, view.json(command));
            telling.tell("  figures    " + file);
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

    private static int exitCode(CampaignReport report) {
        int law = ExitCode.worse(
                BenchRun.exitCode(report.measurement().invariant()),
                BenchRun.exitCode(report.judged().valid()));
        return report.trouble().isEmpty() ? law : ExitCode.worse(law, ExitCode.FAILED);
    }
}
