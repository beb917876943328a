package dev.danta.ir.client;

import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One inconsistent operation, or one question, on one shard: finished when {@code needed} replicas have done or answered
 * it. Replicas are asked in a given order: the first few at once, the next ones whenever one of those is suspected, too
 * busy, or too slow.
 */
public final class QuorumCall {
    private final Membership membership;
    private final OpId id;
    private final IrMessage.Request request;
    private final int needed;
    private final List<ReplicaId> order;
    private final List<ReplicaId> asked = new ArrayList<>();
    private final Map<ReplicaId, IrMessage.Reply> done = new TreeMap<>();
    private final Map<ReplicaId, String> refused = new TreeMap<>();

    /**
     * Nothing is sent yet.
     *
     * @param order the members in the order in which they are asked
     * @param needed how many answers make it final; at most the number of members
     */
    public QuorumCall(Membership membership, OpId id, IrMessage.Request request, int needed, List<ReplicaId> order) {
        if (needed < 1 || needed > membership.size() || order.size() != membership.size()) {
            throw new IllegalArgumentException("needed " + needed + " in order " + order + " of " + membership);
        }
        this.membership = membership;
        this.id = id;
        this.request = request;
        this.needed = needed;
        this.order = List.copyOf(order);
    }

    /** The requests to the first {@code width} replicas, at least as many as are needed. */
    public List<Outgoing> start(int width) {
        List<Outgoing> requests = new ArrayList<>();
        for (int i = 0; i < Math.max(width, needed); i++) {
            requests.addAll(askNext());
        }
        return requests;
    }

    /** Answers so far, by replica; replies are {@link IrMessage.Executed} or {@link IrMessage.Answered}. */
    public Map<ReplicaId, IrMessage.Reply> done() {
        return new TreeMap<>(done);
    }

    public boolean hasQuorum() {
        return done.size() >= needed;
    }

    /** Whether so many replicas have refused that the rest cannot be enough any more. */
    public boolean isRefused() {
        return membership.size() - refused.size() < needed;
    }

    /** The reasons of those that refused. */
    public Map<ReplicaId, String> refusals() {
        return new TreeMap<>(refused);
    }

    /** A replica answered; replies about other operations and from strangers change nothing. */
    public List<Outgoing> onReply(ReplicaId from, IrMessage.Reply reply) {
        if (!membership.hasMember(from)) {
            return List.of();
        }
        if ((reply instanceof IrMessage.Executed executed && executed.id().equals(id))
                || (reply instanceof IrMessage.Answered answered
                        && answered.id().equals(id))) {
            done.putIfAbsent(from, reply);
        } else if (reply instanceof IrMessage.ExecuteRefused no && no.id().equals(id)) {
            refused.put(from, no.reason());
        } else if (reply instanceof IrMessage.OpOverloaded busy && busy.id().equals(id)) {
            return askNext();
        }
        return List.of();
    }

    /** Those that were asked and have neither done it nor refused. */
    public List<ReplicaId> unanswered() {
        return asked.stream()
                .filter(replica -> !done.containsKey(replica) && !refused.containsKey(replica))
                .toList();
    }

    /** A replica is thought to be down: another is asked in its place. */
    public List<Outgoing> onSuspected(ReplicaId replica) {
        return asked.contains(replica) && !done.containsKey(replica) ? askNext() : List.of();
    }

    /** A replica can be reached again: what it was asked before is repeated, unless it has answered. */
    public List<Outgoing> onConnected(ReplicaId replica) {
        return unanswered().contains(replica) ? List.of(new Outgoing(replica, request)) : List.of();
    }

    /** No sufficient answer in time: one more replica is asked, and all that have not answered once more. */
    public List<Outgoing> resend() {
        List<Outgoing> again = new ArrayList<>();
        unanswered().forEach(replica -> again.add(new Outgoing(replica, request)));
        again.addAll(askNext());
        return again;
    }

    private List<Outgoing> askNext() {
        for (ReplicaId replica : order) {
            if (!asked.contains(replica)) {
                asked.add(replica);
                return List.of(new Outgoing(replica, request));
            }
        }
        return List.of();
    }
}
