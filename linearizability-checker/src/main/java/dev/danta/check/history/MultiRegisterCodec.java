package dev.danta.check.history;

import dev.danta.check.model.MultiRegisterModel.Input;
import dev.danta.check.model.MultiRegisterModel.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code txn} with a list of {@code ["read", register, null]} and {@code ["write", register, value]}; in the {@code ok} reads
 * have their values.
 */
public final class MultiRegisterCodec implements OperationCodec<Input, Output> {
    private static final int PART = 3;

    @Override
    public String model() {
        return "multi-register";
    }

    @Override
    public String f(Input input) {
        return "txn";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.value(parts(input, null)).map();
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        return Fields.value(parts(input, output)).map();
    }

    private static List<List<@Nullable Object>> parts(Input input, @Nullable Output output) {
        List<List<@Nullable Object>> parts = new ArrayList<>();
        int read = 0;
        for (Input.Part part : input.parts()) {
            List<@Nullable Object> fields = new ArrayList<>();
            if (part instanceof Input.Part.Write write) {
                fields.add("write");
                fields.add(write.register());
                fields.add(write.value());
            } else if (part instanceof Input.Part.Read asked) {
                fields.add("read");
                fields.add(asked.register());
                fields.add(output == null ? null : output.values().get(read++));
            }
            parts.add(fields);
        }
        return parts;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        List<Input.Part> parts = new ArrayList<>();
        for (List<?> fields : fields(invoke)) {
            String register = invoke.asText("value", fields.get(1));
            parts.add(
                    isWrite(invoke, fields)
                            ? new Input.Part.Write(register, invoke.asText("value", fields.get(2)))
                            : new Input.Part.Read(register));
        }
        return new Input(parts);
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        if (!input(ok).equals(input)) {
            throw ok.malformed("the steps of the answer are not those that were asked for");
        }
        List<@Nullable String> values = new ArrayList<>();
        for (List<?> fields : fields(ok)) {
            if (!isWrite(ok, fields)) {
                values.add(fields.get(2) == null ? null : ok.asText("value", fields.get(2)));
            }
        }
        return new Output(values);
    }

    private static List<List<?>> fields(HistoryEvent event) {
        if (!event.f().equals("txn") || !(event.fields().get("value") instanceof List<?> parts)) {
            throw event.malformed("registers know txn with a list of steps, not " + event.f());
        }
        List<List<?>> all = new ArrayList<>(parts.size());
        for (Object part : parts) {
            if (!(part instanceof List<?> fields) || fields.size() != PART) {
                throw event.malformed("a step is [\"read\" or \"write\", register, value], not " + part);
            }
            all.add(fields);
        }
        return all;
    }

    private static boolean isWrite(HistoryEvent event, List<?> fields) {
        if ("write".equals(fields.get(0)) || "w".equals(fields.get(0))) {
            return true;
        }
        if ("read".equals(fields.get(0)) || "r".equals(fields.get(0))) {
            return false;
        }
        throw event.malformed("a step is [\"read\" or \"write\", register, value], not " + fields);
    }
}
