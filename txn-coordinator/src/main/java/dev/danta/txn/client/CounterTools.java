package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.txn.key.ShardMap;
import java.util.SortedMap;

/** What every bounded counter of a client works with. */
record CounterTools(
        ClientId self,
        CounterRules rules,
        ClientSettings settings,
        ShardMap shards,
        Peers peers,
        Reach reach,
        Updates updates,
        Reads reads,
        StrictReads strictReads,
        Transactions transactions,
        Horizon horizon,
        RetryPolicy retries) {
    /** Whether so many replicas of a counter can be reached that something strict could come of it. */
    boolean hasQuorum(Turn turn, Key counter) {
        return peers.hasQuorumConnected(turn.membership(shards.shardOf(counter)));
    }

    /** What is wrong with the replicas of a counter. */
    SortedMap<ReplicaId, String> causes(Turn turn, Key counter) {
        Membership membership = turn.membership(shards.shardOf(counter));
        return peers.causes(membership.members().stream()
                .filter(replica -> !peers.isUp(replica))
                .toList());
    }
}
