package dev.danta.node.storage;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;

/** Whose state a folder holds; written into it when it is created and compared whenever it is opened. */
public record ReplicaIdentity(String cluster, ShardId shard, ReplicaId replica) {
    @Override
    public String toString() {
        return "shard " + shard.number() + " of node " + replica.number() + " in cluster " + cluster;
    }
}
