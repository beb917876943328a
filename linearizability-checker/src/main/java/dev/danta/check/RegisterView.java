package dev.danta.check;

import org.jspecify.annotations.Nullable;

/**
 * A partition of a model seen as one register that is read and written and nothing else, for {@link EngineName#ZONES}.
 *
 * <p>Sound only if it is true: with {@link Access.Write} the model's step is legal in every state and leads to the same
 * one, which is another for another value; with {@link Access.Read} it is legal exactly in the state in which the value
 * was written (or with which the partition began) and changes nothing; with {@link Access.Nothing} it is legal in every
 * state and changes nothing.
 *
 * @param <I> input
 * @param <O> output
 */
public interface RegisterView<I, O> {
    /** The value before any operation; by value, like all of them. */
    Object initial();

    /** What an operation does; the output is null when the outcome is unknown. */
    Access access(I input, @Nullable O output);

    /** What an operation does to a register. */
    sealed interface Access {
        /** Says that the value was this one. */
        record Read(Object value) implements Access {}

        /** Makes it this one. */
        record Write(Object value) implements Access {}

        /** Says nothing and changes nothing. */
        record Nothing() implements Access {}

        /** Something else, so that the partition is no plain register. */
        record Other() implements Access {}
    }
}
