package dev.danta.gateway;

import dev.danta.client.Codecs;
import dev.danta.client.Counter;
import dev.danta.client.DantaClient;
import dev.danta.client.Mode;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayRequest.Place;
import dev.danta.wire.gateway.GatewayRequest.Write;
import java.util.List;

/** The collections that callers name: their values are bytes here, whatever codec writes them elsewhere. */
final class Tables {
    private Tables() {}

    static Table<byte[]> strict(DantaClient client, Place place) {
        return client.space(place.space()).table(place.collection(), Codecs.BYTES, Mode.STRICT);
    }

    static Table<byte[]> relaxed(DantaClient client, Place place) {
        return client.space(place.space()).table(place.collection(), Codecs.BYTES, Mode.RELAXED);
    }

    static Counter counter(DantaClient client, Place place) {
        return client.space(place.space()).counter(place.collection());
    }

    static void write(DantaClient client, Tx tx, List<Write> writes) {
        for (Write write : writes) {
            Table<byte[]> table = strict(client, write.place());
            Bytes value = write.value();
            if (value == null) {
                tx.delete(table, Keys.key(write.key()));
            } else {
                tx.put(table, Keys.key(write.key()), value.toArray());
            }
        }
    }
}
