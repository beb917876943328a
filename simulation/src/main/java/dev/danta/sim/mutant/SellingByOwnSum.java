package dev.danta.sim.mutant;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Vote;
import dev.danta.ir.replica.Application;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.VersionedStore;
import dev.danta.sim.SimParts;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.WaitingSettings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Line 15 to the letter: a replica says OK as long as it has not sold as many as there are, by its own sum, whatever it would
 * have said otherwise.
 *
 * @param units how many there are
 */
record SellingByOwnSum(long units) implements SimParts {
    @Override
    public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
        return new PassingOn(genuine) {
            private final Set<Timestamp> sold = new TreeSet<>();

            @Override
            public Vote vote(ShardId shard, Timestamp id, Body body) {
                Vote vote = super.vote(shard, id, body);
                if (vote instanceof Vote.No && sold.size() < units) {
                    return new Vote.Ok(id);
                }
                return vote;
            }

            @Override
            public List<Effect> hold(Timestamp id, Body body) {
                sold.add(id);
                return super.hold(id, body);
            }

            @Override
            public List<Effect> decide(Timestamp id, Decision decision, Body body) {
                if (decision instanceof Decision.Abort) {
                    sold.remove(id);
                }
                return super.decide(id, decision, body);
            }
        };
    }

    /** Who waits for a holder is not asked what it thinks. */
    @Override
    public WaitingSettings waiting(WaitingSettings drawn) {
        return new WaitingSettings(drawn.waitNanos(), 0);
    }
}
