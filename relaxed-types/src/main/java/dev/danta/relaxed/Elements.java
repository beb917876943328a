package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** What the types that hold something for each element share. */
final class Elements {
    /** What an element takes in memory beside its bytes, about. */
    private static final int ELEMENT_BYTES = 128;

    private Elements() {}

    /**
     * What is in one of them, and what {@code join} makes of what is in both: a walk over the smaller one. Where the larger one has
     * all of it that is the larger one itself, the first of two that are equal: what replicas have is mostly the same already, and
     * is not copied then.
     */
    static <V> SortedMap<Bytes, V> joined(SortedMap<Bytes, V> one, SortedMap<Bytes, V> other, BinaryOperator<V> join) {
        if (isSame(one, other)) {
            return one;
        }
        boolean isLarger = one.size() >= other.size();
        SortedMap<Bytes, V> larger = isLarger ? one : other;
        TreeMap<Bytes, V> joined = null;
        for (Map.Entry<Bytes, V> entry : (isLarger ? other : one).entrySet()) {
            V there = larger.get(entry.getKey());
            V both = there == null ? entry.getValue() : join.apply(there, entry.getValue());
            if (!both.equals(there)) {
                joined = joined == null ? new TreeMap<>(larger) : joined;
                joined.put(entry.getKey(), both);
            }
        }
        return joined == null ? larger : joined;
    }

    /** As {@code equals}, and without looking up each element. */
    private static <V> boolean isSame(SortedMap<Bytes, V> one, SortedMap<Bytes, V> other) {
        if (one.size() != other.size()) {
            return false;
        }
        Iterator<Map.Entry<Bytes, V>> others = other.entrySet().iterator();
        for (Map.Entry<Bytes, V> entry : one.entrySet()) {
            if (!entry.equals(others.next())) {
                return false;
            }
        }
        return true;
    }

    static int sizeBytes(Collection<Bytes> elements) {
        int bytes = ELEMENT_BYTES * elements.size();
        for (Bytes element : elements) {
            bytes += element.size();
        }
        return bytes;
    }
}
