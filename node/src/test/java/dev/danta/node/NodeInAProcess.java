package dev.danta.node;

import java.nio.file.Path;

/** What the command does with a settings file, for a node that begins a cluster of its own. */
final class NodeInAProcess {
    private NodeInAProcess() {}

    public static void main(String[] arguments) {
        System.exit(run(Path.of(arguments[0])));
    }

    private static int run(Path file) {
        NodeSettings settings;
        try {
            settings = NodeSettings.read(file, System.getenv());
        } catch (NodeSettings.Invalid wrong) {
            System.err.println("danta: " + wrong.getMessage());
            return NodeProcess.UNUSABLE;
        }
        return NodeProcess.run(settings, new Start.Init("processes", 1, 1), System.err);
    }
}
