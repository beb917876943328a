package dev.danta.check.history;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes histories in another format, event by event, of whatever model. What is written is judged as what was read is, but for
 * this: EDN has no stamps, only an order, so that two operations of one process that meet in one stamp, and count as
 * concurrent, do no longer. Stateless and thread-safe.
 */
public final class HistoryConversion {
    private HistoryConversion() {}

    /**
     * What was done.
     *
     * @param events how many were written
     * @param torn the line at which what was read breaks off, or null if it is whole
     */
    public record Converted(long events, @Nullable Long torn) {
        /** Where what was read breaks off, if it does. */
        public OptionalLong tornLine() {
            return torn == null ? OptionalLong.empty() : OptionalLong.of(torn);
        }
    }

    /**
     * Reads all of a history and writes it to a stream, which stays open.
     *
     * @param header what is written says about itself, if the format has a place for it; or null
     * @throws dev.danta.check.MalformedHistoryException if a line is no event
     */
    public static Converted convert(
            HistoryInput input, OutputStream out, HistoryFormat format, @Nullable HistoryHeader header)
            throws IOException {
        long events;
        try (EventSink sink = EventSink.begin(out, format, header)) {
            events = input.events(sink::write);
        }
        OptionalLong torn = input.tornLine();
        return new Converted(events, torn.isPresent() ? torn.getAsLong() : null);
    }
}
