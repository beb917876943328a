package dev.danta.ir.client;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One consensus operation on one shard, driven by its owner at ballot 0 (protocol.md 2, 4.3, 4.4).
 *
 * <p>Invariants: at most one value is ever finalized; once a Finalize was sent the fast path is left for good; votes,
 * acknowledgements and everything else that is counted come from members of one epoch. A refusal for lack of capacity, a
 * wrong clock, a wrong epoch, silence and TOO_OLD are never votes.
 */
public final class ConsensusCall {
    private final Membership membership;
    private final QuorumRules rules;
    private final Timestamp id;
    private final Body body;
    private final Ballot ballot;
    private final Map<ReplicaId, Vote> votes = new TreeMap<>();
    private final Set<ReplicaId> acceptedBy = new TreeSet<>();
    private final Set<ReplicaId> awayOrUnable = new TreeSet<>();
    private @Nullable Result finalized;
    private boolean fastPathIsOver;
    private Progress progress = new Progress.Pending();

    /** How far the operation has come on this shard. */
    public sealed interface Progress {
        /** Not settled yet. */
        record Pending() implements Progress {}

        /** Chosen here; {@code path} says how. */
        record Chosen(Result result, Path path) implements Progress {}

        /** Somebody has told the outcome of the whole operation. */
        record Learned(Decision decision) implements Progress {}

        /** A replica has forgotten the operation: its outcome cannot be learned from this shard any more. */
        record Forgotten() implements Progress {}
    }

    /** How a shard's result was settled. */
    public enum Path {
        /** All n votes agreed: one round trip. */
        FAST,
        /** q acknowledgements of a Finalize: two round trips. */
        SLOW,
        /** q replicas refused: one round trip. */
        REFUSED
    }

    /** Nothing is sent yet. */
    public ConsensusCall(Membership membership, Timestamp id, Body body, QuorumRules rules) {
        this.membership = membership;
        this.rules = rules;
        this.id = id;
        this.body = body;
        this.ballot = Ballot.ofOwner(membership.epoch(), id.client());
    }

    /** The proposals to send first. */
    public List<Outgoing> start() {
        return toAll(new IrMessage.Propose(id, body));
    }

    public Progress progress() {
        return progress;
    }

    /** The refusals so far, by replica. */
    public Map<ReplicaId, Refusal> refusals() {
        Map<ReplicaId, Refusal> refusals = new TreeMap<>();
        votes.forEach((replica, vote) -> {
            if (vote instanceof Vote.No no) {
                refusals.put(replica, no.refusal());
            }
        });
        return refusals;
    }

    /** Members that have neither voted nor, once there is a Finalize, accepted. */
    public List<ReplicaId> unanswered() {
        return membership.members().stream()
                .filter(replica -> finalized == null ? !votes.containsKey(replica) : !acceptedBy.contains(replica))
                .toList();
    }

    /** A replica answered; replies about other operations and from strangers change nothing. */
    public List<Outgoing> onReply(ReplicaId from, IrMessage.Reply reply) {
        if (!(progress instanceof Progress.Pending) || !membership.hasMember(from)) {
            return List.of();
        }
        if (reply instanceof IrMessage.Voted voted && voted.id().equals(id)) {
            votes.putIfAbsent(from, voted.vote());
        } else if (reply instanceof IrMessage.Accepted accepted
                && accepted.id().equals(id)
                && rules.counts(accepted.ballot(), ballot)
                && finalized != null) {
            acceptedBy.add(from);
        } else if (reply instanceof IrMessage.Decided decided && decided.id().equals(id)) {
            progress = new Progress.Learned(decided.decision());
        } else if (reply instanceof IrMessage.TooOld tooOld && tooOld.id().equals(id)) {
            progress = rules.isTooOldAborted() ? new Progress.Learned(new Decision.Abort()) : new Progress.Forgotten();
        } else if ((reply instanceof IrMessage.ProposeOverloaded busy
                        && busy.id().equals(id))
                || (reply instanceof IrMessage.ClockRefused refused
                        && refused.id().equals(id))) {
            awayOrUnable.add(from);
        } else {
            return List.of();
        }
        return advance();
    }

    /** A replica is thought to be down, or its connection is gone: it is not waited for. */
    public List<Outgoing> onSuspected(ReplicaId replica) {
        awayOrUnable.add(replica);
        return advance();
    }

    /** The time that the fast path may take has passed. */
    public List<Outgoing> onFastPathTimeout() {
        fastPathIsOver = true;
        return advance();
    }

    /**
     * The owner has waited long enough, also for a quorum of votes of any kind: where a quorum of OK votes has not been
     * seen, an abort is finalized, so that "aborted" can be said once q replicas accept it (protocol.md 4.4 b).
     */
    public List<Outgoing> onGiveUp() {
        if (!(progress instanceof Progress.Pending) || finalized != null) {
            return List.of();
        }
        List<Outgoing> slowPath = onFastPathTimeout();
        return finalized != null || !(progress instanceof Progress.Pending)
                ? slowPath
                : finalizeWith(new Result.Abort());
    }

    /** The current request once more, to every replica that has not answered it. */
    public List<Outgoing> resend() {
        if (!(progress instanceof Progress.Pending)) {
            return List.of();
        }
        List<Outgoing> again = new ArrayList<>();
        for (ReplicaId replica : unanswered()) {
            again.add(
                    new Outgoing(replica, finalized == null ? new IrMessage.Propose(id, body) : finalizing(finalized)));
        }
        return again;
    }

    private List<Outgoing> advance() {
        if (!(progress instanceof Progress.Pending)) {
            return List.of();
        }
        List<Timestamp> oks = oks();
        if (votes.size() - oks.size() >= rules.refusals(membership)) {
            progress = new Progress.Chosen(new Result.Abort(), Path.REFUSED);
            return List.of();
        }
        if (finalized != null && acceptedBy.size() >= acceptancesNeeded(finalized)) {
            progress = new Progress.Chosen(finalized, Path.SLOW);
            return List.of();
        }
        boolean agree = oks.stream().distinct().count() == 1;
        if (rules.fastPathIsOpen(finalized != null) && oks.size() >= rules.fastQuorum(membership) && agree) {
            progress = new Progress.Chosen(new Result.Ok(oks.get(0)), Path.FAST);
            return List.of();
        }
        if (finalized != null) {
            return List.of();
        }
        boolean noMoreIsAwaited = fastPathIsOver || onlyUnableAreMissing();
        if (oks.size() >= rules.votesToFinalize(membership)) {
            boolean fastPathIsClosed = noMoreIsAwaited || !agree || oks.size() < votes.size();
            Timestamp greatest = oks.stream().reduce(Timestamp.ZERO, Timestamp::max);
            return fastPathIsClosed ? finalizeWith(new Result.Ok(greatest)) : List.of();
        }
        // A split vote with a replica away: to wait for it would hold the keys for nothing.
        return votes.size() >= membership.quorum() && noMoreIsAwaited ? finalizeWith(new Result.Abort()) : List.of();
    }

    private int acceptancesNeeded(Result result) {
        return result instanceof Result.Ok ? rules.acceptances(membership) : rules.acceptancesOfAbort(membership);
    }

    private boolean onlyUnableAreMissing() {
        return membership.members().stream()
                .allMatch(replica -> votes.containsKey(replica) || awayOrUnable.contains(replica));
    }

    private List<Timestamp> oks() {
        List<Timestamp> oks = new ArrayList<>();
        for (Vote vote : votes.values()) {
            if (vote instanceof Vote.Ok ok) {
                oks.add(ok.timestamp());
            }
        }
        return oks;
    }

    private List<Outgoing> finalizeWith(Result result) {
        finalized = result;
        return toAll(finalizing(result));
    }

    private IrMessage.Finalize finalizing(Result result) {
        return new IrMessage.Finalize(id, ballot, result, body);
    }

    private List<Outgoing> toAll(IrMessage.Request request) {
        return membership.members().stream()
                .map(replica -> new Outgoing(replica, request))
                .toList();
    }
}
