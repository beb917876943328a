package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * The collection of a key that {@link #key} has made.
     *
     * @throws IllegalArgumentException if it was not made so
     */
    public static String collection(Key key) {
        Bytes bytes = key.bytes();
        List<Object> names = TupleReader.elements(bytes, 0, endOfElement(bytes, 1));
        if (names.get(1) instanceof String name) {
            return name;
        }
        throw new IllegalArgumentException("not a key of this layout: " + key);
    }

    /**
     * The key beside {@code key}, and on its shard: in the collection whose name has {@code mark} behind it, with the elements
     * of {@code more} behind its tuple. Different keys have different ones beside them.
     *
     * @param mark a character of ASCII that the collection's name does not have
     * @throws IllegalArgumentException if {@code key} was not made by {@link #key}, or the name has the mark, or for {@code
     *     more} as {@link #key}
     */
    public static Key beside(Key key, char mark, List<?> more) {
        Bytes bytes = key.bytes();
        int endOfSpace = endOfElement(bytes, 0);
        int nameEnds = endOfElement(bytes, 1) - 1;
        boolean isNamed = bytes.at(endOfSpace) == STRING && !has(bytes, endOfSpace + 1, nameEnds, mark);
        if (!isNamed || endsOfElements(bytes, nameEnds + 1).isEmpty()) {
            throw new IllegalArgumentException("nothing may stand beside " + key + " with " + mark);
        }
        TupleWriter writer = new TupleWriter();
        writer.copy(bytes, 0, nameEnds);
        writer.put((byte) mark);
        writer.copy(bytes, nameEnds, bytes.size());
        writer.elements(more);
        return new Key(writer.bytes());
    }

    /**
     * What {@link #beside} was given.
     *
     * @param more the elements behind the tuple of {@code key}
     */
    public record Beside(Key key, List<Object> more) {}

    /** What {@link #beside} was given to make {@code key}, with this number of elements; null if it did not make it. */
    public static @Nullable Beside besideWhich(Key key, char mark, int more) {
        Bytes bytes = key.bytes();
        int endOfSpace = endOfElementIfThere(bytes, 0);
        int markAt = endOfElementIfThere(bytes, 1) - 2;
        boolean isMarked = markAt > endOfSpace && bytes.at(endOfSpace) == STRING && bytes.at(markAt) == mark;
        if (!isMarked || has(bytes, endOfSpace + 1, markAt, mark)) {
            return null;
        }
        List<Integer> ends = endsOfElements(bytes, markAt + 2);
        if (ends.size() <= more) {
            return null;
        }
        int endOfTuple = ends.get(ends.size() - 1 - more);
        TupleWriter writer = new TupleWriter();
        writer.copy(bytes, 0, markAt);
        writer.copy(bytes, markAt + 1, endOfTuple);
        try {
            return new Beside(new Key(writer.bytes()), TupleReader.elements(bytes, endOfTuple, bytes.size()));
        } catch (IllegalArgumentException e) {
            // An instant that is none.
            return null;
        }
    }

    /** Where the elements end that begin at {@code start} and fill the rest of the key; none if they do not. */
    private static List<Integer> endsOfElements(Bytes key, int start) {
        List<Integer> ends = new ArrayList<>();
        int end = start;
        while (end < key.size()) {
            end = TupleReader.endOfElement(key, end);
            ends.add(end);
        }
        return end == key.size() ? ends : List.of();
    }

    private static boolean has(Bytes key, int from, int to, char character) {
        for (int i = from; i < to; i++) {
            if (key.at(i) == character) {
                return true;
            }
        }
        return false;
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
