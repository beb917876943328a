package dev.danta.check.history;

import dev.danta.check.model.Keyed;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of many independent objects of one model: each has a {@code key} beside the fields of that model.
 *
 * @param <I> what is asked of one of them
 */
public final class KeyedCodec<I, O> implements OperationCodec<Keyed<I>, O> {
    private final OperationCodec<I, O> one;

    /** Operations on objects of which {@code one} says what is asked and answered. */
    public KeyedCodec(OperationCodec<I, O> one) {
        this.one = one;
    }

    @Override
    public String model() {
        return one.model();
    }

    @Override
    public boolean accepts(String named) {
        return one.accepts(named);
    }

    @Override
    public String f(Keyed<I> input) {
        return one.f(input.input());
    }

    @Override
    public Map<String, @Nullable Object> encode(Keyed<I> input) {
        return keyed(input.key(), one.encode(input.input()));
    }

    @Override
    public Map<String, @Nullable Object> encode(Keyed<I> input, O output) {
        return keyed(input.key(), one.encode(input.input(), output));
    }

    private static Map<String, @Nullable Object> keyed(String key, Map<String, @Nullable Object> fields) {
        Map<String, @Nullable Object> keyed = new LinkedHashMap<>();
        keyed.put("key", key);
        keyed.putAll(fields);
        return keyed;
    }

    @Override
    public Keyed<I> input(HistoryEvent invoke) {
        return new Keyed<>(invoke.text("key"), one.input(invoke.withoutKey()));
    }

    @Override
    public O output(Keyed<I> input, HistoryEvent ok) {
        return one.output(input.input(), ok.withoutKey());
    }
}
