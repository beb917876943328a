package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes names so that the order of the bytes is the order of the tuples: each element is a tag and a content that ends
 * where it can be seen to end. Bytes come before strings, strings before integers; strings are ordered as their UTF-8,
 * integers by their value.
 */
public final class KeyLayout {
    private static final byte BYTES = 1;
    private static final byte STRING = 2;
    private static final byte INTEGER = 3;
    private static final byte END = 0;
    private static final byte ESCAPED_ZERO = (byte) 0xff;
    /**
     * No element begins so. What begins like a whole string or like bytes and goes on with this is another one, longer by
     * a zero, and not one of theirs.
     */
    static final byte BEHIND_ALL = ESCAPED_ZERO;

    private KeyLayout() {}

    /**
     * The key of a tuple of {@link String}s, {@link Long}s (or {@link Integer}s) and {@link Bytes} in a collection.
     *
     * @throws IllegalArgumentException if the tuple is empty, an element is of another type, a name has an unpaired
     *     surrogate, or the key comes out longer than {@link Key#SIZE_MAX}
     */
    public static Key key(String space, String collection, List<?> tuple) {
        if (tuple.isEmpty()) {
            throw new IllegalArgumentException("a key needs at least one element");
        }
        return new Key(written(space, collection, tuple).bytes());
    }

    /**
     * The keys of a collection whose tuples begin with {@code prefix}: all of the collection if it is empty.
     *
     * @throws IllegalArgumentException as {@link #key}; a prefix may be empty
     */
    public static KeyRange prefix(String space, String collection, List<?> prefix) {
        Writer writer = written(space, collection, prefix);
        Key from = new Key(writer.bytes());
        writer.put(BEHIND_ALL);
        return new KeyRange(from, new Key(writer.bytes()));
    }

    private static Writer written(String space, String collection, List<?> tuple) {
        Writer writer = new Writer();
        writer.string(space);
        writer.string(collection);
        for (Object element : tuple) {
            writer.element(element);
        }
        return writer;
    }

    /**
     * The tuple of a key that {@link #key} has made: {@link String}s, {@link Long}s and {@link Bytes}.
     *
     * @throws IllegalArgumentException if it was not made so
     */
    public static List<Object> tuple(Key key) {
        List<Object> tuple = new ArrayList<>();
        Bytes bytes = key.bytes();
        int start = endOfElement(bytes, 1);
        while (start < bytes.size()) {
            int end = endOfElementAt(bytes, start);
            if (end > bytes.size()) {
                throw new IllegalArgumentException("not a key of this layout: " + key);
            }
            tuple.add(element(bytes, start, end));
            start = end;
        }
        return tuple;
    }

    private static Object element(Bytes bytes, int start, int end) {
        byte tag = bytes.at(start);
        if (tag == INTEGER) {
            long ordered = 0;
            for (int at = start + 1; at < end; at++) {
                ordered = ordered << 8 | (bytes.at(at) & 0xff);
            }
            return ordered ^ Long.MIN_VALUE;
        }
        byte[] content = new byte[end - start];
        int size = 0;
        for (int at = start + 1; at < end - 1; at++) {
            content[size++] = bytes.at(at);
            at += bytes.at(at) == END ? 1 : 0;
        }
        Bytes whole = Bytes.wrap(Arrays.copyOf(content, size));
        return tag == STRING ? whole.toUtf8() : whole;
    }

    /**
     * Where the part of {@code key} ends that is its {@code number}-th element, from 0 on.
     *
     * @throws IllegalArgumentException if it has no such element
     */
    static int endOfElement(Bytes key, int number) {
        int end = endOfElementIfThere(key, number);
        if (end < 0) {
            throw new IllegalArgumentException("not a key of this layout: " + key);
        }
        return end;
    }

    /** As {@link #endOfElement}; negative if there is no such element. */
    static int endOfElementIfThere(Bytes key, int number) {
        int at = 0;
        for (int i = 0; i <= number && at >= 0; i++) {
            int end = endOfElementAt(key, at);
            at = end > key.size() ? -1 : end;
        }
        return at;
    }

    private static int endOfElementAt(Bytes key, int start) {
        int tag = start < key.size() ? key.at(start) : END;
        return tag == INTEGER
                ? start + 1 + Long.BYTES
                : tag == BYTES || tag == STRING ? endOfDelimited(key, start + 1) : Integer.MAX_VALUE;
    }

    private static int endOfDelimited(Bytes key, int start) {
        for (int at = start; at < key.size(); at++) {
            if (key.at(at) == END) {
                boolean escaped = at + 1 < key.size() && key.at(at + 1) == ESCAPED_ZERO;
                if (!escaped) {
                    return at + 1;
                }
                at++;
            }
        }
        return Integer.MAX_VALUE;
    }

    private static final class Writer {
        private byte[] buffer = new byte[64];
        private int size;

        void element(Object element) {
            if (element instanceof String text) {
                string(text);
            } else if (element instanceof Long number) {
                integer(number);
            } else if (element instanceof Integer number) {
                integer(number);
            } else if (element instanceof Bytes content) {
                delimited(BYTES, content.toArray());
            } else {
                throw new IllegalArgumentException("a key is made of strings, integers and bytes, not of "
                        + element.getClass().getSimpleName());
            }
        }

        void string(String text) {
            requireWholeCharacters(text);
            delimited(STRING, text.getBytes(StandardCharsets.UTF_8));
        }

        /** Half of a surrogate pair has no UTF-8: encoded as a question mark it would name another key. */
        private static void requireWholeCharacters(String text) {
            boolean halves = text.codePoints()
                    .anyMatch(
                            character -> character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
            if (halves) {
                throw new IllegalArgumentException("a name in a key has an unpaired surrogate");
            }
        }

        private void integer(long number) {
            put(INTEGER);
            long ordered = number ^ Long.MIN_VALUE;
            for (int shift = 56; shift >= 0; shift -= 8) {
                put((byte) (ordered >>> shift));
            }
        }

        private void delimited(byte tag, byte[] content) {
            put(tag);
            for (byte b : content) {
                put(b);
                if (b == END) {
                    put(ESCAPED_ZERO);
                }
            }
            put(END);
        }

        private void put(byte b) {
            if (size == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * size);
            }
            buffer[size++] = b;
        }

        Bytes bytes() {
            return Bytes.wrap(Arrays.copyOf(buffer, size));
        }
    }
}
