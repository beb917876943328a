package dev.danta.node.storage;

import dev.danta.ir.runtime.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Meta;

/**
 * Loads LMDB's native code. It is unpacked into a file, by default in the system's temporary folder and removed only when
 * the process ends in good order, so that each killed process leaves one behind. Here it is unpacked below the data folder
 * and its name is removed as soon as it is loaded.
 */
final class NativeLibrary {
    private static final String LMDB_FOLDER = "lmdbjava.extract.dir";
    private static final String JFFI_FOLDER = "jffi.extract.dir";

    private NativeLibrary() {}

    /**
     * Loads the library unless that was done, or its place was chosen by who started the process.
     *
     * @throws StorageException if it cannot be unpacked or loaded
     */
    static synchronized void load(Path dataFolder) {
        if (System.getProperty(LMDB_FOLDER) != null) {
            return;
        }
        Path unpacked = dataFolder.resolve("native");
        try {
            Files.createDirectories(unpacked);
            System.setProperty(LMDB_FOLDER, unpacked.toString());
            System.setProperty(JFFI_FOLDER, unpacked.toString());
            loadNow();
            removeFiles(unpacked);
        } catch (IOException notUnpacked) {
            throw new StorageException(
                    "LMDB's native library cannot be unpacked into " + unpacked + ": "
                            + FileTrouble.reason(notUnpacked),
                    notUnpacked);
        }
    }

    private static void loadNow() {
        try {
            Meta.version();
            // Its static part wants the JDK opened; fail here, with a sentence, and not at the first read.
            Objects.requireNonNull(ByteBufferProxy.PROXY_OPTIMAL);
        } catch (LinkageError notLoaded) {
            throw new StorageException(
                    "LMDB's native library cannot be loaded (does Java run with --add-opens java.base/java.nio=ALL-UNNAMED"
                            + " --add-opens java.base/sun.nio.ch=ALL-UNNAMED?): " + notLoaded,
                    notLoaded);
        }
    }

    private static void removeFiles(Path unpacked) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(unpacked)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(unpacked);
    }
}
