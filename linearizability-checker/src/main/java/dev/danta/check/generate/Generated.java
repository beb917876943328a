package dev.danta.check.generate;

import dev.danta.check.History;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.OperationCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A generated history, and how it is written.
 *
 * @param header says what it is of and how it begins, so that it can be judged without options
 */
public record Generated<I, O>(HistoryHeader header, OperationCodec<I, O> codec, History<I, O> history) {
    /** Writes it to a file. */
    public void write(Path file) throws IOException {
        HistoryWriter.write(file, header, codec, history);
    }

    /** Writes it to a stream, which stays open. */
    public void write(OutputStream out) throws IOException {
        HistoryWriter.write(out, header, codec, history);
    }
}
