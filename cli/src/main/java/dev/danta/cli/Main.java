package dev.danta.cli;

import dev.danta.check.ExhaustedHeap;
import java.util.concurrent.Callable;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of the {@code danta} command. */
@Command(
        name = "danta",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Strict transactions only where they are needed, over replicas that need no order.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ok; for a check: every history is valid",
            "1:failed; for a check: a history is not valid",
            "2:arguments, settings or input are wrong, or a port or folder cannot be used",
            "3:undecided: an outcome is unknown, or a check ran out of time or memory",
            "4:internal error"
        },
        subcommands = {
            DemoCommand.class,
            DevCommand.class,
            BenchCommand.class,
            SimulationCommand.class,
            CheckCommand.class,
            NodeCommand.class,
            ClusterCommand.class,
            TxnCommand.class,
            WatchCommand.class
        })
public final class Main {
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show the stack trace of an error too.")
    private boolean verbose;

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(exitCodeOf(args));
    }

    private static int exitCodeOf(String[] args) {
        MemoryReserve reserve = new MemoryReserve();
        try {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
            return commandLine().execute(args);
        } catch (Error broken) {
            // The JVM's own exit code would be 1, which means something else here.
            reserve.release();
            if (ExhaustedHeap.isBehind(broken)) {
                System.err.println("danta: undecided: " + Complaints.heap());
                return ExitCode.UNDECIDED;
            }
            System.err.println("danta: " + Complaints.internal(broken));
            broken.printStackTrace();
            return ExitCode.INTERNAL;
        }
    }

    static CommandLine commandLine() {
        Main main = new Main();
        CommandLine root = new CommandLine(main);
        Complaints complaints = new Complaints(main);
        root.setParameterExceptionHandler(complaints);
        root.setExecutionExceptionHandler(complaints);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        // A command that only groups others does nothing alone: say what there is, and count it as a usage error.
        root.setExecutionStrategy(parsed -> {
            CommandLine last =
                    parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
            if (last.getSubcommands().isEmpty()
                    || last.getCommand() instanceof Callable
                    || parsed.isUsageHelpRequested()
                    || last.isUsageHelpRequested()
                    || last.isVersionHelpRequested()) {
                return new CommandLine.RunLast().execute(parsed);
            }
            last.usage(last.getErr());
            return ExitCode.USAGE;
        });
        return root;
    }

    boolean verbose() {
        return verbose;
    }

    /** The version as the build wrote it into the jar's manifest. */
    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not run from its jar)" : version;
    }

    /** Prints {@link #version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"danta " + version()};
        }
    }
}
