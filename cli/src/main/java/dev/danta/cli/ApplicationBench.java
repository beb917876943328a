package dev.danta.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.bench.Machine;
import dev.danta.bench.application.ApplicationClient;
import dev.danta.bench.application.ApplicationFigures;
import dev.danta.bench.application.ApplicationRun;
import dev.danta.bench.application.ApplicationSettings;
import dev.danta.cli.campaign.ApplicationFaults;
import dev.danta.cli.campaign.ApplicationNodes;
import dev.danta.cli.campaign.CampaignException;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.scenario.Application;
import dev.danta.scenario.Broken;
import dev.danta.testkit.fault.NodeProcesses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The bench of one application, from its options to its verdict: nodes, clients, users, figures, laws. */
final class ApplicationBench {
    private static final String ROW = "%-16s %9s %9s %8s %8s %8s %8s %8s %8s";

    private final ApplicationOptions options;
    private final ApplicationSettings settings;
    private final Application application;
    private final CommandSpec spec;
    /** Whether somebody will want to look at what the nodes leave behind. */
    private boolean keepsFolder;

    /**
     * Reads the options before anything starts: this is where nonsense is found.
     *
     * @param application to be used once
     * @param rate of the application's usual load, in steps a second; 0 for closed loops
     * @param steps multiples of it, of which each lasts for an equal part
     */
    ApplicationBench(
            ApplicationOptions options, Application application, double rate, List<Double> steps, CommandSpec spec) {
        options.check();
        this.options = options;
        this.settings = options.settings(rate, steps);
        this.application = application;
        this.spec = spec;
    }

    int run() throws InterruptedException {
        try {
            return options.isOwnCluster() ? onOwnNodes() : onTheirs();
        } catch (CampaignException | DantaException failed) {
            throw new CommandException(ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        } catch (IOException unusable) {
            throw new CommandException(ExitCode.USAGE, Complaints.inWords(unusable), unusable);
        }
    }

    private int onTheirs() throws InterruptedException, IOException {
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            List<ApplicationClient> clients = clients(unused -> DantaClient.builder()
                    .endpoints(options.endpoints())
                    .deadline(options.deadline())
                    .build());
            return underLoad(clients, null, null, line, "elsewhere: " + String.join(",", options.endpoints()));
        }
    }

    private int onOwnNodes() throws InterruptedException, IOException {
        Path folder = Files.createTempDirectory("danta-" + application.name() + "-");
        ApplicationNodes nodes = new ApplicationNodes(
                folder,
                NodeProcesses.thisJava("dev.danta.cli.Main", options.heapMib()),
                application.name(),
                options.nodes(),
                options.patience());
        try (StatusLine line = StatusLine.on(spec.commandLine().getErr())) {
            line.show("a cluster of " + options.nodes() + " nodes");
            nodes.start(options.shards());
            List<ApplicationClient> clients = clients(unused -> nodes.connect(options.deadline()));
            return underLoad(
                    clients,
                    nodes,
                    folder,
                    line,
                    String.format(
                            Locale.ROOT,
                            "%d node processes on this machine, %d MiB heap each, %d shards, durability sync",
                            options.nodes(),
                            options.heapMib(),
                            options.shards()));
        } finally {
            nodes.close();
            if (!keepsFolder) {
                nodes.deleteFolder();
            }
        }
    }

    private List<ApplicationClient> clients(IntFunction<DantaClient> connecting) {
        List<ApplicationClient> clients = new ArrayList<>();
        // Of its own: what another run has left there is none of this application's.
        String space = application.name() + "-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        boolean isComplete = false;
        try {
            for (int i = 0; i < options.instances(); i++) {
                clients.add(new ApplicationClient(connecting.apply(i), options.deadline(), space, application));
            }
            isComplete = true;
            return clients;
        } finally {
            if (!isComplete) {
                clients.forEach(ApplicationClient::close);
            }
        }
    }

    /** What came out. */
    private record Found(
            String where,
            ApplicationFigures figures,
            List<String> happened,
            List<Broken> broken,
            List<String> undecided,
            @Nullable Path history) {}

    private int underLoad(
            List<ApplicationClient> clients,
            @Nullable ApplicationNodes nodes,
            @Nullable Path folder,
            StatusLine line,
            String where)
            throws InterruptedException, IOException {
        ApplicationRun run = new ApplicationRun(application, clients, settings);
        ApplicationFigures figures;
        List<String> happened = List.of();
        List<String> undecided = new ArrayList<>();
        try {
            line.show("everything is put in its place");
            if (!run.prepare()) {
                throw new CommandException(
                        ExitCode.FAILED,
                        "it could not be prepared within " + settings.patience().toSeconds() + " s");
            }
            if (nodes == null) {
                figures = run.run(second -> line.show(inWords(second)));
            } else {
                ApplicationFaults faults = new ApplicationFaults(
                        nodes,
                        options.load(),
                        options.kill().orElse(null),
                        options.cut().orElse(null),
                        options.nodes(),
                        settings.seed());
                faults.begin();
                figures = run.run(second -> line.show(inWords(second)));
                faults.end();
                happened = faults.happened();
            }
            line.show("its laws are looked at");
            if (!run.audit()) {
                undecided.add("not everything could be read in the end");
            }
        } finally {
            clients.forEach(ApplicationClient::close);
        }
        List<Broken> broken = new ArrayList<>(application.verdict());
        if (nodes != null) {
            try {
                nodes.awaitEqual();
            } catch (CampaignException unequal) {
                keepsFolder = true;
                broken.add(new Broken("EQUAL", unequal.getMessage() + "; what nodes had and said is in " + folder));
            }
        }
        application.undecided().forEach(one -> undecided.add(one.toString()));
        Path history = null;
        if (!broken.isEmpty()) {
            history = options.history(application.name());
            run.journal().write(history, application.name(), settings.seed());
        }
        Found found = new Found(where, figures, happened, broken, undecided, history);
        report(found);
        return broken.isEmpty() ? undecided.isEmpty() ? ExitCode.OK : ExitCode.UNDECIDED : ExitCode.FAILED;
    }

    private static String inWords(ApplicationFigures.Second second) {
        return String.format(
                Locale.ROOT,
                "%s %3d s: %,.0f/s, p50 %s ms, p99 %s ms%s%s",
                second.phase(),
                second.elapsed().toSeconds(),
                second.perSecond(),
                millis(second.p50Nanos()),
                millis(second.p99Nanos()),
                second.notDone() == 0 ? "" : String.format(Locale.ROOT, ", %,d failed", second.notDone()),
                second.unknown() == 0 ? "" : String.format(Locale.ROOT, ", %,d unknown", second.unknown()));
    }

    private void report(Found found) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        lines(found).forEach(out::println);
        out.flush();
        Path json = options.json().orElse(null);
        if (json != null) {
            JsonFiles.write(json, tree(found));
        }
    }

    private List<String> lines(Found found) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %d users through %d instances, seed %d, %s",
                application.name(),
                settings.users(),
                options.instances(),
                settings.seed(),
                found.where()));
        lines.add(head("load"));
        for (ApplicationFigures.Phase phase : found.figures().phases()) {
            String name = phase.perSecond() == 0
                    ? phase.name()
                    : String.format(Locale.ROOT, "%s (%,.0f/s)", phase.name(), phase.perSecond());
            lines.add(row(name, phase.all(), phase.length(), phase.leftOut()));
        }
        lines.add(head("operation"));
        Duration all = settings.phases().stream()
                .map(ApplicationSettings.Phase::length)
                .reduce(Duration.ZERO, Duration::plus);
        found.figures().operations().forEach(one -> lines.add(row(one.name(), one, all, 0)));
        lines.addAll(found.happened());
        found.undecided().forEach(one -> lines.add("undecided: " + one));
        found.broken().forEach(one -> lines.add("broken: " + one));
        lines.add(verdict(found, application.summary()));
        return lines;
    }

    private static String verdict(Found found, String summary) {
        if (!found.broken().isEmpty()) {
            return "VIOLATED "
                    + found.broken().stream().map(Broken::id).distinct().collect(Collectors.joining(","))
                    + " " + found.history();
        }
        String verdict = found.undecided().isEmpty() ? "INVARIANTS OK" : "UNDECIDED";
        return summary.isEmpty() ? verdict : verdict + ": " + summary;
    }

    private static String head(String what) {
        return String.format(
                Locale.ROOT,
                ROW,
                what,
                "answered",
                "/s",
                "declined",
                "failed",
                "unknown",
                "left out",
                "p50 ms",
                "p99 ms");
    }

    private static String row(String name, ApplicationFigures.Counted counted, Duration length, long leftOut) {
        return String.format(
                Locale.ROOT,
                ROW,
                name,
                String.format(Locale.ROOT, "%,d", counted.answered()),
                String.format(Locale.ROOT, "%,.0f", counted.answered() / (length.toNanos() / 1e9)),
                String.format(Locale.ROOT, "%,d", counted.declined()),
                String.format(Locale.ROOT, "%,d", counted.notDone()),
                String.format(Locale.ROOT, "%,d", counted.unknown()),
                String.format(Locale.ROOT, "%,d", leftOut),
                millis(counted.latency().p50()),
                millis(counted.latency().p99()));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f", nanos / 1e6);
    }

    private ObjectNode tree(Found found) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("application", application.name())
                .put("danta", Main.version())
                .put("users", settings.users())
                .put("instances", options.instances())
                .put("seed", settings.seed())
                .put("where", found.where());
        Machine machine = Machine.here();
        root.putObject("machine")
                .put("cores", machine.cores())
                .put("os", machine.os())
                .put("jvm", machine.jvm());
        for (ApplicationFigures.Phase phase : found.figures().phases()) {
            ObjectNode node = root.withArray("/phases").addObject();
            node.put("name", phase.name())
                    .put("toBeginPerSecond", phase.perSecond())
                    .put("seconds", phase.length().toMillis() / 1e3)
                    .put("answeredPerSecond", phase.answeredPerSecond())
                    .put("leftOut", phase.leftOut());
            put(node, phase.all());
            phase.operations().forEach(one -> put(node.withObject("/operations").putObject(one.name()), one));
        }
        found.figures()
                .operations()
                .forEach(one -> put(root.withObject("/operations").putObject(one.name()), one));
        for (ApplicationFigures.Second second : found.figures().seconds()) {
            root.withArray("/seconds")
                    .addObject()
                    .put("at", second.elapsed().toMillis() / 1e3)
                    .put("phase", second.phase())
                    .put("perSecond", second.perSecond())
                    .put("p50Millis", second.p50Nanos() / 1e6)
                    .put("p99Millis", second.p99Nanos() / 1e6);
        }
        found.happened().forEach(root.putArray("happened")::add);
        root.put(
                "verdict",
                !found.broken().isEmpty() ? "violated" : found.undecided().isEmpty() ? "invariants-ok" : "undecided");
        if (!application.summary().isEmpty()) {
            root.put("summary", application.summary());
        }
        found.broken()
                .forEach(one -> root.withArray("/broken")
                        .addObject()
                        .put("id", one.id())
                        .put("what", one.what()));
        found.undecided().forEach(root.putArray("undecided")::add);
        if (found.history() != null) {
            root.put("history", found.history().toString());
        }
        return root;
    }

    private static void put(ObjectNode node, ApplicationFigures.Counted counted) {
        node.put("done", counted.done())
                .put("declined", counted.declined())
                .put("notDone", counted.notDone())
                .put("unknown", counted.unknown())
                .put("p50Millis", counted.latency().p50() / 1e6)
                .put("p90Millis", counted.latency().p90() / 1e6)
                .put("p99Millis", counted.latency().p99() / 1e6)
                .put("p999Millis", counted.latency().p999() / 1e6)
                .put("maxMillis", counted.latency().max() / 1e6);
    }
}
