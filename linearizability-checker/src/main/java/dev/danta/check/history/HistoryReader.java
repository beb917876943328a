package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads histories written as JSON Lines, as a JSON array, or as EDN: the formats are in the package's description, and a
 * stream's first characters tell which it is. Stateless and thread-safe.
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
        try (InputStream in = open(file)) {
            return read(in, codec);
        }
    }

    /** Reads a stream to its end; it stays open. */
    public static <I, O> HistoryFile<I, O> read(InputStream in, OperationCodec<I, O> codec) throws IOException {
        EventSource source = Formats.open(in);
        EventPairing<I, O> pairing = new EventPairing<>(codec);
        for (HistoryEvent event = source.next(); event != null; event = source.next()) {
            demandModel(source.header(), codec);
            pairing.add(event);
        }
        demandModel(source.header(), codec);
        return pairing.finish(source.header(), source.tornAt());
    }

    private static void demandModel(@Nullable HistoryHeader header, OperationCodec<?, ?> codec) {
        if (header != null && !header.model().equals(codec.model())) {
            throw new MalformedHistoryException(1, "a history of " + header.model() + ", not of " + codec.model());
        }
    }

    /**
     * Reads the first line alone, to find out what a file is.
     *
     * @return its header, or empty if it has none
     */
    public static Optional<HistoryHeader> header(Path file) throws IOException {
        try (InputStream in = open(file)) {
            EventSource source = Formats.open(in);
            source.next();
            return Optional.ofNullable(source.header());
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream plain = new BufferedInputStream(Files.newInputStream(file));
        if (!file.toString().endsWith(".gz")) {
            return plain;
        }
        try {
            // Not buffered again: a buffer forgets what it has read when the stream breaks off under it.
            return new GZIPInputStream(plain, 1 << 16);
        } catch (EOFException tornAtOnce) {
            plain.close();
            return new BrokenOff();
        } catch (ZipException notCompressed) {
            plain.close();
            throw new MalformedHistoryException(1, "not compressed, whatever the name says", notCompressed);
        } catch (IOException unreadable) {
            plain.close();
            throw unreadable;
        }
    }

    /** What is left of a compressed file that ends within its own first bytes. */
    private static final class BrokenOff extends InputStream {
        @Override
        public int read() throws IOException {
            throw new EOFException("compressed file breaks off");
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return read();
        }
    }
}
