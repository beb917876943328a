package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** What the types that hold something for each element share. */
final class Elements {
    /** What an element takes in memory beside its bytes, about. */
    private static final int ELEMENT_BYTES = 128;

    private Elements() {}

    /** What is in one of them, and what {@code join} makes of what is in both: a walk over the smaller one, and a copy. */
    static <V> SortedMap<Bytes, V> joined(SortedMap<Bytes, V> one, SortedMap<Bytes, V> other, BinaryOperator<V> join) {
        boolean isLarger = one.size() >= other.size();
        TreeMap<Bytes, V> joined = new TreeMap<>(isLarger ? one : other);
        (isLarger ? other : one).forEach((element, value) -> joined.merge(element, value, join));
        return joined;
    }

    static int sizeBytes(Collection<Bytes> elements) {
        int bytes = ELEMENT_BYTES * elements.size();
        for (Bytes element : elements) {
            bytes += element.size();
        }
        return bytes;
    }
}
