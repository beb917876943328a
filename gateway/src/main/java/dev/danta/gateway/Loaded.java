package dev.danta.gateway;

import dev.danta.client.Key;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayReply.Refused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values that one call reads: so many that they fit into an answer that every gRPC client takes, which is four mebibytes
 * unless it is told otherwise.
 */
final class Loaded {
    private static final int VALUE_BYTES_MAX = 3 << 20;
    /** So many at a time that what is read beyond the limit fits into memory, however long values are. */
    private static final int KEYS_AT_A_TIME = 8;

    private long bytes;

    /**
     * Those of {@code keys} that have a value, with it.
     *
     * @throws RefusedException if they are too much for one call
     */
    Map<Key, Bytes> load(Tx tx, Table<byte[]> table, List<Key> keys) {
        Map<Key, Bytes> found = new HashMap<>();
        for (int from = 0; from < keys.size(); from += KEYS_AT_A_TIME) {
            List<Key> part = keys.subList(from, Math.min(from + KEYS_AT_A_TIME, keys.size()));
            Map<Key, byte[]> some = tx.getAll(table, part);
            // A key that is asked for twice is answered twice.
            for (Key key : part) {
                byte[] value = some.get(key);
                if (value != null) {
                    Bytes kept = Bytes.wrap(value);
                    found.put(key, kept);
                    count(kept);
                }
            }
        }
        return found;
    }

    /**
     * One more value stands in the answer.
     *
     * @throws RefusedException if it is too much
     */
    void count(@Nullable Bytes value) {
        bytes += value == null ? 0 : value.size();
        if (bytes > VALUE_BYTES_MAX) {
            throw new RefusedException(
                    Refused.Kind.TOO_LARGE,
                    "the values that are read take more than " + VALUE_BYTES_MAX + " bytes: ask for fewer at once");
        }
    }

    /** All together. */
    long bytes() {
        return bytes;
    }
}
