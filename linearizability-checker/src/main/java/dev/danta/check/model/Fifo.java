package dev.danta.check.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values one after the other that never change: adding at the end and taking from the front give another one, which shares
 * all but a few words with the first, however long it is.
 *
 * <p>Every value points to the one before it, and a queue is its last value and how many there are. What has been taken from
 * the front stays behind, and each value also points some way further back, so that the front is found in logarithmic time
 * (E. Myers, An applicative random-access stack, 1983). A hash is carried along: the sum of the values' hashes times powers of
 * an odd number, which can be divided off again.
 */
public final class Fifo {
    /** The queue without values. */
    public static final Fifo EMPTY = new Fifo(null, 0, 0, 1);

    /** What one more queue takes in memory beside the one that it was made from. */
    static final long BYTES = 96;

    private static final int BASE = 31;
    /** Times {@link #BASE} it is 1. */
    private static final int BASE_INVERSE = 0xbdef7bdf;

    private final @Nullable Link last;
    private final int size;
    private final int hash;
    /** {@link #BASE} to the power of the size. */
    private final int power;

    private static final class Link {
        private final String value;
        private final @Nullable Link before;
        /** Further back, or this one if there is nothing. */
        private final Link back;
        /** How many are before this one. */
        private final int depth;

        Link(String value, @Nullable Link before) {
            this.value = value;
            this.before = before;
            this.depth = before == null ? 0 : before.depth + 1;
            this.back = before == null ? this : before.jump();
        }

        /** Where the next one points: back as far again as the last two jumps if these were equal, else here. */
        private Link jump() {
            return depth - back.depth == back.depth - back.back.depth ? back.back : this;
        }
    }

    private Fifo(@Nullable Link last, int size, int hash, int power) {
        this.last = last;
        this.size = size;
        this.hash = hash;
        this.power = power;
    }

    /** A queue of these values, the first at the front. */
    public static Fifo of(Iterable<String> values) {
        Fifo fifo = EMPTY;
        for (String value : values) {
            fifo = fifo.with(value);
        }
        return fifo;
    }

    /** How many values there are. */
    public int size() {
        return size;
    }

    /** The same with the value at the end. */
    public Fifo with(String value) {
        return new Fifo(new Link(value, last), size + 1, hash + value.hashCode() * power, power * BASE);
    }

    /** The value at the front, or null if there is none. */
    public @Nullable String first() {
        return last == null ? null : at(last, 0);
    }

    /** The same without the value at the front, or unchanged if there is none. */
    public Fifo withoutFirst() {
        if (last == null || size == 1) {
            return EMPTY;
        }
        int hashed = (hash - at(last, 0).hashCode()) * BASE_INVERSE;
        return new Fifo(last, size - 1, hashed, power * BASE_INVERSE);
    }

    private String at(Link from, int index) {
        int depth = from.depth - size + 1 + index;
        Link link = from;
        while (link.depth > depth) {
            link = link.back.depth >= depth || link.before == null ? link.back : link.before;
        }
        return link.value;
    }

    /** The values from the front. */
    List<String> values() {
        String[] values = new String[size];
        Link link = last;
        for (int i = size - 1; i >= 0 && link != null; i--) {
            values[i] = link.value;
            link = link.before;
        }
        return Arrays.asList(values);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Fifo fifo) || size != fifo.size || hash != fifo.hash) {
            return false;
        }
        Link here = last;
        Link there = fifo.last;
        for (int left = size; left > 0 && here != null && there != null && here != there; left--) {
            if (!here.value.equals(there.value)) {
                return false;
            }
            here = here.before;
            there = there.before;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The first values. */
    @Override
    public String toString() {
        List<String> values = new ArrayList<>();
        for (int i = 0; last != null && i < Math.min(size, Words.VALUES_MAX + 1); i++) {
            values.add(at(last, i));
        }
        return Words.list(values, size, "[", "]");
    }
}
