package dev.danta.check.history;

import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code spend} and {@code gain} with the amount and, in the {@code ok}, {@code success} (true where it is missing;
 * false means that the bound forbade it), which {@code reserve} and {@code release} are read as too; {@code read} with the
 * value in the {@code ok}. The {@code key} is left out
 * where it is empty.
 */
public final class BoundedCounterCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "bounded-counter";
    }

    @Override
    public String f(Input input) {
        if (input instanceof Input.Read) {
            return "read";
        }
        return input instanceof Input.Spend ? "spend" : "gain";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        Fields fields = Fields.keyUnlessEmpty(input.key());
        if (input instanceof Input.Spend spend) {
            return fields.and("value", spend.amount()).map();
        }
        return fields.and("value", input instanceof Input.Gain gain ? gain.amount() : null)
                .map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Value read) {
            fields.put("value", read.value());
        } else {
            fields.put("success", output instanceof Output.Accepted);
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        String key = invoke.keyOrEmpty();
        return switch (invoke.f()) {
            case "read" -> new Input.Read(key);
            case "spend", "reserve" -> new Input.Spend(key, amount(invoke));
            case "gain", "release" -> new Input.Gain(key, amount(invoke));
            default -> throw invoke.malformed("a bounded counter knows spend, gain and read, not " + invoke.f());
        };
    }

    private static long amount(HistoryEvent invoke) {
        long amount = invoke.integer("value");
        if (amount < 0) {
            throw invoke.malformed("an amount is at least 0: " + amount);
        }
        return amount;
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Value(ok.integer("value"));
        }
        return ok.truth("success", true) ? new Output.Accepted() : new Output.Limit();
    }
}
