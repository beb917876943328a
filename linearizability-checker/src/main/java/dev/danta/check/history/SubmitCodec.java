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
public final class SubmitCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("requests")
            .verb(
                    "submit",
                    Input.Submit.class,
                    submit -> submit.payload().isEmpty() ? null : submit.payload(),
                    SubmitCodec::submit)
            .verb("lookup", Input.Lookup.class, lookup -> null, event -> new Input.Lookup(event.text("key")));

    /** Of whoever reads or writes such a history. */
    public SubmitCodec() {
        super("submit", Keys.always(Input::id), VERBS);
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        fields.put("success", output instanceof Output.Receipt);
        if (output instanceof Output.Receipt receipt && receipt.result() != null) {
            fields.put("result", receipt.result());
        }
    }

    private static Input submit(HistoryEvent event) {
        String payload = event.textOrNull("value");
        return new Input.Submit(event.text("key"), payload == null ? "" : payload);
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (ok.truth("success", true)) {
            return new Output.Receipt(ok.textOrNull("result"));
        }
        return input instanceof Input.Submit ? new Output.Mismatch() : new Output.NotFound();
    }
}
