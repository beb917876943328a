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
public final class CounterCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a counter")
            .verb(
                    "add",
                    Input.Add.class,
                    Input.Add::amount,
                    event -> new Input.Add(event.keyOrEmpty(), event.integer("value")))
            .verb("read", Input.Read.class, read -> null, event -> new Input.Read(event.keyOrEmpty()))
            .alsoRead("increment", event -> new Input.Add(event.keyOrEmpty(), amount(event)))
            .alsoRead("decrement", event -> new Input.Add(event.keyOrEmpty(), -amount(event)));

    /** Of whoever reads or writes such a history. */
    public CounterCodec() {
        super("counter", Keys.unlessEmpty(Input::key), VERBS);
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output.value() != null) {
            fields.put(input instanceof Input.Read ? "value" : "result", output.value());
        }
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
