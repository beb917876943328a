package dev.danta.check.history;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads histories in which the key stands in the value, as {@code [key value]}: what Jepsen's independent tests record.
 * Writes the key as a field of its own, as all others do.
 */
public final class ValueKeyCodec<I, O> implements OperationCodec<I, O> {
    private final OperationCodec<I, O> one;

    /** Events whose values, without their keys, are those of {@code one}. */
    public ValueKeyCodec(OperationCodec<I, O> one) {
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
    public String f(I input) {
        return one.f(input);
    }

    @Override
    public Map<String, @Nullable Object> encode(I input) {
        return one.encode(input);
    }

    @Override
    public Map<String, @Nullable Object> encode(I input, O output) {
        return one.encode(input, output);
    }

    @Override
    public I input(HistoryEvent invoke) {
        return one.input(invoke.withKeyOutOfValue());
    }

    @Override
    public O output(I input, HistoryEvent ok) {
        return one.output(input, ok.withKeyOutOfValue());
    }
}
