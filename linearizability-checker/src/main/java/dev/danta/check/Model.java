package dev.danta.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sequential object against which a history is judged. Those of ours are in {@link dev.danta.check.model}; whoever has
 * another object writes a model of it, and the search, the explanations, the reports and the assertions work for it, too.
 *
 * <p>A verdict is sound only if the model keeps these conditions. They cannot be verified in general, and breaking one
 * gives wrong verdicts instead of errors:
 *
 * <ol>
 *   <li><b>Deterministic and pure.</b> {@link #step} and {@link #stepUnknown} depend on their arguments alone and change none
 *       of them: no clock, no randomness, no memory of earlier calls. They are called from several threads at once, in
 *       orders that never happened, and again for the same arguments. One state and one answer lead to one state; where an
 *       object may choose freely, what it has chosen must follow from its answers, or the state holds all that is possible.
 *   <li><b>States by value.</b> {@link #sameState} is an equivalence, {@link #stateHash} agrees with it, and two states
 *       that are the same answer every later step alike. The defaults are {@code equals} and {@code hashCode}: states that
 *       compare by identity are never recognized, so that the search does not end; states that are called the same and are
 *       not hide violations.
 *   <li><b>Inputs and outputs by value.</b> Operations whose inputs and outputs are {@code equal} are taken for
 *       interchangeable. Types without an {@code equals} of their own are safe, only slower.
 *   <li><b>Read-only is true.</b> Where {@link #readOnly} says so, a legal step leads to the same state, from every
 *       state. The search takes such operations as soon as they are legal, and checks the claim whenever it does. To say
 *       {@code false} is always safe. What is read-only {@link #observes}, and what observes makes nothing possible
 *       that was not.
 *   <li><b>Unknown outcomes are total.</b> {@link #stepUnknown} answers in every state: it applies the effect if it
 *       applies there and else changes nothing. That the operation never took effect need not be modelled; the search
 *       adds that by itself. Where the effect depends on an answer that nobody knows, the state that allows the most is
 *       the one to lead to, or valid histories are called invalid.
 *   <li><b>Partitions are independent.</b> The operations of different {@link #partitionOf} never see one another's
 *       effects. One partition for everything is always safe; a key for each is what makes long histories easy.
 *   <li><b>Only what failed for certain is left out.</b> Not the model's, but the recording's condition: an operation that
 *       may have happened after all, such as one that ran out of time, has an unknown outcome and no answer.
 *   <li><b>Hints are true.</b> {@link #matterUntil}, {@link #asRegister} and {@link #asQueue} spare work, and may say
 *       nothing at all.
 * </ol>
 *
 * <p>A step should take microseconds: a search may take millions. One that may run for longer asks its {@link Cancellation}.
 * What a step throws ends the check and is thrown by it.
 *
 * @param <S> state, by value, never null
 * @param <I> input, by value
 * @param <O> output, by value
 */
public interface Model<S, I, O> {
    /** The one partition of a model that cannot be divided. */
    String WHOLE = "";

    /** The name under which files and commands know this model. */
    String name();

    /** The state of a partition before any operation. */
    S init(String partition);

    /**
     * One operation whose answer is known.
     *
     * @param cancellation to be asked now and then by a step that may run longer than some milliseconds
     */
    Step<S> step(S state, I input, O output, Cancellation cancellation);

    /** One operation of unknown outcome, at the moment at which it takes effect, if it does. */
    S stepUnknown(S state, I input, Cancellation cancellation);

    /** Whether this operation never changes a state, whatever it answers. */
    boolean readOnly(I input);

    /** Whether this operation never changes a state when it answers this. A refusal is the usual example. */
    default boolean readOnly(I input, O output) {
        return readOnly(input);
    }

    /**
     * Whether this operation, when it answers this, only tells something of what is there: it may change the state to one of
     * which more is known, and whatever can follow that one can follow the state before it, too.
     *
     * <p>Where such an operation changes nothing, it is taken at once. The default is what is read-only.
     */
    default boolean observes(I input, O output) {
        return readOnly(input, output);
    }

    /** The part of the history to which an operation belongs, and in which it can be judged alone. */
    default String partitionOf(I input) {
        return WHOLE;
    }

    /**
     * Until when operations of unknown outcome matter, one stamp for each of {@code unknown}: of any linearization in which
     * such an operation takes effect when every known operation completed at or before its stamp has its place already, it
     * can be left out. {@link Operation#NEVER} says that it matters for ever, {@link Long#MIN_VALUE} that it never does.
     *
     * <p>A hint that saves much: an open operation of unknown outcome may double what there is to try. A value that nobody
     * reads later is the usual case. The default knows nothing.
     *
     * @param known all operations of one partition whose answer is known, ordered by invocation
     * @param unknown those whose outcome is not and that may change the state, ordered by invocation
     */
    default long[] matterUntil(List<Operation<I, O>> known, List<Operation<I, O>> unknown) {
        long[] until = new long[unknown.size()];
        Arrays.fill(until, Operation.NEVER);
        return until;
    }

    /** A partition as a plain register, if it is one. */
    default Optional<RegisterView<I, O>> asRegister(String partition) {
        return Optional.empty();
    }

    /** A partition as a plain queue in order, if it is one. */
    default Optional<QueueView<I, O>> asQueue(String partition) {
        return Optional.empty();
    }

    /** Whether two states are the same value. */
    default boolean sameState(S a, S b) {
        return a.equals(b);
    }

    /** A hash that is equal for the same states. */
    default int stateHash(S state) {
        return state.hashCode();
    }

    /** About how much memory a state holds, in bytes, for {@link CheckOptions#maxMemoryBytes}. */
    default long stateBytes(S state) {
        return 64;
    }

    /** A state in words. */
    default String describeState(S state) {
        return state.toString();
    }

    /** An operation in words; the output is null when the outcome is unknown. */
    default String describe(I input, @Nullable O output) {
        return input + " -> " + (output == null ? "unknown" : output);
    }

    /** The same within a sentence, such as {@code read 846}; an answer that reads "done" is not worth a word there. */
    default String phrase(I input, @Nullable O output) {
        return output != null && output.toString().equals("done") ? input.toString() : describe(input, output);
    }
}
