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
public final class KeyValueCodec extends VerbCodec<Input, Output> {
    private static final Verbs<Input> VERBS = Verbs.<Input>of("a table")
            .verb("get", Input.Get.class, get -> null, event -> new Input.Get(event.text("key")))
            .verb(
                    "put",
                    Input.Put.class,
                    Input.Put::value,
                    event -> new Input.Put(event.text("key"), event.text("value")))
            .verb("delete", Input.Delete.class, delete -> null, event -> new Input.Delete(event.text("key")))
            .verb("cas", Input.Cas.class, cas -> List.of(cas.expected(), cas.update()), KeyValueCodec::cas)
            .verb(
                    "cas-version",
                    Input.CasVersion.class,
                    cas -> List.of(cas.expected(), cas.update()),
                    KeyValueCodec::casVersion)
            .verb(
                    "put-if-absent",
                    Input.PutIfAbsent.class,
                    Input.PutIfAbsent::value,
                    event -> new Input.PutIfAbsent(event.text("key"), event.text("value")))
            .verb(
                    "append",
                    Input.Append.class,
                    Input.Append::value,
                    event -> new Input.Append(event.text("key"), event.text("value")));

    /** Of whoever reads or writes such a history. */
    public KeyValueCodec() {
        super("kv", Keys.always(Input::key), VERBS);
    }

    @Override
    public boolean accepts(String named) {
        return named.equals("kv") || named.equals("kv-append") || named.equals("sessions");
    }

    @Override
    void answer(Map<String, @Nullable Object> fields, Input input, Output output) {
        if (output instanceof Output.Value got) {
            fields.put("value", got.value());
        } else if (output instanceof Output.Swapped swapped) {
            fields.put("success", swapped.applied());
        }
        if (output.version() != null) {
            fields.put("version", output.version());
        }
    }

    private static Input cas(HistoryEvent event) {
        List<String> pair = event.textPair("value");
        return new Input.Cas(event.text("key"), pair.get(0), pair.get(1));
    }

    private static Input casVersion(HistoryEvent event) {
        List<String> pair = event.textPair("value");
        if (!(event.fields().get("value") instanceof List<?> values)
                || !(values.get(0) instanceof Long expected)
                || expected < 0) {
            throw event.malformed("a version is an integer of at least 0: " + pair.get(0));
        }
        return new Input.CasVersion(event.text("key"), expected, pair.get(1));
    }

    @Override
    public Output output(Input input, HistoryEvent ok) {
        Long version = ok.fields().get("version") == null ? null : Long.valueOf(ok.atLeastZero("version", "a version"));
        if (input instanceof Input.Get) {
            return new Output.Value(ok.textOrNull("value"), version);
        }
        return input instanceof Input.Cas || input instanceof Input.CasVersion || input instanceof Input.PutIfAbsent
                ? new Output.Swapped(ok.truth("success", true), version)
                : new Output.Done(version);
    }
}
