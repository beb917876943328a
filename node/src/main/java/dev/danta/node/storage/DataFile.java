package dev.danta.node.storage;

import dev.danta.ir.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The file that LMDB maps, as a file: its length is held against what LMDB believes it to be, because touching a mapped
 * page that is not in the file kills the process.
 *
 * <p>A healthy file could be shorter than LMDB's page count says, too: pages that a transaction takes at the file's end and
 * gives back in the same breath are counted and not written. So that a short file always means a damaged one, the file is
 * kept longer than its pages by {@link #SLACK_BYTES}, unwritten and therefore without taking space.
 */
final class DataFile implements AutoCloseable {
    static final String NAME = "data.mdb";
    private static final long SLACK_BYTES = 64L << 20;

    private final Path path;
    private final FileChannel channel;

    private DataFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Path in(Path folder) {
        return folder.resolve(NAME);
    }

    /** The length of the file in {@code folder}, 0 if there is none. */
    static long lengthIn(Path folder) {
        Path path = in(folder);
        try {
            return Files.exists(path) ? Files.size(path) : 0;
        } catch (IOException unreadable) {
            throw new StorageException(path + " cannot be read: " + FileTrouble.reason(unreadable), unreadable);
        }
    }

    static DataFile open(Path folder) {
        Path path = in(folder);
        try {
            return new DataFile(path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException unusable) {
            throw new StorageException(path + " cannot be opened: " + FileTrouble.reason(unusable), unusable);
        }
    }

    /** @throws StorageException if the file does not hold {@code pages} of {@code pageBytes} each */
    void requirePages(long pages, long pageBytes) {
        long length = length();
        if (length < pages * pageBytes) {
            throw new StorageException(path + " is truncated: it has " + length + " bytes, and its " + pages
                    + " pages take " + pages * pageBytes);
        }
    }

    /** Lengthens the file when less than half of the slack is left behind its {@code pages}. */
    void keepSlack(long pages, long pageBytes) {
        long used = pages * pageBytes;
        if (length() - used >= SLACK_BYTES / 2) {
            return;
        }
        try {
            channel.write(ByteBuffer.allocate(1), used + SLACK_BYTES - 1);
        } catch (IOException full) {
            throw new StorageException(path + " cannot be lengthened: " + FileTrouble.reason(full), full);
        }
    }

    private long length() {
        try {
            return channel.size();
        } catch (IOException unreadable) {
            throw new StorageException(path + " cannot be read: " + FileTrouble.reason(unreadable), unreadable);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException lost) {
            throw new StorageException(path + " cannot be closed: " + FileTrouble.reason(lost), lost);
        }
    }
}
