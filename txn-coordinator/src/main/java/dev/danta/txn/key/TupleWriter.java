package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Writes the elements of tuples behind each other, as {@link KeyLayout} says. */
final class TupleWriter {
    private byte[] buffer = new byte[64];
    private int size;

    void elements(List<?> tuple) {
        elements(tuple, 0);
    }

    private void elements(List<?> tuple, int depth) {
        for (Object element : tuple) {
            element(element, depth);
        }
    }

    private void element(Object element, int depth) {
        if (element instanceof String text) {
            string(text);
        } else if (element instanceof Long number) {
            integer(number);
        } else if (element instanceof Integer number) {
            integer(number);
        } else if (element instanceof Boolean truth) {
            put(truth ? KeyLayout.TRUE : KeyLayout.FALSE);
        } else if (element instanceof Bytes content) {
            delimited(KeyLayout.BYTES, content.toArray());
        } else if (element instanceof UUID uuid) {
            put(KeyLayout.UUID);
            bigEndian(uuid.getMostSignificantBits(), Long.BYTES);
            bigEndian(uuid.getLeastSignificantBits(), Long.BYTES);
        } else if (element instanceof Instant instant) {
            put(KeyLayout.INSTANT);
            bigEndian(instant.getEpochSecond() ^ Long.MIN_VALUE, Long.BYTES);
            bigEndian(instant.getNano(), Integer.BYTES);
        } else if (element instanceof List<?> nested) {
            nested(nested, depth + 1);
        } else {
            throw new IllegalArgumentException(
                    "a key is made of strings, integers, booleans, bytes, UUIDs, instants and tuples of them, not of "
                            + element.getClass().getSimpleName());
        }
    }

    private void nested(List<?> tuple, int depth) {
        if (tuple.isEmpty()) {
            throw new IllegalArgumentException("a tuple in a key needs at least one element");
        }
        if (depth > KeyLayout.NESTING_MAX) {
            throw new IllegalArgumentException(
                    "tuples in a key are nested at most " + KeyLayout.NESTING_MAX + " times");
        }
        put(KeyLayout.TUPLE);
        elements(tuple, depth);
        put(KeyLayout.END);
    }

    void string(String text) {
        requireWholeCharacters(text);
        delimited(KeyLayout.STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Half of a surrogate pair has no UTF-8: encoded as a question mark it would name another key. */
    private static void requireWholeCharacters(String text) {
        boolean halves = text.codePoints()
                .anyMatch(character -> character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE);
        if (halves) {
            throw new IllegalArgumentException("a name in a key has an unpaired surrogate");
        }
    }

    private void integer(long number) {
        put(KeyLayout.INTEGER);
        bigEndian(number ^ Long.MIN_VALUE, Long.BYTES);
    }

    private void bigEndian(long number, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            put((byte) (number >>> shift));
        }
    }

    private void delimited(byte tag, byte[] content) {
        put(tag);
        for (byte b : content) {
            put(b);
            if (b == KeyLayout.END) {
                put(KeyLayout.ESCAPED_ZERO);
            }
        }
        put(KeyLayout.END);
    }

    /** As it is, from one place of a key to before another. */
    void copy(Bytes key, int from, int to) {
        for (int i = from; i < to; i++) {
            put(key.at(i));
        }
    }

    void put(byte b) {
        if (size == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * size);
        }
        buffer[size++] = b;
    }

    Bytes bytes() {
        return Bytes.wrap(Arrays.copyOf(buffer, size));
    }
}
