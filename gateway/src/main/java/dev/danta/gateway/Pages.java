package dev.danta.gateway;

import dev.danta.client.DantaClient;
import dev.danta.client.Entry;
import dev.danta.client.KeyRange;
import dev.danta.client.Tx;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Scans, a page a call. Blocks. */
final class Pages {
    /** A page that has as much as this is full. */
    private static final int PAGE_BYTES = 1 << 20;

    private static final int PAGE_ENTRIES_MAX = 1_000;

    private Pages() {}

    /** A page as of one moment. */
    static GatewayReply page(DantaClient client, GatewayRequest.Scan request, Duration within) {
        return client.space(request.place().space())
                .read(Tx.options().deadline(within), tx -> page(client, tx, request, new Loaded()));
    }

    /** A page as a transaction sees it. */
    static GatewayReply page(DantaClient client, Tx tx, GatewayRequest.Scan request, Loaded loaded) {
        int most = request.limit() == 0 ? PAGE_ENTRIES_MAX : Math.min(request.limit(), PAGE_ENTRIES_MAX);
        List<GatewayReply.Entry> entries = new ArrayList<>();
        try (Stream<Entry<byte[]>> stream = tx.entries(
                Tables.strict(client, request.place()), range(request).limit(most))) {
            Iterator<Entry<byte[]>> rest = stream.iterator();
            while (loaded.bytes() < PAGE_BYTES && entries.size() < most && rest.hasNext()) {
                Entry<byte[]> entry = rest.next();
                Bytes value = Bytes.wrap(entry.value());
                loaded.count(value);
                entries.add(new GatewayReply.Entry(Keys.tuple(entry.key()), value));
            }
        }
        boolean isFull = entries.size() == most || loaded.bytes() >= PAGE_BYTES;
        return new GatewayReply.Page(entries, isFull && entries.size() != request.limit());
    }

    private static KeyRange range(GatewayRequest.Scan request) {
        Tuple prefix = request.prefix();
        Tuple from = request.from();
        Tuple before = request.before();
        Tuple after = request.after();
        KeyRange range = prefix == null ? KeyRange.all() : KeyRange.prefix(Keys.elements(prefix));
        range = from == null ? range : range.from(Keys.key(from));
        range = before == null ? range : range.before(Keys.key(before));
        if (after != null) {
            range = request.reverse() ? range.before(Keys.key(after)) : range.after(Keys.key(after));
        }
        return request.reverse() ? range.reverse() : range;
    }
}
