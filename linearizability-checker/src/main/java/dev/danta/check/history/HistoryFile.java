package dev.danta.check.history;

import dev.danta.check.History;
import dev.danta.check.Operation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What reading a file gave.
 *
 * @param header the first line, or null if the file has none
 * @param history the operations
 * @param events lines that hold an event
 * @param observed events of observers, which were passed over
 * @param failed operations that certainly did not happen, and are no part of the history; without answers
 * @param torn the line, from 1, at which the file breaks off, or null if it is whole
 */
public record HistoryFile<I, O>(
        @Nullable HistoryHeader header,
        History<I, O> history,
        long events,
        long observed,
        List<Operation<I, O>> failed,
        @Nullable Long torn) {
    public HistoryFile {
        failed = List.copyOf(failed);
    }

    /** What the file says about itself. */
    public Optional<HistoryHeader> headerIfPresent() {
        return Optional.ofNullable(header);
    }

    /** Where the file breaks off, if it does. */
    public OptionalLong tornLine() {
        return torn == null ? OptionalLong.empty() : OptionalLong.of(torn);
    }
}
