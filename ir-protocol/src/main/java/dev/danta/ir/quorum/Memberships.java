package dev.danta.ir.quorum;

import dev.danta.ir.id.ShardId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one process knows of the members of every shard: for each the membership of the greatest epoch that it has heard of
 * (protocol.md 9). One per process, shared by its machines, which run on one thread.
 *
 * <p>Invariant: the epoch of a shard never goes back. Whoever counts a quorum remembers the {@link Membership} with which it
 * began, and begins anew when this one is newer: no quorum is counted over two epochs.
 */
public final class Memberships {
    private final Map<ShardId, Membership> newest = new TreeMap<>();

    /** Knows {@code first}; no other shard will ever be known. */
    public Memberships(List<Membership> first) {
        for (Membership membership : first) {
            if (newest.put(membership.shard(), membership) != null) {
                throw new IllegalArgumentException("two memberships of " + membership.shard());
            }
        }
    }

    /** The newest membership of {@code shard}, which must be one that was known from the beginning. */
    public Membership of(ShardId shard) {
        Membership membership = newest.get(shard);
        if (membership == null) {
            throw new IllegalStateException("no members are known of " + shard);
        }
        return membership;
    }

    /** Whether {@code shard} is one of this cluster's. */
    public boolean knows(ShardId shard) {
        return newest.containsKey(shard);
    }

    /**
     * Somebody tells of {@code heard}.
     *
     * @return whether it is newer than what was known; nothing changes otherwise, nor for a shard that is not known at all
     */
    public boolean learn(Membership heard) {
        Membership before = newest.get(heard.shard());
        if (before == null || heard.epoch().number() <= before.epoch().number()) {
            return false;
        }
        newest.put(heard.shard(), heard);
        return true;
    }

    /** The newest membership of each shard, by shard. */
    public List<Membership> all() {
        return List.copyOf(newest.values());
    }
}
