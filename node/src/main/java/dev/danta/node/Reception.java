package dev.danta.node;

import dev.danta.config.state.ClusterState;
import dev.danta.config.state.ShardEntry;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.transport.ClientSession;
import dev.danta.wire.transport.Inbound;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does with what comes in: questions are answered on the spot, but for those that may wait for an answer, everything
 * else goes to its shard's inbox.
 */
final class Reception implements Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final ReplicaId self;
    private final HostedShards shards;
    private final Sessions sessions;
    private final HeldBack heldBack;
    private final Supplier<ClusterState> known;

    /** @param known the newest configuration that is known here */
    Reception(ReplicaId self, HostedShards shards, Sessions sessions, HeldBack heldBack, Supplier<ClusterState> known) {
        this.self = self;
        this.shards = shards;
        this.sessions = sessions;
        this.heldBack = heldBack;
        this.known = known;
    }

    @Override
    public void onOpened(ClientSession session) {
        sessions.opened(session);
    }

    @Override
    public void onClosed(ClientSession session) {
        sessions.closed(session);
        if (heldBack.hasOf(session)) {
            shards.all().forEach(replica -> replica.forget(session));
        }
    }

    @Override
    public void onComplaint(String line) {
        LOG.warn("{}", line);
    }

    @Override
    public void onEnvelopes(ClientSession from, List<Envelope> batch) {
        List<Envelope> replies = new ArrayList<>();
        int next = 0;
        while (next < batch.size()) {
            next = takeRun(from, batch, next, replies);
        }
        if (!replies.isEmpty()) {
            from.send(replies);
        }
    }

    /** Takes the messages from {@code first} on that go to the same shard, and returns the index behind them. */
    private int takeRun(ClientSession from, List<Envelope> batch, int first, List<Envelope> replies) {
        int shard = batch.get(first).shard().number();
        ShardReplica replica = shards.of(shard);
        List<Envelope> forInbox = new ArrayList<>();
        int next = first;
        for (; next < batch.size() && batch.get(next).shard().number() == shard; next++) {
            Envelope envelope = batch.get(next);
            if (replica == null) {
                addIfAny(replies, elsewhere(envelope));
            } else if (envelope.message() instanceof IrMessage.Ask ask) {
                Envelope answer = replica.answer(envelope, ask);
                if (answer != null && !replica.holdsBack(from, envelope, answer)) {
                    replies.add(answer);
                }
            } else {
                forInbox.add(envelope);
            }
        }
        if (replica != null && !forInbox.isEmpty()) {
            replica.offer(forInbox).forEach(refused -> addIfAny(replies, replica.refusal(refused)));
        }
        return next;
    }

    /**
     * What the configuration says to whoever is wrong here; null if it does not say more than he knows. Whoever asks in an epoch that
     * never is wants to hear that somebody is here.
     */
    private @Nullable Envelope elsewhere(Envelope envelope) {
        ShardEntry entry = known.get().shards().get(envelope.shard());
        if (entry == null) {
            LOG.debug("a message for {}, which there is not, from {}", envelope.shard(), envelope.from());
            return null;
        }
        Membership active = entry.config().active();
        boolean isNews = active.epoch().compareTo(envelope.epoch()) > 0
                || envelope.epoch().equals(Epoch.NEVER);
        return isNews
                ? new Envelope(
                        envelope.shard(), active.epoch(), new Address.Replica(self), new IrMessage.WrongEpoch(active))
                : null;
    }

    private static void addIfAny(List<Envelope> replies, @Nullable Envelope reply) {
        if (reply != null) {
            replies.add(reply);
        }
    }
}
