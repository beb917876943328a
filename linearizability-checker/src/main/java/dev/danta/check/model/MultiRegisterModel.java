package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Registers that are read and written together, some of them at once. Judged by search, so for few registers and few processes.
 *
 * @param initial the values before any write, by register
 * @param nilRead what a read that answered "no value" says
 */
public record MultiRegisterModel(Map<String, String> initial, RegisterModel.NilRead nilRead)
        implements Model<Map<String, String>, MultiRegisterModel.Input, MultiRegisterModel.Output> {
    public MultiRegisterModel {
        initial = Collections.unmodifiableMap(new TreeMap<>(initial));
    }

    /** What is asked for at once, one step after the other. */
    public record Input(List<Part> parts) {
        public Input {
            parts = List.copyOf(parts);
        }

        /** One step. */
        public sealed interface Part {
            /** What is the value? */
            record Read(String register) implements Part {
                @Override
                public String toString() {
                    return "read " + register;
                }
            }

            /** Be this value. */
            record Write(String register, String value) implements Part {
                @Override
                public String toString() {
                    return "write " + value + " to " + register;
                }
            }
        }

        @Override
        public String toString() {
            return parts.toString();
        }
    }

    /** The values of the reads, in their order; null for none. */
    public record Output(List<@Nullable String> values) {
        public Output {
            values = Collections.unmodifiableList(new ArrayList<>(values));
        }

        @Override
        public String toString() {
            return values.toString();
        }
    }

    @Override
    public String name() {
        return "multi-register";
    }

    @Override
    public Map<String, String> init(String partition) {
        return initial;
    }

    @Override
    public Step<Map<String, String>> step(
            Map<String, String> state, Input input, Output output, Cancellation cancellation) {
        Map<String, String> now = state;
        int read = 0;
        for (Input.Part part : input.parts()) {
            if (part instanceof Input.Part.Write write) {
                now = with(now, write);
            } else if (part instanceof Input.Part.Read asked) {
                if (read == output.values().size()) {
                    return Step.illegal(() -> output + " is no answer to " + input);
                }
                String value = output.values().get(read++);
                String there = now.get(asked.register());
                boolean fits =
                        Objects.equals(value, there) || (value == null && nilRead == RegisterModel.NilRead.WILDCARD);
                if (!fits) {
                    return Step.illegal(
                            () -> "read " + value + " from " + asked.register() + " while the value was " + there);
                }
            }
        }
        return Step.legal(now);
    }

    @Override
    public Map<String, String> stepUnknown(Map<String, String> state, Input input, Cancellation cancellation) {
        Map<String, String> now = state;
        for (Input.Part part : input.parts()) {
            now = part instanceof Input.Part.Write write ? with(now, write) : now;
        }
        return now;
    }

    private static Map<String, String> with(Map<String, String> state, Input.Part.Write write) {
        if (write.value().equals(state.get(write.register()))) {
            return state;
        }
        Map<String, String> changed = new TreeMap<>(state);
        changed.put(write.register(), write.value());
        return Collections.unmodifiableMap(changed);
    }

    @Override
    public boolean readOnly(Input input) {
        return input.parts().stream().allMatch(part -> part instanceof Input.Part.Read);
    }

    @Override
    public long stateBytes(Map<String, String> state) {
        return 64 + 160L * state.size();
    }

    /** Every read with what it found. */
    @Override
    public String describe(Input input, @Nullable Output output) {
        if (output == null) {
            return Model.super.describe(input, output);
        }
        List<String> words = new ArrayList<>();
        int read = 0;
        for (Input.Part part : input.parts()) {
            boolean found =
                    part instanceof Input.Part.Read && read < output.values().size();
            words.add(found ? part + " -> " + output.values().get(read++) : part.toString());
        }
        return "[" + String.join(", ", words) + "]";
    }
}
