package dev.danta.occ;

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
