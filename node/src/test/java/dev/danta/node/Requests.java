package dev.danta.node;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.relaxed.LwwRegister;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import java.util.List;

/** What a client says, for the tests: transactions that write one key each, named by their time. */
final class Requests {
    static final ClientId CLIENT = new ClientId(11, 22);
    static final ShardId SHARD = new ShardId(0);

    private Requests() {}

    static Timestamp id(long timeMicros) {
        return new Timestamp(timeMicros, CLIENT);
    }

    static Key key(String text) {
        return new Key(Bytes.utf8(text));
    }

    static Envelope propose(long timeMicros) {
        return propose(timeMicros, Bytes.utf8("value " + timeMicros));
    }

    static Envelope propose(long timeMicros, Bytes value) {
        return envelope(new IrMessage.Propose(id(timeMicros), body("key-" + timeMicros, value)));
    }

    static PrepareBody body(String key, Bytes value, Read... reads) {
        return new PrepareBody(List.of(SHARD), new AccessSet(List.of(reads), List.of(new Write(key(key), value))));
    }

    static Envelope abort(long timeMicros) {
        return envelope(new IrMessage.Decide(id(timeMicros), new Decision.Abort(), null));
    }

    static Envelope update(long timeMicros) {
        LwwRegister change = new LwwRegister(id(timeMicros), Bytes.utf8("value " + timeMicros));
        return envelope(new IrMessage.Execute(new OpId(CLIENT, timeMicros), new RelaxedUpdate(key("relaxed"), change)));
    }

    static Envelope read(long sequence, String... keys) {
        return envelope(new IrMessage.Ask(
                new OpId(CLIENT, sequence),
                new ReadQuery.Versions(List.of(keys).stream().map(Requests::key).toList())));
    }

    static Envelope envelope(IrMessage.Request request) {
        return new Envelope(SHARD, Epoch.FIRST, new Address.Client(CLIENT), request);
    }
}
