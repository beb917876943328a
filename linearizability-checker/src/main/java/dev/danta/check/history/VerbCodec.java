package dev.danta.check.history;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A codec of an object that is asked different things, each with a word of its own ({@code f}), one {@code value} and perhaps a
 * {@code key}. An {@code ok} has the fields of its invocation, unless the codec says something else.
 */
abstract class VerbCodec<I, O> implements OperationCodec<I, O> {
    private final String model;
    private final Keys<I> keys;
    private final Verbs<I> verbs;

    VerbCodec(String model, Keys<I> keys, Verbs<I> verbs) {
        this.model = model;
        this.keys = keys;
        this.verbs = verbs;
    }

    /** Whether there are several such objects, and where it stands which one is meant. */
    record Keys<I>(@Nullable Function<I, String> of, boolean always) {
        /** There is one. */
        static <I> Keys<I> none() {
            return new Keys<>(null, false);
        }

        /** In {@code key}, which is left out where it is empty. */
        static <I> Keys<I> unlessEmpty(Function<I, String> of) {
            return new Keys<>(of, false);
        }

        /** In {@code key}, always. */
        static <I> Keys<I> always(Function<I, String> of) {
            return new Keys<>(of, true);
        }

        private Fields begin(I input) {
            String key = of == null ? "" : of.apply(input);
            return always || !key.isEmpty() ? Fields.key(key) : new Fields();
        }
    }

    @Override
    public final String model() {
        return model;
    }

    @Override
    public final String f(I input) {
        return verbs.f(input);
    }

    @Override
    public final Map<String, @Nullable Object> encode(I input) {
        Map<String, @Nullable Object> fields =
                keys.begin(input).and("value", verbs.value(input)).map();
        ask(fields, input);
        return fields;
    }

    /** Puts what else a question says into the fields of its {@code invoke}. */
    void ask(Map<String, @Nullable Object> fields, I input) {}

    @Override
    public final I input(HistoryEvent invoke) {
        if (keys.of == null) {
            invoke.demandNoKey();
        }
        return verbs.read(invoke);
    }

    @Override
    public final Map<String, @Nullable Object> encode(I input, O output) {
        Map<String, @Nullable Object> fields = encode(input);
        answer(fields, input, output);
        return fields;
    }

    /** Puts what an answer says into the fields of its {@code ok}. */
    abstract void answer(Map<String, @Nullable Object> fields, I input, O output);
}
