package dev.danta.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a model seen as one queue in order and nothing else, for {@link EngineName#QUEUES}.
 *
 * <p>Sound only if it is true: {@link Access.Put} is legal in every state and adds the value at the end; {@link Access.Take} is
 * legal exactly where the value is at the front, and removes it; {@link Access.TakeUnseen}, of unknown outcome, removes
 * whatever is at the front, if anything is; {@link Access.Empty} is legal exactly where there is no value, and {@link
 * Access.Nothing} everywhere, and neither changes anything.
 *
 * @param <I> input
 * @param <O> output
 */
public interface QueueView<I, O> {
    /** The values before any operation, the first at the front; by value, like all of them. */
    List<? extends Object> initial();

    /** What an operation does; the output is null when the outcome is unknown. */
    Access access(I input, @Nullable O output);

    /** What an operation does to a queue. */
    sealed interface Access {
        /** Adds this value at the end. */
        record Put(Object value) implements Access {}

        /** Takes this value from the front. */
        record Take(Object value) implements Access {}

        /** Takes whatever is at the front, which nobody saw. */
        record TakeUnseen() implements Access {}

        /** Says that there was nothing. */
        record Empty() implements Access {}

        /** Says nothing and changes nothing. */
        record Nothing() implements Access {}

        /** Something else, so that the partition is no plain queue. */
        record Other() implements Access {}
    }
}
