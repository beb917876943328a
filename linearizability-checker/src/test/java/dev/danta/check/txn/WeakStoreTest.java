package dev.danta.check.txn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores that keep what they promise are not blamed, and those that promise less are found out. */
class WeakStoreTest {
    private static final int SEEDS = 400;

    @ParameterizedTest
    @CsvSource({
        "READ_COMMITTED, STRONG_READ_COMMITTED, SNAPSHOT_ISOLATION",
        "SNAPSHOT, SNAPSHOT_ISOLATION, SERIALIZABLE",
        "SNAPSHOT, SNAPSHOT_ISOLATION, STRONG_SESSION_SNAPSHOT_ISOLATION",
        "SNAPSHOT, SNAPSHOT_ISOLATION, MONOTONIC_READS",
        "SNAPSHOT, SNAPSHOT_ISOLATION, READ_YOUR_WRITES",
        "SESSION_SNAPSHOT, STRONG_SESSION_SNAPSHOT_ISOLATION, STRONG_SNAPSHOT_ISOLATION",
        "SESSION_SNAPSHOT, SESSION, STRICT_SERIALIZABLE",
        "STRONG_SNAPSHOT, STRONG_SNAPSHOT_ISOLATION, SERIALIZABLE",
        "STRONG_SNAPSHOT, SESSION, STRICT_SERIALIZABLE"
    })
    void aStoreIsAsItPromises(WeakStore.Promise promise, Consistency kept, Consistency broken) {
        int registersFound = 0;
        int listsFound = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            WeakStore store =
                    new WeakStore(seed, promise, seed % 2 == 0).run(20 + seed % 60, 1 + seed % 6, 1 + seed % 5);
            for (Consistency weaker : Levels.weakerThan(kept)) {
                assertThat(store.registersAre(weaker).anomalies())
                        .as("seed %d, %s", seed, weaker)
                        .isEmpty();
                assertThat(store.listsAre(weaker).anomalies())
                        .as("seed %d, lists, %s", seed, weaker)
                        .isEmpty();
            }
            registersFound += store.registersAre(broken).anomalies().isEmpty() ? 0 : 1;
            listsFound += store.listsAre(broken).anomalies().isEmpty() ? 0 : 1;
        }
        assertThat(registersFound).isGreaterThan(SEEDS / 20);
        assertThat(listsFound).isGreaterThan(SEEDS / 20);
    }
}
