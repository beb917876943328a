package dev.danta.check.history;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of one history, one after the other, and writes them in some format. Closing ends the history; the stream
 * stays open. Owned by one thread.
 */
interface EventSink extends Closeable {
    /** Writes the next event. */
    void write(HistoryEvent event) throws IOException;

    /** The beginning of a history; its header is written where the format has a place for it, or for what people read. */
    static EventSink begin(OutputStream out, HistoryFormat format, @Nullable HistoryHeader header) throws IOException {
        return format == HistoryFormat.EDN
                ? new EdnSink(out, header)
                : new JsonSink(out, format == HistoryFormat.JSON_ARRAY, header);
    }
}
