package dev.danta.check.history;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.jspecify.annotations.Nullable;

/** Finds out by its first characters which format a stream is in: JSON Lines, a JSON array, or EDN. */
final class Formats {
    /** As far as is looked, past what says nothing. */
    private static final int LOOK_BYTES = 4096;

    private Formats() {}

    static EventSource open(InputStream in) throws IOException {
        byte[] seen = new byte[LOOK_BYTES];
        int size = 0;
        HistoryFormat format = null;
        boolean more = true;
        while (format == null && more && size < LOOK_BYTES) {
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
        return switch (format == null ? HistoryFormat.JSON_LINES : format) {
            case JSON_ARRAY -> new JsonArray(whole);
            case EDN -> new EdnEvents(whole);
            case JSON_LINES -> new JsonLines(whole);
        };
    }

    /** The format, or null if more has to be read. */
    private static @Nullable HistoryFormat of(byte[] seen, int size) {
        int first = significant(seen, 0, size);
        if (first == size) {
            return null;
        }
        if (seen[first] == ';' || seen[first] == '(' || seen[first] == '#') {
            return HistoryFormat.EDN;
        }
        if (seen[first] != '{' && seen[first] != '[') {
            return HistoryFormat.JSON_LINES;
        }
        boolean list = seen[first] == '[';
        int second = significant(seen, first + 1, size);
        if (second == size) {
            return null;
        }
        if (!list || seen[second] != '{') {
            return !list && (seen[second] == '"' || seen[second] == '}') ? HistoryFormat.JSON_LINES : HistoryFormat.EDN;
        }
        int third = significant(seen, second + 1, size);
        if (third == size) {
            return null;
        }
        return seen[third] == '"' || seen[third] == '}' ? HistoryFormat.JSON_ARRAY : HistoryFormat.EDN;
    }

    private static int significant(byte[] seen, int from, int size) {
        int at = from;
        while (at < size && (seen[at] == ' ' || seen[at] == '\t' || seen[at] == '\r' || seen[at] == '\n')) {
            at++;
        }
        return at;
    }
}
