package dev.danta.check;

import java.util.function.Supplier;

/**
 * What a model says of one operation in one state: the next state, or why the operation cannot have happened there.
 *
 * @param <S> the model's state
 */
public sealed interface Step<S> {

    /** The operation fits and leads to {@code next}. */
    record Legal<S>(S next) implements Step<S> {}

    /** The operation does not fit; {@code reason} is a clause in words, made only when somebody reads it. */
    record Illegal<S>(Supplier<String> reason) implements Step<S> {}

    static <S> Step<S> legal(S next) {
        return new Legal<>(next);
    }

    static <S> Step<S> illegal(Supplier<String> reason) {
        return new Illegal<>(reason);
    }
}
