package dev.danta.gateway;

import dev.danta.client.ConflictException;
import dev.danta.client.DantaClient;
import dev.danta.client.Tx;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayRequest;
import java.time.Duration;
import java.util.function.BiFunction;

/** The calls of open transactions. Blocks. */
final class Interactive {
    /** Each call says anew how long the transaction may take. */
    private static final Duration UNTIL_THE_FIRST_CALL = Duration.ofMinutes(1);

    private final OpenTransactions<Tx> open;

    Interactive(OpenTransactions<Tx> open) {
        this.open = open;
    }

    GatewayReply begin(DantaClient client, GatewayRequest.Begin request) {
        // The space plays no part in what a transaction may read and write.
        Tx tx = client.space("danta.v1").begin(Tx.options().deadline(UNTIL_THE_FIRST_CALL));
        return open.begin(tx, request.leaseMillis());
    }

    GatewayReply scan(DantaClient client, GatewayRequest.Scan request, Duration within) {
        return read(request.transaction(), within, (tx, loaded) -> Pages.page(client, tx, request, loaded));
    }

    GatewayReply get(DantaClient client, GatewayRequest.Get request, String name, Duration within) {
        return read(name, within, (tx, loaded) -> OneShot.found(client, tx, request.place(), request.keys(), loaded));
    }

    /** What is read counts as kept, whether or not it can be answered. */
    private GatewayReply read(String name, Duration within, BiFunction<Tx, Loaded, GatewayReply> read) {
        return open.use(name, taken -> {
            taken.tx().deadline(within);
            Loaded loaded = new Loaded();
            GatewayReply reply;
            try {
                reply = read.apply(taken.tx(), loaded);
            } catch (ConflictException untrue) {
                open.giveUp(taken, "what it had read was out of date");
                throw untrue;
            } finally {
                open.charge(taken, loaded.bytes());
            }
            return reply;
        });
    }

    GatewayReply buffer(DantaClient client, GatewayRequest.Buffer request, Duration within) {
        return open.use(request.transaction(), taken -> {
            open.charge(taken, Call.bytes(request.writes()));
            taken.tx().deadline(within);
            Tables.write(client, taken.tx(), request.writes());
            return new GatewayReply.Done();
        });
    }

    GatewayReply keepAlive(GatewayRequest.KeepAlive request) {
        open.keepAlive(request.transaction());
        return new GatewayReply.Done();
    }

    GatewayReply commit(GatewayRequest.Commit request, Duration within) {
        return open.commit(request.transaction(), tx -> {
            tx.deadline(within);
            return new GatewayReply.Committed(OneShot.commit(tx.commit()));
        });
    }

    GatewayReply rollback(GatewayRequest.Rollback request) {
        open.rollback(request.transaction());
        return new GatewayReply.Done();
    }
}
