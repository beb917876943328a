package dev.danta.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.danta.node.NodeProcess;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Groups what can be done with one node. */
@Command(
        name = "node",
        description = "Runs one node of a cluster.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {NodeCommand.Start.class})
final class NodeCommand {
    /** Becomes a node. */
    @Command(name = "start", description = "Serves until the process is asked to end.")
    static final class Start implements Callable<Integer> {
        @Option(
                names = "--config",
                paramLabel = "FILE",
                required = true,
                description = "The node's settings (TOML). Variables such as DANTA_NODE_LISTEN override it.")
        private Path config = Path.of("");

        @Override
        public Integer call() {
            if (System.getProperty("danta.log.level") == null
                    && LoggerFactory.getLogger("dev.danta") instanceof Logger ours) {
                // A server tells what it does; a command only what goes wrong.
                ours.setLevel(Level.INFO);
            }
            return NodeProcess.run(config, System.getenv(), System.err);
        }
    }
}
