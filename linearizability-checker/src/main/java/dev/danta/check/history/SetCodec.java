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
public final class SetCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a set")
            .verb("add", Input.Add.class, Input.Add::value, event -> new Input.Add(event.text("value")))
            .verb("remove", Input.Remove.class, Input.Remove::value, event -> new Input.Remove(event.text("value")))
            .verb(
                    "contains",
                    Input.Contains.class,
                    Input.Contains::value,
                    event -> new Input.Contains(event.text("value")))
            .verb("read", Input.Read.class, read -> null, event -> new Input.Read());

    /** Of whoever reads or writes such a history. */
    public SetCodec() {
        super("set", Keys.none(), VERBS);
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Values read) {
            fields.put("value", read.values().values(Integer.MAX_VALUE));
        } else if (output instanceof Output.Found found) {
            fields.put("success", found.found());
        }
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Values(Bag.of(ok.texts("value")));
        }
        return input instanceof Input.Contains ? new Output.Found(ok.truth("success", true)) : new Output.Done();
    }
}
