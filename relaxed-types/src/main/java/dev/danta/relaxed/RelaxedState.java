package dev.danta.relaxed;

import dev.danta.ir.id.Timestamp;

/** The value of a relaxed key, or a change to one: both are states, and a change is joined like any other state. */
public sealed interface RelaxedState permits LwwRegister, Counter, Spending {
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

    /** The greatest stamp in this state; a replica refuses one too far ahead of its clock. */
    Timestamp greatestStamp();
}
