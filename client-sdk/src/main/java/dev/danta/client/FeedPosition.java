package dev.danta.client;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.LogCursor;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a feed has come in each shard, the first one first: in the log of which replica, which incarnation of it, and up to
 * which number.
 */
record FeedPosition(List<LogCursor> shards) {
    /** What a cursor says before a snapshot has been read to its end: it is begun anew. */
    static final String IN_SNAPSHOT = "snapshot";

    private static final byte FORMAT = 1;
    private static final int SHARD_BYTES = Integer.BYTES + 3 * Long.BYTES;

    FeedPosition {
        shards = List.copyOf(shards);
    }

    String token() {
        ByteBuffer bytes = ByteBuffer.allocate(1 + shards.size() * SHARD_BYTES);
        bytes.put(FORMAT);
        for (LogCursor cursor : shards) {
            LogPosition position = cursor.position();
            bytes.putInt(cursor.source().number())
                    .putLong(position.incarnation().disk())
                    .putLong(position.incarnation().epoch().number())
                    .putLong(position.number());
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * Null for one that says that a snapshot was not read to its end.
     *
     * @throws IllegalArgumentException if {@code token} is not what {@link #token} makes
     */
    static @Nullable FeedPosition parse(String token) {
        if (token.equals(IN_SNAPSHOT)) {
            return null;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            if (bytes.get() != FORMAT) {
                throw new IllegalArgumentException("another version of Danta may have made it");
            }
            List<LogCursor> shards = new ArrayList<>();
            while (bytes.hasRemaining()) {
                ReplicaId source = new ReplicaId(bytes.getInt());
                LogIncarnation log = new LogIncarnation(bytes.getLong(), new Epoch(bytes.getLong()));
                shards.add(new LogCursor(source, new LogPosition(log, bytes.getLong())));
            }
            return new FeedPosition(shards);
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            throw new IllegalArgumentException("not a feed's cursor: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return shards.toString();
    }
}
