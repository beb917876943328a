package dev.danta.txn.stream;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import java.nio.ByteBuffer;

/**
 * The name of an event, which no other has. Its bytes are ordered as events are: by when they happened, then by when they were
 * recorded.
 *
 * @param validMicros when it happened, since 1970
 * @param recordedMicros when it was recorded; each of one recorder's appends has another
 * @param recorder who appended it
 * @param number which of those that were appended together, from 0 on
 */
public record EventId(long validMicros, long recordedMicros, ClientId recorder, int number) {
    /** How many bytes one has. */
    public static final int BYTES = 4 * Long.BYTES + Integer.BYTES;

    /** The field of its page's map. */
    public Bytes encode() {
        return Bytes.wrap(ByteBuffer.allocate(BYTES)
                .putLong(validMicros ^ Long.MIN_VALUE)
                .putLong(recordedMicros)
                .putLong(recorder.high())
                .putLong(recorder.low())
                .putInt(number)
                .array());
    }

    /**
     * Of what {@link #encode} gave, when it happened.
     *
     * @throws IllegalArgumentException if it is no event's
     */
    public static long validMicros(Bytes id) {
        if (id.size() != BYTES) {
            throw new IllegalArgumentException("an event's id has " + BYTES + " bytes, not " + id.size());
        }
        return ByteBuffer.wrap(id.toArray()).getLong() ^ Long.MIN_VALUE;
    }
}
