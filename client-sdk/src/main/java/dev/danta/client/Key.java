package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.txn.key.KeyLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The name of a record in its collection: a tuple of strings, integers, booleans, bytes, UUIDs, instants and keys within
 * the key, ordered element by element. Elements of different types are ordered so: bytes (each unsigned), strings (as
 * their UTF-8), integers, {@code false}, {@code true}, UUIDs (as their text), instants, keys. A key comes before those that
 * it is the beginning of. Records of one space whose keys begin with the same element live together, whatever their
 * collections. Immutable, with value equality.
 */
public final class Key {
    /** The most bytes that space, collection and key take together when encoded. */
    public static final int SIZE_MAX = dev.danta.occ.Key.SIZE_MAX;

    /** How deep keys stand in keys at most. */
    public static final int NESTING_MAX = KeyLayout.NESTING_MAX;

    private static final int SHOWN_CHARS_MAX = 60;

    /** As {@link KeyLayout} takes them. */
    private final List<Object> elements;

    /** Of elements as {@link KeyLayout} takes them. */
    Key(List<Object> elements) {
        this.elements = elements;
    }

    /**
     * A key of these elements.
     *
     * @param elements at least one; each a {@link String}, {@link Long}, {@link Integer}, {@link Short} or {@link Byte}
     *     (the same as the long), {@link Boolean}, {@code byte[]} (copied), {@link UUID}, {@link Instant} or {@link Key}
     * @throws IllegalArgumentException if there is none, one is of another type or null, a string has no UTF-8 form, or
     *     keys stand in each other deeper than {@link #NESTING_MAX}
     */
    public static Key of(Object... elements) {
        if (elements == null) {
            throw new IllegalArgumentException("a key needs at least one element, not null");
        }
        List<Object> tuple = new ArrayList<>(elements.length);
        for (Object element : elements) {
            tuple.add(normal(element));
        }
        return whole(tuple);
    }

    private static Key whole(List<Object> tuple) {
        if (tuple.isEmpty()) {
            throw new IllegalArgumentException("a key needs at least one element");
        }
        return new Key(List.copyOf(tuple));
    }

    private static Object normal(Object element) {
        if (element instanceof String text) {
            // Otherwise two different strings could become one key.
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw new IllegalArgumentException(
                        "a key's string holds half a surrogate pair: " + new Key(List.of(text)).inShort());
            }
            return text;
        } else if (element instanceof Long || element instanceof Boolean) {
            return element;
        } else if (element instanceof Integer || element instanceof Short || element instanceof Byte) {
            return ((Number) element).longValue();
        } else if (element instanceof byte[] bytes) {
            return Bytes.copyOf(bytes);
        } else if (element instanceof UUID || element instanceof Instant) {
            return element;
        } else if (element instanceof Key key) {
            if (depth(key.elements) >= NESTING_MAX) {
                throw new IllegalArgumentException("keys stand in keys at most " + NESTING_MAX + " deep");
            }
            return key.elements;
        }
        throw new IllegalArgumentException(
                "a key is made of String, Long, Integer, Short, Byte, Boolean, byte[], UUID, Instant and Key, not of "
                        + (element == null ? "null" : element.getClass().getName()));
    }

    private static int depth(List<?> tuple) {
        return tuple.stream()
                .mapToInt(element -> element instanceof List<?> nested ? 1 + depth(nested) : 0)
                .max()
                .orElse(0);
    }

    /** The key that was encoded as {@code encoded}. */
    static Key decoded(dev.danta.occ.Key encoded) {
        return new Key(List.copyOf(KeyLayout.tuple(encoded)));
    }

    List<Object> elements() {
        return elements;
    }

    /** This key, and then these elements, which are as {@link #of} takes them. */
    public Key and(Object... more) {
        List<Object> tuple = new ArrayList<>(elements);
        for (Object element : more) {
            tuple.add(normal(element));
        }
        return whole(tuple);
    }

    /** How many elements it has, at least 1. */
    public int size() {
        return elements.size();
    }

    /**
     * An element, from 0 on: a {@link String}, {@link Long}, {@link Boolean}, {@code byte[]} (a copy), {@link UUID}, {@link
     * Instant} or {@link Key}.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public Object get(int index) {
        Object element = elements.get(index);
        if (element instanceof Bytes bytes) {
            return bytes.toArray();
        }
        return element instanceof List<?> nested ? new Key(List.copyOf(nested)) : element;
    }

    /**
     * An element that is a string.
     *
     * @throws IllegalArgumentException if it is of another type; so do the others
     * @throws IndexOutOfBoundsException if there is none; so do the others
     */
    public String getString(int index) {
        return get(index, String.class, "a string");
    }

    /** An element that is an integer. */
    public long getLong(int index) {
        return get(index, Long.class, "an integer");
    }

    /** An element that is a boolean. */
    public boolean getBoolean(int index) {
        return get(index, Boolean.class, "a boolean");
    }

    /** An element that is bytes; a copy. */
    public byte[] getBytes(int index) {
        return get(index, byte[].class, "bytes");
    }

    /** An element that is a UUID. */
    public UUID getUuid(int index) {
        return get(index, UUID.class, "a UUID");
    }

    /** An element that is an instant. */
    public Instant getInstant(int index) {
        return get(index, Instant.class, "an instant");
    }

    /** An element that is a key itself. */
    public Key getKey(int index) {
        return get(index, Key.class, "a key");
    }

    private <T> T get(int index, Class<T> type, String what) {
        Object element = get(index);
        if (!type.isInstance(element)) {
            throw new IllegalArgumentException("element " + index + " of the key " + inShort() + " is not " + what);
        }
        return type.cast(element);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key that && elements.equals(that.elements);
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** Its beginning, for a message about one that may be of any length. */
    String inShort() {
        String text = toString();
        if (text.length() <= SHOWN_CHARS_MAX) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(SHOWN_CHARS_MAX - 1));
        return text.substring(0, splitsPair ? SHOWN_CHARS_MAX - 1 : SHOWN_CHARS_MAX) + "...";
    }

    @Override
    public String toString() {
        return text(elements);
    }

    private static String text(List<?> tuple) {
        return tuple.stream()
                .map(element -> element instanceof List<?> nested
                        ? text(nested)
                        : element instanceof String || element instanceof Bytes ? "\"" + element + "\"" : element + "")
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
