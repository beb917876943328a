package dev.danta.check.history;

import dev.danta.check.model.LeaseModel.Input;
import dev.danta.check.model.LeaseModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code acquire} with the token in the {@code ok}; {@code release} and {@code use} with the token; in the {@code ok} of any
 * of them {@code success}, which is true where it is missing. The {@code key} is left out where it is empty.
 */
public final class LeaseCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a lease")
            .verb("acquire", Input.Acquire.class, acquire -> null, event -> new Input.Acquire(event.keyOrEmpty()))
            .verb(
                    "release",
                    Input.Release.class,
                    Input.Release::token,
                    event -> new Input.Release(event.keyOrEmpty(), token(event)))
            .verb("use", Input.Use.class, Input.Use::token, event -> new Input.Use(event.keyOrEmpty(), token(event)));

    /** Of whoever reads or writes such a history. */
    public LeaseCodec() {
        super("lease", Keys.unlessEmpty(Input::key), VERBS);
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("lease") || named.equals("fenced-mutex");
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Granted granted) {
            fields.put("value", granted.token());
        } else if (output instanceof Output.Refused) {
            fields.put("success", false);
        }
    }

    private static long token(HistoryEvent event) {
        return event.atLeastZero("value", "a token");
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (!ok.truth("success", true)) {
            return new Output.Refused();
        }
        return input instanceof Input.Acquire ? new Output.Granted(token(ok)) : new Output.Done();
    }
}
