package dev.danta.cli;

import picocli.CommandLine.Option;

/** What is decided when a cluster is made. */
final class ClusterShape {
    private static final int SHARDS_MAX = 256;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "4",
            description = "Parts of the key space, fixed for ever; each is a thread and a store on the nodes that have"
                    + " it (default: ${DEFAULT-VALUE}).")
    private int shards = 4;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "3",
            description = "Replicas of each shard once there are nodes enough: 1, 3 or 5 (default: ${DEFAULT-VALUE}).")
    private int replication = 3;

    /** @throws CommandException if no cluster can be like that */
    void check() {
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new CommandException(ExitCode.USAGE, "--shards is between 1 and " + SHARDS_MAX + ", not " + shards);
        }
        if (replication != 1 && replication != 3 && replication != 5) {
            throw new CommandException(ExitCode.USAGE, "--replication is 1, 3 or 5, not " + replication);
        }
    }

    int shards() {
        return shards;
    }

    int replication() {
        return replication;
    }
}
