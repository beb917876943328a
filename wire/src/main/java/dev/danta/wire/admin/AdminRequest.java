package dev.danta.wire.admin;

import dev.danta.ir.id.Bytes;
import java.util.List;

/** What can be asked of a node about the cluster that it belongs to. */
public sealed interface AdminRequest {
    /**
     * How are you, and what do you know of the cluster?
     *
     * @param hashes whether to compute a hash of what each replica holds, which reads all of it
     */
    record Status(boolean hashes) implements AdminRequest {}

    /**
     * To a node that belongs to no cluster: begin one, alone.
     *
     * @param shards fixed for as long as the cluster lives
     * @param replication how many replicas a shard is to have once there are nodes enough: 1, 3 or 5
     */
    record Create(String cluster, int shards, int replication) implements AdminRequest {}

    /**
     * To a node that belongs to no cluster: join that of one of these.
     *
     * @param seeds where nodes of it listen, as {@code host:port}
     */
    record Join(List<String> seeds) implements AdminRequest {
        public Join {
            seeds = List.copyOf(seeds);
        }
    }

    /** What would move if this node came? It comes by itself ({@link Join}). */
    record Add(int node, String address) implements AdminRequest {}

    /**
     * Takes every replica off a node, and then the node out of the cluster.
     *
     * @param lost its disk is gone: nobody waits for what only it had
     */
    record Remove(int node, boolean lost, boolean dryRun) implements AdminRequest {}

    /** The disk of a node is lost: what comes with an empty one under this number takes its place. */
    record Replace(int node, boolean dryRun) implements AdminRequest {}

    /** Moves the replica of a shard from a node to another. */
    record MoveShard(int shard, int from, int to, boolean dryRun) implements AdminRequest {}

    /** Clients are to leave a node alone, or need not any more. */
    record Drain(int node, boolean on) implements AdminRequest {}

    /**
     * From a client: what type have the values of this collection? It is this one, if none was declared before; whoever is
     * first says it for good.
     *
     * @param type of its values, in a name that clients agree on
     */
    record Declare(String space, String collection, String type) implements AdminRequest {}

    /** From a node: what is the configuration? */
    record Configuration() implements AdminRequest {}

    /**
     * From a node: put this to the configuration.
     *
     * @param request as the configuration writes it
     */
    record Ask(Bytes request) implements AdminRequest {}
}
