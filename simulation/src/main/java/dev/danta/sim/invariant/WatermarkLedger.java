package dev.danta.sim.invariant;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Watermarks;
import dev.danta.sim.disk.Disks;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How far every replica has ever come in forgetting, in each epoch, durably (protocol.md 7 and 11). */
final class WatermarkLedger {
    private final Disks disks;
    private final TreeMap<ShardId, TreeMap<Epoch, Map<ReplicaId, Watermarks>>> marks = new TreeMap<>();
    private Timestamp deleted = Timestamp.ZERO;

    WatermarkLedger(Disks disks) {
        this.disks = disks;
    }

    /** {@code replica} has durably come this far in an epoch in which it is a member. */
    void onDurable(ShardId shard, Epoch epoch, ReplicaId replica, Watermarks watermarks) {
        marks.computeIfAbsent(shard, s -> new TreeMap<>())
                .computeIfAbsent(epoch, e -> new TreeMap<>())
                .put(replica, watermarks);
        deleted = Timestamp.max(deleted, watermarks.deletedBelow());
        for (ShardId each : disks.shards()) {
            disks.serving(each)
                    .forEach((member, disk) -> Violation.unless(
                            !deleted.isAbove(disk.durable().watermarks().resolvedBelow()),
                            "what is deleted anywhere every member of every shard has resolved",
                            deleted,
                            "deleted by",
                            replica,
                            shard,
                            "not resolved by",
                            member,
                            each,
                            disk.durable().watermarks()));
        }
    }

    /** The greatest id below which any replica has ever deleted, also one that is gone: clients have heard it all the same. */
    Timestamp deleted() {
        return deleted;
    }

    /** How far the replicas of a shard have come, by epoch. */
    SortedMap<Epoch, Map<ReplicaId, Watermarks>> of(ShardId shard) {
        return marks.getOrDefault(shard, new TreeMap<>());
    }
}
