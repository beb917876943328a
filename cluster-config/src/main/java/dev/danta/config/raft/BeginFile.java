package dev.danta.config.raft;

import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.codec.RequestCodec;
import dev.danta.config.state.ClusterRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The request with which a node is to begin a group, kept until that has been done: a process may die in between. */
final class BeginFile {
    private final Path file;

    BeginFile(Path folder) {
        this.file = folder.resolve("begin");
    }

    Optional<ClusterRequest> read() throws IOException {
        try {
            return Optional.of(RequestCodec.decode(Files.readAllBytes(file)));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedConfigException malformed) {
            throw new IOException(file + " cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    void write(ClusterRequest request) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.write(file, RequestCodec.encode(request));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
