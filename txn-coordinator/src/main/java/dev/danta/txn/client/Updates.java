package dev.danta.txn.client;

import dev.danta.ir.client.QuorumCall;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.occ.Key;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client's relaxed updates: inconsistent operations, final with q acknowledgements, repeated to the other replicas until
 * those have acknowledged too.
 */
final class Updates {
    private final Turn.Context context;
    private final ClientId self;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final Map<OpId, Update> underWay = new TreeMap<>();
    private final Map<Key, Counter.Total> ownTotals = new TreeMap<>();
    private long sequence;

    private record Update(long call, Membership membership, QuorumCall quorum, CallOutcome whenDone) {}

    Updates(Turn.Context context, ClientId self, ShardMap shards, ClientSettings settings, Peers peers) {
        this.context = context;
        this.self = self;
        this.shards = shards;
        this.settings = settings;
        this.peers = peers;
    }

    int underWay() {
        return underWay.size();
    }

    OpId nextId() {
        return new OpId(self, sequence++);
    }

    /** The change that adds {@code amount} to what this client has added to {@code key} so far. */
    Counter addition(Key key, long amount) {
        Counter.Total before = ownTotals.get(key);
        Counter.Total after = before == null
                ? new Counter.Total(1, amount)
                : new Counter.Total(before.sequence() + 1, Math.addExact(before.sum(), amount));
        ownTotals.put(key, after);
        return Counter.of(self, after);
    }

    /** Whether another update can be taken on; if not, the call is answered. */
    boolean admit(Turn turn, long call) {
        if (context.spreader().bytes() <= settings.spreadBytesMax()) {
            return true;
        }
        turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.OVERLOADED, peers.causes(peers.down())));
        return false;
    }

    /** The same for an addition; one that would take this client's total out of a long's range is refused. */
    boolean admitAddition(Turn turn, long call, ClientCall.AddToCounter add) {
        Counter.Total before = ownTotals.get(add.key());
        long sum = before == null ? 0 : before.sum();
        boolean fits = add.amount() >= 0 ? sum <= Long.MAX_VALUE - add.amount() : sum >= Long.MIN_VALUE - add.amount();
        if (!fits) {
            turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
        }
        return fits && admit(turn, call);
    }

    /** Brings {@code change} to every replica; {@code call} is answered with {@code whenDone} once q have it. */
    void begin(Turn turn, long call, Key key, RelaxedState change, CallOutcome whenDone) {
        ShardId shard = shards.shardOf(key);
        Membership membership = context.membership(shard);
        OpId id = nextId();
        IrMessage.Execute execute = new IrMessage.Execute(id, new RelaxedUpdate(key, change));
        QuorumCall quorum = new QuorumCall(membership, id, execute, membership.quorum(), membership.members());
        underWay.put(id, new Update(call, membership, quorum, whenDone));
        List<ShardRequest> requests = membership.members().stream()
                .map(replica -> new ShardRequest(shard, replica, execute))
                .toList();
        turn.spread(id, requests, 256 + key.bytes().size());
    }

    void onReply(Turn turn, ReplicaId from, OpId id, IrMessage.Reply reply) {
        Update update = underWay.get(id);
        if (update == null) {
            return;
        }
        update.quorum().onReply(from, reply);
        if (update.quorum().hasQuorum()) {
            underWay.remove(id);
            turn.finish(update.call(), update.whenDone());
        } else if (update.quorum().isRefused()) {
            underWay.remove(id);
            TreeMap<ReplicaId, String> refusals = new TreeMap<>(update.quorum().refusals());
            turn.finish(update.call(), new CallOutcome.Failed(CallOutcome.Failure.REFUSED, refusals));
        }
    }

    /** The deadline of {@code call} has passed: replicas may have its update or may still get it. */
    CallOutcome atDeadline(long call) {
        for (Map.Entry<OpId, Update> entry : underWay.entrySet()) {
            Update update = entry.getValue();
            if (update.call() == call) {
                underWay.remove(entry.getKey());
                List<ReplicaId> missing = update.membership().members().stream()
                        .filter(replica -> !update.quorum().done().containsKey(replica))
                        .toList();
                return new CallOutcome.UpdateUnknown(peers.causes(missing));
            }
        }
        throw new IllegalStateException("call " + call + " is open without an update under way");
    }
}
