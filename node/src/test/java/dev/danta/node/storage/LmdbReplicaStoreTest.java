package dev.danta.node.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.runtime.StorageException;
import dev.danta.occ.Version;
import dev.danta.txn.participant.PutRelaxed;
import dev.danta.txn.participant.PutVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LmdbReplicaStoreTest extends StorageContract<LmdbReplicaStore> {
    static final ReplicaIdentity IDENTITY = new ReplicaIdentity("test", new ShardId(0), new ReplicaId(1));

    @TempDir
    private Path folder;

    private final Background background = new Background();

    @AfterEach
    void awaitBackground() throws InterruptedException {
        background.awaitEnd();
    }

    @Override
    LmdbReplicaStore open() {
        return LmdbReplicaStore.open(folder.resolve("contract"), IDENTITY, StoreSettings.DEFAULT);
    }

    @Override
    void close(LmdbReplicaStore opened) {
        opened.close();
    }

    @Override
    void crash(LmdbReplicaStore opened) {
        opened.close();
    }

    private LmdbReplicaStore openIn(String name, StoreSettings settings) {
        return LmdbReplicaStore.open(folder.resolve(name), IDENTITY, settings);
    }

    @Test
    void aFolderKeepsItsIncarnationAndCountsItsStarts() {
        long incarnation;
        try (LmdbReplicaStore first = openIn("facts", StoreSettings.DEFAULT)) {
            incarnation = first.incarnation();
            assertThat(first.earlierStarts()).isZero();
            assertThat(first.wasClosedCleanly()).isTrue();
        }
        try (LmdbReplicaStore second = openIn("facts", StoreSettings.DEFAULT);
                LmdbReplicaStore other = openIn("other", StoreSettings.DEFAULT)) {
            assertThat(second.incarnation()).isEqualTo(incarnation);
            assertThat(second.earlierStarts()).isEqualTo(1);
            assertThat(second.wasClosedCleanly()).isTrue();
            assertThat(other.incarnation()).isNotEqualTo(incarnation);
        }
    }

    @Test
    void aSnapshotShowsWholeBatchesOnly() {
        try (LmdbReplicaStore store = openIn("snapshot", StoreSettings.DEFAULT)) {
            store.apply(new PutVersion(key("a"), version(at(1), "one")));
            assertThat(store.<Version>read(view -> view.newest(key("a")))).isEqualTo(Version.NEVER_THERE);
            store.commit();
            assertThat(store.<Version>read(view -> view.newest(key("a")))).isEqualTo(version(at(1), "one"));
            store.apply(new PutVersion(key("a"), version(at(2), "two")));
            assertThat(store.<Version>read(view -> view.newest(key("a")))).isEqualTo(version(at(1), "one"));
            store.commit();
            assertThat(store.<Version>read(view -> view.newest(key("a")))).isEqualTo(version(at(2), "two"));
        }
    }

    @Test
    void oneSnapshotStaysTheSameWhileBatchesAreCommitted() throws Exception {
        try (LmdbReplicaStore store = openIn("stable", StoreSettings.DEFAULT)) {
            store.apply(new PutVersion(key("a"), version(at(1), "one")));
            store.commit();
            CountDownLatch taken = new CountDownLatch(1);
            CountDownLatch replaced = new CountDownLatch(1);
            Future<Version> seen = background.submit(() -> store.read(view -> {
                view.newest(key("a"));
                taken.countDown();
                await(replaced);
                return view.newest(key("a"));
            }));
            await(taken);
            store.apply(new PutVersion(key("a"), version(at(2), "two")));
            store.commit();
            replaced.countDown();

            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo(version(at(1), "one"));
        }
    }

    @Test
    void aFullMapGrowsAndLosesNothing() {
        StoreSettings tiny = new StoreSettings(StoreSettings.MAP_SIZE_BYTES_MIN, 1L << 30, 8);
        byte[] content = new byte[2000];
        try (LmdbReplicaStore store = openIn("tiny", tiny)) {
            for (int i = 1; i <= 1000; i++) {
                store.apply(new PutVersion(key("k" + i), new Version(at(i), Bytes.copyOf(content))));
                if (i % 50 == 0) {
                    store.commit();
                    int last = i;
                    assertThat(store.<Version>read(view -> view.newest(key("k" + last)))
                                    .timestamp())
                            .isEqualTo(at(last));
                }
            }
        }
        try (LmdbReplicaStore store = openIn("tiny", tiny)) {
            for (int i = 1; i <= 1000; i++) {
                assertThat(store.newest(key("k" + i)).timestamp()).isEqualTo(at(i));
            }
        }
    }

    /** LMDB counts the pages of the first value as used, and never writes them. */
    @Test
    void aLargeValueThatIsReplacedWithinItsBatchDoesNotMakeTheFileLookTruncated() {
        for (int round = 1; round <= 5; round++) {
            try (LmdbReplicaStore store = openIn("replaced", StoreSettings.DEFAULT)) {
                store.apply(new PutRelaxed(key("a"), register(round, "large".repeat(200_000))));
                store.apply(new PutRelaxed(key("a"), register(round, "small")));
                store.commit();
            }
        }
        try (LmdbReplicaStore store = openIn("replaced", StoreSettings.DEFAULT)) {
            assertThat(store.relaxed(key("a"))).isEqualTo(register(5, "small"));
        }
    }

    @Test
    void aMapThatMayNotGrowRefusesAndNamesTheSetting() {
        StoreSettings capped = new StoreSettings(256 * 1024, 512 * 1024, 8);
        try (LmdbReplicaStore store = openIn("capped", capped)) {
            store.apply(new PutVersion(key("a"), version(at(1), "one")));
            store.commit();
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> store.apply(
                            new PutVersion(key("b"), new Version(at(2), Bytes.copyOf(new byte[1_000_000])))))
                    .withMessageContaining("storage.map-size-max")
                    .withMessageContaining(folder.getFileName().toString());
            assertThat(store.<Version>read(view -> view.newest(key("a")))).isEqualTo(version(at(1), "one"));
        }
        try (LmdbReplicaStore store = openIn("capped", capped)) {
            assertThat(store.newest(key("a"))).isEqualTo(version(at(1), "one"));
            assertThat(store.newest(key("b"))).isEqualTo(Version.NEVER_THERE);
        }
    }

    @Test
    void readersGoOnWhileTheMapGrows() throws Exception {
        StoreSettings tiny = new StoreSettings(StoreSettings.MAP_SIZE_BYTES_MIN, 1L << 30, 2);
        try (LmdbReplicaStore store = openIn("growing", tiny)) {
            store.apply(new PutVersion(key("a"), version(at(1), "one")));
            store.commit();
            CountDownLatch done = new CountDownLatch(1);
            for (int reader = 0; reader < 4; reader++) {
                background.run(() -> {
                    while (done.getCount() > 0) {
                        assertThat(store.<Version>read(view -> view.newest(key("a"))))
                                .isEqualTo(version(at(1), "one"));
                    }
                    return true;
                });
            }
            for (int i = 1; i <= 300; i++) {
                store.apply(new PutVersion(key("k" + i), new Version(at(i), Bytes.copyOf(new byte[5000]))));
                store.commit();
            }
            done.countDown();
            background.awaitAll();
        }
    }

    @Test
    void closingWaitsForReadersAndLaterOnesAreRefused() throws Exception {
        LmdbReplicaStore store = openIn("closing", StoreSettings.DEFAULT);
        store.apply(new PutVersion(key("a"), version(at(1), "one")));
        store.commit();
        CountDownLatch reading = new CountDownLatch(4);
        for (int reader = 0; reader < 4; reader++) {
            background.run(() -> {
                try {
                    while (true) {
                        assertThat(store.<Version>read(view -> view.newest(key("a"))))
                                .isEqualTo(version(at(1), "one"));
                        reading.countDown();
                    }
                } catch (StorageException closed) {
                    assertThat(closed).hasMessageContaining("is closed");
                    return true;
                }
            });
        }
        await(reading);
        store.close();
        background.awaitAll();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> store.newest(key("a")))
                .withMessageContaining("is closed");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> store.apply(new PutVersion(key("a"), version(at(2), "two"))))
                .withMessageContaining("is closed");
        store.close();
    }

    @Test
    void aStrangerDoesNotCloseAnOpenBatch() throws Exception {
        try (LmdbReplicaStore store = openIn("stranger", StoreSettings.DEFAULT)) {
            store.apply(new PutVersion(key("a"), version(at(1), "one")));
            Future<?> closing = background.submit(Executors.callable(store::close));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> closing.get(30, TimeUnit.SECONDS))
                    .withCauseInstanceOf(IllegalStateException.class);
            store.commit();
            assertThat(store.newest(key("a"))).isEqualTo(version(at(1), "one"));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** Threads whose failures fail the test. */
    private static final class Background {
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Future<?>> submitted = new ArrayList<>();

        <T> Future<T> submit(Callable<T> work) {
            return threads.submit(work);
        }

        void run(Callable<Boolean> work) {
            submitted.add(threads.submit(work));
        }

        void awaitAll() throws Exception {
            for (Future<?> future : submitted) {
                future.get(30, TimeUnit.SECONDS);
            }
        }

        void awaitEnd() throws InterruptedException {
            threads.shutdown();
            assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
