package dev.danta.txn.recovery;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.coordinator.ShardRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Finds a transaction of which only the id is known: its participants, so that it can be settled (protocol.md 6), or its
 * outcome. It records nothing anywhere: an Inquire to a shard that is none of the participants would leave a promise there,
 * which whoever finds it takes for one of the transaction's own, and an ABORT chosen at it would contradict a commit.
 */
public final class ParticipantSearch {
    private final Timestamp id;
    private final List<ShardId> shards;
    private final Function<ShardId, Membership> memberships;
    private final Map<ShardId, Set<ReplicaId>> ignorant = new TreeMap<>();
    private List<ShardId> found = List.of();
    private Outcome outcome = new Outcome.Pending();
    private boolean someHaveForgotten;

    /** Nothing is sent yet. */
    public ParticipantSearch(Timestamp id, List<ShardId> shards, Function<ShardId, Membership> memberships) {
        this.id = id;
        this.shards = List.copyOf(shards);
        this.memberships = memberships;
    }

    /** Asks those that have not answered. */
    public List<ShardRequest> ask() {
        List<ShardRequest> requests = new ArrayList<>();
        for (ShardId shard : shards) {
            Set<ReplicaId> answered = ignorant.getOrDefault(shard, new TreeSet<>());
            memberships.apply(shard).members().stream()
                    .filter(replica -> !answered.contains(replica))
                    .forEach(replica -> requests.add(new ShardRequest(shard, replica, new IrMessage.Lookup(id))));
        }
        return requests;
    }

    /** A replica of {@code shard}, in its present epoch, answered something about this transaction. */
    public void onReply(ShardId shard, ReplicaId from, IrMessage.Reply reply) {
        if (!shards.contains(shard)) {
            return;
        }
        if (reply instanceof IrMessage.Decided decided) {
            outcome = decided.decision() instanceof Decision.Commit commit
                    ? new Outcome.Committed(commit.timestamp(), Outcome.Path.SETTLED)
                    : new Outcome.Aborted(List.of());
            found = decided.body() == null ? List.of(shard) : decided.body().participants();
        } else if (reply instanceof IrMessage.LookedUp lookedUp) {
            if (!lookedUp.participants().isEmpty()) {
                found = lookedUp.participants();
            } else {
                ignorant.computeIfAbsent(shard, s -> new TreeSet<>()).add(from);
            }
        } else if (reply instanceof IrMessage.TooOld) {
            someHaveForgotten = true;
            ignorant.computeIfAbsent(shard, s -> new TreeSet<>()).add(from);
        }
    }

    /** What somebody who knew has told; {@link Outcome.Forgotten} if nobody knows any more. */
    public Outcome outcome() {
        return outcome instanceof Outcome.Pending && someHaveForgotten && isVain() ? new Outcome.Forgotten() : outcome;
    }

    /** Some participants at least, as soon as somebody has named them; empty until then. */
    public List<ShardId> found() {
        return found;
    }

    /** Whether q replicas of every shard have said that they know nothing: it may still be on its way to them. */
    public boolean isVain() {
        return found.isEmpty()
                && shards.stream().allMatch(shard -> {
                    Membership membership = memberships.apply(shard);
                    long members = ignorant.getOrDefault(shard, new TreeSet<>()).stream()
                            .filter(membership::hasMember)
                            .count();
                    return members >= membership.quorum();
                });
    }

    /** The members of {@code shard} have changed: what they said does not count any more. */
    public void onMoved(ShardId shard) {
        ignorant.remove(shard);
    }

    /** Begins anew: what was on its way may have arrived. */
    public List<ShardRequest> again() {
        ignorant.clear();
        return ask();
    }
}
