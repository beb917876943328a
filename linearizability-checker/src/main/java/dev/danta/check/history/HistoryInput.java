package dev.danta.check.history;

import dev.danta.check.MalformedHistoryException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * One history that is about to be read: its first event is looked at, so that whoever reads it can choose a codec by the
 * header, of a stream that can be read only once too. Owned by one thread.
 */
public final class HistoryInput implements Closeable {
    /** After so many events those who watch are told. */
    private static final int TOLD_EVERY = 1 << 12;

    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    private final InputStream in;
    private final EventSource source;
    private @Nullable HistoryEvent first;
    private boolean taken;
    private long read;
    private LongConsumer observer = events -> {};

    private HistoryInput(InputStream in) throws IOException {
        this.in = in;
        this.source = Formats.open(in);
        this.first = source.next();
    }

    /**
     * Opens a file, compressed if its name ends in {@code .gz}.
     *
     * @throws MalformedHistoryException if its beginning is not that of a history
     * @throws IOException if it cannot be read at all
     */
    public static HistoryInput open(Path file) throws IOException {
        return closingOnFailure(file.toString().endsWith(".gz") ? unpacked(file) : plain(file));
    }

    /** Opens a stream, compressed or not; closing the input closes the stream. */
    public static HistoryInput open(InputStream stream) throws IOException {
        PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(stream), 2);
        byte[] magic = in.readNBytes(2);
        in.unread(magic);
        boolean packed = magic.length == 2
                && Byte.toUnsignedInt(magic[0]) == GZIP_FIRST
                && Byte.toUnsignedInt(magic[1]) == GZIP_SECOND;
        return closingOnFailure(packed ? unpacked(in) : in);
    }

    private static HistoryInput closingOnFailure(InputStream in) throws IOException {
        try {
            return new HistoryInput(in);
        } catch (IOException | RuntimeException unreadable) {
            in.close();
            throw unreadable;
        }
    }

    /** What the first line says about the rest. */
    public Optional<HistoryHeader> header() {
        return Optional.ofNullable(source.header());
    }

    /**
     * Reads everything, once.
     *
     * @throws MalformedHistoryException if it is not a history of this codec's model
     */
    public <I, O> HistoryFile<I, O> read(OperationCodec<I, O> codec) throws IOException {
        demandModel(codec);
        EventPairing<I, O> pairing = new EventPairing<>(codec);
        events(pairing::add);
        return pairing.finish(source.header(), source.tornAt());
    }

    /** What is done with each event. */
    @FunctionalInterface
    interface EventUse {
        /** Is given the next event. */
        void take(HistoryEvent event) throws IOException;
    }

    /**
     * Reads everything, once, and makes nothing of it.
     *
     * @return how many events there were
     */
    long events(EventUse use) throws IOException {
        if (taken) {
            throw new IllegalStateException("a history is read once");
        }
        taken = true;
        HistoryEvent event = first;
        first = null;
        while (event != null) {
            use.take(event);
            if (++read % TOLD_EVERY == 0) {
                observer.accept(read);
            }
            event = source.next();
        }
        return read;
    }

    /** Has somebody told now and then how many events have been read; before reading, in the thread that reads. */
    public HistoryInput observedBy(LongConsumer newObserver) {
        observer = newObserver;
        return this;
    }

    /** What it is written in. */
    public HistoryFormat format() {
        return source.format();
    }

    /** The line at which it breaks off, if it does; known when all has been read. */
    OptionalLong tornLine() {
        Long torn = source.tornAt();
        return torn == null ? OptionalLong.empty() : OptionalLong.of(torn);
    }

    private void demandModel(OperationCodec<?, ?> codec) {
        HistoryHeader header = source.header();
        if (header != null && !codec.accepts(header.model())) {
            throw new MalformedHistoryException(1, "a history of " + header.model() + ", not of " + codec.model());
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static InputStream plain(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }

    private static InputStream unpacked(Path file) throws IOException {
        return unpacked(plain(file));
    }

    private static InputStream unpacked(InputStream plain) throws IOException {
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
