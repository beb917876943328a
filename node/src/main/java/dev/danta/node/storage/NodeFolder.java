package dev.danta.node.storage;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A node's folder: claimed for one process, with the {@link NodeFacts} that say whose it is. Every start on it is counted and
 * on the disk before anybody is asked whether the process may go on. Not thread-safe.
 */
public final class NodeFolder implements AutoCloseable {
    private static final String FACTS_FILE = "node.identity";
    private static final String SHARD_PREFIX = "shard-";
    private static final String RELEASED = "released";

    private final FolderClaim claim;
    private NodeFacts facts;

    private NodeFolder(FolderClaim claim, NodeFacts facts) {
        this.claim = claim;
        this.facts = facts;
    }

    /**
     * Claims {@code wanted}, which is created if it is not there, and counts a start on it.
     *
     * @throws StorageException if it cannot be written, is in use, is damaged, or is another node's
     */
    public static NodeFolder open(Path wanted, ReplicaId node) {
        FolderClaim claim = FolderClaim.of(wanted);
        try {
            Path file = claim.folder().resolve(FACTS_FILE);
            NodeFacts kept;
            if (Files.exists(file)) {
                kept = NodeFacts.parse(file.toString(), read(file));
            } else {
                requireNoStores(claim.folder());
                kept = NodeFacts.fresh(node);
            }
            if (!kept.node().equals(node)) {
                throw new StorageException("the data folder " + claim.folder() + " belongs to node "
                        + kept.node().number() + ", not to node " + node.number());
            }
            NodeFolder folder = new NodeFolder(claim, kept);
            folder.keep(kept.started());
            folder.deleteReleased();
            return folder;
        } catch (RuntimeException unusable) {
            claim.close();
            throw unusable;
        }
    }

    /**
     * Claims a folder that is a node's, without starting on it.
     *
     * @throws StorageException if it is none, is in use, or is damaged
     */
    public static NodeFolder visit(Path folder) {
        Path file = folder.resolve(FACTS_FILE);
        if (!Files.exists(file)) {
            throw new StorageException(folder + " is not a node's folder: there is no " + FACTS_FILE + " in it");
        }
        FolderClaim claim = FolderClaim.of(folder);
        try {
            return new NodeFolder(claim, NodeFacts.parse(file.toString(), read(file)));
        } catch (RuntimeException unusable) {
            claim.close();
            throw unusable;
        }
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new StorageException(file + " cannot be read: " + FileTrouble.reason(unreadable), unreadable);
        }
    }

    private static void requireNoStores(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.anyMatch(entry -> entry.getFileName().toString().startsWith(SHARD_PREFIX))) {
                throw new StorageException(
                        "the data folder " + folder + " has stores of shards, but " + FACTS_FILE + " is missing");
            }
        } catch (IOException unreadable) {
            throw new StorageException(folder + " cannot be read: " + FileTrouble.reason(unreadable), unreadable);
        }
    }

    /** What the folder says of itself now. */
    public NodeFacts facts() {
        return facts;
    }

    /** Keeps {@code now}; on the disk when this returns. */
    public void keep(NodeFacts now) {
        Path file = path().resolve(FACTS_FILE);
        Path fresh = path().resolve(FACTS_FILE + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer text = ByteBuffer.wrap(now.text().getBytes(StandardCharsets.UTF_8));
                while (text.hasRemaining()) {
                    channel.write(text);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(path());
        } catch (IOException notWritten) {
            throw new StorageException(file + " cannot be written: " + FileTrouble.reason(notWritten), notWritten);
        }
        facts = now;
    }

    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The folder itself, without links and relative parts. */
    public Path path() {
        return claim.folder();
    }

    /** Where the store of a shard is, or would be. */
    public Path shard(int number) {
        return path().resolve(SHARD_PREFIX + number);
    }

    /** Whether there is a store of a shard, or what is left of one. */
    public boolean hasShard(int number) {
        return Files.exists(shard(number));
    }

    /**
     * Deletes the store of a shard, which must be closed.
     *
     * @throws StorageException if not all of it can be deleted
     */
    public void deleteShard(int number) {
        Path folder = shard(number);
        if (!Files.exists(folder)) {
            return;
        }
        try {
            // What is left of it if the process dies meanwhile is never taken for a store.
            Files.move(folder, path().resolve(RELEASED), StandardCopyOption.ATOMIC_MOVE);
            syncFolder(path());
        } catch (IOException notMoved) {
            throw new StorageException(folder + " cannot be deleted: " + FileTrouble.reason(notMoved), notMoved);
        }
        deleteReleased();
    }

    private void deleteReleased() {
        try {
            deleteAll(path().resolve(RELEASED));
        } catch (IOException notDeleted) {
            throw new StorageException(
                    path().resolve(RELEASED) + " cannot be deleted: " + FileTrouble.reason(notDeleted), notDeleted);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : deepestFirst) {
            Files.delete(one);
        }
    }

    @Override
    public void close() {
        claim.close();
    }
}
