package dev.danta.check.history;

import dev.danta.check.model.CounterModel.Input;
import dev.danta.check.model.CounterModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code add} with the amount, which may be negative, and perhaps {@code result} in the {@code ok}; {@code increment} and
 * {@code decrement} are read too, by 1 where there is no value; {@code read} with the value in the {@code ok}. The {@code
 * key} is left out where it is empty.
 */
public final class CounterCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "counter";
    }

    @Override
    public String f(Input input) {
        return input instanceof Input.Add ? "add" : "read";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.keyUnlessEmpty(input.key())
                .and("value", input instanceof Input.Add add ? add.amount() : null)
                .map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output.value() != null) {
            fields.put(input instanceof Input.Read ? "value" : "result", output.value());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        String key = invoke.keyOrEmpty();
        return switch (invoke.f()) {
            case "read" -> new Input.Read(key);
            case "add" -> new Input.Add(key, invoke.integer("value"));
            case "increment" -> new Input.Add(key, amount(invoke));
            case "decrement" -> new Input.Add(key, -amount(invoke));
            default -> throw invoke.malformed("a counter knows add and read, not " + invoke.f());
        };
    }

    private static long amount(HistoryEvent invoke) {
        return invoke.fields().get("value") == null ? 1 : invoke.integer("value");
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output(ok.integer("value"));
        }
        return new Output(ok.fields().get("result") == null ? null : Long.valueOf(ok.integer("result")));
    }
}
