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
public final class RegisterCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a register")
            .verb("read", Input.Read.class, read -> null, event -> new Input.Read())
            .verb("write", Input.Write.class, Input.Write::value, event -> new Input.Write(event.text("value")))
            .verb("cas", Input.Cas.class, cas -> List.of(cas.expected(), cas.update()), RegisterCodec::cas);

    /** Of whoever reads or writes such a history. */
    public RegisterCodec() {
        super("register", Keys.none(), VERBS);
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("register") || named.equals("cas-register");
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Value read) {
            fields.put("value", read.value());
        } else if (output instanceof Output.Swapped swapped) {
            fields.put("success", swapped.applied());
        }
    }

    private static Input cas(HistoryEvent event) {
        List<String> pair = event.textPair("value");
        return new Input.Cas(pair.get(0), pair.get(1));
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Value(ok.textOrNull("value"));
        }
        return input instanceof Input.Write ? new Output.Written() : new Output.Swapped(ok.truth("success", true));
    }
}
