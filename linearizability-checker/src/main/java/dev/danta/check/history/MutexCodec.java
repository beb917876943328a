package dev.danta.check.history;

import dev.danta.check.model.MutexModel.Input;
import dev.danta.check.model.MutexModel.Output;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code acquire} and {@code release}, without values. */
public final class MutexCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "mutex";
    }

    @Override
    public String f(Input input) {
        return input.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.value(null).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        return encode(input);
    }

    @Override
    public Input input(HistoryEvent invoke) {
        invoke.demandNoKey();
        for (Input input : Input.values()) {
            if (f(input).equals(invoke.f())) {
                return input;
            }
        }
        throw invoke.malformed("a mutex knows acquire and release, not " + invoke.f());
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        return Output.DONE;
    }
}
