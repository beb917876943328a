package dev.danta.config.raft;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.state.ClusterState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** The last configuration that a node has known, in a file of its own. */
final class KnownFile {
    private static final int SUM_BYTES = 8;

    private final Path file;

    KnownFile(Path folder) {
        this.file = folder.resolve("known");
    }

    /**
     * What is in it, or {@link ClusterState#NONE} if there is none.
     *
     * @throws IOException with a sentence, if it cannot be read
     */
    ClusterState read() throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return ClusterState.NONE;
        }
        if (content.length < SUM_BYTES) {
            throw new IOException(file + " is too short to be a configuration");
        }
        byte[] encoded = Arrays.copyOfRange(content, SUM_BYTES, content.length);
        if (ByteBuffer.wrap(content).getLong() != sum(encoded)) {
            throw new IOException(file + " is damaged: its sum is wrong");
        }
        try {
            return ConfigCodec.decodeState(encoded);
        } catch (MalformedConfigException malformed) {
            throw new IOException(file + " cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    void write(ClusterState state) throws IOException {
        byte[] encoded = ConfigCodec.encode(state);
        AtomicFile.write(
                file,
                ByteBuffer.allocate(SUM_BYTES + encoded.length)
                        .putLong(sum(encoded))
                        .put(encoded)
                        .array());
    }

    private static long sum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }
}
