package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.util.List;

/**
 * Encodes names so that the order of the bytes is the order of the tuples: each element is a tag and a content that ends
 * where it can be seen to end. Bytes come before strings, then integers, false, true, UUIDs, instants, tuples. Strings are
 * ordered as their UTF-8, integers and instants by their value, UUIDs as their text, tuples element by element.
 *
 * <p>The idea, and the escaped zero, are those of FoundationDB's tuple layer; the bytes are not.
 */
public final class KeyLayout {
    static final byte BYTES = 1;
    static final byte STRING = 2;
    static final byte INTEGER = 3;
    static final byte FALSE = 4;
    static final byte TRUE = 5;
    static final byte UUID = 6;
    static final byte INSTANT = 7;
    static final byte TUPLE = 8;

    /** Ends what has no fixed length. Below every tag, so that a tuple comes before its continuations. */
    static final byte END = 0;

    static final byte ESCAPED_ZERO = (byte) 0xff;
    /**
     * No element begins so. What begins like a whole string or like bytes and goes on with this is another one, longer by
     * a zero, and not one of theirs.
     */
    static final byte BEHIND_ALL = ESCAPED_ZERO;

    /** How deep tuples stand in tuples at most. */
    public static final int NESTING_MAX = 8;

    private KeyLayout() {}

    /**
     * The key of a tuple in a collection: of {@link String}s, {@link Long}s (or {@link Integer}s), {@link Boolean}s, {@link
     * Bytes}, {@link java.util.UUID}s, {@link java.time.Instant}s and {@link List}s of the same.
     *
     * @throws IllegalArgumentException if the tuple, or one in it, is empty, they are nested too deep, an element is of
     *     another type, a name has an unpaired surrogate, or the key comes out longer than {@link Key#SIZE_MAX}
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
        TupleWriter writer = written(space, collection, prefix);
        Key from = new Key(writer.bytes());
        writer.put(BEHIND_ALL);
        return new KeyRange(from, new Key(writer.bytes()));
    }

    private static TupleWriter written(String space, String collection, List<?> tuple) {
        TupleWriter writer = new TupleWriter();
        writer.string(space);
        writer.string(collection);
        writer.elements(tuple);
        return writer;
    }

    /**
     * The tuple of a key that {@link #key} has made, an {@link Integer} as the {@link Long}.
     *
     * @throws IllegalArgumentException if it was not made so
     */
    public static List<Object> tuple(Key key) {
        Bytes bytes = key.bytes();
        return TupleReader.elements(bytes, endOfElement(bytes, 1), bytes.size());
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
            int end = TupleReader.endOfElement(key, at);
            at = end > key.size() ? -1 : end;
        }
        return at;
    }
}
