package dev.danta.cli;

import dev.danta.cli.status.Ink;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Groups what can be done with a cluster as a whole. */
@Command(
        name = "cluster",
        description = "Shows a cluster, and changes who is in it.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ClusterCommand.Init.class,
            ClusterCommand.Status.class,
            ClusterCommand.Add.class,
            ClusterCommand.Remove.class,
            ClusterCommand.Replace.class,
            ClusterCommand.MoveShard.class,
            ClusterRecoverCommand.class
        })
final class ClusterCommand {
    /** Addresses as they are typed. */
    static List<HostAndPort> addresses(String option, List<String> texts) {
        List<HostAndPort> addresses = new ArrayList<>();
        for (String text : texts) {
            try {
                HostAndPort address = HostAndPort.parse(text.strip());
                if (addresses.contains(address)) {
                    throw new CommandException(ExitCode.USAGE, option + " names " + address + " twice");
                }
                addresses.add(address);
            } catch (IllegalArgumentException wrong) {
                throw new CommandException(ExitCode.USAGE, option + ": " + wrong.getMessage(), wrong);
            }
        }
        return addresses;
    }

    /** A number that a node or a shard can have. */
    static int number(String what, int number, int least) {
        if (number < least) {
            throw new CommandException(ExitCode.USAGE, what + " is a number from " + least + " on, not " + number);
        }
        return number;
    }

    /** Which cluster. */
    static final class At {
        @Option(
                names = "--at",
                paramLabel = "HOST:PORT",
                split = ",",
                defaultValue = "${env:DANTA_AT:-127.0.0.1:7401}",
                description = "Nodes of the cluster; one that lives is enough (default: what the variable DANTA_AT"
                        + " says, else 127.0.0.1:7401).")
        private List<String> at = List.of();

        List<HostAndPort> seeds() {
            return addresses("--at", at);
        }
    }

    /** What every change can be told. */
    static final class ChangeOptions {
        @Mixin
        private At at = new At();

        @ArgGroup
        private How how = new How();

        @Option(
                names = "--within",
                paramLabel = "D",
                defaultValue = "1h",
                converter = Quantities.DurationConverter.class,
                description = "How long to watch it before this command ends; the change goes on (default:"
                        + " ${DEFAULT-VALUE}).")
        private Duration within = Duration.ofHours(1);

        /** At most one of these. */
        static final class How {
            @Option(names = "--dry-run", description = "Only say what would move.")
            private boolean dryRun;

            @Option(names = "--no-wait", description = "Do not wait until it is complete.")
            private boolean noWait;
        }

        boolean dryRun() {
            return how.dryRun;
        }

        ClusterWork work(CommandSpec spec) {
            return new ClusterWork(at.seeds(), how.noWait ? Duration.ZERO : within, spec);
        }
    }

    /** The same for nodes that were started one by one and wait for it. */
    @Command(
            name = "init",
            description = "Makes a cluster of nodes that belong to none (danta node start without --init and --join).")
    static final class Init implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "NAME", description = "What the cluster is called.")
        private String name = "";

        @Option(
                names = "--nodes",
                paramLabel = "HOST:PORT",
                split = ",",
                required = true,
                description = "Where the nodes listen.")
        private List<String> nodes = List.of();

        @Mixin
        private ClusterShape shape = new ClusterShape();

        @Option(names = "--no-wait", description = "Do not wait until every shard has its replicas.")
        private boolean noWait;

        @Override
        public Integer call() throws InterruptedException {
            List<HostAndPort> addresses = addresses("--nodes", nodes);
            shape.check();
            NodeCommand.Start.requireName(name);
            return new ClusterWork(addresses, noWait ? Duration.ZERO : Duration.ofHours(1), spec)
                    .init(name, addresses, shape);
        }
    }

    /** How everything is. */
    @Command(
            name = "status",
            description = {
                "Shows nodes, shards, who is behind, transactions that hold keys, and what a change is doing.",
                "A node that does not answer within 2 s is shown as silent."
            })
    static final class Status implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private At at = new At();

        @Option(names = "--json", description = "For programs: docs/operations.md has the fields.")
        private boolean json;

        @Option(
                names = "--watch",
                paramLabel = "D",
                arity = "0..1",
                fallbackValue = "1s",
                converter = Quantities.DurationConverter.class,
                description = "Show it again and again, each second or as often as said, until Ctrl-C.")
        private @Nullable Duration watch;

        @Option(names = "--shards", description = "A line for each shard; else those that are alike share one.")
        private boolean shards;

        @Option(
                names = "--hashes",
                description = "Let each replica read all that it has, and compare: replicas that differ are named.")
        private boolean hashes;

        @Override
        public Integer call() throws InterruptedException {
            Ink ink = Ink.of(System.getenv(), Terminal.isOutput());
            ClusterStatusView view = new ClusterStatusView(at.seeds(), ink, shards, hashes, json, spec);
            if (watch == null) {
                view.once();
            } else if (watch.isZero()) {
                throw new CommandException(ExitCode.USAGE, "--watch needs some time in between");
            } else {
                view.forEver(watch, Terminal.isOutput());
            }
            return ExitCode.OK;
        }
    }

    /** A node more. */
    @Command(
            name = "add",
            description = {
                "Takes in a node that was started without --init and --join.",
                "A node that is started with --join comes by itself; --dry-run says what either would move."
            })
    static final class Add implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = "ID", description = "Its number.")
        private int node;

        @Parameters(index = "1", paramLabel = "HOST:PORT", description = "Where it listens.")
        private String address = "";

        @Mixin
        private ChangeOptions options = new ChangeOptions();

        @Override
        public Integer call() throws InterruptedException {
            number("ID", node, 1);
            HostAndPort where = addresses("HOST:PORT", List.of(address)).get(0);
            ClusterWork work = options.work(spec);
            return options.dryRun() ? work.plan(new AdminRequest.Add(node, where.toString())) : work.add(node, where);
        }
    }

    /** A node less. */
    @Command(name = "remove", description = "Moves every replica off a node, then takes the node out of the cluster.")
    static final class Remove implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "ID", description = "Which node.")
        private int node;

        @Option(
                names = "--lost",
                description = "Its disk is gone: do not wait until others have what only it may have had.")
        private boolean lost;

        @Mixin
        private ChangeOptions options = new ChangeOptions();

        @Override
        public Integer call() throws InterruptedException {
            number("ID", node, 1);
            ClusterWork work = options.work(spec);
            AdminRequest request = new AdminRequest.Remove(node, lost, options.dryRun());
            return options.dryRun() ? work.plan(request) : work.remove(node, request);
        }
    }

    /** Another disk for a node. */
    @Command(
            name = "replace",
            description = {
                "Gives up the folder of a node that is lost, wiped or older than it was.",
                "The node then comes back with an empty folder under the same number."
            })
    static final class Replace implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "ID", description = "Which node.")
        private int node;

        @Mixin
        private ChangeOptions options = new ChangeOptions();

        @Override
        public Integer call() throws InterruptedException {
            number("ID", node, 1);
            ClusterWork work = options.work(spec);
            AdminRequest request = new AdminRequest.Replace(node, options.dryRun());
            return options.dryRun() ? work.plan(request) : work.replace(node, request);
        }
    }

    /** A replica elsewhere. */
    @Command(name = "move-shard", description = "Moves the replica of a shard from one node to another.")
    static final class MoveShard implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "SHARD", description = "Which shard.")
        private int shard;

        @Option(names = "--from", paramLabel = "ID", required = true, description = "The node that has it.")
        private int from;

        @Option(names = "--to", paramLabel = "ID", required = true, description = "The node that is to have it.")
        private int to;

        @Mixin
        private ChangeOptions options = new ChangeOptions();

        @Override
        public Integer call() throws InterruptedException {
            number("SHARD", shard, 0);
            number("--from", from, 1);
            number("--to", to, 1);
            ClusterWork work = options.work(spec);
            AdminRequest request = new AdminRequest.MoveShard(shard, from, to, options.dryRun());
            return options.dryRun() ? work.plan(request) : work.change(request);
        }
    }
}
