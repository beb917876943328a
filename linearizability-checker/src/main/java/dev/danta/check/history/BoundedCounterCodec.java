package dev.danta.check.history;

import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Mode;
import dev.danta.check.model.BoundedCounterModel.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code spend} and {@code gain} with the amount and, in the {@code ok}, {@code success} (true where it is missing;
 * false means that the bound forbade it), which {@code reserve} and {@code release} are read as too; {@code read} with the
 * value in the {@code ok}. A {@code spend} that may go below the floor says how far in {@code allowance}. An {@code ok} may say
 * how it was done in {@code mode}: {@code strict}, {@code reserved} or {@code relaxed}. The {@code key} is left out where it is
 * empty.
 */
public final class BoundedCounterCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a bounded counter")
            .verb("spend", Input.Spend.class, Input.Spend::amount, BoundedCounterCodec::spend)
            .verb("gain", Input.Gain.class, Input.Gain::amount, BoundedCounterCodec::gain)
            .verb("read", Input.Read.class, read -> null, event -> new Input.Read(event.keyOrEmpty()))
            .alsoRead("reserve", BoundedCounterCodec::spend)
            .alsoRead("release", BoundedCounterCodec::gain);

    /** Of whoever reads or writes such a history. */
    public BoundedCounterCodec() {
        super("bounded-counter", Keys.unlessEmpty(Input::key), VERBS);
    }

    @Override
    void ask(Map<String, @Nullable Object> fields, Input input) {
        if (input instanceof Input.Spend spend && spend.allowance() > 0) {
            fields.put("allowance", spend.allowance());
        }
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Value read) {
            fields.put("value", read.value());
        } else {
            fields.put("success", output instanceof Output.Accepted);
            if (output instanceof Output.Accepted accepted && accepted.mode() != null) {
                fields.put("mode", accepted.mode().word());
            }
        }
    }

    private static Input spend(HistoryEvent event) {
        long allowance = event.fields().get("allowance") == null ? 0 : event.atLeastZero("allowance", "an allowance");
        return new Input.Spend(event.keyOrEmpty(), event.atLeastZero("value", "an amount"), allowance);
    }

    private static Input gain(HistoryEvent event) {
        return new Input.Gain(event.keyOrEmpty(), event.atLeastZero("value", "an amount"));
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (input instanceof Input.Read) {
            return new Output.Value(ok.integer("value"));
        }
        return ok.truth("success", true) ? new Output.Accepted(mode(ok)) : new Output.Limit();
    }

    private static @Nullable Mode mode(HistoryEvent ok) {
        String word = ok.textOrNull("mode");
        return word == null
                ? null
                : Mode.of(word).orElseThrow(() -> ok.malformed("\"mode\" is strict, reserved or relaxed, not " + word));
    }
}
