package dev.danta.node.storage;

import dev.danta.ir.runtime.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive use of a folder, against other processes and within this one. LMDB itself would open a folder twice without
 * a word and damage it.
 */
final class FolderClaim implements AutoCloseable {
    private static final String LOCK_FILE = "danta.lock";

    /**
     * The folders that this process has claimed. The lock file alone does not do: within one process, opening and closing
     * it a second time gives away the lock that the first one holds.
     */
    private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderClaim(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Claims {@code folder}, which is created if it is not there.
     *
     * @throws StorageException if it cannot be created or written, or is in use
     */
    static FolderClaim of(Path wanted) {
        Path folder = created(wanted);
        if (!CLAIMED.add(folder)) {
            throw new StorageException("the data folder " + folder + " is in use by this same process");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(folder.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new StorageException("the data folder " + folder + " is in use by another process");
            }
            return new FolderClaim(folder, channel);
        } catch (IOException notWritable) {
            release(folder, channel);
            throw new StorageException(
                    "the data folder " + folder + " cannot be written: " + FileTrouble.reason(notWritable),
                    notWritable);
        } catch (StorageException inUse) {
            release(folder, channel);
            throw inUse;
        }
    }

    private static Path created(Path wanted) {
        try {
            return Files.createDirectories(wanted).toRealPath();
        } catch (IOException notCreated) {
            throw new StorageException(
                    "the data folder " + wanted + " cannot be created: " + FileTrouble.reason(notCreated), notCreated);
        }
    }

    /** The folder without links and relative parts. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        release(folder, channel);
    }

    private static void release(Path folder, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException lost) {
            throw new StorageException(
                    "the lock of the data folder " + folder + " cannot be released: " + FileTrouble.reason(lost), lost);
        } finally {
            CLAIMED.remove(folder);
        }
    }
}
