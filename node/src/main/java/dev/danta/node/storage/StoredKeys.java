package dev.danta.node.storage;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys under which things are stored; LMDB orders them as unsigned bytes and takes at most 511 of them.
 *
 * <p>A version's key is the user's key, then its timestamp inverted, so that the newest version comes first. User's keys
 * have all lengths and contain all bytes, so the first part is written in groups of fixed sizes: each group is filled with
 * zeros and followed by one byte, the number of bytes of the key in this group, or one more than the group takes if the
 * key goes on. Nothing written like this is the beginning of anything else written like this, the order is that of the
 * keys, and the longest key grows by seven bytes only (doubling zeros, the usual way, could double it).
 */
final class StoredKeys {
    static final int TIMESTAMP_BYTES = Long.BYTES * 3;
    static final int KEY_BYTES_MAX = 511;
    private static final int GROUPS = 7;

    private StoredKeys() {}

    /** Big-endian, so that ids are ordered as timestamps are. */
    static void putTimestamp(ByteBuffer target, Timestamp timestamp) {
        target.putLong(timestamp.timeMicros());
        target.putLong(timestamp.client().high());
        target.putLong(timestamp.client().low());
    }

    static Timestamp takeTimestamp(ByteBuffer source) {
        long timeMicros = source.getLong();
        long high = source.getLong();
        return new Timestamp(timeMicros, new ClientId(high, source.getLong()));
    }

    static void putInverted(ByteBuffer target, Timestamp timestamp) {
        target.putLong(~timestamp.timeMicros());
        target.putLong(~timestamp.client().high());
        target.putLong(~timestamp.client().low());
    }

    static Timestamp takeInverted(ByteBuffer source) {
        long timeMicros = ~source.getLong();
        long high = ~source.getLong();
        return new Timestamp(timeMicros, new ClientId(high, ~source.getLong()));
    }

    static void putPlain(ByteBuffer target, Key key) {
        target.put(key.bytes().toArray());
    }

    /** What all versions of {@code key} begin with, and nothing else does. */
    static void putGrouped(ByteBuffer target, Key key) {
        byte[] bytes = key.bytes().toArray();
        int from = 0;
        for (int i = 0; i < GROUPS; i++) {
            int group = groupBytes(i);
            int here = Math.min(group, bytes.length - from);
            target.put(bytes, from, here);
            for (int filler = here; filler < group; filler++) {
                target.put((byte) 0);
            }
            from += here;
            if (from == bytes.length) {
                target.put((byte) here);
                return;
            }
            target.put((byte) (group + 1));
        }
        throw new IllegalArgumentException("a key of " + bytes.length + " bytes cannot be stored");
    }

    /** Reads what {@link #putGrouped} has written. */
    static Key takeGrouped(ByteBuffer source) {
        byte[] bytes = new byte[Key.SIZE_MAX];
        int size = 0;
        for (int i = 0; i < GROUPS; i++) {
            int group = groupBytes(i);
            source.get(bytes, size, group);
            int used = source.get() & 0xff;
            size += Math.min(used, group);
            if (used <= group) {
                break;
            }
        }
        return new Key(Bytes.wrap(Arrays.copyOf(bytes, size)));
    }

    /** 480 bytes in all; short keys, which are the usual ones, waste little. */
    private static int groupBytes(int group) {
        return switch (group) {
            case 0, 1 -> 16;
            case 2 -> 32;
            case 3 -> 48;
            case 4 -> 80;
            case 5 -> 128;
            default -> 160;
        };
    }
}
