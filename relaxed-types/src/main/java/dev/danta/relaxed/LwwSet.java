package dev.danta.relaxed;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A set in which the last writer of each element wins: when it was last added, and when it was last removed (the
 * LWW-Element-Set of M. Shapiro and others, A comprehensive study of convergent and commutative replicated data types, INRIA
 * 2011). The greater stamp of each is kept, whatever came later; an element that was added and removed with one stamp is not in the
 * set. What was removed is remembered for good, or an addition that comes late would bring it back.
 *
 * <p>{@code equals} compares exactly; {@link #showsTheSame} only what a reader sees.
 *
 * @param added when each element was added last
 * @param removed when each element was removed last, also if nobody here knows of an addition
 */
public record LwwSet(SortedMap<Bytes, Timestamp> added, SortedMap<Bytes, Timestamp> removed) implements RelaxedState {
    public static final LwwSet EMPTY = new LwwSet(Collections.emptySortedMap(), Collections.emptySortedMap());

    public LwwSet {
        added = Collections.unmodifiableSortedMap(new TreeMap<>(added));
        removed = Collections.unmodifiableSortedMap(new TreeMap<>(removed));
    }

    /** The change that adds some elements and removes others, all with one stamp; an element in both is removed. */
    public static LwwSet change(Collection<Bytes> added, Collection<Bytes> removed, Timestamp stamp) {
        return new LwwSet(stamped(added, stamp), stamped(removed, stamp));
    }

    private static SortedMap<Bytes, Timestamp> stamped(Collection<Bytes> elements, Timestamp stamp) {
        TreeMap<Bytes, Timestamp> stamped = new TreeMap<>();
        elements.forEach(element -> stamped.put(element, stamp));
        return stamped;
    }

    /** Whether {@code element} is in the set. */
    public boolean contains(Bytes element) {
        Timestamp addition = added.get(element);
        Timestamp removal = removed.get(element);
        return addition != null && (removal == null || addition.isAbove(removal));
    }

    /** The elements that are in the set. */
    public SortedSet<Bytes> members() {
        TreeSet<Bytes> members = new TreeSet<>(added.keySet());
        members.removeIf(element -> !contains(element));
        return Collections.unmodifiableSortedSet(members);
    }

    /** Whether a reader sees the same elements in both. */
    public boolean showsTheSame(LwwSet other) {
        return members().equals(other.members());
    }

    /**
     * The change that adds {@code element} to this set. It is stamped {@code now}, or above what is already there if that is
     * not below: a clock that steps back undoes nothing, nor is its owner's change lost.
     */
    public LwwSet adding(Bytes element, Timestamp now) {
        return change(Collections.singleton(element), Collections.emptySet(), stampFor(element, now));
    }

    /** The change that removes {@code element} from this set, stamped as by {@link #adding}. */
    public LwwSet removing(Bytes element, Timestamp now) {
        return change(Collections.emptySet(), Collections.singleton(element), stampFor(element, now));
    }

    private Timestamp stampFor(Bytes element, Timestamp now) {
        return raised(raised(now, added.get(element)), removed.get(element));
    }

    private static Timestamp raised(Timestamp now, @Nullable Timestamp there) {
        return there == null ? now : now.raisedAbove(there);
    }

    @Override
    public String typeName() {
        return "set";
    }

    @Override
    public LwwSet join(RelaxedState other) {
        if (!(other instanceof LwwSet that)) {
            throw new IllegalArgumentException("a set cannot be joined with a " + other.typeName());
        }
        SortedMap<Bytes, Timestamp> additions = Elements.joined(added, that.added, Timestamp::max);
        SortedMap<Bytes, Timestamp> removals = Elements.joined(removed, that.removed, Timestamp::max);
        if (additions == added && removals == removed) {
            return this;
        }
        return additions == that.added && removals == that.removed ? that : new LwwSet(additions, removals);
    }

    @Override
    public boolean isTooLarge() {
        return sizeBytes() > SIZE_MAX;
    }

    @Override
    public int sizeBytes() {
        return 64 + Elements.sizeBytes(added.keySet()) + Elements.sizeBytes(removed.keySet());
    }

    @Override
    public Timestamp greatestStamp() {
        return Timestamp.max(greatest(added), greatest(removed));
    }

    private static Timestamp greatest(Map<Bytes, Timestamp> stamps) {
        return stamps.values().stream().reduce(Timestamp.ZERO, Timestamp::max);
    }
}
