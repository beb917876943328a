package dev.danta.check.history;

import dev.danta.check.txn.ReplicatedChange;
import dev.danta.check.txn.ReplicatedChange.Change;
import dev.danta.check.txn.ReplicatedState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Always with {@code key}: {@code write} with the value, of a register; {@code add} and {@code remove} with the element, of a
 * set; {@code increment} with an integer, of a sum; {@code read}, in the {@code ok} with the value, null for nothing, or a
 * list of the elements. A read that was asked for when all changes were over and everybody had time to hear of them has
 * {@code final} (or {@code final?}), true. Every {@code ok} may say which {@code replica} has answered.
 */
public final class ConvergenceCodec implements OperationCodec<ReplicatedChange, ReplicatedState> {
    private static final String FINAL = "final";

    @Override
    public String model() {
        return "convergence";
    }

    @Override
    public String f(ReplicatedChange input) {
        if (input.change() instanceof Change.Write) {
            return "write";
        }
        if (input.change() instanceof Change.Add) {
            return "add";
        }
        if (input.change() instanceof Change.Remove) {
            return "remove";
        }
        return input.change() instanceof Change.Increment ? "increment" : "read";
    }

    @Override
    public Map<String, @Nullable Object> encode(ReplicatedChange input) {
        Fields fields = Fields.key(input.key()).and("value", value(input.change()));
        return (input.change() instanceof Change.Read read && read.last() ? fields.and(FINAL, true) : fields).map();
    }

    private static @Nullable Object value(Change change) {
        if (change instanceof Change.Write write) {
            return write.value();
        }
        if (change instanceof Change.Add add) {
            return add.element();
        }
        if (change instanceof Change.Remove remove) {
            return remove.element();
        }
        return change instanceof Change.Increment increment ? increment.amount() : null;
    }

    @Override
    public Map<String, @Nullable Object> encode(ReplicatedChange input, ReplicatedState output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (input.change() instanceof Change.Read) {
            fields.put("value", output.elements().isEmpty() ? output.value() : output.elements());
        }
        if (output.replica() != null) {
            fields.put("replica", output.replica());
        }
        return fields;
    }

    @Override
    public ReplicatedChange input(HistoryEvent invoke) {
        return new ReplicatedChange(invoke.text("key"), change(invoke));
    }

    private static Change change(HistoryEvent invoke) {
        return switch (invoke.f()) {
            case "write" -> new Change.Write(invoke.text("value"));
            case "add" -> new Change.Add(invoke.text("value"));
            case "remove" -> new Change.Remove(invoke.text("value"));
            case "increment" -> new Change.Increment(invoke.integer("value"));
            case "read" -> new Change.Read(invoke.truth(FINAL, invoke.truth("final?", false)));
            default ->
                throw invoke.malformed(
                        "replicated data know write, add, remove, increment and read, not " + invoke.f());
        };
    }

    @Override
    public ReplicatedState output(ReplicatedChange input, HistoryEvent ok) {
        String replica = ok.textOrNull("replica");
        if (!(input.change() instanceof Change.Read)) {
            return ReplicatedState.nothing(replica);
        }
        return ok.fields().get("value") instanceof List<?>
                ? new ReplicatedState(null, ok.texts("value"), replica)
                : new ReplicatedState(ok.textOrNull("value"), List.of(), replica);
    }
}
