package dev.danta.txn.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.relaxed.RelaxedState;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What one session has read and written of relaxed keys (D. Terry and others, Session guarantees for weakly consistent
 * replicated data, PDIS 1994): its reads never go back and show its own writes that quorums have acknowledged, and what it writes
 * to registers comes after what it has read and written. A mark for each key, and the greatest stamp of all; it can be carried elsewhere
 * as a token.
 *
 * <p>There is room for so many bytes of marks. Once something found none, everything is read from quorums, beside the marks
 * that there are: a quorum shows whatever a quorum acknowledged, and what it shows it has brought to a quorum before. Values of
 * many elements are always read so.
 *
 * <p>Not thread-safe.
 */
public final class SessionMarks {
    /** How many bytes of marks a session has room for unless it is said otherwise. */
    public static final int BYTES_MAX = 32 << 10;

    private static final byte FORMAT = 1;
    private static final byte STAMP = 1;
    private static final byte SEQUENCES = 2;
    private static final byte ON_QUORUM = 3;

    private final String cluster;
    private final int bytesMax;
    private final TreeMap<Key, Mark> marks = new TreeMap<>();
    private Timestamp greatest = Timestamp.ZERO;
    private int bytes;
    private boolean isFull;

    /** A session of {@code cluster} that has seen nothing. */
    public SessionMarks(String cluster, int bytesMax) {
        this.cluster = cluster;
        this.bytesMax = bytesMax;
    }

    /** How {@code key} is to be read: from one replica that has all that was seen, or from a quorum. */
    public ClientCall.Level level(Key key) {
        return isFull || marks.get(key) instanceof Mark.OnQuorum ? ClientCall.Level.QUORUM : ClientCall.Level.SESSION;
    }

    /** What an answer to a read of {@code key} must contain; null if nothing of it was seen. */
    public @Nullable Mark mark(Key key) {
        return marks.get(key);
    }

    /** What the session writes must be stamped above this. */
    public Timestamp greatest() {
        return greatest;
    }

    /**
     * A read of {@code key} at {@link #level} was answered with {@code state}.
     *
     * @return false if there is no room to remember that, or only what quorums show of it can be remembered: the answer does
     *     not count, and is to be asked for again from a quorum
     */
    public boolean saw(Key key, RelaxedState state, ClientCall.Level level) {
        Mark seen = Mark.of(state);
        if (level != ClientCall.Level.QUORUM && (seen instanceof Mark.OnQuorum || !remember(key, seen))) {
            return false;
        }
        if (level == ClientCall.Level.QUORUM) {
            boolean unused = remember(key, seen);
        }
        greatest = Timestamp.max(greatest, state.greatestStamp());
        return true;
    }

    /** A quorum has acknowledged a change of the session to {@code key}: quorums show it, if there is no room. */
    public void wrote(Key key, RelaxedState change) {
        boolean unused = remember(key, Mark.of(change));
        greatest = Timestamp.max(greatest, change.greatestStamp());
    }

    /**
     * What the session writes from now on comes after {@code state}, of which nothing else is remembered: reads need not show it,
     * or always come from quorums, which do.
     */
    public void comesAfter(RelaxedState state) {
        greatest = Timestamp.max(greatest, state.greatestStamp());
    }

    /** False if there is no room for it. */
    private boolean remember(Key key, Mark seen) {
        Mark before = marks.get(key);
        Mark after = before == null ? seen : before.and(seen);
        int more = size(key, after) - (before == null ? 0 : size(key, before));
        if (bytes + more > bytesMax) {
            isFull = true;
            return false;
        }
        marks.put(key, after);
        bytes += more;
        return true;
    }

    private static int size(Key key, Mark mark) {
        return 2 + key.bytes().size() + mark.sizeBytes();
    }

    /** All of it, for {@link #parse}. */
    public Bytes token() {
        byte[] name = cluster.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(64 + name.length + bytes + 8 * marks.size());
        buffer.put(FORMAT).putShort((short) name.length).put(name);
        buffer.put((byte) (isFull ? 1 : 0));
        put(buffer, greatest);
        buffer.putInt(marks.size());
        marks.forEach((key, mark) -> {
            buffer.putShort((short) key.bytes().size()).put(key.bytes().toArray());
            if (mark instanceof Mark.Stamp stamp) {
                buffer.put(STAMP);
                put(buffer, stamp.written());
            } else if (mark instanceof Mark.Sequences sequences) {
                buffer.put(SEQUENCES).putInt(sequences.byClient().size());
                sequences.byClient().forEach((client, sequence) -> {
                    put(buffer, client);
                    buffer.putLong(sequence);
                });
            } else {
                buffer.put(ON_QUORUM);
            }
        });
        buffer.putInt(checksum(buffer));
        return Bytes.copyOf(Arrays.copyOf(buffer.array(), buffer.position()));
    }

    /**
     * The session whose token this is.
     *
     * @throws IllegalArgumentException if it is none, or of another cluster; the message says which
     */
    public static SessionMarks parse(Bytes token, String cluster, int bytesMax) {
        ByteBuffer buffer = ByteBuffer.wrap(token.toArray());
        int end = buffer.limit() - Integer.BYTES;
        if (end < 1
                || buffer.getInt(end)
                        != checksum(ByteBuffer.wrap(token.toArray()).position(end))) {
            throw new IllegalArgumentException("not a session's token, or a part of one");
        }
        if (buffer.get() != FORMAT) {
            throw new IllegalArgumentException("the session's token is of a later version");
        }
        try {
            return parsed(buffer.limit(end), cluster, bytesMax);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("not a session's token", e);
        }
    }

    private static SessionMarks parsed(ByteBuffer buffer, String cluster, int bytesMax) {
        String of = new String(bytes(buffer), StandardCharsets.UTF_8);
        if (!of.equals(cluster)) {
            throw new IllegalArgumentException("the session's token is of the cluster " + of + ", not of " + cluster);
        }
        SessionMarks session = new SessionMarks(cluster, bytesMax);
        session.isFull = buffer.get() != 0;
        session.greatest = timestamp(buffer);
        int count = buffer.getInt();
        for (int i = 0; i < count; i++) {
            Key key = new Key(Bytes.wrap(bytes(buffer)));
            Mark mark = mark(buffer);
            session.marks.put(key, mark);
            session.bytes += size(key, mark);
        }
        return session;
    }

    private static Mark mark(ByteBuffer buffer) {
        byte kind = buffer.get();
        if (kind == STAMP) {
            return new Mark.Stamp(timestamp(buffer));
        } else if (kind == ON_QUORUM) {
            return new Mark.OnQuorum();
        } else if (kind != SEQUENCES) {
            throw new IllegalArgumentException("not a session's token");
        }
        Map<ClientId, Long> sequences = new TreeMap<>();
        int count = buffer.getInt();
        for (int i = 0; i < count; i++) {
            sequences.put(client(buffer), buffer.getLong());
        }
        return new Mark.Sequences(new TreeMap<>(sequences));
    }

    private static int checksum(ByteBuffer upToHere) {
        CRC32 crc = new CRC32();
        crc.update(upToHere.duplicate().flip());
        return (int) crc.getValue();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[Short.toUnsignedInt(buffer.getShort())];
        buffer.get(bytes);
        return bytes;
    }

    private static void put(ByteBuffer buffer, Timestamp timestamp) {
        buffer.putLong(timestamp.timeMicros());
        put(buffer, timestamp.client());
    }

    private static Timestamp timestamp(ByteBuffer buffer) {
        long time = buffer.getLong();
        return new Timestamp(time, client(buffer));
    }

    private static void put(ByteBuffer buffer, ClientId client) {
        buffer.putLong(client.high()).putLong(client.low());
    }

    private static ClientId client(ByteBuffer buffer) {
        long high = buffer.getLong();
        return new ClientId(high, buffer.getLong());
    }
}
