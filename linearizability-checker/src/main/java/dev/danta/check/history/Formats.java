package dev.danta.check.history;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/** Finds out by its first characters which format a stream is in: JSON Lines, a JSON array, or EDN. */
final class Formats {
    /** As far as is looked, past what says nothing. */
    private static final int LOOK_BYTES = 4096;

    private enum Format {
        JSON_LINES,
        JSON_ARRAY,
        EDN,
        /** More has to be read. */
        OPEN
    }

    private Formats() {}

    static EventSource open(InputStream in) throws IOException {
        byte[] seen = new byte[LOOK_BYTES];
        int size = 0;
        Format format = Format.OPEN;
        boolean more = true;
        while (format == Format.OPEN && more && size < LOOK_BYTES) {
            try {
                int read = in.read(seen, size, LOOK_BYTES - size);
                more = read >= 0;
                size += Math.max(0, read);
                format = of(seen, size);
            } catch (EOFException brokenOff) {
                // Whoever reads on meets it again.
                more = false;
            }
        }
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(seen, 0, size), in);
        return switch (format) {
            case JSON_ARRAY -> new JsonArray(whole);
            case EDN -> new EdnEvents(whole);
            case JSON_LINES, OPEN -> new JsonLines(whole);
        };
    }

    private static Format of(byte[] seen, int size) {
        int first = significant(seen, 0, size);
        if (first == size) {
            return Format.OPEN;
        }
        if (seen[first] == ';' || seen[first] == '(' || seen[first] == '#') {
            return Format.EDN;
        }
        if (seen[first] != '{' && seen[first] != '[') {
            return Format.JSON_LINES;
        }
        boolean list = seen[first] == '[';
        int second = significant(seen, first + 1, size);
        if (second == size) {
            return Format.OPEN;
        }
        if (!list || seen[second] != '{') {
            return !list && (seen[second] == '"' || seen[second] == '}') ? Format.JSON_LINES : Format.EDN;
        }
        int third = significant(seen, second + 1, size);
        if (third == size) {
            return Format.OPEN;
        }
        return seen[third] == '"' || seen[third] == '}' ? Format.JSON_ARRAY : Format.EDN;
    }

    private static int significant(byte[] seen, int from, int size) {
        int at = from;
        while (at < size && (seen[at] == ' ' || seen[at] == '\t' || seen[at] == '\r' || seen[at] == '\n')) {
            at++;
        }
        return at;
    }
}
