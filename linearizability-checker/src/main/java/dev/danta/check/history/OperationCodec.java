package dev.danta.check.history;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the inputs and outputs of one model look in the events of a file. Stateless and thread-safe.
 *
 * <p>Law: decoding what was encoded gives an equal input and an equal output.
 */
public interface OperationCodec<I, O> {

    /** The name of the model, as in {@link dev.danta.check.Model#name}. */
    String model();

    /** Whether a file whose header names this model is one for this codec. */
    default boolean accepts(String named) {
        return model().equals(named);
    }

    /** The word for what is asked: the field {@code f}. */
    String f(I input);

    /** The fields of an invocation. */
    Map<String, @Nullable Object> encode(I input);

    /** The fields of an {@code ok}. */
    Map<String, @Nullable Object> encode(I input, O output);

    /**
     * The input of an invocation.
     *
     * @throws dev.danta.check.MalformedHistoryException if the event is none of this model's
     */
    I input(HistoryEvent invoke);

    /**
     * The output of an {@code ok}.
     *
     * @throws dev.danta.check.MalformedHistoryException if the event does not answer the input
     */
    O output(I input, HistoryEvent ok);
}
