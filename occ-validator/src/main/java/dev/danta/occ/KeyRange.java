package dev.danta.occ;

import org.jspecify.annotations.Nullable;

/**
 * The keys from one to another, in scan order. Both ends are always given.
 *
 * @param from the first key that belongs to it
 * @param to the first one above {@code from} that does not; above it
 */
public record KeyRange(Key from, Key to) implements Comparable<KeyRange> {
    public KeyRange {
        if (from.compareTo(to) >= 0) {
            throw new IllegalArgumentException("a range that ends at " + to + " does not begin at " + from);
        }
    }

    public boolean contains(Key key) {
        return from.compareTo(key) <= 0 && key.compareTo(to) < 0;
    }

    /** What of it comes behind {@code key}, which belongs to it; null if nothing does. */
    public @Nullable KeyRange behind(Key key) {
        Key next = key.next();
        return next != null && next.compareTo(to) < 0 ? new KeyRange(next, to) : null;
    }

    /** What of it comes before {@code key}, which belongs to it; null if nothing does. */
    public @Nullable KeyRange before(Key key) {
        return from.compareTo(key) < 0 ? new KeyRange(from, key) : null;
    }

    /** What of it comes behind {@code rest}, which is its beginning and not all of it. */
    public KeyRange behind(KeyRange rest) {
        return new KeyRange(rest.to, to);
    }

    /** What of it comes before {@code rest}, which is its end and not all of it. */
    public KeyRange before(KeyRange rest) {
        return new KeyRange(from, rest.from);
    }

    @Override
    public int compareTo(KeyRange other) {
        int order = from.compareTo(other.from);
        return order != 0 ? order : to.compareTo(other.to);
    }

    @Override
    public String toString() {
        return "[" + from + ", " + to + ")";
    }
}
