package dev.danta.bench;

import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Who answers operations. Thread-safe.
 *
 * <p>A target may do its work in the calling thread and return when it is done: a load generator gives each client a
 * thread of its own.
 */
interface Target extends AutoCloseable {
    /**
     * Asks for one operation.
     *
     * @param tag goes with every value that is written, so that whoever reads it can say whose it is; different for each
     *     operation that writes, and not {@link Cell#INITIAL}, unless nobody will judge who has read what
     * @return completes with the answer within the target's own deadline, and exceptionally only for bugs
     */
    CompletionStage<Answer> submit(Operation operation, long tag);

    /** Attempts aborted up to now, by reason. */
    SortedMap<String, Long> aborts();

    /** Waits for what is still under way, within the target's own deadline. */
    @Override
    void close();
}
