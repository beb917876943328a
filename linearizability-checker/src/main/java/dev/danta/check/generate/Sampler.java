package dev.danta.check.generate;

import dev.danta.check.Model;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Invents what is asked of one model, and answers as the object would.
 *
 * <p>Changes write what was never written before wherever they can, so that nobody mistakes an old state for a new one.
 */
interface Sampler<S, I, O> {
    /** What the histories are of. */
    Model<S, I, O> model();

    /**
     * A question, now and then one that changes the object.
     *
     * @param unique never the same twice
     */
    I any(S state, String key, long unique, Random random);

    /** A question that shows the state. */
    I look(String key);

    /** A change that a look shows later, unless it is lost. */
    I change(S state, String key, long unique);

    /** What the object answers in this state, or null if it would make the caller wait. */
    @Nullable
    O answer(S state, I input);

    /** An answer to {@link #look} that no state gives. */
    O phantom(S state);
}
