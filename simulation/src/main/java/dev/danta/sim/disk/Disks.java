package dev.danta.sim.disk;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.txn.key.ShardMap;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** All disks of a cluster. */
public final class Disks {
    private final ShardMap shards;
    private final TreeMap<ShardId, TreeMap<ReplicaId, SimDisk>> byShard = new TreeMap<>();

    public Disks(ShardMap shards) {
        this.shards = shards;
    }

    public void add(ShardId shard, ReplicaId replica, SimDisk disk) {
        byShard.computeIfAbsent(shard, s -> new TreeMap<>()).put(replica, disk);
    }

    /** The disks of the replicas of one shard. */
    public SortedMap<ReplicaId, SimDisk> of(ShardId shard) {
        return Collections.unmodifiableSortedMap(byShard.getOrDefault(shard, new TreeMap<>()));
    }

    /** The disks on which {@code key} lives. */
    public Collection<SimDisk> of(Key key) {
        return of(shards.shardOf(key)).values();
    }

    public ShardId shardOf(Key key) {
        return shards.shardOf(key);
    }

    public Collection<ShardId> shards() {
        return Collections.unmodifiableCollection(byShard.keySet());
    }

    /** q of any shard. */
    public int quorum() {
        return byShard.firstEntry().getValue().size() / 2 + 1;
    }

    /** Of each thing the most that there is on any one disk. */
    public Census census() {
        Census most = Census.NOTHING;
        for (TreeMap<ReplicaId, SimDisk> disks : byShard.values()) {
            for (SimDisk disk : disks.values()) {
                most = most.most(Census.of(disk));
            }
        }
        return most;
    }

    /** The greatest id below which every replica of every shard has durably deleted what it knew. */
    public Timestamp deletedEverywhere() {
        Timestamp least = null;
        for (TreeMap<ReplicaId, SimDisk> disks : byShard.values()) {
            for (SimDisk disk : disks.values()) {
                Timestamp here = disk.durable().watermarks().deletedBelow();
                least = least == null || least.isAbove(here) ? here : least;
            }
        }
        return least == null ? Timestamp.ZERO : least;
    }
}
