package dev.danta.node.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/** Makes a folder look as if a later version had written it. */
final class LaterFormat {
    private LaterFormat() {}

    static void write(Path folder) {
        try (Env<ByteBuffer> env =
                Env.create().setMapSize(1 << 24).setMaxDbs(Tables.COUNT).open(folder.toFile(), EnvFlags.MDB_NOTLS)) {
            Dbi<ByteBuffer> meta = env.openDbi("meta");
            ByteBuffer key = ByteBuffer.allocateDirect(16);
            ByteBuffer value = ByteBuffer.allocateDirect(8);
            meta.put(
                    key.put("format".getBytes(StandardCharsets.UTF_8)).flip(),
                    value.putLong(FolderFacts.FORMAT + 1).flip());
        }
    }
}
