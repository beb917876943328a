package dev.danta.check.history;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Fields of an event in the order in which they are to be written. */
final class Fields {
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    static Fields value(@Nullable Object value) {
        return new Fields().and("value", value);
    }

    static Fields key(String key) {
        return new Fields().and("key", key);
    }

    Fields and(String name, @Nullable Object value) {
        values.put(name, value);
        return this;
    }

    Map<String, @Nullable Object> map() {
        return values;
    }
}
