package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event of a recorded history, in no format in particular.
 *
 * <p>The values of fields are plain Java: null, {@link Boolean}, {@link Long}, {@link Double}, {@link String}, {@link
 * List} and {@link Map} with string keys. Formats with more kinds of values map theirs onto these.
 *
 * @param line where it stands, from 1
 * @param timeNanos when it happened, or null if the source has no times
 * @param process who, or null for an observer that is no client
 * @param type what kind of event
 * @param f what was asked
 * @param fields everything that belongs to the model
 */
public record HistoryEvent(
        long line,
        @Nullable Long timeNanos,
        @Nullable Long process,
        Type type,
        String f,
        Map<String, @Nullable Object> fields) {

    /**
     * Fields that are no model's: the name of an observer as {@code process}; and {@code time} of a source in which times do not
     * count, such as EDN.
     */
    static final Set<String> RESERVED = Set.of("process", "time");

    /** The kinds of events. */
    public enum Type {
        /** The operation begins. */
        INVOKE,
        /** It happened, and this is the answer. */
        OK,
        /** It did not happen. */
        FAIL,
        /** Nobody knows whether it happened. */
        INFO;

        /** How files spell it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The type of this spelling, in upper or lower case. */
        static Optional<Type> of(String word) {
            for (Type type : values()) {
                if (type.name().equalsIgnoreCase(word)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    public HistoryEvent {
        fields = FieldsRead.of(fields);
    }

    /** The name of an observer. */
    String observer() {
        Object name = fields.get("process");
        return name == null ? "observer" : name.toString();
    }

    /** A field's text. Numbers and truth values are taken as their text, since other recorders write values so. */
    public String text(String field) {
        String text = textOrNull(field);
        if (text == null) {
            throw malformed("\"" + field + "\" is missing");
        }
        return text;
    }

    /** As {@link #text}, but null where the field is null or missing. */
    public @Nullable String textOrNull(String field) {
        Object value = fields.get(field);
        return value == null ? null : asText(field, value);
    }

    /** The field {@code key}, or the empty text where there is none. */
    String keyOrEmpty() {
        String key = textOrNull("key");
        return key == null ? "" : key;
    }

    /** One object of its kind is asked, so that a key would say that the history is of several. */
    void demandNoKey() {
        if (fields.get("key") != null) {
            throw malformed("has a key: say --key field, if each key is an object of its own");
        }
    }

    /** The texts of a field that is a list, or nothing where it is null or missing. */
    public List<String> texts(String field) {
        Object value = fields.get(field);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw malformed("\"" + field + "\" must be a list");
        }
        List<String> texts = new ArrayList<>(list.size());
        for (Object element : list) {
            texts.add(asText(field, element));
        }
        return texts;
    }

    /** The same without its key. */
    HistoryEvent withoutKey() {
        Map<String, @Nullable Object> others = new LinkedHashMap<>(fields);
        others.remove("key");
        return new HistoryEvent(line, timeNanos, process, type, f, others);
    }

    /** The same with the value {@code [key value]} divided into a key and a value. */
    HistoryEvent withKeyOutOfValue() {
        if (!(fields.get("value") instanceof List<?> pair) || pair.size() != 2) {
            throw malformed("\"value\" must be [key, value]");
        }
        Map<String, @Nullable Object> divided = new LinkedHashMap<>(fields);
        divided.put("key", asText("value", pair.get(0)));
        divided.put("value", pair.get(1));
        return new HistoryEvent(line, timeNanos, process, type, f, divided);
    }

    /** The two texts of a field that is a pair. */
    public List<String> textPair(String field) {
        if (!(fields.get(field) instanceof List<?> list) || list.size() != 2) {
            throw malformed("\"" + field + "\" must be a list of two values");
        }
        return List.of(asText(field, list.get(0)), asText(field, list.get(1)));
    }

    /** A field's integer. */
    public long integer(String field) {
        if (fields.get(field) instanceof Long number) {
            return number;
        }
        throw malformed("\"" + field + "\" must be an integer");
    }

    /** A field's integer that is not negative; {@code what} it is, for the complaint. */
    long atLeastZero(String field, String what) {
        long number = integer(field);
        if (number < 0) {
            throw malformed(what + " is at least 0: " + number);
        }
        return number;
    }

    /** A field's truth value, or what holds where it is missing. */
    public boolean truth(String field, boolean missing) {
        Object value = fields.get(field);
        if (value == null) {
            return missing;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw malformed("\"" + field + "\" must be true or false");
    }

    /** A field's map from names to integers. */
    public Map<String, Long> integers(String field) {
        if (!(fields.get(field) instanceof Map<?, ?> map)) {
            throw malformed("\"" + field + "\" must be an object of integers");
        }
        Map<String, Long> integers = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getValue() instanceof Long number)) {
                throw malformed("\"" + field + "\" must be an object of integers");
            }
            integers.put(String.valueOf(entry.getKey()), number);
        }
        return integers;
    }

    /** A complaint about this event. */
    public MalformedHistoryException malformed(String fault) {
        return new MalformedHistoryException(line, fault);
    }

    String asText(String field, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Long number) {
            return number.toString();
        }
        if (value instanceof Boolean || value instanceof Double) {
            return value.toString();
        }
        String hint = value instanceof List<?> pair && pair.size() == 2 ? "; for [key, value] say --key value0" : "";
        throw malformed("\"" + field + "\" must be text, a number or a truth value" + hint);
    }
}
