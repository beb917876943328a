package dev.danta.check.history;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The fields of an event that was read: few, in their order, and they stay as they are. Immutable. */
final class FieldsRead extends AbstractMap<String, @Nullable Object> {
    /** A name, its value, the next name. */
    private final @Nullable Object[] namesAndValues;

    private FieldsRead(Map<String, @Nullable Object> fields) {
        namesAndValues = new @Nullable Object[2 * fields.size()];
        int at = 0;
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            namesAndValues[at++] = field.getKey();
            namesAndValues[at++] = field.getValue();
        }
    }

    /** A copy that does not change any more. */
    static Map<String, @Nullable Object> of(Map<String, @Nullable Object> fields) {
        return fields instanceof FieldsRead ? fields : new FieldsRead(fields);
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        for (int at = 0; at < namesAndValues.length; at += 2) {
            if (name != null && name.equals(namesAndValues[at])) {
                return namesAndValues[at + 1];
            }
        }
        return null;
    }

    @Override
    public int size() {
        return namesAndValues.length / 2;
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, @Nullable Object>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return namesAndValues.length / 2;
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, @Nullable Object>> {
        private int at;

        @Override
        public boolean hasNext() {
            return at < namesAndValues.length;
        }

        @Override
        public Entry<String, @Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Entry<String, @Nullable Object> entry =
                    new SimpleImmutableEntry<>(String.valueOf(namesAndValues[at]), namesAndValues[at + 1]);
            at += 2;
            return entry;
        }
    }
}
