package dev.danta.sim.invariant;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Install;
import dev.danta.ir.quorum.Membership;
import java.util.Collection;
import java.util.TreeMap;

/** Every epoch that was ever activated (protocol.md 11: at most one active epoch). */
final class EpochLedger {
    private final TreeMap<ShardId, TreeMap<Epoch, Membership>> activated = new TreeMap<>();
    private final TreeMap<ShardId, TreeMap<Epoch, Long>> attempts = new TreeMap<>();

    void onActivated(Membership members, long attempt) {
        TreeMap<Epoch, Membership> ofShard = activated.computeIfAbsent(members.shard(), s -> new TreeMap<>());
        Violation.unless(
                ofShard.isEmpty()
                        || ofShard.lastKey().number() + 1 == members.epoch().number(),
                "an epoch is activated once, after the one before it",
                ofShard,
                members);
        ofShard.put(members.epoch(), members);
        attempts.computeIfAbsent(members.shard(), s -> new TreeMap<>()).put(members.epoch(), attempt);
    }

    /** Whether {@code install} is the one that its epoch was activated with, or what a late member of it was filled with. */
    boolean isActivated(Install install) {
        Long attempt = attempts.getOrDefault(install.next().shard(), new TreeMap<>())
                .get(install.next().epoch());
        return isActive(install.next()) && attempt != null && attempt == install.attempt();
    }

    /** Every epoch of {@code shard} that was ever activated, the first one included. */
    Collection<Membership> all(ShardId shard) {
        return activated.getOrDefault(shard, new TreeMap<>()).values();
    }

    /** The members of {@code shard} now. */
    Membership now(ShardId shard) {
        TreeMap<Epoch, Membership> ofShard = activated.get(shard);
        if (ofShard == null) {
            throw new IllegalStateException("nobody has said who the members of " + shard + " are");
        }
        return ofShard.lastEntry().getValue();
    }

    boolean isActive(Membership members) {
        TreeMap<Epoch, Membership> ofShard = activated.get(members.shard());
        return ofShard != null && members.equals(ofShard.get(members.epoch()));
    }
}
