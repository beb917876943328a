package dev.danta.check.history;

import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Always with {@code key}: {@code get} with the value in the {@code ok} (null for none); {@code put}, {@code append} and
 * {@code put-if-absent} with the value; {@code delete}; {@code cas} with the pair of expected and new value; {@code
 * cas-version} with the pair of expected version and new value. The {@code ok} of what is conditional has {@code success}
 * (true where it is missing). Every {@code ok} may have {@code version}: of what was read or led to.
 */
public final class KeyValueCodec implements OperationCodec<Input, Output> {
    @Override
    public String model() {
        return "kv";
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("kv") || named.equals("kv-append") || named.equals("sessions");
    }

    @Override
    public String f(Input input) {
        if (input instanceof Input.Get) {
            return "get";
        }
        if (input instanceof Input.Put) {
            return "put";
        }
        if (input instanceof Input.Delete) {
            return "delete";
        }
        if (input instanceof Input.Cas) {
            return "cas";
        }
        if (input instanceof Input.CasVersion) {
            return "cas-version";
        }
        return input instanceof Input.Append ? "append" : "put-if-absent";
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input) {
        return Fields.key(input.key()).and("value", value(input)).map();
    }

    private static @Nullable Object value(Input input) {
        if (input instanceof Input.Put put) {
            return put.value();
        }
        if (input instanceof Input.PutIfAbsent put) {
            return put.value();
        }
        if (input instanceof Input.Append append) {
            return append.value();
        }
        if (input instanceof Input.CasVersion cas) {
            return List.of(cas.expected(), cas.update());
        }
        return input instanceof Input.Cas cas ? List.of(cas.expected(), cas.update()) : null;
    }

    @Override
    public Map<String, @Nullable Object> encode(Input input, Output output) {
        Map<String, @Nullable Object> fields = encode(input);
        if (output instanceof Output.Value got) {
            fields.put("value", got.value());
        } else if (output instanceof Output.Swapped swapped) {
            fields.put("success", swapped.applied());
        }
        if (output.version() != null) {
            fields.put("version", output.version());
        }
        return fields;
    }

    @Override
    public Input input(HistoryEvent invoke) {
        String key = invoke.text("key");
        if (invoke.f().equals("get")) {
            return new Input.Get(key);
        }
        if (invoke.f().equals("put")) {
            return new Input.Put(key, invoke.text("value"));
        }
        if (invoke.f().equals("delete")) {
            return new Input.Delete(key);
        }
        if (invoke.f().equals("append")) {
            return new Input.Append(key, invoke.text("value"));
        }
        if (invoke.f().equals("put-if-absent")) {
            return new Input.PutIfAbsent(key, invoke.text("value"));
        }
        if (invoke.f().equals("cas")) {
            List<String> pair = invoke.textPair("value");
            return new Input.Cas(key, pair.get(0), pair.get(1));
        }
        if (invoke.f().equals("cas-version")) {
            return conditional(key, invoke);
        }
        throw invoke.malformed(
                "a table knows get, put, delete, cas, cas-version, put-if-absent and append, not " + invoke.f());
    }

    private static Input conditional(String key, HistoryEvent invoke) {
        List<String> pair = invoke.textPair("value");
        if (!(invoke.fields().get("value") instanceof List<?> values)
                || !(values.get(0) instanceof Long expected)
                || expected < 0) {
            throw invoke.malformed("a version is an integer of at least 0: " + pair.get(0));
        }
        return new Input.CasVersion(key, expected, pair.get(1));
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        Long version = ok.fields().get("version") == null ? null : Long.valueOf(ok.integer("version"));
        if (version != null && version < 0) {
            throw ok.malformed("a version is at least 0: " + version);
        }
        if (input instanceof Input.Get) {
            return new Output.Value(ok.textOrNull("value"), version);
        }
        return input instanceof Input.Cas || input instanceof Input.CasVersion || input instanceof Input.PutIfAbsent
                ? new Output.Swapped(ok.truth("success", true), version)
                : new Output.Done(version);
    }
}
