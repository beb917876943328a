package dev.danta.occ;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The holds of a replica against a list of who holds what. */
class HoldsPropertyTest {
    private static boolean writes(AccessSet set, Key key) {
        return set.writes().stream().anyMatch(write -> write.key().equals(key));
    }

    private static boolean reads(AccessSet set, Key key) {
        return set.reads().stream().anyMatch(read -> read.key().equals(key));
    }

    private static Set<Timestamp> conflicting(Map<Timestamp, AccessSet> naive, Timestamp id, AccessSet accesses) {
        TreeSet<Timestamp> found = new TreeSet<>();
        for (Entry<Timestamp, AccessSet> entry : naive.entrySet()) {
            AccessSet held = entry.getValue();
            for (Key key : RandomState.KEYS) {
                boolean conflict = (writes(accesses, key) && (writes(held, key) || reads(held, key)))
                        || (reads(accesses, key) && writes(held, key));
                if (conflict && !entry.getKey().equals(id)) {
                    found.add(entry.getKey());
                }
            }
        }
        return found;
    }

    private static Set<Timestamp> writersOf(Map<Timestamp, AccessSet> naive, Key key) {
        TreeSet<Timestamp> writers = new TreeSet<>();
        naive.forEach((holder, held) -> {
            if (writes(held, key)) {
                writers.add(holder);
            }
        });
        return writers;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreeWithTheNaiveListAfterAnySequenceOfHoldsAndReleases(long seed) {
        RandomState random = new RandomState(seed);
        Holds holds = new Holds();
        Map<Timestamp, AccessSet> naive = new LinkedHashMap<>();
        int found = 0;
        for (int step = 0; step < 5_000; step++) {
            Timestamp holder = random.timestamp();
            AccessSet accesses = random.accesses();
            if (random.upTo(2) == 0) {
                holds.hold(holder, accesses);
                naive.putIfAbsent(holder, accesses);
            } else {
                assertThat(holds.release(holder))
                        .as("seed %d, step %d", seed, step)
                        .isEqualTo(naive.remove(holder));
            }
            assertThat(holds.holders()).as("seed %d, step %d", seed, step).isEqualTo(List.copyOf(naive.keySet()));
            Timestamp asker = random.timestamp();
            AccessSet wanted = random.accesses();
            Set<Timestamp> expected = conflicting(naive, asker, wanted);
            Timestamp conflicting = holds.conflicting(asker, wanted);
            assertThat(conflicting == null)
                    .as("seed %d, step %d: %s wants %s of %s", seed, step, asker, wanted, naive)
                    .isEqualTo(expected.isEmpty());
            if (conflicting != null) {
                assertThat(expected).as("seed %d, step %d", seed, step).contains(conflicting);
                found++;
            }
            for (Key key : RandomState.KEYS) {
                Timestamp writer = holds.writerOf(key);
                Set<Timestamp> writers = writersOf(naive, key);
                assertThat(writer == null).as("seed %d, step %d", seed, step).isEqualTo(writers.isEmpty());
                if (writer != null) {
                    assertThat(writers).as("seed %d, step %d", seed, step).contains(writer);
                }
            }
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(500);
    }
}
