package dev.danta.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that lie together in the order of their tuples, of whatever collection they are read; and in which direction, and how
 * many of them. Immutable.
 *
 * <p>A range in which all keys begin with the same element is read from one shard; any other from all of them.
 */
public final class KeyRange {
    private static final KeyRange ALL = new KeyRange(List.of(), null, false, null, Integer.MAX_VALUE, false);

    private final List<Object> prefix;
    private final @Nullable Key from;
    private final boolean withoutFrom;
    private final @Nullable Key before;
    private final int limit;
    private final boolean reversed;

    private KeyRange(
            List<Object> prefix,
            @Nullable Key from,
            boolean withoutFrom,
            @Nullable Key before,
            int limit,
            boolean reversed) {
        this.prefix = prefix;
        this.from = from;
        this.withoutFrom = withoutFrom;
        this.before = before;
        this.limit = limit;
        this.reversed = reversed;
    }

    /** Every key of a collection. */
    public static KeyRange all() {
        return ALL;
    }

    /**
     * The keys that begin with these elements, which are as {@link Key#of} takes them.
     *
     * @throws IllegalArgumentException as {@link Key#of}
     */
    public static KeyRange prefix(Object... elements) {
        return new KeyRange(Key.of(elements).elements(), null, false, null, Integer.MAX_VALUE, false);
    }

    /** The keys from {@code from} on that come before {@code to}. */
    public static KeyRange between(Key from, Key to) {
        return ALL.from(from).before(to);
    }

    /** Those of its keys that do not come before {@code key}; in place of another such beginning. */
    public KeyRange from(Key key) {
        return new KeyRange(prefix, given(key), false, before, limit, reversed);
    }

    /**
     * Those of its keys that come after {@code key}, as the next page of a scan that ended with it; in place of another
     * beginning.
     */
    public KeyRange after(Key key) {
        return new KeyRange(prefix, given(key), true, before, limit, reversed);
    }

    /**
     * Those of its keys that come before {@code key}, as the next page of a reversed scan that ended with it; in place of
     * another end.
     */
    public KeyRange before(Key key) {
        return new KeyRange(prefix, from, withoutFrom, given(key), limit, reversed);
    }

    private static Key given(Key key) {
        return Given.notNull("a key, which a range's end is", key);
    }

    static KeyRange given(KeyRange range) {
        return Given.notNull("a range: for everything there is KeyRange.all()", range);
    }

    /** The same keys in descending order; twice is as they were. */
    public KeyRange reverse() {
        return new KeyRange(prefix, from, withoutFrom, before, limit, !reversed);
    }

    /**
     * The first {@code most} that there are, at least 1, or the last if it is reversed. What comes after them is not read,
     * and may change without standing in the transaction's way; a little more than them may be read.
     */
    public KeyRange limit(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one key is read, not " + most);
        }
        return new KeyRange(prefix, from, withoutFrom, before, most, reversed);
    }

    int limit() {
        return limit;
    }

    boolean isReversed() {
        return reversed;
    }

    /** What comes behind {@code last}, in its direction. */
    KeyRange beyond(Key last) {
        return reversed ? before(last) : after(last);
    }

    /** Null if it is empty. */
    dev.danta.occ.@Nullable KeyRange in(Collection collection) {
        dev.danta.occ.KeyRange whole = collection.encodePrefix(prefix);
        dev.danta.occ.Key first = whole.from();
        if (from != null) {
            dev.danta.occ.Key key = collection.encode(from);
            dev.danta.occ.Key begin = withoutFrom ? key.next() : key;
            if (begin == null) {
                return null;
            }
            first = begin.compareTo(first) > 0 ? begin : first;
        }
        dev.danta.occ.Key end = whole.to();
        if (before != null) {
            dev.danta.occ.Key key = collection.encode(before);
            end = key.compareTo(end) < 0 ? key : end;
        }
        return first.compareTo(end) < 0 ? new dev.danta.occ.KeyRange(first, end) : null;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("keys");
        if (!prefix.isEmpty()) {
            text.append(" that begin with ").append(prefix);
        }
        if (from != null) {
            text.append(withoutFrom ? " after " : " from ").append(from);
        }
        if (before != null) {
            text.append(" before ").append(before);
        }
        String which = reversed ? "the last " : "the first ";
        return (limit == Integer.MAX_VALUE ? "" : which + limit + " ") + text + (reversed ? ", reversed" : "");
    }
}
