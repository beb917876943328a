package dev.danta.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The root of the {@code danta} command. */
@Command(
        name = "danta",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Strict transactions only where they are needed, over replicas that need no order.")
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its exit code: 0 ok, 2 usage. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        CommandLine root = new CommandLine(new Main());
        // The root alone does nothing: say what there is, and count it as a usage error.
        root.setExecutionStrategy(parsed -> {
            if (parsed.hasSubcommand() || parsed.isUsageHelpRequested() || parsed.isVersionHelpRequested()) {
                return new CommandLine.RunLast().execute(parsed);
            }
            root.usage(root.getErr());
            return CommandLine.ExitCode.USAGE;
        });
        return root;
    }

    /** Reads the version from the jar's manifest, where the build puts it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"danta " + (version == null ? "(not run from its jar)" : version)};
        }
    }
}
