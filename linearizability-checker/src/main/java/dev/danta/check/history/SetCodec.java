package dev.danta.check.history;

import dev.danta.check.model.Bag;
import dev.danta.check.model.SetModel.Input;
import dev.danta.check.model.SetModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code add} and {@code remove} with the value; {@code contains} with the value and, in the {@code ok}, {@code success};
 * {@code read} with the list of values in the {@code ok}.
 */
public final class SetCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "set";
    }

    @Override
    public String f(Input input) {
        if (input instanceof Input.Add) {
            return "add";
        }
        if (input instanceof Input.Remove) {
            return "remove";
        }
        return input instanceof Input.Contains ? "contains" : "read";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.value(value(input)).map();
    }

    private static @Nullable String value(Input input) {
        if (input instanceof Input.Add add) {
            return add.value();
        }
        if (input instanceof Input.Remove remove) {
            return remove.value();
        }
        return input instanceof Input.Contains contains ? contains.value() : null;
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        if (output instanceof Output.Values read) {
            return Fields.value(read.values().values(Integer.MAX_VALUE)).map();
        }
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Found found) {
            fields.put("success", found.found());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        invoke.demandNoKey();
        return switch (invoke.f()) {
            case "add" -> new Input.Add(invoke.text("value"));
            case "remove" -> new Input.Remove(invoke.text("value"));
            case "contains" -> new Input.Contains(invoke.text("value"));
            case "read" -> new Input.Read();
            default -> throw invoke.malformed("a set knows add, remove, contains and read, not " + invoke.f());
        };
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Values(Bag.of(ok.texts("value")));
        }
        return input instanceof Input.Contains ? new Output.Found(ok.truth("success", true)) : new Output.Done();
    }
}
