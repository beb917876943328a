package dev.danta.node;

import java.nio.file.Path;

/** What the command does with a settings file. */
final class NodeInAProcess {
    private NodeInAProcess() {}

    public static void main(String[] arguments) {
        System.exit(NodeProcess.run(Path.of(arguments[0]), System.getenv(), System.err));
    }
}
