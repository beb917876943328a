package dev.danta.check.judge;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.OperationCodec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One way to judge histories: how they are read, and what makes them valid. Stateless and thread-safe.
 *
 * @param <I> input, by value
 * @param <O> output, by value
 */
public interface Judge<I, O> {
    /** The first line of a file of such a history: what it says is all that has to be said to judge it again. */
    HistoryHeader header();

    /** What the histories are of, in a word: the header's model. */
    default String name() {
        return header().model();
    }

    /** How they are read and written. */
    OperationCodec<I, O> codec();

    /**
     * Judges one.
     *
     * @param aborted operations that certainly did not happen, which matter to transactions only
     * @throws dev.danta.check.MalformedHistoryException if no such history can be judged at all
     */
    Judgement<I, O> judge(History<I, O> history, List<Operation<I, O>> aborted, CheckOptions options);

    /** An operation in words; the output is null when the outcome is unknown. */
    default String describe(I input, @Nullable O output) {
        return input + " -> " + (output == null ? "unknown" : output);
    }

    /** The part of the history to which an operation belongs, and in which it can be judged alone. */
    default String partitionOf(I input) {
        return Model.WHOLE;
    }

    /**
     * Makes a history that was found invalid as small as it gets: it is to be wrong in the same way, not for a new reason,
     * such as that what was read is now written by nobody.
     *
     * @param original what was found
     * @param budget after this much time the smallest so far is given
     */
    Minimal<I, O> minimize(
            History<I, O> history, List<Operation<I, O>> aborted, Judgement<I, O> original, Duration budget);
}
