package dev.danta.node;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.runtime.Transport;
import dev.danta.wire.transport.ClientSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers a batch's replies by client, so that each client gets them in one piece. Belongs to one shard's thread. */
final class ClientReplies implements Transport {
    private final Sessions sessions;
    private final Map<ClientId, List<Envelope>> waiting = new LinkedHashMap<>();

    ClientReplies(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public void send(Address to, Envelope envelope) {
        // Replicas do not write to one another yet, so a reply to one has nowhere to go.
        if (to instanceof Address.Client client) {
            waiting.computeIfAbsent(client.id(), id -> new ArrayList<>()).add(envelope);
        }
    }

    @Override
    public void flush() {
        waiting.forEach((client, replies) -> {
            ClientSession session = sessions.of(client);
            if (session != null) {
                session.send(replies);
            }
        });
        waiting.clear();
    }
}
