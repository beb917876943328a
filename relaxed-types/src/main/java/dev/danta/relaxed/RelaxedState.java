package dev.danta.relaxed;

import dev.danta.ir.id.Timestamp;

/** The value of a relaxed key, or a change to one: both are states, and a change is joined like any other state. */
public sealed interface RelaxedState permits LwwRegister, Counter, Spending, LwwSet, LwwMap, GrowSet {
    /**
     * How large, by {@link #sizeBytes}, a value of many elements may become. It is kept and read as a whole, also what was
     * removed from it: low keeps each change cheap, high lets it have more elements.
     */
    int SIZE_MAX = 3 << 20;

    /** What the documentation and error messages call this type. */
    String typeName();

    /** Whether the two can be joined: only states of one type can. */
    default boolean joins(RelaxedState other) {
        return typeName().equals(other.typeName());
    }

    /**
     * The least state that contains both.
     *
     * @throws IllegalArgumentException unless {@link #joins} says that the two can be joined
     */
    RelaxedState join(RelaxedState other);

    /** About how many bytes it takes in memory. */
    int sizeBytes();

    /** Whether it is larger than a value may become: a replica refuses the change that makes it so. */
    default boolean isTooLarge() {
        return false;
    }

    /** The greatest stamp in this state; a replica refuses one too far ahead of its clock. */
    Timestamp greatestStamp();
}
