package dev.danta.node;

import dev.danta.ir.id.ClientId;
import dev.danta.wire.transport.ClientSession;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The clients connected now; a client that has connected anew is reached over its new session. */
final class Sessions {
    private final Map<ClientId, ClientSession> byClient = new ConcurrentHashMap<>();

    void opened(ClientSession session) {
        byClient.put(session.client(), session);
    }

    void closed(ClientSession session) {
        byClient.remove(session.client(), session);
    }

    @Nullable
    ClientSession of(ClientId client) {
        return byClient.get(client);
    }
}
