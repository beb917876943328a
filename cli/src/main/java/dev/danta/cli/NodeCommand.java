package dev.danta.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.danta.gateway.Gateway;
import dev.danta.node.NodeProcess;
import dev.danta.node.NodeSettings;
import dev.danta.wire.admin.AdminRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Groups what can be done with one node. */
@Command(
        name = "node",
        description = "Runs one node of a cluster, or has clients leave it alone.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeCommand.Start.class, NodeCommand.Drain.class})
final class NodeCommand {
    /** Becomes a node. */
    @Command(
            name = "start",
            description = {
                "Serves until the process is asked to end.",
                "A folder that has its cluster goes on with it, whatever --init and --join say. A new one makes a"
                        + " cluster with --init, joins one with --join, and otherwise waits for danta cluster init"
                        + " or add."
            })
    static final class Start implements Callable<Integer> {
        private static final int CLUSTER_CHARS_MAX = 100;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The node's settings (TOML). Variables such as DANTA_NODE_LISTEN override it, and the"
                        + " options below override those.")
        private @Nullable Path config;

        @Option(names = "--id", paramLabel = "ID", description = "Its number in the cluster, 1 to 1023.")
        private @Nullable String id;

        @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Where it takes connections.")
        private @Nullable String listen;

        @Option(names = "--data", paramLabel = "DIR", description = "Its own folder.")
        private @Nullable String data;

        @ArgGroup
        private How how = new How();

        @Mixin
        private ClusterShape shape = new ClusterShape();

        @Option(
                names = "--config-listen",
                paramLabel = "HOST:PORT",
                description = "Where the keepers of the configuration talk (default: as --listen, port + 1000).")
        private @Nullable String configListen;

        @Option(
                names = "--advertise",
                paramLabel = "HOST:PORT",
                description = "What others are told instead of --listen.")
        private @Nullable String advertise;

        @Option(
                names = "--config-advertise",
                paramLabel = "HOST:PORT",
                description = "What others are told instead of --config-listen.")
        private @Nullable String configAdvertise;

        /** At most one of these. */
        static final class How {
            @Option(names = "--init", paramLabel = "NAME", description = "Make a cluster of this name.")
            private @Nullable String init;

            @Option(
                    names = "--join",
                    paramLabel = "HOST:PORT",
                    description = "Join the cluster of the node there; several with commas.")
            private @Nullable String join;
        }

        @Override
        public Integer call() {
            NodeSettings settings;
            try {
                settings = NodeSettings.read(config, System.getenv(), flags());
            } catch (NodeSettings.Invalid wrong) {
                throw new CommandException(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
            }
            dev.danta.node.Start start = start(settings);
            if (System.getProperty("danta.log.level") == null
                    && LoggerFactory.getLogger("dev.danta") instanceof Logger ours) {
                // A server tells what it does; a command only what goes wrong.
                ours.setLevel(Level.INFO);
            }
            return NodeProcess.run(settings, start, Gateway::open, System.err);
        }

        private Map<String, String> flags() {
            Map<String, String> flags = new TreeMap<>();
            put(flags, "--id", id);
            put(flags, "--listen", listen);
            put(flags, "--data", data);
            put(flags, "--join", how.join);
            put(flags, "--config-listen", configListen);
            put(flags, "--advertise", advertise);
            put(flags, "--config-advertise", configAdvertise);
            return flags;
        }

        private static void put(Map<String, String> flags, String name, @Nullable String value) {
            if (value != null) {
                flags.put(name, value);
            }
        }

        private dev.danta.node.Start start(NodeSettings settings) {
            String init = how.init;
            if (init != null) {
                shape.check();
                requireName(init);
                return new dev.danta.node.Start.Init(init, shape.shards(), shape.replication());
            }
            for (String option : new String[] {"--shards", "--replication"}) {
                if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                    throw new CommandException(
                            ExitCode.USAGE, option + " is decided by whoever makes the cluster, with --init");
                }
            }
            return settings.node().seeds().isEmpty()
                    ? new dev.danta.node.Start.Wait()
                    : new dev.danta.node.Start.Join(settings.node().seeds());
        }

        static void requireName(String cluster) {
            if (cluster.isBlank()
                    || cluster.length() > CLUSTER_CHARS_MAX
                    || cluster.chars().anyMatch(Character::isISOControl)) {
                throw new CommandException(
                        ExitCode.USAGE,
                        "a cluster's name has 1 to " + CLUSTER_CHARS_MAX + " printable characters, unlike '"
                                + Complaints.oneLine(cluster) + "'");
            }
        }
    }

    /** Has clients leave a node alone. */
    @Command(
            name = "drain",
            description = "Has clients prefer other nodes, before this one is stopped; --off takes it back.")
    static final class Drain implements Callable<Integer> {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(paramLabel = "ID", description = "Which node.")
        private int node;

        @Option(names = "--off", description = "Clients may use it again.")
        private boolean off;

        @Mixin
        private ClusterCommand.At at = new ClusterCommand.At();

        @Override
        public Integer call() throws InterruptedException {
            ClusterCommand.number("ID", node, 1);
            return new ClusterWork(at.seeds(), Duration.ZERO, spec).say(new AdminRequest.Drain(node, !off));
        }
    }
}
