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
 * @param starts how often it was opened before
 * @param clean whether it was closed in good order since it was last opened
 */
record FolderFacts(int format, ReplicaIdentity identity, long incarnation, long starts, boolean clean) {
    /** Raised whenever an older version could not read what is stored. */
    static final int FORMAT = 1;

    private static final byte[] FORMAT_KEY = name("format");
    private static final byte[] CLUSTER_KEY = name("cluster");
    private static final byte[] SHARD_KEY = name("shard");
    private static final byte[] REPLICA_KEY = name("replica");
    private static final byte[] INCARNATION_KEY = name("incarnation");
    private static final byte[] STARTS_KEY = name("starts");
    private static final byte[] CLEAN_KEY = name("clean");

    static FolderFacts fresh(ReplicaIdentity identity) {
        return new FolderFacts(FORMAT, identity, new SecureRandom().nextLong(), 0, true);
    }

    /** The facts kept in {@code meta}, or null if it is empty. */
    static @Nullable FolderFacts read(Reader reader, Path folder) {
        byte[] format = reader.meta(FORMAT_KEY);
        if (format == null) {
            return null;
        }
        if (number(format) != FORMAT) {
            throw new StorageException("the data folder " + folder + " has format " + number(format)
                    + ", and this version reads format " + FORMAT + " only");
        }
        ReplicaIdentity identity = new ReplicaIdentity(
                new String(required(reader, CLUSTER_KEY, folder), StandardCharsets.UTF_8),
                new ShardId((int) number(required(reader, SHARD_KEY, folder))),
                new ReplicaId((int) number(required(reader, REPLICA_KEY, folder))));
        return new FolderFacts(
                FORMAT,
                identity,
                number(required(reader, INCARNATION_KEY, folder)),
                number(required(reader, STARTS_KEY, folder)),
                number(required(reader, CLEAN_KEY, folder)) != 0);
    }

    void write(Batch batch) {
        batch.putMeta(FORMAT_KEY, bytes(format));
        batch.putMeta(CLUSTER_KEY, name(identity.cluster()));
        batch.putMeta(SHARD_KEY, bytes(identity.shard().number()));
        batch.putMeta(REPLICA_KEY, bytes(identity.replica().number()));
        batch.putMeta(INCARNATION_KEY, bytes(incarnation));
        batch.putMeta(STARTS_KEY, bytes(starts));
        batch.putMeta(CLEAN_KEY, bytes(clean ? 1 : 0));
    }

    /** @throws StorageException if the folder is somebody else's */
    void requireOwner(ReplicaIdentity wanted, Path folder) {
        if (!identity.equals(wanted)) {
            throw new StorageException("the data folder " + folder + " belongs to " + identity + ", not to " + wanted);
        }
    }

    FolderFacts started() {
        return new FolderFacts(format, identity, incarnation, starts + 1, false);
    }

    FolderFacts closed() {
        return new FolderFacts(format, identity, incarnation, starts, true);
    }

    private static byte[] required(Reader reader, byte[] name, Path folder) {
        byte[] fact = reader.meta(name);
        if (fact == null) {
            throw new StorageException("the data folder " + folder + " is damaged: it does not say its "
                    + new String(name, StandardCharsets.UTF_8));
        }
        return fact;
    }

    private static byte[] name(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] fact) {
        return fact.length == Long.BYTES ? ByteBuffer.wrap(fact).getLong() : -1;
    }
}
