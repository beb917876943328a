package dev.danta.check.history;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Of any model: takes every event for what it says it is, to see whether events fit together. Cannot write. */
final class UnjudgedCodec implements OperationCodec<String, Boolean> {
    @Override
    public String model() {
        return "any";
    }

    @Override
    public boolean accepts(String named) {
        return true;
    }

    @Override
    public String f(String input) {
        return input;
    }

    @Override
    public Map<String, @Nullable Object> encode(String input) {
        throw new UnsupportedOperationException("nothing is known but " + input);
    }

    @Override
    public Map<String, @Nullable Object> encode(String input, Boolean output) {
        return encode(input);
    }

    @Override
    public String input(HistoryEvent invoke) {
        return invoke.f();
    }

    @Override
    public Boolean output(String input, HistoryEvent ok) {
        return Boolean.TRUE;
    }
}
