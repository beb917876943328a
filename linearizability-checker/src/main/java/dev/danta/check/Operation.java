package dev.danta.check;

import org.jspecify.annotations.Nullable;

/**
 * One call of one process, with its answer or without.
 *
 * <p>The stamps are the ends of a closed interval: the call happened somewhere within {@code [invokedAt, completedAt]},
 * both ends included, so an operation completed at 5 and another invoked at 5 are concurrent. The unit is nanoseconds
 * of one monotonic clock for all processes; where a history has no clock, any number that grows from event to event
 * (such as the line in the file) does as well.
 *
 * <p>An operation of unknown outcome has no output and is open for ever: it may take effect at any time after {@code
 * invokedAt}, or never.
 *
 * @param process who called; a process has at most one open operation
 * @param input what was asked
 * @param output what was answered, or null when the outcome is unknown
 * @param invokedAt stamp taken before the call was made
 * @param completedAt stamp taken after the answer was there, or {@link #NEVER} when the outcome is unknown
 * @param invokedLine line of the invocation in the source, from 1, or {@link #NO_LINE}
 * @param completedLine line of the completion in the source, from 1, or {@link #NO_LINE}
 */
public record Operation<I, O>(
        long process,
        I input,
        @Nullable O output,
        long invokedAt,
        long completedAt,
        long invokedLine,
        long completedLine) {

    /** The completion stamp of an operation of unknown outcome. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The line of an event that was not read from a source with lines. */
    public static final long NO_LINE = 0;

    public Operation {
        if (output == null && completedAt != NEVER) {
            throw new IllegalArgumentException("an operation without an answer is open for ever, not until "
                    + completedAt + ": process " + process + " " + input);
        }
        if (output != null && completedAt == NEVER) {
            throw new IllegalArgumentException(
                    "an operation with an answer has a completion stamp: process " + process + " " + input);
        }
        if (invokedLine < NO_LINE || completedLine < NO_LINE) {
            throw new IllegalArgumentException("lines are counted from 1: " + invokedLine + ", " + completedLine);
        }
    }

    /** An operation that was answered, not read from a source with lines. */
    public static <I, O> Operation<I, O> known(long process, I input, O output, long invokedAt, long completedAt) {
        return new Operation<>(process, input, output, invokedAt, completedAt, NO_LINE, NO_LINE);
    }

    /** An operation that was never answered, or whose answer says that nobody knows. */
    public static <I, O> Operation<I, O> unknown(long process, I input, long invokedAt) {
        return new Operation<>(process, input, null, invokedAt, NEVER, NO_LINE, NO_LINE);
    }

    /** Whether nobody can say if this operation took effect. */
    public boolean isUnknown() {
        return output == null;
    }

    /** The answer of a known operation. */
    O answer() {
        if (output == null) {
            throw new IllegalStateException("the outcome is unknown: " + this);
        }
        return output;
    }

    /** The line to show for this operation: that of its completion, else that of its invocation, else 0. */
    public long line() {
        return completedLine != NO_LINE ? completedLine : invokedLine;
    }
}
