package dev.danta.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.txn.participant.PutVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 9: whose data may have lost acknowledged writes does not vote under its old identity. */
final class DurabilityTest {
    private static final ReplicaIdentity IDENTITY = new ReplicaIdentity("test", new ShardId(3), new ReplicaId(2));
    private static final StoreSettings SYNC = StoreSettings.DEFAULT;
    private static final StoreSettings NOSYNC = new StoreSettings(1 << 20, 1 << 30, 8, Durability.NOSYNC);

    @TempDir
    private Path folder;

    private LmdbReplicaStore open(StoreSettings settings, String boot) {
        return LmdbReplicaStore.open(folder, IDENTITY, settings, boot);
    }

    private static void write(LmdbReplicaStore store, long time) {
        store.apply(new PutVersion(StorageContract.key("a"), StorageContract.version(StorageContract.at(time), "v")));
        store.commit();
    }

    private static void requireWritten(LmdbReplicaStore store, long time) {
        assertThat(store.newest(StorageContract.key("a")).timestamp()).isEqualTo(StorageContract.at(time));
    }

    private void refused(StoreSettings settings, String boot) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(settings, boot).close())
                .withMessageContaining(folder.toString())
                .withMessageContaining("nosync")
                .withMessageContaining("must not vote again: remove the folder")
                .withMessageNotContaining("\n");
    }

    @Test
    void withoutSyncsTheEndOfTheProcessLosesNothing() {
        LmdbReplicaStore first = open(NOSYNC, "boot-1");
        write(first, 1);
        first.abandon();
        try (LmdbReplicaStore second = open(NOSYNC, "boot-1")) {
            requireWritten(second, 1);
            assertThat(second.wasClosedCleanly()).isFalse();
            assertThat(second.earlierStarts()).isEqualTo(1);
        }
    }

    @Test
    void withoutSyncsTheEndOfTheMachineEndsTheReplica() {
        LmdbReplicaStore first = open(NOSYNC, "boot-1");
        write(first, 1);
        first.abandon();
        refused(NOSYNC, "boot-2");
        // Neither another attempt nor syncs from now on bring back what is lost.
        refused(SYNC, "boot-2");
        refused(NOSYNC, "boot-2");
    }

    @Test
    void whoLeftInGoodOrderMayComeBackAfterAnyRestart() {
        LmdbReplicaStore first = open(NOSYNC, "boot-1");
        write(first, 1);
        first.close();
        try (LmdbReplicaStore second = open(NOSYNC, "boot-2")) {
            requireWritten(second, 1);
        }
    }

    @Test
    void withSyncsTheEndOfTheMachineLosesNothing() {
        LmdbReplicaStore first = open(SYNC, "boot-1");
        write(first, 1);
        first.abandon();
        try (LmdbReplicaStore second = open(SYNC, "boot-2")) {
            requireWritten(second, 1);
        }
    }

    @Test
    void syncsMakeGoodWhatWasWrittenWithout() {
        LmdbReplicaStore first = open(NOSYNC, "boot-1");
        write(first, 1);
        first.abandon();
        open(SYNC, "boot-1").abandon();
        try (LmdbReplicaStore third = open(SYNC, "boot-2")) {
            requireWritten(third, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot-1", BootId.UNKNOWN})
    void whereTheMachineDoesNotTellItsStartsOnlyGoodOrderCounts(String boot) {
        LmdbReplicaStore first = open(NOSYNC, BootId.UNKNOWN);
        write(first, 1);
        first.close();
        LmdbReplicaStore second = open(NOSYNC, BootId.UNKNOWN);
        requireWritten(second, 1);
        second.abandon();
        refused(NOSYNC, boot);
    }

    @Test
    void aRefusedFolderStaysAsItIs() {
        LmdbReplicaStore first = open(NOSYNC, "boot-1");
        write(first, 1);
        first.abandon();
        refused(NOSYNC, "boot-2");
        try (LmdbReplicaStore again = open(NOSYNC, "boot-1")) {
            requireWritten(again, 1);
        }
    }
}
