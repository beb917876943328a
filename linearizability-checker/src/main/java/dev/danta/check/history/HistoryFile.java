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
 * @param observed events of observers, which are no part of the history
 * @param observations the first of them, at most {@link #OBSERVATIONS_MAX}
 * @param failed operations that certainly did not happen, and are no part of the history; without answers
 * @param torn the line, from 1, at which the file breaks off, or null if it is whole
 */
public record HistoryFile<I, O>(
        @Nullable HistoryHeader header,
        History<I, O> history,
        long events,
        long observed,
        List<Observation> observations,
        List<Operation<I, O>> failed,
        @Nullable Long torn) {
    /** How many events of observers are kept. */
    public static final int OBSERVATIONS_MAX = 1_000;

    /**
     * What an observer saw or did, such as a fault.
     *
     * @param at when, on the clock of the operations' stamps
     * @param line where it stands, from 1
     * @param what in words
     */
    public record Observation(long at, long line, String what) {}

    public HistoryFile {
        observations = List.copyOf(observations);
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
