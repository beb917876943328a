package dev.danta.check.history;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The events of one stream, in some format, one after the other. Owned by one thread. */
interface EventSource {
    /**
     * The next event, or null after the last.
     *
     * @throws dev.danta.check.MalformedHistoryException if what comes next is none
     */
    @Nullable
    HistoryEvent next() throws IOException;

    /** What it is written in. */
    HistoryFormat format();

    /** What the stream says about itself; known as soon as {@link #next} was asked. */
    @Nullable
    HistoryHeader header();

    /** The line at which the stream breaks off; null if it is whole, or not at its end yet. */
    @Nullable
    Long tornAt();
}
