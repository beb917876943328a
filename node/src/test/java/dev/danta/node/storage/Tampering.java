package dev.danta.node.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/** Changes a folder behind the store's back. */
public final class Tampering {
    private Tampering() {}

    /** Makes it look as if a later version had written it. */
    static void writeLaterFormat(Path folder) {
        byte[] later = new byte[Long.BYTES];
        ByteBuffer.wrap(later).putLong(FolderFacts.FORMAT + 1);
        put(folder, "meta", "format", later);
    }

    /** Puts something unreadable in the place of a relaxed value. */
    public static void spoilRelaxed(Path folder, String key) {
        put(folder, "relaxed", key, new byte[] {-1, -1, -1});
    }

    private static void put(Path folder, String table, String name, byte[] content) {
        try (Env<ByteBuffer> env =
                Env.create().setMapSize(1 << 24).setMaxDbs(Tables.COUNT).open(folder.toFile(), EnvFlags.MDB_NOTLS)) {
            ByteBuffer key = ByteBuffer.allocateDirect(64);
            ByteBuffer value = ByteBuffer.allocateDirect(64);
            env.openDbi(table)
                    .put(
                            key.put(name.getBytes(StandardCharsets.UTF_8)).flip(),
                            value.put(content).flip());
        }
    }
}
