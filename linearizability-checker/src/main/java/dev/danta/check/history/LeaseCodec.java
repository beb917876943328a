package dev.danta.check.history;

import dev.danta.check.model.LeaseModel.Input;
import dev.danta.check.model.LeaseModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code acquire} with the token in the {@code ok}; {@code release} and {@code use} with the token; in the {@code ok} of any
 * of them {@code success}, which is true where it is missing. The {@code key} is left out where it is empty.
 */
public final class LeaseCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "lease";
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("lease") || named.equals("fenced-mutex");
    }

    @Override
    public String f(Input input) {
        if (input instanceof Input.Acquire) {
            return "acquire";
        }
        return input instanceof Input.Release ? "release" : "use";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        Fields fields = Fields.keyUnlessEmpty(input.key());
        if (input instanceof Input.Release release) {
            return fields.and("value", release.token()).map();
        }
        return fields.and("value", input instanceof Input.Use use ? use.token() : null)
                .map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Granted granted) {
            fields.put("value", granted.token());
        } else if (output instanceof Output.Refused) {
            fields.put("success", false);
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        String key = invoke.keyOrEmpty();
        return switch (invoke.f()) {
            case "acquire" -> new Input.Acquire(key);
            case "release" -> new Input.Release(key, token(invoke));
            case "use" -> new Input.Use(key, token(invoke));
            default -> throw invoke.malformed("a lease knows acquire, release and use, not " + invoke.f());
        };
    }

    private static long token(HistoryEvent event) {
        long token = event.integer("value");
        if (token < 0) {
            throw event.malformed("a token is at least 0: " + token);
        }
        return token;
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (!ok.truth("success", true)) {
            return new Output.Refused();
        }
        return input instanceof Input.Acquire ? new Output.Granted(token(ok)) : new Output.Done();
    }
}
