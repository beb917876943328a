package dev.danta.client;

import java.util.concurrent.CompletableFuture;

/**
 * What the events of a stream amount to, by a {@link Fold}: a balance, totals by month, what is where. A read shows what folding
 * all events of the stream would, whenever they have come and whenever they happened, but folds only what is new: what was
 * folded before is kept with the stream, in snapshots, and each read sees by hashes which of them still are true. Behind an event
 * that came late all is folded anew, from the last snapshot before it; or only the pages around it, if the fold merges.
 * Thread-safe and immutable.
 *
 * <p>Snapshots are kept by the reads, beside the stream: about two for each time that the number of its pages doubles. Of a
 * state of more than about a mebibyte none is kept, so it is folded from the beginning each time.
 */
public final class View<S> {
    private final ViewReader<?, S> reader;

    View(ViewReader<?, S> reader) {
        this.reader = reader;
    }

    public String name() {
        return reader.name();
    }

    public int version() {
        return reader.version();
    }

    /** The state of a stream, by its pages as single replicas have them; in a session, as promised there. */
    public S read(Key stream) {
        return Results.await(reader.read(stream, null)).state();
    }

    /**
     * The state of a stream, as {@link EventStream#read(Key, java.time.Instant, java.time.Instant, Read)} of all its events
     * would show it: an exception of the fold's reaches the caller unchanged.
     *
     * @throws CodecException if what an earlier read has kept cannot be decoded: a fold whose states have changed needs a new
     *     version
     */
    public S read(Key stream, Read read) {
        return Results.await(reader.read(stream, Given.notNull("a level of reading", read)))
                .state();
    }

    /** {@link #read(Key, Read)} without waiting. */
    public CompletableFuture<S> readAsync(Key stream, Read read) {
        return Results.elsewhere(
                reader.read(stream, Given.notNull("a level of reading", read)), ViewReader.Folded::state);
    }

    ViewReader<?, S> reader() {
        return reader;
    }
}
