package dev.danta.txn.stream;

import dev.danta.ir.id.Bytes;
import dev.danta.txn.HashKey;
import dev.danta.txn.KeyedHash;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a view keeps of one stream: what the pages of each stretch of time, one behind the other, amounted to.
 *
 * @param version of the fold
 * @param hashKey what keys the hashes
 * @param stretches in their order; each begins where the one before it ends
 */
record ViewSnapshots(int version, HashKey hashKey, List<Stretch> stretches) {
    private static final byte FORMAT = 1;
    private static final int HEAD_BYTES = 1 + Integer.BYTES + 2 * Long.BYTES + Integer.BYTES;
    private static final int STRETCH_BYTES = 2 * Long.BYTES + 2 * Integer.BYTES;

    ViewSnapshots {
        stretches = List.copyOf(stretches);
    }

    /** The hash of what is on some pages, given the hash of each. */
    static long hash(HashKey hashKey, List<EventPage> pages, Map<EventPage, Long> hashes) {
        KeyedHash hash = hashKey.begin();
        for (EventPage page : pages) {
            Long one = hashes.get(page);
            if (one == null) {
                throw new IllegalStateException("nobody knows what is on " + page);
            }
            hash.add(page.from());
            hash.add(page.length());
            hash.add((long) one);
        }
        return hash.end();
    }

    /**
     * A snapshot.
     *
     * @param until where it ends, in microseconds since 1970
     * @param pages how many there were in it
     * @param hash of what was on them
     * @param state of its events alone if the fold merges, else of all up to its end
     */
    record Stretch(long until, int pages, long hash, Bytes state) {
        int sizeBytes() {
            return STRETCH_BYTES + state.size();
        }
    }

    /** How many bytes it takes to keep them. */
    static long sizeBytes(List<Stretch> stretches) {
        return HEAD_BYTES + stretches.stream().mapToLong(Stretch::sizeBytes).sum();
    }

    Bytes encode() {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(sizeBytes(stretches)))
                .put(FORMAT)
                .putInt(version)
                .putLong(hashKey.first())
                .putLong(hashKey.second())
                .putInt(stretches.size());
        for (Stretch one : stretches) {
            buffer.putLong(one.until())
                    .putLong(one.hash())
                    .putInt(one.pages())
                    .putInt(one.state().size())
                    .put(one.state().toArray());
        }
        return Bytes.wrap(buffer.array());
    }

    /**
     * What {@link #encode} gave; null if a later version of this has kept it.
     *
     * @throws IllegalArgumentException if it is nothing of the kind
     */
    static @Nullable ViewSnapshots parse(Bytes kept) {
        ByteBuffer buffer = ByteBuffer.wrap(kept.toArray());
        try {
            if (buffer.get() != FORMAT) {
                return null;
            }
            int version = buffer.getInt();
            HashKey hashKey = new HashKey(buffer.getLong(), buffer.getLong());
            int count = buffer.getInt();
            List<Stretch> stretches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                long until = buffer.getLong();
                long hash = buffer.getLong();
                int pages = buffer.getInt();
                int size = buffer.getInt();
                if (size < 0 || size > buffer.remaining()) {
                    throw new IllegalArgumentException("a state of " + size + " bytes");
                }
                byte[] state = new byte[size];
                buffer.get(state);
                stretches.add(new Stretch(until, pages, hash, Bytes.wrap(state)));
            }
            if (buffer.hasRemaining()) {
                throw new IllegalArgumentException(buffer.remaining() + " bytes too many");
            }
            return new ViewSnapshots(version, hashKey, stretches);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("too few bytes", e);
        }
    }
}
