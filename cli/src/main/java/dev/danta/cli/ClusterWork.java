package dev.danta.cli;

import dev.danta.cli.status.GrpcNodes;
import dev.danta.cli.status.NoAnswerException;
import dev.danta.cli.status.Nodes;
import dev.danta.cli.status.Overview;
import dev.danta.cli.status.Survey;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Changes to a cluster: asked of one of its nodes, and watched until they are complete. */
final class ClusterWork {
    /** How long the configuration may take to agree: it may be choosing a leader. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long a node may take to say who it is. */
    private static final Duration GREETING = Duration.ofSeconds(5);

    private final Nodes nodes;
    private final List<HostAndPort> seeds;
    private final Duration within;
    private final PrintWriter out;
    private final PrintWriter err;

    /** @param within how long to watch; zero is not at all */
    ClusterWork(List<HostAndPort> seeds, Duration within, CommandSpec spec) {
        this(
                new GrpcNodes(),
                seeds,
                within,
                spec.commandLine().getOut(),
                spec.commandLine().getErr());
    }

    ClusterWork(Nodes nodes, List<HostAndPort> seeds, Duration within, PrintWriter out, PrintWriter err) {
        this.nodes = nodes;
        this.seeds = List.copyOf(seeds);
        this.within = within;
        this.out = out;
        this.err = err;
    }

    /** @throws CommandException if there is no overview */
    static Overview taken(Survey survey, boolean hashes) throws InterruptedException {
        try {
            return survey.take(hashes);
        } catch (Survey.FailedException failed) {
            throw new CommandException(
                    failed.isUsage() ? ExitCode.USAGE : ExitCode.FAILED, String.valueOf(failed.getMessage()), failed);
        }
    }

    private Overview overview() throws InterruptedException {
        return taken(new Survey(nodes, seeds), false);
    }

    /** Says what would move. */
    int plan(AdminRequest request) throws InterruptedException {
        AdminReply reply = ask(overview(), request);
        if (!(reply instanceof AdminReply.Plan plan)) {
            throw unexpected(reply);
        }
        for (AdminReply.Move move : plan.moves()) {
            out.println("shard " + move.shard() + ": " + numbers(move.members()) + " -> " + numbers(move.next()));
        }
        int moves = plan.moves().size();
        out.println((moves == 0 ? "no shard" : moves == 1 ? "1 shard" : moves + " shards")
                + " would get other members; nothing is changed");
        out.flush();
        return ExitCode.OK;
    }

    private static String numbers(List<Integer> numbers) {
        return String.join(" ", numbers.stream().map(String::valueOf).toList());
    }

    /** Does it, and waits for the shards. */
    int change(AdminRequest request) throws InterruptedException {
        return change(request, overview -> true, "");
    }

    /** Does it, and waits until the node is out. */
    int remove(int node, AdminRequest request) throws InterruptedException {
        return change(request, overview -> overview.entry(node).isEmpty(), "");
    }

    /** Does it, and waits until the node is back. */
    int replace(int node, AdminRequest request) throws InterruptedException {
        Overview before = overview();
        requireGone(before, node);
        String hint = "start node " + node + " with an empty folder now: danta node start --id " + node + " --listen "
                + before.address(node) + " --data NEW-FOLDER --join " + seeds(before, node);
        return change(
                request,
                overview -> overview.entry(node).isEmpty()
                        || overview.entry(node).filter(entry -> !entry.lost()).isPresent(),
                hint);
    }

    /** The configuration cannot know whether the node is still there, on the folder that is to be given up. */
    private static void requireGone(Overview overview, int node) {
        boolean isThere = overview.entry(node)
                .filter(entry -> !entry.lost())
                .flatMap(entry -> overview.status(node).filter(status -> status.incarnation() == entry.incarnation()))
                .isPresent();
        if (isThere) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "node " + node + " answers at " + overview.address(node)
                            + " and has its folder: stop it first, if it is to be replaced all the same");
        }
    }

    private static String seeds(Overview overview, int without) {
        List<String> seeds = overview.configuration().nodes().stream()
                .filter(entry -> entry.node() != without)
                .map(AdminReply.Node::address)
                .limit(3)
                .toList();
        return seeds.isEmpty() ? "SEED" : String.join(",", seeds);
    }

    private int change(AdminRequest request, Predicate<Overview> complete, String hint) throws InterruptedException {
        Overview before = overview();
        AdminReply.Done done = done(ask(before, request));
        say(done.what());
        if (!hint.isEmpty()) {
            say(hint);
        }
        return follow(
                before,
                overview -> overview.configuration().version() >= done.version()
                        && overview.isSettled()
                        && complete.test(overview));
    }

    /** Does what is done as soon as it is agreed. */
    int say(AdminRequest request) throws InterruptedException {
        say(done(ask(overview(), request)).what());
        return ExitCode.OK;
    }

    private void say(String sentence) {
        out.println(sentence);
        out.flush();
    }

    /** Takes in a node that waits for it. */
    int add(int node, HostAndPort where) throws InterruptedException {
        Overview before = overview();
        AdminReply.NodeStatus status = greeted(where);
        if (status.node() != node) {
            throw new CommandException(
                    ExitCode.USAGE, "the node at " + where + " is node " + status.node() + ", not " + node);
        }
        if (status.cluster().equals(before.cluster())
                && before.entry(node)
                        .filter(entry -> entry.incarnation() == status.incarnation())
                        .isPresent()) {
            throw new CommandException(
                    ExitCode.FAILED, "node " + node + " is in cluster " + before.cluster() + " already");
        }
        requireFree(where, status);
        join(where, members(before));
        return follow(before, overview -> isIn(overview, node));
    }

    private static boolean isIn(Overview overview, int node) {
        return overview.isSettled()
                && overview.entry(node).isPresent()
                && overview.status(node).isPresent();
    }

    private static List<String> members(Overview overview) {
        return overview.configuration().nodes().stream()
                .map(AdminReply.Node::address)
                .toList();
    }

    private void join(HostAndPort where, List<String> members) {
        AdminReply reply = asked(where, "", new AdminRequest.Join(members));
        say(done(reply).what());
    }

    private static void requireFree(HostAndPort where, AdminReply.NodeStatus status) {
        if (!status.cluster().isEmpty()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "node " + status.node() + " at " + where + " belongs to cluster " + status.cluster()
                            + " already; a node that is to change clusters needs an empty folder");
        }
    }

    private AdminReply.NodeStatus greeted(HostAndPort where) {
        try {
            AdminReply reply = nodes.ask(where, "", new AdminRequest.Status(false), GREETING);
            if (reply instanceof AdminReply.NodeStatus status) {
                return status;
            }
            throw unexpected(reply);
        } catch (NoAnswerException silent) {
            throw new CommandException(ExitCode.FAILED, where + ": " + silent.getMessage(), silent);
        }
    }

    /** Makes a cluster of nodes that wait for it; those that are in it already stay. */
    int init(String name, List<HostAndPort> addresses, ClusterShape shape) throws InterruptedException {
        Map<HostAndPort, AdminReply.NodeStatus> statuses = new LinkedHashMap<>();
        for (HostAndPort address : addresses) {
            AdminReply.NodeStatus status = greeted(address);
            statuses.forEach((other, before) -> requireDifferent(other, before, address, status));
            if (!status.cluster().equals(name)) {
                requireFree(address, status);
            }
            statuses.put(address, status);
        }
        if (statuses.values().stream().allMatch(status -> status.cluster().equals(name))) {
            throw new CommandException(ExitCode.FAILED, "cluster " + name + " is there already, with all these nodes");
        }
        HostAndPort first = statuses.entrySet().stream()
                .filter(entry -> entry.getValue().cluster().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(addresses.get(0));
        statuses.forEach((address, status) -> {
            if (address.equals(first) && status.cluster().isEmpty()) {
                AdminRequest create = new AdminRequest.Create(name, shape.shards(), shape.replication());
                say(done(asked(address, "", create)).what());
            }
        });
        statuses.forEach((address, status) -> {
            if (!address.equals(first) && status.cluster().isEmpty()) {
                join(address, List.of(first.toString()));
            }
        });
        return follow(
                overview(), overview -> statuses.values().stream().allMatch(status -> isIn(overview, status.node())));
    }

    private static void requireDifferent(
            HostAndPort one, AdminReply.NodeStatus first, HostAndPort other, AdminReply.NodeStatus second) {
        if (first.node() == second.node()) {
            throw new CommandException(
                    ExitCode.FAILED,
                    first.incarnation() == second.incarnation()
                            ? one + " and " + other + " are the same node, " + first.node()
                            : "the nodes at " + one + " and " + other + " both call themselves node " + first.node()
                                    + ": start one of them with another --id");
        }
    }

    /** Asks a node of the cluster that answers, the one that leads the configuration if it does. */
    private AdminReply ask(Overview overview, AdminRequest request) {
        int node = Stream.concat(Stream.of(overview.configuration().leader()), overview.nodes().keySet().stream())
                .filter(one -> overview.status(one).isPresent())
                .findFirst()
                .orElseThrow();
        return asked(HostAndPort.parse(overview.address(node)), overview.cluster(), request);
    }

    private AdminReply asked(HostAndPort where, String cluster, AdminRequest request) {
        try {
            return nodes.ask(where, cluster, request, PATIENCE);
        } catch (NoAnswerException silent) {
            throw new CommandException(ExitCode.UNDECIDED, where + ": " + silent.getMessage(), silent);
        }
    }

    private static AdminReply.Done done(AdminReply reply) {
        if (reply instanceof AdminReply.Done done) {
            return done;
        }
        throw unexpected(reply);
    }

    private static RuntimeException unexpected(AdminReply reply) {
        if (reply instanceof AdminReply.Refused refused) {
            boolean isUsage = refused.kind() == AdminReply.Refused.Kind.INPUT
                    || refused.kind() == AdminReply.Refused.Kind.WRONG_CLUSTER;
            return new CommandException(isUsage ? ExitCode.USAGE : ExitCode.FAILED, refused.why());
        }
        return new CommandException(
                ExitCode.FAILED, "the node answers something else than was asked: is it of this version?");
    }

    private int follow(Overview before, Predicate<Overview> complete) throws InterruptedException {
        String watch = "danta cluster status --watch --at " + seeds.get(0);
        if (within.isZero()) {
            say("it goes on: " + watch);
            return ExitCode.OK;
        }
        long started = System.nanoTime();
        ClusterProgress progress = new ClusterProgress(before, seeds, nodes);
        if (!isComplete(progress, complete, started, watch)) {
            throw new CommandException(
                    ExitCode.UNDECIDED,
                    "not complete after " + ClusterProgress.seconds(within.toNanos()) + "; it goes on: " + watch);
        }
        progress.changed().forEach(out::println);
        say("complete after " + ClusterProgress.seconds(System.nanoTime() - started));
        return ExitCode.OK;
    }

    private boolean isComplete(ClusterProgress progress, Predicate<Overview> complete, long started, String watch)
            throws InterruptedException {
        try (StatusLine line = StatusLine.on(err);
                Interruption interruption =
                        Interruption.during(line, err, looks -> "it goes on without this command: " + watch)) {
            while (System.nanoTime() - started < within.toNanos()) {
                progress.look();
                if (progress.latest().filter(complete).isPresent()) {
                    return true;
                }
                line.show(progress.line());
                interruption.advance();
                ClusterProgress.pause();
            }
        }
        return false;
    }
}
