package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A set that only grows: it needs no stamps, and a change is the elements that it adds. */
public record GrowSet(SortedSet<Bytes> elements) implements RelaxedState {
    public static final GrowSet EMPTY = new GrowSet(Collections.emptySortedSet());

    public GrowSet {
        elements = Collections.unmodifiableSortedSet(new TreeSet<>(elements));
    }

    /** The set, or the change that adds, these elements. */
    public static GrowSet of(Collection<Bytes> elements) {
        return new GrowSet(new TreeSet<>(elements));
    }

    @Override
    public String typeName() {
        return "grow-only set";
    }

    @Override
    public GrowSet join(RelaxedState other) {
        if (!(other instanceof GrowSet that)) {
            throw new IllegalArgumentException("a grow-only set cannot be joined with a " + other.typeName());
        }
        boolean isLarger = elements.size() >= that.elements.size();
        GrowSet larger = isLarger ? this : that;
        GrowSet smaller = isLarger ? that : this;
        if (larger.elements.containsAll(smaller.elements)) {
            return larger;
        }
        TreeSet<Bytes> joined = new TreeSet<>(larger.elements);
        joined.addAll(smaller.elements);
        return new GrowSet(joined);
    }

    @Override
    public boolean isTooLarge() {
        return sizeBytes() > SIZE_MAX;
    }

    @Override
    public int sizeBytes() {
        return 64 + Elements.sizeBytes(elements);
    }

    @Override
    public Timestamp greatestStamp() {
        return Timestamp.ZERO;
    }
}
