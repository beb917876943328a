package dev.danta.client;

import dev.danta.txn.key.KeyLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys that lie together in the order of their tuples, of whatever collection they are read. Immutable.
 *
 * <p>A range in which all keys begin with the same element is read from one shard; any other from all of them.
 */
public final class KeyRange {
    private static final KeyRange ALL = new KeyRange(List.of(), null, null, Integer.MAX_VALUE);

    private final List<Object> prefix;
    private final @Nullable Key from;
    private final @Nullable Key to;
    private final int limit;

    private KeyRange(List<Object> prefix, @Nullable Key from, @Nullable Key to, int limit) {
        this.prefix = prefix;
        this.from = from;
        this.to = to;
        this.limit = limit;
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
        return new KeyRange(Key.of(elements).elements(), null, null, Integer.MAX_VALUE);
    }

    /** The keys from {@code from} on that come before {@code to}. */
    public static KeyRange between(Key from, Key to) {
        return new KeyRange(List.of(), from, to, Integer.MAX_VALUE);
    }

    /**
     * The first {@code most} that there are, at least 1. What comes after them is not read, and may change without standing
     * in the transaction's way; a little more than them may be read.
     */
    public KeyRange limit(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("at least one key is read, not " + most);
        }
        return new KeyRange(prefix, from, to, most);
    }

    int limit() {
        return limit;
    }

    /** Null if it is empty. */
    dev.danta.occ.@Nullable KeyRange in(Collection collection) {
        if (from == null || to == null) {
            return KeyLayout.prefix(collection.space(), collection.name(), prefix);
        }
        dev.danta.occ.Key first = collection.encode(from);
        dev.danta.occ.Key end = collection.encode(to);
        return first.compareTo(end) < 0 ? new dev.danta.occ.KeyRange(first, end) : null;
    }

    @Override
    public String toString() {
        String keys = from == null ? "keys that begin with " + prefix : "keys from " + from + " to " + to;
        return limit == Integer.MAX_VALUE ? keys : "the first " + limit + " " + keys;
    }
}
