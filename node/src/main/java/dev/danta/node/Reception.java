package dev.danta.node;

import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.wire.transport.ClientSession;
import dev.danta.wire.transport.Inbound;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does with what comes in: questions are answered on the spot, everything else goes to its shard's inbox. */
final class Reception implements Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final List<ShardReplica> shards;
    private final Sessions sessions;

    /** @param shards by their numbers, from 0 on */
    Reception(List<ShardReplica> shards, Sessions sessions) {
        this.shards = shards;
        this.sessions = sessions;
    }

    @Override
    public void onOpened(ClientSession session) {
        sessions.opened(session);
    }

    @Override
    public void onClosed(ClientSession session) {
        sessions.closed(session);
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
            next = takeRun(batch, next, replies);
        }
        if (!replies.isEmpty()) {
            from.send(replies);
        }
    }

    /** Takes the messages from {@code first} on that go to the same shard, and returns the index behind them. */
    private int takeRun(List<Envelope> batch, int first, List<Envelope> replies) {
        int shard = batch.get(first).shard().number();
        List<Envelope> forInbox = new ArrayList<>();
        int next = first;
        for (; next < batch.size() && batch.get(next).shard().number() == shard; next++) {
            Envelope envelope = batch.get(next);
            if (shard >= shards.size()) {
                LOG.debug("a message for shard {}, which is none of ours, from {}", shard, envelope.from());
            } else if (envelope.message() instanceof IrMessage.Ask ask) {
                addIfAny(replies, shards.get(shard).answer(envelope, ask));
            } else {
                forInbox.add(envelope);
            }
        }
        if (!forInbox.isEmpty()) {
            ShardReplica replica = shards.get(shard);
            replica.offer(forInbox).forEach(refused -> addIfAny(replies, replica.refusal(refused)));
        }
        return next;
    }

    private static void addIfAny(List<Envelope> replies, @Nullable Envelope reply) {
        if (reply != null) {
            replies.add(reply);
        }
    }
}
