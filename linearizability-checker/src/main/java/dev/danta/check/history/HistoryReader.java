package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reads whole histories written as JSON Lines, as a JSON array, or as EDN: the formats are in the package's description,
 * and a stream's first characters tell which it is. Stateless and thread-safe.
 */
public final class HistoryReader {
    /** The longest line that is read, in bytes; in EDN the longest event, in characters. */
    public static final int LINE_BYTES_MAX = 1 << 20;

    private HistoryReader() {}

    /**
     * Reads a file, compressed if its name ends in {@code .gz}.
     *
     * @throws MalformedHistoryException if it is not a history of this codec's model
     * @throws IOException if it cannot be read at all
     */
    public static <I, O> HistoryFile<I, O> read(Path file, OperationCodec<I, O> codec) throws IOException {
        try (HistoryInput input = HistoryInput.open(file)) {
            return input.read(codec);
        }
    }

    /** What the first line of a file says about the rest, if it says anything. */
    public static Optional<HistoryHeader> header(Path file) throws IOException {
        try (HistoryInput input = HistoryInput.open(file)) {
            return input.header();
        }
    }

    /** Reads a stream to its end and closes it. */
    public static <I, O> HistoryFile<I, O> read(InputStream in, OperationCodec<I, O> codec) throws IOException {
        try (HistoryInput input = HistoryInput.open(in)) {
            return input.read(codec);
        }
    }
}
