package dev.danta.txn.counter;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.txn.key.KeyLayout;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where the {@link dev.danta.relaxed.Spending} of an allotment is kept: beside its counter, on the same shard, in a collection
 * that no application can name, for what has a mark in its name is an index and goes on behind the mark.
 */
public final class AllotmentKey {
    private static final char MARK = '#';
    private static final int ELEMENTS = 2;
    /** The mark, an integer and a UUID. */
    private static final int BYTES = 1 + 9 + 17;

    /** How many bytes a bounded counter's key has at most: fewer than another's, for the keys of its allotments are longer. */
    public static final int COUNTER_KEY_BYTES_MAX = Key.SIZE_MAX - BYTES;

    private AllotmentKey() {}

    /**
     * An allotment.
     *
     * @param counter the key of its counter
     * @param id the timestamp of the first version of the counter's record that has it
     */
    public record Parsed(Key counter, Timestamp id) {}

    /**
     * The key of an allotment.
     *
     * @throws IllegalArgumentException if {@code counter} has more than {@link #COUNTER_KEY_BYTES_MAX} bytes, was not made by
     *     {@link KeyLayout}, or is that of an index
     */
    public static Key of(Key counter, Timestamp id) {
        UUID client = new UUID(id.client().high(), id.client().low());
        return KeyLayout.beside(counter, MARK, List.of(id.timeMicros(), client));
    }

    /** The allotment whose key this is; null if it is no allotment's. */
    public static @Nullable Parsed parse(Key key) {
        KeyLayout.Beside beside = KeyLayout.besideWhich(key, MARK, ELEMENTS);
        return beside != null
                        && beside.more().get(0) instanceof Long timeMicros
                        && timeMicros >= 0
                        && beside.more().get(1) instanceof UUID client
                ? new Parsed(
                        beside.key(),
                        new Timestamp(
                                timeMicros,
                                new ClientId(client.getMostSignificantBits(), client.getLeastSignificantBits())))
                : null;
    }
}
