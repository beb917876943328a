package dev.danta.txn.recovery;

import dev.danta.ir.client.Outgoing;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Result;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Invariant;
import dev.danta.txn.coordinator.Outcome;
import dev.danta.txn.coordinator.ShardRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settles a transaction whose coordinator may be gone (protocol.md 6): with a ballot above any it has seen, per participant
 * Inquire, the one safe value, Finalize; then the decision to every replica of every participant. Anyone may do it, and
 * several may do it at once.
 *
 * <p>Invariants: one value per ballot and shard; every quorum is counted within one attempt. Its owner says when to resend,
 * and when to try again after it was preempted.
 */
public final class Settlement {
    private final Timestamp id;
    private List<ShardId> participants;
    private final Function<ShardId, Membership> memberships;
    private final QuorumRules quorums;
    private final ClientId proposer;
    private final Map<ShardId, ShardTakeover> takeovers = new TreeMap<>();
    private final Map<ShardId, Set<ReplicaId>> unacknowledged = new TreeMap<>();
    private int round;
    private Outcome outcome = new Outcome.Pending();

    /**
     * Nothing is sent yet.
     *
     * @param participants all shards of the transaction, as its Prepare named them, or some of them: the first body that
     *     comes in names all
     * @param proposer of this process's life only, like every proposer
     * @param roundsUsed no round up to this one is used: {@code proposer} may have proposed something in it before
     */
    public Settlement(
            Timestamp id,
            List<ShardId> participants,
            Function<ShardId, Membership> memberships,
            QuorumRules quorums,
            ClientId proposer,
            int roundsUsed) {
        Invariant.check(!participants.isEmpty(), "a transaction has a participant", id);
        this.id = id;
        this.participants = List.copyOf(participants);
        this.memberships = memberships;
        this.quorums = quorums;
        this.proposer = proposer;
        this.round = roundsUsed;
    }

    public Timestamp id() {
        return id;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Whether a higher ballot stands in the way of this attempt; after a pause {@link #attempt} begins another. */
    public boolean isPreempted() {
        return outcome instanceof Outcome.Pending
                && takeovers.values().stream().anyMatch(takeover -> takeover.preemptedBy() != null);
    }

    /** Whether every participant has the decision at q replicas at least. */
    public boolean isSpread() {
        return !(outcome instanceof Outcome.Pending)
                && unacknowledged.entrySet().stream().allMatch(entry -> missingMost(entry.getKey(), entry.getValue()));
    }

    private boolean missingMost(ShardId shard, Set<ReplicaId> missing) {
        Membership membership = memberships.apply(shard);
        return membership.size() - missing.size() >= membership.quorum();
    }

    /** Begins an attempt with a ballot above every one seen so far. */
    public List<ShardRequest> attempt() {
        if (!(outcome instanceof Outcome.Pending)) {
            return List.of();
        }
        round = 1 + highestRoundSeen();
        List<ShardRequest> requests = new ArrayList<>();
        for (ShardId shard : participants) {
            Membership membership = memberships.apply(shard);
            ShardTakeover before = takeovers.get(shard);
            Body body = before == null ? null : before.body();
            ShardTakeover takeover = takeover(membership, body);
            takeovers.put(shard, takeover);
            requests.addAll(located(shard, takeover.start()));
        }
        return requests;
    }

    private ShardTakeover takeover(Membership membership, @Nullable Body body) {
        Ballot ballot = new Ballot(membership.epoch().number(), round, proposer);
        return new ShardTakeover(membership, quorums, id, participants, ballot, body);
    }

    /** The highest round used so far. */
    public int round() {
        return round;
    }

    private int highestRoundSeen() {
        int highest = round;
        for (ShardTakeover takeover : takeovers.values()) {
            if (takeover.preemptedBy() != null) {
                highest = Math.max(highest, takeover.preemptedBy().round());
            }
        }
        return highest;
    }

    /** A replica of {@code shard} answered something about this transaction. */
    public List<ShardRequest> onReply(ShardId shard, ReplicaId from, IrMessage.Reply reply) {
        ShardTakeover takeover = takeovers.get(shard);
        if (takeover == null) {
            return List.of();
        }
        if (!(outcome instanceof Outcome.Pending)) {
            return onReplyWhileSpreading(takeover, shard, from, reply);
        }
        List<ShardRequest> requests = new ArrayList<>(located(shard, takeover.onReply(from, reply)));
        Body body = takeover.body();
        if (body != null && !body.participants().equals(participants)) {
            // What was made ready with too few participants must not be sent: a commit needs every one of them.
            participants = body.participants();
            requests.clear();
            decideIfLearned(takeover);
            requests.addAll(outcome instanceof Outcome.Pending ? attempt() : decisions());
            return requests;
        }
        decide();
        requests.addAll(decisions());
        return requests;
    }

    /**
     * The members of {@code shard} have changed. What was counted there in the epoch before counts no more: an undecided
     * transaction is attempted anew, at a ballot of the new epoch, and a decision goes to the new members.
     */
    public List<ShardRequest> onMoved(ShardId shard) {
        if (outcome instanceof Outcome.Forgotten || !takeovers.containsKey(shard)) {
            return List.of();
        }
        if (outcome instanceof Outcome.Pending) {
            return attempt();
        }
        Membership membership = memberships.apply(shard);
        ShardTakeover before = takeovers.get(shard);
        takeovers.put(shard, takeover(membership, before == null ? null : before.body()));
        unacknowledged.put(shard, new TreeSet<>(membership.members()));
        return membership.members().stream()
                .flatMap(replica -> decisions(shard, replica).stream())
                .toList();
    }

    /** What is under way once more, to those that have not answered it. */
    public List<ShardRequest> resend() {
        if (!(outcome instanceof Outcome.Pending)) {
            return decisions();
        }
        List<ShardRequest> requests = new ArrayList<>();
        takeovers.forEach((shard, takeover) -> requests.addAll(located(shard, takeover.resend())));
        return requests;
    }

    private List<ShardRequest> onReplyWhileSpreading(
            ShardTakeover takeover, ShardId shard, ReplicaId from, IrMessage.Reply reply) {
        if (reply instanceof IrMessage.DecisionAcknowledged
                || reply instanceof IrMessage.Decided
                || reply instanceof IrMessage.TooOld) {
            unacknowledged.getOrDefault(shard, new TreeSet<>()).remove(from);
        }
        boolean bodyWasKnown = takeover.body() != null;
        takeover.onReply(from, reply);
        if (reply instanceof IrMessage.BodyMissing) {
            return takeover.body() == null ? located(shard, takeover.start()) : decisions(shard, from);
        }
        return !bodyWasKnown && takeover.body() != null ? decisions() : List.of();
    }

    private void decideIfLearned(ShardTakeover takeover) {
        if (takeover.learned() instanceof Decision.Commit commit) {
            conclude(new Outcome.Committed(commit.timestamp(), Outcome.Path.SETTLED));
        } else if (takeover.learned() instanceof Decision.Abort) {
            conclude(new Outcome.Aborted(List.of()));
        }
    }

    private void decide() {
        Timestamp greatest = Timestamp.ZERO;
        boolean allOk = true;
        boolean forgotten = false;
        for (ShardTakeover takeover : takeovers.values()) {
            decideIfLearned(takeover);
            if (!(outcome instanceof Outcome.Pending)) {
                return;
            }
            if (takeover.chosen() instanceof Result.Abort) {
                conclude(new Outcome.Aborted(List.of()));
                return;
            }
            if (takeover.chosen() instanceof Result.Ok ok) {
                greatest = Timestamp.max(greatest, ok.timestamp());
            } else {
                allOk = false;
            }
            forgotten |= takeover.isForgotten();
        }
        if (allOk) {
            conclude(new Outcome.Committed(greatest, Outcome.Path.SETTLED));
        } else if (forgotten) {
            outcome = new Outcome.Forgotten();
        }
    }

    private void conclude(Outcome decided) {
        outcome = decided;
        for (ShardId shard : participants) {
            Membership membership = memberships.apply(shard);
            takeovers.computeIfAbsent(shard, s -> takeover(membership, null));
            unacknowledged.put(shard, new TreeSet<>(membership.members()));
        }
    }

    private List<ShardRequest> decisions() {
        List<ShardRequest> requests = new ArrayList<>();
        unacknowledged.forEach(
                (shard, missing) -> missing.forEach(replica -> requests.addAll(decisions(shard, replica))));
        return requests;
    }

    private List<ShardRequest> decisions(ShardId shard, ReplicaId to) {
        ShardTakeover takeover = takeovers.get(shard);
        Body body = takeover == null ? null : takeover.body();
        Decision decision = decision();
        return decision == null
                ? List.of()
                : List.of(new ShardRequest(shard, to, new IrMessage.Decide(id, decision, body)));
    }

    private @Nullable Decision decision() {
        if (outcome instanceof Outcome.Committed committed) {
            return new Decision.Commit(committed.timestamp());
        }
        return outcome instanceof Outcome.Aborted ? new Decision.Abort() : null;
    }

    private static List<ShardRequest> located(ShardId shard, List<Outgoing> outgoing) {
        return outgoing.stream()
                .map(out -> new ShardRequest(shard, out.to(), out.request()))
                .toList();
    }
}
