package dev.danta.gateway;

import dev.danta.client.Counter;
import dev.danta.client.DantaClient;
import dev.danta.client.Read;
import dev.danta.client.Session;
import dev.danta.client.Table;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Level;
import dev.danta.wire.gateway.GatewayRequest.Reader;
import dev.danta.wire.gateway.GatewayRequest.SessionToken;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Relaxed operations, by themselves or in a session. A session lives here for one call: its token says all that it knows, so
 * the next call may go to another node. Does not block.
 */
final class Relaxed {
    private Relaxed() {}

    static CompletableFuture<GatewayReply> put(DantaClient client, GatewayRequest.Put put) {
        Session session = session(client, put.session());
        Table<byte[]> table = table(client, put.place(), session);
        Bytes value = put.value();
        CompletableFuture<Void> done = value == null
                ? table.deleteAsync(Keys.key(put.key()))
                : table.putAsync(Keys.key(put.key()), value.toArray());
        return done.thenApply(acknowledged -> new GatewayReply.Acknowledged(token(session)));
    }

    static CompletableFuture<GatewayReply> add(DantaClient client, GatewayRequest.Add add) {
        Session session = session(client, add.session());
        return counter(client, add.place(), session)
                .addAsync(Keys.key(add.key()), add.amount())
                .thenApply(acknowledged -> new GatewayReply.Acknowledged(token(session)));
    }

    static CompletableFuture<GatewayReply> sum(DantaClient client, GatewayRequest.Sum sum) {
        Session session = session(client, sum.session());
        return counter(client, sum.place(), session)
                .getAsync(Keys.key(sum.key()), read(sum.level()))
                .thenApply(value -> new GatewayReply.Summed(value, token(session)));
    }

    static CompletableFuture<GatewayReply> get(DantaClient client, GatewayRequest.Get get, Reader.Alone alone) {
        Session session = session(client, alone.session());
        return table(client, get.place(), session)
                .getAsync(Keys.key(get.keys().get(0)), read(alone.level()))
                .thenApply(value -> new GatewayReply.Got(
                        List.of(new GatewayReply.Found(value.map(Bytes::wrap).orElse(null))), token(session)));
    }

    private static Read read(Level level) {
        return switch (level) {
            case STRICT -> Read.STRICT;
            case QUORUM -> Read.QUORUM;
            case SESSION -> Read.SESSION;
            case LOCAL -> Read.LOCAL;
        };
    }

    private static Table<byte[]> table(DantaClient client, GatewayRequest.Place place, @Nullable Session session) {
        Table<byte[]> table = Tables.relaxed(client, place);
        return session == null ? table : table.in(session);
    }

    private static Counter counter(DantaClient client, GatewayRequest.Place place, @Nullable Session session) {
        Counter counter = Tables.counter(client, place);
        return session == null ? counter : counter.in(session);
    }

    private static @Nullable Session session(DantaClient client, @Nullable SessionToken token) {
        if (token == null) {
            return null;
        }
        return token.text().isEmpty() ? client.session() : client.session(token.text());
    }

    private static String token(@Nullable Session session) {
        return session == null ? "" : session.token();
    }
}
