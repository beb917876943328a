package dev.danta.txn.coordinator;

import dev.danta.ir.client.ConsensusCall;
import dev.danta.ir.client.Outgoing;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Invariant;
import dev.danta.occ.AccessSet;
import dev.danta.txn.PrepareBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction: Prepare is a consensus operation on every participant at once; it commits if and only if every
 * participant chose OK, at the greatest of their timestamps; one participant's ABORT is enough to abort (protocol.md 4.3).
 * "Aborted" is an outcome only when it is durable (4.4).
 *
 * <p>Invariant: the outcome is set once. A contradiction between what was chosen and what somebody tells is our own bug.
 */
public final class Coordinator {
    private final Timestamp id;
    private final Function<ShardId, Membership> memberships;
    private final Map<ShardId, Part> parts = new TreeMap<>();
    private Outcome outcome = new Outcome.Pending();

    private record Part(PrepareBody body, ConsensusCall call) {}

    /**
     * Nothing is sent yet.
     *
     * @param id the transaction's proposed timestamp, above every version it has read
     * @param accesses its reads and writes by participant; not empty
     */
    public Coordinator(
            Timestamp id,
            Map<ShardId, AccessSet> accesses,
            Function<ShardId, Membership> memberships,
            QuorumRules rules) {
        Invariant.check(!accesses.isEmpty(), "a transaction has a participant", id);
        this.id = id;
        this.memberships = memberships;
        List<ShardId> participants = List.copyOf(accesses.keySet());
        accesses.forEach((shard, set) -> {
            PrepareBody body = new PrepareBody(participants, set);
            parts.put(shard, new Part(body, new ConsensusCall(memberships.apply(shard), id, body, rules)));
        });
    }

    public Timestamp id() {
        return id;
    }

    public Outcome outcome() {
        return outcome;
    }

    public Set<ShardId> participants() {
        return new TreeSet<>(parts.keySet());
    }

    /** Prepare, to all replicas of all participants; replicas {@code suspected} to be down are not waited for. */
    public List<ShardRequest> start(Set<ReplicaId> suspected) {
        List<ShardRequest> requests = onEach(ConsensusCall::start);
        suspected.forEach(replica -> requests.addAll(onSuspected(replica)));
        return requests;
    }

    public List<ShardRequest> onReply(ShardId shard, ReplicaId from, IrMessage.Reply reply) {
        Part part = parts.get(shard);
        if (part == null || !isPending()) {
            return List.of();
        }
        List<ShardRequest> requests = located(shard, part.call().onReply(from, reply));
        decide();
        return requests;
    }

    /** Somebody, maybe this very process under a higher ballot, has settled the transaction. */
    public void onSettled(Outcome settled) {
        if (!isPending()) {
            return;
        }
        Decision decision = decisionOf(settled);
        outcome = decision == null ? settled : learnedOutcome(decision);
    }

    public List<ShardRequest> onSuspected(ReplicaId replica) {
        return onEach(call -> call.onSuspected(replica));
    }

    public List<ShardRequest> onFastPathTimeout() {
        return onEach(ConsensusCall::onFastPathTimeout);
    }

    /** The owner has waited long enough: aborts where that is still open (protocol.md 4.4 b). */
    public List<ShardRequest> onGiveUp() {
        return onEach(ConsensusCall::onGiveUp);
    }

    public List<ShardRequest> resend() {
        return onEach(ConsensusCall::resend);
    }

    /** Replicas that some participant still waits for. */
    public Set<ReplicaId> unanswered() {
        Set<ReplicaId> unanswered = new TreeSet<>();
        parts.values().stream()
                .filter(part -> part.call().progress() instanceof ConsensusCall.Progress.Pending)
                .forEach(part -> unanswered.addAll(part.call().unanswered()));
        return unanswered;
    }

    /** Once the outcome is known: the decision, for every replica of every participant; a commit carries its writes. */
    public List<ShardRequest> decisions() {
        Decision decision = decisionOf(outcome);
        if (decision == null) {
            return List.of();
        }
        List<ShardRequest> requests = new ArrayList<>();
        parts.forEach((shard, part) -> {
            PrepareBody body = decision instanceof Decision.Commit ? part.body() : null;
            IrMessage.Decide decide = new IrMessage.Decide(id, decision, body);
            memberships
                    .apply(shard)
                    .members()
                    .forEach(replica -> requests.add(new ShardRequest(shard, replica, decide)));
        });
        return requests;
    }

    private static @Nullable Decision decisionOf(Outcome outcome) {
        if (outcome instanceof Outcome.Committed committed) {
            return new Decision.Commit(committed.timestamp());
        }
        return outcome instanceof Outcome.Aborted ? new Decision.Abort() : null;
    }

    private List<ShardRequest> onEach(Function<ConsensusCall, List<Outgoing>> action) {
        List<ShardRequest> requests = new ArrayList<>();
        if (isPending()) {
            parts.forEach((shard, part) -> requests.addAll(located(shard, action.apply(part.call()))));
            decide();
        }
        return requests;
    }

    private boolean isPending() {
        return outcome instanceof Outcome.Pending;
    }

    private void decide() {
        Timestamp greatest = Timestamp.ZERO;
        boolean allOk = true;
        boolean slow = false;
        for (Part part : parts.values()) {
            ConsensusCall.Progress progress = part.call().progress();
            if (progress instanceof ConsensusCall.Progress.Learned learned) {
                outcome = learnedOutcome(learned.decision());
                return;
            }
            if (progress instanceof ConsensusCall.Progress.Chosen chosen) {
                if (chosen.result() instanceof Result.Ok ok) {
                    greatest = Timestamp.max(greatest, ok.timestamp());
                    slow |= chosen.path() == ConsensusCall.Path.SLOW;
                } else {
                    outcome = new Outcome.Aborted(refusals());
                    return;
                }
            } else {
                allOk = false;
            }
        }
        if (allOk) {
            outcome = new Outcome.Committed(greatest, slow ? Outcome.Path.SLOW : Outcome.Path.FAST);
        } else if (parts.values().stream()
                .anyMatch(part -> part.call().progress() instanceof ConsensusCall.Progress.Forgotten)) {
            outcome = new Outcome.Forgotten();
        }
    }

    private Outcome learnedOutcome(Decision decision) {
        return decision instanceof Decision.Commit commit
                ? new Outcome.Committed(commit.timestamp(), Outcome.Path.SETTLED)
                : new Outcome.Aborted(refusals());
    }

    private List<Refusal> refusals() {
        List<Refusal> refusals = new ArrayList<>();
        parts.values().forEach(part -> refusals.addAll(part.call().refusals().values()));
        return refusals;
    }

    private static List<ShardRequest> located(ShardId shard, List<Outgoing> outgoing) {
        return outgoing.stream()
                .map(out -> new ShardRequest(shard, out.to(), out.request()))
                .toList();
    }
}
