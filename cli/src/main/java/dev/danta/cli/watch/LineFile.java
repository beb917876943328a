package dev.danta.cli.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are appended to a file, and a cursor that is kept in another once they are on the disk: whoever goes on from the cursor
 * may write lines again, and leaves none out. For one thread, and one process at a time.
 */
public final class LineFile implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 13;

    private final FileChannel lines;
    private final @Nullable Path cursorFile;
    private String kept = "";

    private LineFile(FileChannel lines, @Nullable Path cursorFile) {
        this.lines = lines;
        this.cursorFile = cursorFile;
    }

    /**
     * Opens a file, which is created if it is not there; a last line that was not written to its end is taken back.
     *
     * @throws UncheckedIOException if it cannot be written, or another process writes it
     */
    public static LineFile open(Path file, @Nullable Path cursorFile) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(channel, file);
                channel.truncate(wholeLines(channel));
                channel.position(channel.size());
            } catch (IOException unusable) {
                channel.close();
                throw unusable;
            }
            return new LineFile(channel, cursorFile);
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }

    /** What a cursor file says; empty if there is none. */
    public static Optional<String> cursorIn(Path cursorFile) {
        try {
            return Files.exists(cursorFile)
                    ? Optional.of(Files.readString(cursorFile).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** It is held until the channel is closed. */
    private static void lock(FileChannel channel, Path file) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException here) {
            lock = null;
        }
        if (lock == null) {
            throw new FileSystemException(file.toString(), null, "another process writes it");
        }
    }

    /** How many bytes the lines take that have an end. */
    private static long wholeLines(FileChannel channel) throws IOException {
        long end = channel.size();
        while (end > 0) {
            int size = (int) Math.min(BLOCK_BYTES, end);
            ByteBuffer block = ByteBuffer.allocate(size);
            while (block.hasRemaining() && channel.read(block, end - size + block.position()) >= 0) {
                // All of it is wanted.
            }
            for (int i = size - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return end - size + i + 1;
                }
            }
            end -= size;
        }
        return 0;
    }

    /**
     * Appends lines, which are on the disk when this returns, and then keeps the cursor, if there is one to be kept.
     *
     * @throws UncheckedIOException if they cannot be written
     */
    public void append(List<String> more, String cursor) {
        try {
            if (!more.isEmpty()) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(String.join("\n", more) + "\n");
                while (bytes.hasRemaining()) {
                    lines.write(bytes);
                }
                lines.force(false);
            }
            if (cursorFile != null && !cursor.isEmpty() && !cursor.equals(kept)) {
                keep(cursorFile, cursor);
                kept = cursor;
            }
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static void keep(Path file, String cursor) throws IOException {
        Path whole = file.toAbsolutePath();
        Path next = whole.resolveSibling(whole.getFileName() + ".next");
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(cursor + "\n");
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(whole.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException unusable) {
            throw new UncheckedIOException(unusable);
        }
    }
}
