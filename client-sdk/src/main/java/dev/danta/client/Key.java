package dev.danta.client;

import dev.danta.ir.id.Bytes;
import dev.danta.txn.key.KeyLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The name of a record in its collection: a tuple of strings, integers and bytes, ordered element by element. Records of
 * one space whose keys begin with the same element live together, whatever their collections. Immutable, with value
 * equality.
 */
public final class Key {
    /** The most bytes that space, collection and key take together when encoded. */
    public static final int SIZE_MAX = dev.danta.occ.Key.SIZE_MAX;

    private static final int SHOWN_CHARS_MAX = 60;

    private final List<Object> elements;

    private Key(List<Object> elements) {
        this.elements = elements;
    }

    /**
     * A key of these elements.
     *
     * @param elements at least one; each a {@link String}, {@link Long}, {@link Integer} (the same as the long) or
     *     {@code byte[]} (copied)
     * @throws IllegalArgumentException if there is none, one is of another type, or a string has no UTF-8 form
     */
    public static Key of(Object... elements) {
        if (elements.length == 0) {
            throw new IllegalArgumentException("a key needs at least one element");
        }
        List<Object> tuple = new ArrayList<>(elements.length);
        for (Object element : elements) {
            tuple.add(normal(element));
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
        } else if (element instanceof Long number) {
            return number;
        } else if (element instanceof Integer number) {
            return number.longValue();
        } else if (element instanceof byte[] bytes) {
            return Bytes.copyOf(bytes);
        }
        throw new IllegalArgumentException("a key is made of String, Long, Integer and byte[], not of "
                + (element == null ? "null" : element.getClass().getName()));
    }

    /** The key that was encoded as {@code encoded}. */
    static Key decoded(dev.danta.occ.Key encoded) {
        return new Key(List.copyOf(KeyLayout.tuple(encoded)));
    }

    List<Object> elements() {
        return elements;
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
        return elements.stream()
                .map(element -> element instanceof Long ? element.toString() : "\"" + element + "\"")
                .collect(Collectors.joining(", ", "(", ")"));
    }
}
