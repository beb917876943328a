package dev.danta.check.history;

import dev.danta.check.model.SubmitModel.Input;
import dev.danta.check.model.SubmitModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Always with {@code key}, the name of the request: {@code submit} with what is asked for as its value, or none, and in the
 * {@code ok} perhaps {@code result}, or {@code success} false where the name stands for another request; {@code lookup}
 * with {@code success}, whether it was found, and {@code result} in the {@code ok}.
 */
public final class SubmitCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "submit";
    }

    @Override
    public String f(Input input) {
        return input instanceof Input.Submit ? "submit" : "lookup";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.key(input.id())
                .and(
                        "value",
                        input instanceof Input.Submit submit
                                        && !submit.payload().isEmpty()
                                ? submit.payload()
                                : null)
                .map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        fields.put("success", output instanceof Output.Receipt);
        if (output instanceof Output.Receipt receipt && receipt.result() != null) {
            fields.put("result", receipt.result());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        String id = invoke.text("key");
        return switch (invoke.f()) {
            case "submit" -> {
                String payload = invoke.textOrNull("value");
                yield new Input.Submit(id, payload == null ? "" : payload);
            }
            case "lookup" -> new Input.Lookup(id);
            default -> throw invoke.malformed("requests know submit and lookup, not " + invoke.f());
        };
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (ok.truth("success", true)) {
            return new Output.Receipt(ok.textOrNull("result"));
        }
        return input instanceof Input.Submit ? new Output.Mismatch() : new Output.NotFound();
    }
}
