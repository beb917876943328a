package dev.danta.txn.client;

import dev.danta.ir.client.QuorumCall;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.occ.Key;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.coordinator.ShardRequest;
import dev.danta.txn.key.ShardMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client's relaxed updates: inconsistent operations, final with q acknowledgements, or answered with one if so much is asked
 * for; repeated to the other replicas until those have acknowledged too.
 */
final class Updates {
    private final Turn.Context context;
    private final ClientId self;
    private final ShardMap shards;
    private final ClientSettings settings;
    private final Peers peers;
    private final KnownValues values;
    private final Map<OpId, Update> underWay = new TreeMap<>();
    private final Map<Key, Counter.Total> ownTotals = new TreeMap<>();
    private long sequence;

    private record Update(
            long call,
            Membership membership,
            IrMessage.Execute execute,
            QuorumCall quorum,
            Set<ReplicaId> clockRefusedBy,
            Aim aim) {
        static Update of(long call, Membership membership, IrMessage.Execute execute, Aim aim) {
            QuorumCall quorum =
                    new QuorumCall(membership, execute.id(), execute, aim.needed(membership), membership.members());
            return new Update(call, membership, execute, quorum, new TreeSet<>(), aim);
        }
    }

    /** What an update is for. */
    sealed interface Aim {
        /** How many have to acknowledge it before it is answered. */
        int needed(Membership membership);

        /** To change what {@code change} is joined into. */
        record Change(RelaxedState change, ClientCall.Ack ack) implements Aim {
            @Override
            public int needed(Membership membership) {
                return ack == ClientCall.Ack.ONE ? 1 : membership.quorum();
            }
        }

        /**
         * To bring what a read found to a quorum: before that it is nobody's answer, for a later read might not find it.
         *
         * @param found what it found
         * @param asked how it asked, if its answer is to be remembered; else null
         */
        record WriteBack(RelaxedState found, KnownValues.@Nullable Asked asked) implements Aim {
            @Override
            public int needed(Membership membership) {
                return membership.quorum();
            }
        }
    }

    Updates(
            Turn.Context context,
            ClientId self,
            ShardMap shards,
            ClientSettings settings,
            Peers peers,
            KnownValues values) {
        this.values = values;
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

    /** Adds to what this client has added to a counter so far; refused if that does not fit a long any more. */
    void add(Turn turn, long call, Key key, long amount, ClientCall.Ack ack) {
        Counter.Total before = ownTotals.get(key);
        long sumBefore = before == null ? 0 : before.sum();
        long sum = sumBefore + amount;
        boolean overflows = ((sumBefore ^ sum) & (amount ^ sum)) < 0;
        if (overflows) {
            turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.REFUSED, new TreeMap<>()));
            return;
        }
        Counter.Total after = new Counter.Total(before == null ? 1 : before.sequence() + 1, sum);
        ownTotals.put(key, after);
        Counter change = Counter.of(self, after);
        begin(turn, call, key, new Aim.Change(change, ack));
    }

    /** Whether it says what this client has added to a counter, which only {@link #add} may say. */
    boolean speaksForThisClient(RelaxedState change) {
        return change instanceof Counter counter && counter.totals().containsKey(self);
    }

    /** Whether another update can be taken on; if not, the call is answered. */
    boolean admit(Turn turn, long call) {
        if (context.spreader().bytes() <= settings.spreadBytesMax()) {
            return true;
        }
        turn.finish(call, new CallOutcome.Failed(CallOutcome.Failure.OVERLOADED, peers.causes(peers.down())));
        return false;
    }

    /** Brings it to every replica; {@code call} is answered once as many have it as its aim needs. */
    void begin(Turn turn, long call, Key key, Aim aim) {
        RelaxedState change = aim instanceof Aim.WriteBack back ? back.found() : ((Aim.Change) aim).change();
        ShardId shard = shards.shardOf(key);
        Membership membership = context.membership(shard);
        OpId id = nextId();
        IrMessage.Execute execute = new IrMessage.Execute(id, new RelaxedUpdate(key, change));
        underWay.put(id, Update.of(call, membership, execute, aim));
        spread(turn, membership, execute);
    }

    private static void spread(Turn turn, Membership membership, IrMessage.Execute execute) {
        int size = execute.op() instanceof RelaxedUpdate update
                ? update.key().bytes().size() + update.change().sizeBytes()
                : 0;
        List<ShardRequest> requests = membership.members().stream()
                .map(replica -> new ShardRequest(membership.shard(), replica, execute))
                .toList();
        turn.spread(execute.id(), requests, 256 + size);
    }

    void onReply(Turn turn, ShardId shard, ReplicaId from, OpId id, IrMessage.Reply reply) {
        Update update = underWay.get(id);
        if (update == null || !update.membership().shard().equals(shard)) {
            return;
        }
        update.quorum().onReply(from, reply);
        if (update.quorum().hasQuorum()) {
            underWay.remove(id);
            turn.finish(update.call(), outcomeOf(update));
        } else if (reply instanceof IrMessage.ExecuteRefused && isSpend(update)) {
            // A fence is never taken back: to wait for a quorum that some replica is not up for would be in vain.
            underWay.remove(id);
            turn.finish(update.call(), new CallOutcome.UpdateUnknown(causes(update)));
        } else {
            finishIfHopeless(turn, id, update);
        }
    }

    private static boolean isSpend(Update update) {
        return update.aim() instanceof Aim.Change change
                && change.change() instanceof Spending spending
                && !spending.fenced();
    }

    /** That of an update that as many have as it needs; it is remembered if a quorum has it, for quorums will show it. */
    private CallOutcome outcomeOf(Update update) {
        Key key = ((RelaxedUpdate) update.execute().op()).key();
        if (update.aim() instanceof Aim.WriteBack back) {
            RelaxedState found = back.found();
            return new CallOutcome.Relaxed(
                    back.asked() == null ? found : values.answered(key, found, back.asked()), false);
        }
        Aim.Change aim = (Aim.Change) update.aim();
        if (aim.ack() == ClientCall.Ack.QUORUM) {
            values.changed(key, aim.change());
        }
        return new CallOutcome.Updated(aim.change());
    }

    /** The members of {@code shard} have changed: what they acknowledged before does not count, and all are asked. */
    void onMoved(Turn turn, ShardId shard) {
        Membership membership = context.membership(shard);
        for (Map.Entry<OpId, Update> entry : List.copyOf(underWay.entrySet())) {
            Update before = entry.getValue();
            if (before.membership().shard().equals(shard)) {
                if (!context.quorums().goesOnOverEpochs(QuorumRules.Counted.UPDATES)) {
                    Update anew = Update.of(before.call(), membership, before.execute(), before.aim());
                    underWay.put(entry.getKey(), anew);
                }
                spread(turn, membership, before.execute());
            }
        }
    }

    /** A replica cannot be reached any more: those that have refused may be all the answers there will be. */
    void onDown(Turn turn) {
        List.copyOf(underWay.entrySet()).forEach(update -> finishIfHopeless(turn, update.getKey(), update.getValue()));
    }

    /**
     * So many have refused that there will be no quorum: whoever is up is heard out, since only an update that every
     * replica refuses has surely failed.
     */
    private void finishIfHopeless(Turn turn, OpId id, Update update) {
        QuorumCall quorum = update.quorum();
        List<ReplicaId> silent = update.membership().members().stream()
                .filter(replica -> !quorum.done().containsKey(replica)
                        && !quorum.refusals().containsKey(replica))
                .toList();
        if (!quorum.isRefused() || silent.stream().anyMatch(peers::isUp)) {
            return;
        }
        underWay.remove(id);
        SortedMap<ReplicaId, String> causes = causes(update);
        boolean changedNothing = update.aim() instanceof Aim.WriteBack
                || (silent.isEmpty() && quorum.done().isEmpty());
        turn.finish(
                update.call(),
                changedNothing
                        ? new CallOutcome.Failed(CallOutcome.Failure.REFUSED, causes)
                        : new CallOutcome.UpdateUnknown(causes));
    }

    /**
     * A replica puts the update off, because its stamp is too far ahead. Where so many do that too few are left, the
     * application need not wait for its deadline to be told why; they may still take it when their clocks have caught up.
     */
    void onClockRefused(Turn turn, ShardId shard, ReplicaId from, OpId id) {
        Update update = underWay.get(id);
        if (update == null || !update.membership().shard().equals(shard)) {
            return;
        }
        update.clockRefusedBy().add(from);
        Membership membership = update.membership();
        if (membership.size() - update.clockRefusedBy().size() < update.aim().needed(membership)) {
            underWay.remove(id);
            turn.finish(update.call(), new CallOutcome.UpdateUnknown(causes(update)));
        }
    }

    /** The deadline of {@code call} has passed: replicas may have its update or may still get it. */
    CallOutcome atDeadline(long call) {
        return new CallOutcome.UpdateUnknown(stopWaiting(call));
    }

    /** Nobody waits for the update of {@code call} any more, if there is one: what was missing. */
    SortedMap<ReplicaId, String> stopWaiting(long call) {
        for (Map.Entry<OpId, Update> entry : underWay.entrySet()) {
            if (entry.getValue().call() == call) {
                underWay.remove(entry.getKey());
                return causes(entry.getValue());
            }
        }
        return new TreeMap<>();
    }

    /** What is missing to the update of {@code call}, if there is one. */
    SortedMap<ReplicaId, String> missing(long call) {
        return underWay.values().stream()
                .filter(update -> update.call() == call)
                .map(this::causes)
                .findFirst()
                .orElseGet(TreeMap::new);
    }

    private SortedMap<ReplicaId, String> causes(Update update) {
        SortedMap<ReplicaId, String> causes = peers.causes(update.membership().members().stream()
                .filter(replica -> !update.quorum().done().containsKey(replica))
                .toList());
        causes.putAll(update.quorum().refusals());
        return causes;
    }
}
