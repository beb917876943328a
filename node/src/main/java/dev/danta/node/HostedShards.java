package dev.danta.node;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The replicas that this node has now, by shard number: looked up by many threads without a lock, changed by the
 * {@link ShardHost}'s.
 */
final class HostedShards {
    private volatile @Nullable ShardReplica[] replicas = new @Nullable ShardReplica[0];

    /** The replica of shard {@code number}; null if there is none here, or not yet. */
    @Nullable
    ShardReplica of(int number) {
        @Nullable ShardReplica[] now = replicas;
        return number < now.length ? now[number] : null;
    }

    /** By one thread at a time. */
    void put(int number, @Nullable ShardReplica replica) {
        @Nullable ShardReplica[] before = replicas;
        @Nullable ShardReplica[] after = new @Nullable ShardReplica[Math.max(before.length, number + 1)];
        System.arraycopy(before, 0, after, 0, before.length);
        after[number] = replica;
        replicas = after;
    }

    List<ShardReplica> all() {
        List<ShardReplica> all = new ArrayList<>();
        for (ShardReplica replica : replicas) {
            if (replica != null) {
                all.add(replica);
            }
        }
        return all;
    }
}
