package dev.danta.node.storage;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a folder says of itself.
 *
 * @param format of everything stored in it
 * @param identity whose state it is
 * @param incarnation drawn when the folder was created: a replica that lost its disk is not the same again
 * @param starts how many starts on it the configuration has answered, and one more if {@code life} is given
 * @param clean whether it was closed in good order since it was last opened
 * @param unsyncedSince the start of the machine, as {@link BootId} names it, in which it was last opened without syncs;
 *     empty if that was with syncs
 * @param life drawn for the last start, until the configuration has answered it; then null
 */
record FolderFacts(
        int format,
        ReplicaIdentity identity,
        long incarnation,
        long starts,
        boolean clean,
        String unsyncedSince,
        @Nullable Long life) {
    /** Raised whenever an older version could not read what is stored. */
    static final int FORMAT = 1;

    private static final String FORMAT_KEY = "format";
    private static final String CLUSTER_KEY = "cluster";
    private static final String SHARD_KEY = "shard";
    private static final String REPLICA_KEY = "replica";
    static final String INCARNATION_KEY = "incarnation";
    private static final String STARTS_KEY = "starts";
    private static final String CLEAN_KEY = "clean";
    private static final String UNSYNCED_KEY = "unsynced-since";
    private static final String LIFE_KEY = "life";

    static FolderFacts fresh(ReplicaIdentity identity) {
        return new FolderFacts(FORMAT, identity, new SecureRandom().nextLong(), 0, true, "", null);
    }

    /** The facts kept in {@code meta}, or null if it is empty. */
    static @Nullable FolderFacts read(Reader reader, Path folder) {
        byte[] format = reader.meta(utf8(FORMAT_KEY));
        if (format == null) {
            return null;
        }
        if (number(format) != FORMAT) {
            throw new StorageException("the data folder " + folder + " has format " + number(format)
                    + ", and this version reads format " + FORMAT + " only");
        }
        ReplicaIdentity identity = new ReplicaIdentity(
                new String(required(reader, CLUSTER_KEY, folder), StandardCharsets.UTF_8),
                new ShardId(count(reader, SHARD_KEY, 0, folder)),
                new ReplicaId(count(reader, REPLICA_KEY, 1, folder)));
        return new FolderFacts(
                FORMAT,
                identity,
                number(required(reader, INCARNATION_KEY, folder)),
                number(required(reader, STARTS_KEY, folder)),
                number(required(reader, CLEAN_KEY, folder)) != 0,
                text(reader.meta(utf8(UNSYNCED_KEY))),
                life(reader.meta(utf8(LIFE_KEY))));
    }

    private static @Nullable Long life(byte @Nullable [] fact) {
        return fact == null || fact.length != Long.BYTES ? null : number(fact);
    }

    void write(Batch batch) {
        put(batch, FORMAT_KEY, bytes(format));
        put(batch, CLUSTER_KEY, utf8(identity.cluster()));
        put(batch, SHARD_KEY, bytes(identity.shard().number()));
        put(batch, REPLICA_KEY, bytes(identity.replica().number()));
        put(batch, INCARNATION_KEY, bytes(incarnation));
        put(batch, STARTS_KEY, bytes(starts));
        put(batch, CLEAN_KEY, bytes(clean ? 1 : 0));
        put(batch, UNSYNCED_KEY, utf8(unsyncedSince));
        put(batch, LIFE_KEY, life == null ? new byte[0] : bytes(life));
    }

    private static void put(Batch batch, String name, byte[] fact) {
        batch.putMeta(utf8(name), fact);
    }

    /** @throws StorageException if the folder is somebody else's */
    void requireOwner(ReplicaIdentity wanted, Path folder) {
        if (!identity.equals(wanted)) {
            throw new StorageException("the data folder " + folder + " belongs to " + identity + ", not to " + wanted);
        }
    }

    /**
     * What a process left only to the operating system is gone when the machine has started anew since: promises and votes
     * among it, so that the replica could contradict itself (protocol.md 9).
     *
     * @param boot this start of the machine
     * @throws StorageException if acknowledged writes may be missing
     */
    void requireNothingLost(String boot, Path folder) {
        boolean sameBoot = unsyncedSince.equals(boot) && !boot.equals(BootId.UNKNOWN);
        if (!clean && !unsyncedSince.isEmpty() && !sameBoot) {
            throw new StorageException("the data folder " + folder + " was in use with storage.durability = \"nosync\""
                    + " when its machine stopped, so writes that it acknowledged may be missing and " + identity
                    + " must not vote again: remove the folder of the node and run: danta cluster replace "
                    + identity.replica().number());
        }
    }

    /**
     * A start that was not answered is made once more, not counted again: else an old copy could catch up with what was seen
     * of the disk by starting often.
     *
     * @param unsynced the start of the machine if it is opened without syncs, empty otherwise
     */
    FolderFacts started(String unsynced) {
        boolean isAgain = life != null;
        return new FolderFacts(
                format,
                identity,
                incarnation,
                isAgain ? starts : starts + 1,
                false,
                unsynced,
                isAgain ? life : Long.valueOf(new SecureRandom().nextLong()));
    }

    /** The configuration knows of the start. */
    FolderFacts answered() {
        return new FolderFacts(format, identity, incarnation, starts, clean, unsyncedSince, null);
    }

    FolderFacts closed() {
        return new FolderFacts(format, identity, incarnation, starts, true, "", life);
    }

    private static String text(byte @Nullable [] fact) {
        return fact == null ? "" : new String(fact, StandardCharsets.UTF_8);
    }

    private static byte[] required(Reader reader, String name, Path folder) {
        byte[] fact = reader.meta(utf8(name));
        if (fact == null) {
            throw damaged(name, folder);
        }
        return fact;
    }

    private static int count(Reader reader, String name, int least, Path folder) {
        long count = number(required(reader, name, folder));
        if (count < least || count > Integer.MAX_VALUE) {
            throw damaged(name, folder);
        }
        return (int) count;
    }

    private static StorageException damaged(String name, Path folder) {
        return new StorageException("the data folder " + folder + " is damaged: it does not say its " + name);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] fact) {
        return fact.length == Long.BYTES ? ByteBuffer.wrap(fact).getLong() : -1;
    }
}
