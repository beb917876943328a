package dev.danta.ir.quorum;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import java.util.List;

/**
 * The replicas of one shard in one epoch: n = 2f + 1 of them, in ascending order.
 *
 * <p>Divergence: the fast quorum is all n, not the paper's ⌈3f/2⌉ + 1, so that whoever settles an orphaned operation needs
 * only q replies about that one operation (protocol.md 2).
 */
public record Membership(ShardId shard, Epoch epoch, List<ReplicaId> members) {
    public Membership {
        members = members.stream().sorted().toList();
        if (members.size() % 2 == 0) {
            throw new IllegalArgumentException("a shard has an odd number of replicas, not " + members.size());
        }
        if (members.stream().distinct().count() != members.size()) {
            throw new IllegalArgumentException("a replica stands twice in " + members);
        }
    }

    /** n. */
    public int size() {
        return members.size();
    }

    /** f, the number of replicas that may be away. */
    public int faultsTolerated() {
        return (members.size() - 1) / 2;
    }

    /** q = f + 1: any two quorums share a replica. */
    public int quorum() {
        return faultsTolerated() + 1;
    }

    /** The votes that settle an operation in one round trip: all n. */
    public int fastQuorum() {
        return members.size();
    }

    public boolean hasMember(ReplicaId replica) {
        return members.contains(replica);
    }
}
