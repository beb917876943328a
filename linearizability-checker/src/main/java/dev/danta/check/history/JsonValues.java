package dev.danta.check.history;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON texts as plain Java, as {@link HistoryEvent} has it. Reads token by token: of a long history this is where most of the
 * time goes.
 */
final class JsonValues {
    private static final ObjectReader JSON = JsonMapper.builder().build().reader();

    private JsonValues() {}

    /**
     * The object that a text is; null if it is {@code null}.
     *
     * @throws JsonParseException if it is anything else, or an object in which a name stands twice
     */
    static @Nullable Map<String, @Nullable Object> object(byte[] text) throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            JsonToken first = json.nextToken();
            if (first != JsonToken.START_OBJECT && first != JsonToken.VALUE_NULL) {
                throw new JsonParseException(json, "it is " + (first == null ? "empty" : "another value"));
            }
            Map<String, @Nullable Object> object = first == JsonToken.VALUE_NULL ? null : members(json);
            if (json.nextToken() != null) {
                throw new JsonParseException(json, "something follows the object");
            }
            return object;
        }
    }

    private static Map<String, @Nullable Object> members(JsonParser json) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            int before = members.size();
            members.put(name, value(json, json.nextToken()));
            if (members.size() == before) {
                throw new JsonParseException(json, "Duplicate field '" + name + "'");
            }
        }
        return members;
    }

    private static List<@Nullable Object> elements(JsonParser json) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
            elements.add(value(json, next));
        }
        return elements;
    }

    private static @Nullable Object value(JsonParser json, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> members(json);
            case START_ARRAY -> elements(json);
            case VALUE_STRING -> json.getText();
            case VALUE_NUMBER_INT ->
                json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? json.getBigIntegerValue()
                        : (Object) json.getLongValue();
            case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
