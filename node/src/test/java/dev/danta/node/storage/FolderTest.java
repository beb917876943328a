package dev.danta.node.storage;

import static dev.danta.node.storage.LmdbReplicaStoreTest.IDENTITY;
import static dev.danta.node.storage.StorageContract.at;
import static dev.danta.node.storage.StorageContract.key;
import static dev.danta.node.storage.StorageContract.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.txn.participant.PutVersion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a folder that cannot be used; none of it may be an error of LMDB's own, let alone the end of the JVM. */
final class FolderTest {
    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void nameFolder() throws IOException {
        folder = parent.toRealPath().resolve("deep/shard-0");
    }

    private LmdbReplicaStore open() {
        return LmdbReplicaStore.open(folder, IDENTITY, StoreSettings.DEFAULT);
    }

    private void fill(int keys) {
        try (LmdbReplicaStore store = open()) {
            for (int i = 0; i < keys; i++) {
                store.apply(new PutVersion(key("key-" + i), version(at(1), "value " + i)));
            }
            store.commit();
        }
    }

    private void refused(String complaint) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::open)
                .withMessageContaining(folder.toString())
                .withMessageContaining(complaint)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
    }

    @Test
    void aFolderIsCreated() {
        fill(1);
        assertThat(folder.resolve(DataFile.NAME)).exists();
    }

    @Test
    void nothingOfTheNativeLibraryStaysBehind() {
        fill(1);
        assertThat(folder.resolve("native")).doesNotExist();
    }

    @Test
    void aFileInThePlaceOfTheFolder() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "not a folder");
        refused("a file stands in its place");
    }

    @Test
    void aFileInThePlaceOfTheFoldersParent() throws IOException {
        Files.writeString(folder.getParent(), "not a folder");
        refused("cannot be created");
    }

    /** Even the administrator cannot write a file where a folder stands. */
    @Test
    void aFolderThatCannotBeWritten() throws IOException {
        Files.createDirectories(folder.resolve("danta.lock"));
        refused("cannot be written");
    }

    @Test
    void aFolderInUseByThisProcess() {
        try (LmdbReplicaStore first = open()) {
            refused("in use by this same process");
            first.apply(new PutVersion(key("a"), version(at(1), "one")));
            first.commit();
        }
        open().close();
    }

    @Test
    void aFolderInUseUnderAnotherName() throws IOException {
        try (LmdbReplicaStore first = open()) {
            Path link = Files.createSymbolicLink(parent.resolve("link"), first.folder());
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> LmdbReplicaStore.open(link, IDENTITY, StoreSettings.DEFAULT))
                    .withMessageContaining("in use by this same process");
        }
    }

    @Test
    void theFolderOfAnotherCluster() {
        fill(1);
        ReplicaIdentity wanted = new ReplicaIdentity("elsewhere", IDENTITY.shard(), IDENTITY.replica());
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> LmdbReplicaStore.open(folder, wanted, StoreSettings.DEFAULT))
                .withMessageContaining(folder.toString())
                .withMessageContaining("belongs to shard 0 of node 1 in cluster test, not to")
                .withMessageContaining("elsewhere");
    }

    @Test
    void theFolderOfAnotherReplicaOrShard() {
        fill(1);
        for (ReplicaIdentity wanted : new ReplicaIdentity[] {
            new ReplicaIdentity("test", new ShardId(1), new ReplicaId(1)),
            new ReplicaIdentity("test", new ShardId(0), new ReplicaId(2))
        }) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> LmdbReplicaStore.open(folder, wanted, StoreSettings.DEFAULT))
                    .withMessageContaining("belongs to shard 0 of node 1");
        }
        open().close();
    }

    @Test
    void aTruncatedFile() throws IOException {
        fill(10_000);
        truncate(20 * 4096L);
        refused("is truncated");
    }

    @Test
    void aFileTruncatedWithinItsFirstPages() throws IOException {
        fill(1);
        truncate(4096 + 512);
        refused("data.mdb");
        truncate(100);
        refused("");
    }

    @Test
    void aFileOfWhichNothingIsLeft() throws IOException {
        fill(1);
        truncate(0);
        refused("is missing or empty");
        Files.delete(folder.resolve(DataFile.NAME));
        refused("is missing or empty");
    }

    @Test
    void aFileThatIsSomethingElse() throws IOException {
        fill(1);
        Files.writeString(folder.resolve(DataFile.NAME), "something else ".repeat(10_000));
        refused("cannot be opened");
    }

    @Test
    void aFileOfALaterFormat() {
        try (LmdbReplicaStore store = open()) {
            assertThat(store.folder()).isEqualTo(folder);
        }
        Tampering.writeLaterFormat(folder);
        refused("has format 2, and this version reads format 1 only");
    }

    /** Otherwise a sound file that lost its unused end would be called truncated, or a truncated one sound. */
    @Test
    void aFileIsLongerThanItsPagesAndMayLoseOnlyWhatIsUnused() throws IOException {
        fill(10_000);
        long length = Files.size(folder.resolve(DataFile.NAME));
        truncate(length - 1_000_000);
        open().close();
        assertThat(Files.size(folder.resolve(DataFile.NAME))).isGreaterThan(30L << 20);
    }

    private void truncate(long length) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(DataFile.NAME), StandardOpenOption.WRITE)) {
            file.truncate(length);
        }
    }
}
