package dev.danta.txn.recovery;

import dev.danta.ir.client.Outgoing;
import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One participant of a transaction that is being settled: Inquire to all, the value by the rule of protocol.md 6, Finalize
 * to all. One ballot, so at most one value is ever proposed; another attempt is another object.
 */
final class ShardTakeover {
    private final Membership membership;
    private final QuorumRules rules;
    private final Timestamp id;
    private final List<ShardId> participants;
    private final Ballot ballot;
    private final Map<ReplicaId, IrMessage.Promised> promises = new TreeMap<>();
    private final Set<ReplicaId> acceptedBy = new TreeSet<>();
    private @Nullable Result proposed;
    private @Nullable Result chosen;
    private @Nullable Decision learned;
    private @Nullable Ballot preemptedBy;
    private boolean forgotten;
    private @Nullable Body body;

    ShardTakeover(
            Membership membership,
            QuorumRules rules,
            Timestamp id,
            List<ShardId> participants,
            Ballot ballot,
            @Nullable Body body) {
        this.membership = membership;
        this.rules = rules;
        this.id = id;
        this.participants = participants;
        this.ballot = ballot;
        this.body = body;
    }

    @Nullable
    Result chosen() {
        return chosen;
    }

    @Nullable
    Decision learned() {
        return learned;
    }

    @Nullable
    Ballot preemptedBy() {
        return preemptedBy;
    }

    boolean isForgotten() {
        return forgotten;
    }

    /** This shard's part of the transaction, as soon as any reply has carried it. */
    @Nullable
    Body body() {
        return body;
    }

    List<Outgoing> start() {
        return toAll(new IrMessage.Inquire(id, ballot, participants));
    }

    List<Outgoing> onReply(ReplicaId from, IrMessage.Reply reply) {
        if (!membership.hasMember(from)) {
            return List.of();
        }
        if (reply instanceof IrMessage.Decided decided) {
            learned = decided.decision();
            keep(decided.body());
        } else if (reply instanceof IrMessage.TooOld) {
            if (rules.isTooOldAborted()) {
                learned = new Decision.Abort();
            } else {
                forgotten = true;
            }
        } else if (reply instanceof IrMessage.Preempted preempted
                && preempted.ballot().equals(ballot)
                && preempted.promised().compareTo(ballot) > 0) {
            preemptedBy = preempted.promised();
        } else if (reply instanceof IrMessage.Promised promised
                && promised.ballot().equals(ballot)) {
            promises.putIfAbsent(from, promised);
            keep(promised.body());
            return proposeIfReady();
        } else if (reply instanceof IrMessage.Accepted accepted
                && accepted.ballot().equals(ballot)) {
            acceptedBy.add(from);
            if (acceptedBy.size() >= acceptancesNeeded()) {
                chosen = proposed;
            }
        }
        return List.of();
    }

    private int acceptancesNeeded() {
        return proposed instanceof Result.Ok ? rules.acceptances(membership) : rules.acceptancesOfAbort(membership);
    }

    /** The request under way once more, to those that have not answered it. */
    List<Outgoing> resend() {
        if (chosen != null || learned != null) {
            return List.of();
        }
        Result value = proposed;
        if (value == null) {
            return without(promises.keySet(), new IrMessage.Inquire(id, ballot, participants));
        }
        return without(acceptedBy, new IrMessage.Finalize(id, ballot, value, body));
    }

    private void keep(@Nullable Body seen) {
        if (body == null) {
            body = seen;
        }
    }

    private List<Outgoing> proposeIfReady() {
        if (proposed != null || promises.size() < rules.promises(membership)) {
            return List.of();
        }
        Result value = safeValue();
        proposed = value;
        return toAll(new IrMessage.Finalize(id, ballot, value, body));
    }

    /**
     * The only value that cannot contradict what may have been chosen already: what was accepted at the highest ballot, else
     * OK if as many as a quorum voted OK (then, and only then, the fast path or a quorum's Finalize may have chosen it),
     * else ABORT.
     */
    private Result safeValue() {
        Ballot binding = null;
        Result value = new Result.Abort();
        int oks = 0;
        Timestamp greatest = Timestamp.ZERO;
        for (IrMessage.Promised promise : promises.values()) {
            if (promise.accepted() != null && rules.binds(promise.accepted().ballot(), binding)) {
                binding = promise.accepted().ballot();
                value = promise.accepted().result();
            }
            if (promise.vote() instanceof Vote.Ok ok) {
                oks++;
                greatest = Timestamp.max(greatest, ok.timestamp());
            }
        }
        return binding == null && oks >= rules.votesToRecover(membership) ? new Result.Ok(greatest) : value;
    }

    private List<Outgoing> toAll(IrMessage.Request request) {
        return without(new TreeSet<>(), request);
    }

    private List<Outgoing> without(Set<ReplicaId> answered, IrMessage.Request request) {
        return membership.members().stream()
                .filter(replica -> !answered.contains(replica))
                .map(replica -> new Outgoing(replica, request))
                .toList();
    }
}
