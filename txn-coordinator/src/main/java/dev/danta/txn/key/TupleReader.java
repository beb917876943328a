package dev.danta.txn.key;

import dev.danta.ir.id.Bytes;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** Reads what {@link TupleWriter} writes; whatever the bytes are, it stays within them and ends. */
final class TupleReader {
    /** Behind every key there can be: where nothing ends. */
    static final int NOWHERE = Integer.MAX_VALUE;

    private TupleReader() {}

    /** Where the element ends that begins at {@code start}; {@link #NOWHERE} if there is no whole one. */
    static int endOfElement(Bytes key, int start) {
        return endOfElement(key, start, 0);
    }

    private static int endOfElement(Bytes key, int start, int depth) {
        int end = start >= key.size()
                ? NOWHERE
                : switch (key.at(start)) {
                    case KeyLayout.BYTES, KeyLayout.STRING -> endOfDelimited(key, start + 1);
                    case KeyLayout.INTEGER -> start + 1 + Long.BYTES;
                    case KeyLayout.FALSE, KeyLayout.TRUE -> start + 1;
                    case KeyLayout.UUID -> start + 1 + 2 * Long.BYTES;
                    case KeyLayout.INSTANT -> start + 1 + Long.BYTES + Integer.BYTES;
                    case KeyLayout.TUPLE -> endOfTuple(key, start + 1, depth + 1);
                    default -> NOWHERE;
                };
        return end > key.size() ? NOWHERE : end;
    }

    private static int endOfTuple(Bytes key, int start, int depth) {
        int at = depth > KeyLayout.NESTING_MAX ? NOWHERE : endOfElement(key, start, depth);
        while (at < key.size() && key.at(at) != KeyLayout.END) {
            at = endOfElement(key, at, depth);
        }
        return at < key.size() ? at + 1 : NOWHERE;
    }

    private static int endOfDelimited(Bytes key, int start) {
        for (int at = start; at < key.size(); at++) {
            if (key.at(at) == KeyLayout.END) {
                boolean escaped = at + 1 < key.size() && key.at(at + 1) == KeyLayout.ESCAPED_ZERO;
                if (!escaped) {
                    return at + 1;
                }
                at++;
            }
        }
        return NOWHERE;
    }

    /**
     * The elements between {@code start} and {@code end}.
     *
     * @throws IllegalArgumentException if what is there was not written by {@link TupleWriter}
     */
    static List<Object> elements(Bytes key, int start, int end) {
        List<Object> tuple = new ArrayList<>();
        int at = start;
        while (at < end) {
            int next = endOfElement(key, at);
            if (next > end) {
                throw new IllegalArgumentException("not a key of this layout: " + key);
            }
            tuple.add(element(key, at, next));
            at = next;
        }
        return tuple;
    }

    private static Object element(Bytes key, int start, int end) {
        return switch (key.at(start)) {
            case KeyLayout.FALSE -> false;
            case KeyLayout.TRUE -> true;
            case KeyLayout.INTEGER -> bigEndian(key, start + 1, Long.BYTES) ^ Long.MIN_VALUE;
            case KeyLayout.UUID ->
                new UUID(bigEndian(key, start + 1, Long.BYTES), bigEndian(key, start + 1 + Long.BYTES, Long.BYTES));
            case KeyLayout.INSTANT -> instant(key, start + 1);
            case KeyLayout.TUPLE -> elements(key, start + 1, end - 1);
            case KeyLayout.STRING -> content(key, start, end).toUtf8();
            default -> content(key, start, end);
        };
    }

    private static Instant instant(Bytes key, int start) {
        long seconds = bigEndian(key, start, Long.BYTES) ^ Long.MIN_VALUE;
        long nanos = bigEndian(key, start + Long.BYTES, Integer.BYTES);
        try {
            if (nanos < 1_000_000_000) {
                return Instant.ofEpochSecond(seconds, nanos);
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a key of this layout: " + key, e);
        }
        throw new IllegalArgumentException("not a key of this layout: " + key);
    }

    private static long bigEndian(Bytes key, int start, int bytes) {
        long number = 0;
        for (int at = start; at < start + bytes; at++) {
            number = number << 8 | (key.at(at) & 0xff);
        }
        return number;
    }

    private static Bytes content(Bytes key, int start, int end) {
        byte[] content = new byte[end - start];
        int size = 0;
        for (int at = start + 1; at < end - 1; at++) {
            content[size++] = key.at(at);
            at += key.at(at) == KeyLayout.END ? 1 : 0;
        }
        return Bytes.wrap(Arrays.copyOf(content, size));
    }
}
