package dev.danta.node.storage;

import static dev.danta.node.storage.StorageContract.at;
import static dev.danta.node.storage.StorageContract.key;
import static dev.danta.node.storage.StorageContract.register;
import static dev.danta.node.storage.StorageContract.voted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.runtime.StorageException;
import dev.danta.node.ChildProcess;
import dev.danta.occ.Version;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real process, killed while it writes. This does not show what a loss of power does: the system's cache survives. */
@Timeout(120)
final class CrashTest {
    private static final String COMMITTED = "committed ";

    @TempDir
    private Path parent;

    private LmdbReplicaStore open() {
        return LmdbReplicaStore.open(parent.resolve("shard-0"), LmdbReplicaStoreTest.IDENTITY, StoreSettings.DEFAULT);
    }

    @Test
    void whatWasAcknowledgedIsThereAfterAKillAndBatchesAreWhole() throws IOException {
        int acknowledged = 0;
        for (int round = 1; round <= 3; round++) {
            acknowledged = writeAndKill(acknowledged);
            try (LmdbReplicaStore store = open()) {
                assertThat(store.wasClosedCleanly()).isFalse();
                requireEverything(store, acknowledged);
            }
        }
    }

    /** Returns the last batch that was said to be committed, in this round or an earlier one. */
    private int writeAndKill(int before) throws IOException {
        try (ChildProcess writer = ChildProcess.start(
                CrashingWriter.class, parent.resolve("shard-0").toString())) {
            int last = Integer.parseInt(writer.awaitLine(COMMITTED));
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(this::open)
                    .withMessageContaining("is in use by another process");
            while (last < before + 200) {
                last = Integer.parseInt(writer.awaitLine(COMMITTED));
            }
            List<String> unread = writer.kill();
            for (String line : unread) {
                // The last line may be cut off.
                if (line.startsWith(COMMITTED) && line.length() >= COMMITTED.length() + ("" + last).length()) {
                    last = Math.max(last, Integer.parseInt(line.substring(COMMITTED.length())));
                }
            }
            return Math.max(last, before);
        }
    }

    private static void requireEverything(LmdbReplicaStore store, int acknowledged) {
        for (int batch = 1; batch <= acknowledged; batch++) {
            assertThat(keysOf(store, batch)).isEqualTo(CrashingWriter.KEYS_PER_BATCH);
            assertThat(store.record(at(batch))).isEqualTo(voted(at(batch)));
        }
        // At most one more was under way: all of it is there or nothing.
        boolean onceMore = store.record(at(acknowledged + 1)) != null;
        assertThat(keysOf(store, acknowledged + 1)).isEqualTo(onceMore ? CrashingWriter.KEYS_PER_BATCH : 0);
        int last = onceMore ? acknowledged + 1 : acknowledged;
        assertThat(store.relaxed(key("last"))).isEqualTo(register(last, "" + last));
        assertThat(store.undecided()).hasSize(last);
    }

    private static int keysOf(LmdbReplicaStore store, int batch) {
        int there = 0;
        for (int i = 0; i < CrashingWriter.KEYS_PER_BATCH; i++) {
            Version newest = store.newest(key("batch-" + batch + "-" + i));
            there += newest.equals(Version.NEVER_THERE) ? 0 : 1;
        }
        return there;
    }
}
