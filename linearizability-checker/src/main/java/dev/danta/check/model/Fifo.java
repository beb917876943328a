package dev.danta.check.model;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Values one after the other that never change: adding at the end and taking from the front give another one, which shares
 * most of itself with the first.
 *
 * <p>Two linked lists, the front one in order and the back one reversed (R. Hood, R. Melville, 1981, in the simple form), and
 * a hash that is carried along: the sum of the values' hashes times powers of an odd number, which can be divided off again.
 */
public final class Fifo {
    /** The queue without values. */
    public static final Fifo EMPTY = new Fifo(null, null, 0, 0, 1);

    private static final int BASE = 31;
    /** Times {@link #BASE} it is 1. */
    private static final int BASE_INVERSE = 0xbdef7bdf;

    private final @Nullable Link front;
    private final @Nullable Link back;
    private final int size;
    private final int hash;
    /** {@link #BASE} to the power of the size. */
    private final int power;

    private record Link(String value, @Nullable Link next) {}

    private Fifo(@Nullable Link front, @Nullable Link back, int size, int hash, int power) {
        this.front = front;
        this.back = back;
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
        int hashed = hash + value.hashCode() * power;
        return front == null
                ? new Fifo(new Link(value, null), null, 1, hashed, BASE)
                : new Fifo(front, new Link(value, back), size + 1, hashed, power * BASE);
    }

    /** The value at the front, or null if there is none. */
    public @Nullable String first() {
        return front == null ? null : front.value();
    }

    /** The same without the value at the front, or unchanged if there is none. */
    public Fifo withoutFirst() {
        if (front == null) {
            return this;
        }
        Link rest = front.next();
        Link last = back;
        if (rest == null) {
            for (Link link = back; link != null; link = link.next()) {
                rest = new Link(link.value(), rest);
            }
            last = null;
        }
        int hashed = (hash - front.value().hashCode()) * BASE_INVERSE;
        return new Fifo(rest, last, size - 1, hashed, power * BASE_INVERSE);
    }

    /** The values from the front. */
    private Iterator<String> iterator() {
        return new Iterator<>() {
            private @Nullable Link next = front;
            private boolean inFront = true;

            @Override
            public boolean hasNext() {
                if (next == null && inFront) {
                    inFront = false;
                    for (Link link = back; link != null; link = link.next()) {
                        next = new Link(link.value(), next);
                    }
                }
                return next != null;
            }

            @Override
            public String next() {
                Link link = hasNext() ? next : null;
                if (link == null) {
                    throw new NoSuchElementException();
                }
                next = link.next();
                return link.value();
            }
        };
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Fifo fifo) || size != fifo.size || hash != fifo.hash) {
            return false;
        }
        Iterator<String> here = iterator();
        Iterator<String> there = fifo.iterator();
        while (here.hasNext()) {
            if (!here.next().equals(there.next())) {
                return false;
            }
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
        Iterator<String> iterator = iterator();
        while (iterator.hasNext() && values.size() <= Words.VALUES_MAX) {
            values.add(iterator.next());
        }
        return Words.list(values, size, "[", "]");
    }
}
