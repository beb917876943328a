package dev.danta.sim.disk;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.txn.key.ShardMap;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All disks of a cluster. */
public final class Disks {
    private final ShardMap shards;
    private final TreeMap<ShardId, TreeMap<ReplicaId, SimDisk>> byShard = new TreeMap<>();

    private final TreeMap<ShardId, Membership> members = new TreeMap<>();

    public Disks(ShardMap shards) {
        this.shards = shards;
    }

    public void add(ShardId shard, ReplicaId replica, SimDisk disk) {
        byShard.computeIfAbsent(shard, s -> new TreeMap<>()).put(replica, disk);
    }

    /** From now on these are the members of their shard. */
    public void setMembers(Membership active) {
        members.put(active.shard(), active);
    }

    /** The disks of the replicas of one shard: its members, once they were set. */
    public SortedMap<ReplicaId, SimDisk> of(ShardId shard) {
        TreeMap<ReplicaId, SimDisk> all = byShard.getOrDefault(shard, new TreeMap<>());
        Membership active = members.get(shard);
        if (active == null) {
            return Collections.unmodifiableSortedMap(all);
        }
        TreeMap<ReplicaId, SimDisk> ofMembers = new TreeMap<>(all);
        ofMembers.keySet().retainAll(active.members());
        return ofMembers;
    }

    /** The disks of the members that durably serve in the active epoch. */
    public SortedMap<ReplicaId, SimDisk> serving(ShardId shard) {
        Membership active = members.get(shard);
        TreeMap<ReplicaId, SimDisk> serving = new TreeMap<>(of(shard));
        serving.values().removeIf(disk -> disk.isLost() || !serves(active, disk));
        return serving;
    }

    private static boolean serves(@Nullable Membership active, SimDisk disk) {
        EpochState epoch = disk.durable().recordStore().epoch();
        return epoch == null
                || (epoch.isServing() && (active == null || epoch.membership().equals(active)));
    }

    /** The disks of everybody who has one of this shard. */
    public SortedMap<ReplicaId, SimDisk> all(ShardId shard) {
        return Collections.unmodifiableSortedMap(byShard.getOrDefault(shard, new TreeMap<>()));
    }

    /** Whether somebody still is, or thinks to be, a member of an epoch before the active one. */
    public boolean isAnybodyBehind(Membership active) {
        return all(active.shard()).values().stream()
                .map(disk -> disk.durable().recordStore().epoch())
                .anyMatch(epoch -> epoch != null
                        && epoch.membership().epoch().compareTo(active.epoch()) < 0
                        && (epoch.standing() == EpochState.Standing.MEMBER
                                || epoch.standing() == EpochState.Standing.SEALED));
    }

    /** Whether the replica was a member of the shard once, on the disk that it has. */
    public boolean isRemoved(ShardId shard, ReplicaId replica) {
        EpochState epoch = disk(shard, replica).durable().recordStore().epoch();
        return epoch != null && epoch.standing() == EpochState.Standing.REMOVED;
    }

    private SimDisk disk(ShardId shard, ReplicaId replica) {
        TreeMap<ReplicaId, SimDisk> all = byShard.get(shard);
        SimDisk disk = all == null ? null : all.get(replica);
        if (disk == null) {
            throw new IllegalStateException(replica + " has no disk of " + shard);
        }
        return disk;
    }

    /** Which disk it is that a replica has. */
    public long incarnation(ShardId shard, ReplicaId replica) {
        return disk(shard, replica).logIncarnation().disk();
    }

    /** Whether the replica, on that disk, durably serves as one of {@code active}. */
    public boolean serves(Membership active, ReplicaId replica, long incarnation) {
        SimDisk.Image image = disk(active.shard(), replica).durable();
        EpochState epoch = image.recordStore().epoch();
        return image.recordStore().logIncarnation().disk() == incarnation
                && (epoch == null
                        ? active.epoch().equals(Epoch.FIRST)
                        : epoch.isServing() && epoch.membership().equals(active));
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

    /** q of the shard's members now. */
    public int quorum(ShardId shard) {
        return of(shard).size() / 2 + 1;
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

    /** The greatest id below which every member of every shard has durably deleted what it knew. */
    public Timestamp deletedEverywhere() {
        Timestamp least = null;
        for (ShardId shard : byShard.keySet()) {
            for (SimDisk disk : of(shard).values()) {
                Timestamp here = disk.durable().watermarks().deletedBelow();
                least = least == null || least.isAbove(here) ? here : least;
            }
        }
        return least == null ? Timestamp.ZERO : least;
    }

    /** The greatest id below which some replica of some shard has durably deleted what it knew. */
    public Timestamp deletedAnywhere() {
        Timestamp greatest = Timestamp.ZERO;
        for (TreeMap<ReplicaId, SimDisk> disks : byShard.values()) {
            for (SimDisk disk : disks.values()) {
                greatest = Timestamp.max(greatest, disk.durable().watermarks().deletedBelow());
            }
        }
        return greatest;
    }
}
