package dev.danta.occ;

import dev.danta.ir.id.Bytes;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The full, encoded name of a record: space, collection and tuple (protocol.md 10). Byte order is scan order. */
public record Key(Bytes bytes) implements Comparable<Key> {
    /** The longest encoded key in bytes: LMDB's own limit less what a version's timestamp takes. */
    public static final int SIZE_MAX = 480;

    public Key {
        if (bytes.size() == 0 || bytes.size() > SIZE_MAX) {
            throw new IllegalArgumentException("an encoded key has 1 to " + SIZE_MAX + " bytes, not " + bytes.size());
        }
    }

    /** The first key above this one; null if this is the last of all. */
    public @Nullable Key next() {
        byte[] content = bytes.toArray();
        if (content.length < SIZE_MAX) {
            return new Key(Bytes.wrap(Arrays.copyOf(content, content.length + 1)));
        }
        int size = content.length;
        while (size > 0 && content[size - 1] == (byte) 0xff) {
            size--;
        }
        if (size == 0) {
            return null;
        }
        content[size - 1]++;
        return new Key(Bytes.wrap(Arrays.copyOf(content, size)));
    }

    @Override
    public int compareTo(Key other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public String toString() {
        return bytes.toString();
    }
}
