package dev.danta.check.history;

import dev.danta.check.model.RegisterModel.Input;
import dev.danta.check.model.RegisterModel.Output;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code read} with the value in the {@code ok}, {@code write} with the value, {@code cas} with the pair of expected and
 * new value and, in the {@code ok}, {@code success} (true where it is missing).
 */
public final class RegisterCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "register";
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("register") || named.equals("cas-register");
    }

    @Override
    public String f(Input input) {
        if (input instanceof Input.Read) {
            return "read";
        }
        return input instanceof Input.Write ? "write" : "cas";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        if (input instanceof Input.Write write) {
            return Fields.value(write.value()).map();
        }
        return input instanceof Input.Cas cas
                ? Fields.value(List.of(cas.expected(), cas.update())).map()
                : Fields.value(null).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        if (output instanceof Output.Value read) {
            return Fields.value(read.value()).map();
        }
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Swapped swapped) {
            fields.put("success", swapped.applied());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        invoke.demandNoKey();
        if (invoke.f().equals("read")) {
            return new Input.Read();
        }
        if (invoke.f().equals("write")) {
            return new Input.Write(invoke.text("value"));
        }
        if (invoke.f().equals("cas")) {
            List<String> pair = invoke.textPair("value");
            return new Input.Cas(pair.get(0), pair.get(1));
        }
        throw invoke.malformed("a register knows read, write and cas, not " + invoke.f());
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Value(ok.textOrNull("value"));
        }
        return input instanceof Input.Write ? new Output.Written() : new Output.Swapped(ok.truth("success", true));
    }
}
