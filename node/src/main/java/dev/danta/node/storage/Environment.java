package dev.danta.node.storage;

import dev.danta.ir.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.LmdbException;

/**
 * A claimed folder and the LMDB environment in it. Knows nothing of threads: who uses it keeps everybody else out while it
 * is remapped or closed.
 */
final class Environment implements AutoCloseable {
    /** Remains when the data file is lost, so that a lost disk is not taken for a new one. */
    private static final String OWNER_FILE = "owner.txt";

    /** Read transactions besides the snapshots: the replica's own, and those of tools that look from outside. */
    private static final int OTHER_READERS = 64;

    private final FolderClaim claim;
    private final DataFile file;
    private final Env<ByteBuffer> env;
    private final Tables tables;
    private final FolderFacts before;
    private FolderFacts facts;
    private final long mapSizeBytesMax;
    private long mapSizeBytes;

    private Environment(
            FolderClaim claim,
            DataFile file,
            Env<ByteBuffer> env,
            Tables tables,
            FolderFacts before,
            FolderFacts facts,
            StoreSettings settings) {
        this.claim = claim;
        this.file = file;
        this.env = env;
        this.tables = tables;
        this.before = before;
        this.facts = facts;
        this.mapSizeBytesMax = settings.mapSizeBytesMax();
        this.mapSizeBytes = env.info().mapSize;
    }

    /** Opens what is in the folder, or creates it, and marks it as started. */
    static Environment open(Path wanted, ReplicaIdentity identity, StoreSettings settings, String boot) {
        FolderClaim claim = FolderClaim.of(wanted);
        try {
            requireWholeFolder(claim.folder());
            NativeLibrary.load(claim.folder());
            return openEnv(claim, identity, settings, boot);
        } catch (RuntimeException unusable) {
            claim.close();
            throw unusable;
        }
    }

    private static Environment openEnv(
            FolderClaim claim, ReplicaIdentity identity, StoreSettings settings, String boot) {
        Path folder = claim.folder();
        Env<ByteBuffer> env;
        boolean syncs = settings.durability() == Durability.SYNC;
        EnvFlags[] flags =
                syncs ? new EnvFlags[] {EnvFlags.MDB_NOTLS} : new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOSYNC};
        try {
            env = Env.create(ByteBufferProxy.PROXY_OPTIMAL)
                    .setMapSize(settings.mapSizeBytes())
                    .setMaxDbs(Tables.COUNT)
                    .setMaxReaders(settings.snapshotsMax() + OTHER_READERS)
                    .open(folder.toFile(), flags);
        } catch (LmdbException notOpened) {
            throw failure(folder, "cannot be opened", notOpened);
        }
        DataFile file = null;
        try {
            file = DataFile.open(folder);
            file.requirePages(pages(env), pageBytes(env));
            file.keepSlack(pages(env), pageBytes(env));
            Started started = start(env, folder, identity, syncs, boot);
            writeOwner(folder, identity);
            return new Environment(claim, file, env, started.tables, started.before, started.now, settings);
        } catch (LmdbException unreadable) {
            closeBoth(env, file);
            throw failure(folder, "cannot be read", unreadable);
        } catch (RuntimeException unusable) {
            closeBoth(env, file);
            throw unusable;
        }
    }

    private record Started(Tables tables, FolderFacts before, FolderFacts now) {}

    private static Started start(
            Env<ByteBuffer> env, Path folder, ReplicaIdentity identity, boolean syncs, String boot) {
        Started started;
        try (var txn = env.txnWrite()) {
            Tables tables = Tables.open(env, txn);
            Batch batch = new Batch(tables, txn, new Batch.WriteBuffers());
            FolderFacts kept = FolderFacts.read(batch.reader(), folder);
            FolderFacts before = kept == null ? FolderFacts.fresh(identity) : kept;
            before.requireOwner(identity, folder);
            before.requireNothingLost(boot, folder);
            FolderFacts now = before.started(syncs ? "" : boot);
            now.write(batch);
            batch.commit();
            started = new Started(tables, before, now);
        }
        // That it was opened without syncs must be known whatever becomes of the machine.
        env.sync(true);
        return started;
    }

    private static void requireWholeFolder(Path folder) {
        if (DataFile.lengthIn(folder) == 0 && Files.exists(folder.resolve(OWNER_FILE))) {
            throw new StorageException("the data folder " + folder + " has been used, but " + DataFile.in(folder)
                    + " is missing or empty");
        }
    }

    private static void writeOwner(Path folder, ReplicaIdentity identity) {
        Path owner = folder.resolve(OWNER_FILE);
        if (Files.exists(owner)) {
            return;
        }
        try {
            Files.writeString(owner, "Danta keeps " + identity + " here.\n");
        } catch (IOException notWritten) {
            throw new StorageException(owner + " cannot be written: " + FileTrouble.reason(notWritten), notWritten);
        }
    }

    Path folder() {
        return claim.folder();
    }

    Env<ByteBuffer> env() {
        return env;
    }

    Tables tables() {
        return tables;
    }

    /** What the folder said of itself before it was opened. */
    FolderFacts before() {
        return before;
    }

    /** What it says of itself now. */
    FolderFacts facts() {
        return facts;
    }

    /** @param written durably already */
    void now(FolderFacts written) {
        facts = written;
    }

    /** How many bytes of the file are in use. */
    long usedBytes() {
        return pages(env) * pageBytes(env);
    }

    /** Has everything that was committed so far on the disk when it returns. */
    void sync() {
        env.sync(true);
    }

    /** To be called after each commit. */
    void keepSlack() {
        file.keepSlack(pages(env), pageBytes(env));
    }

    /**
     * Doubles the map; no transaction may be open.
     *
     * @throws StorageException if it has its greatest size
     */
    void growMap() {
        if (mapSizeBytes >= mapSizeBytesMax) {
            throw new StorageException("the store in " + folder()
                    + " is full: its map has reached storage.map-size-max, " + mapSizeBytesMax + " bytes");
        }
        mapSizeBytes = Math.min(mapSizeBytes * 2, mapSizeBytesMax);
        env.setMapSize(mapSizeBytes);
    }

    /** What LMDB complained of, as a sentence that names the folder. */
    StorageException failure(String what, LmdbException complaint) {
        return failure(folder(), what, complaint);
    }

    private static StorageException failure(Path folder, String what, LmdbException complaint) {
        // "Platform constant error code: ENOSPC No space left on device (28)": the beginning helps nobody.
        String why = String.valueOf(complaint.getMessage()).replace("Platform constant error code: ", "");
        return new StorageException("the store in " + folder + " " + what + ": " + why, complaint);
    }

    @Override
    public void close() {
        try {
            closeBoth(env, file);
        } finally {
            claim.close();
        }
    }

    private static void closeBoth(Env<ByteBuffer> env, @Nullable DataFile file) {
        env.close();
        if (file != null) {
            file.close();
        }
    }

    private static long pages(Env<ByteBuffer> env) {
        return env.info().lastPageNumber + 1;
    }

    private static long pageBytes(Env<ByteBuffer> env) {
        return env.stat().pageSize;
    }
}
