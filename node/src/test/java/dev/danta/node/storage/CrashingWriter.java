package dev.danta.node.storage;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.replica.PutRecord;
import dev.danta.occ.Version;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import java.nio.file.Path;

/** Writes batch after batch and says so after each commit, until somebody kills it. */
final class CrashingWriter {
    static final int KEYS_PER_BATCH = 5;
    private static final int VALUE_BYTES = 600;

    private CrashingWriter() {}

    public static void main(String[] arguments) {
        try (LmdbReplicaStore store =
                LmdbReplicaStore.open(Path.of(arguments[0]), LmdbReplicaStoreTest.IDENTITY, StoreSettings.DEFAULT)) {
            for (int batch = 1; batch <= Integer.MAX_VALUE - 1; batch++) {
                for (int i = 0; i < KEYS_PER_BATCH; i++) {
                    Version version = new Version(StorageContract.at(batch), Bytes.wrap(new byte[VALUE_BYTES]));
                    store.apply(new PutVersion(StorageContract.key("batch-" + batch + "-" + i), version));
                }
                store.apply(new PutRecord(StorageContract.voted(StorageContract.at(batch))));
                store.apply(new PutRelaxed(StorageContract.key("last"), StorageContract.register(batch, "" + batch)));
                store.commit();
                System.out.println("committed " + batch);
            }
        }
    }
}
