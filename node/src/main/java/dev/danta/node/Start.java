package dev.danta.node;

import dev.danta.wire.HostAndPort;
import java.util.List;

/** How a node comes to its cluster, if its folder does not say: one whose folder does goes on with that. */
public sealed interface Start {
    /**
     * Makes a cluster of one.
     *
     * @param shards fixed for as long as the cluster lives
     * @param replication how many members a shard is to have once there are nodes enough
     */
    record Init(String cluster, int shards, int replication) implements Start {}

    /**
     * Adds itself to the cluster of one of these.
     *
     * @param seeds where nodes of it listen
     */
    record Join(List<HostAndPort> seeds) implements Start {
        public Join {
            seeds = List.copyOf(seeds);
        }
    }

    /** The same, with seeds as {@code host:port}. */
    static Start join(List<String> seeds) {
        return new Join(seeds.stream().map(HostAndPort::parse).toList());
    }

    /** Goes on with the cluster that its folder says; a folder that says none will not do. */
    record Resume() implements Start {}

    /** Waits until somebody has it make or join one. */
    record Wait() implements Start {}
}
