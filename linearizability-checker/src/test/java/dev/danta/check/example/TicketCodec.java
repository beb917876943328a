package dev.danta.check.example;

import dev.danta.check.example.TicketModel.Ask;
import dev.danta.check.example.TicketModel.What;
import dev.danta.check.history.HistoryEvent;
import dev.danta.check.history.OperationCodec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code take} and {@code look}, the desk as {@code key}, and in the {@code ok} the number as {@code value}. */
record TicketCodec() implements OperationCodec<Ask, Long> {
    @Override
    public String model() {
        return "tickets";
    }

    @Override
    public String f(Ask ask) {
        return ask.what() == What.TAKE ? "take" : "look";
    }

    @Override
    public Map<String, @Nullable Object> encode(Ask ask) {
        return Map.of("key", ask.desk());
    }

    @Override
    public Map<String, @Nullable Object> encode(Ask ask, Long answer) {
        return Map.of("key", ask.desk(), "value", answer);
    }

    @Override
    public Ask input(HistoryEvent invoke) {
        return switch (invoke.f()) {
            case "take" -> new Ask(What.TAKE, invoke.text("key"));
            case "look" -> new Ask(What.LOOK, invoke.text("key"));
            default -> throw invoke.malformed("a dispenser knows take and look, not " + invoke.f());
        };
    }

    @Override
    public Long output(Ask ask, HistoryEvent ok) {
        return ok.integer("value");
    }
}
