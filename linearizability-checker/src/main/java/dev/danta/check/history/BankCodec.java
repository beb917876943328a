package dev.danta.check.history;

import dev.danta.check.BankCheck.Input;
import dev.danta.check.BankCheck.Output;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code transfer} with {@code from}, {@code to} and the amount and, in the {@code ok}, {@code success} (true where it
 * is missing); {@code read} with an object from accounts to balances in the {@code ok}.
 */
public final class BankCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "bank";
    }

    @Override
    public String f(Input input) {
        return input instanceof Input.Transfer ? "transfer" : "read";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        if (input instanceof Input.Transfer transfer) {
            return Fields.value(transfer.amount())
                    .and("from", transfer.from())
                    .and("to", transfer.to())
                    .map();
        }
        return Fields.value(null).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Balances balances) {
            fields.put("value", balances.byAccount());
        } else if (output instanceof Output.Transferred transferred) {
            fields.put("success", transferred.done());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        if (invoke.f().equals("read")) {
            return new Input.ReadAll();
        }
        if (!invoke.f().equals("transfer")) {
            throw invoke.malformed("a bank knows transfer and read, not " + invoke.f());
        }
        long amount = invoke.integer("value");
        if (amount <= 0) {
            throw invoke.malformed("a transfer moves more than 0: " + amount);
        }
        return new Input.Transfer(invoke.text("from"), invoke.text("to"), amount);
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        return input instanceof Input.ReadAll
                ? new Output.Balances(ok.integers("value"))
                : new Output.Transferred(ok.truth("success", true));
    }
}
