package dev.danta.occ;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
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
    private static final int STEPS = Boolean.getBoolean("danta.long") ? 5_000 : 1_000;

    private static boolean writes(AccessSet set, Key key) {
        return set.writes().stream().anyMatch(write -> write.key().equals(key));
    }

    private static boolean reads(AccessSet set, Key key) {
        return set.reads().stream().anyMatch(read -> read.key().equals(key))
                || set.ranges().stream().anyMatch(read -> read.range().contains(key));
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

    private static Set<Timestamp> writersWithin(Map<Timestamp, AccessSet> naive, KeyRange range) {
        TreeSet<Timestamp> writers = new TreeSet<>();
        RandomState.KEYS.stream().filter(range::contains).forEach(key -> writers.addAll(writersOf(naive, key)));
        return writers;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreeWithTheNaiveListAfterAnySequenceOfHoldsAndReleases(long seed) {
        RandomState random = new RandomState(seed);
        Holds holds = new Holds();
        Map<Timestamp, AccessSet> naive = new LinkedHashMap<>();
        int found = 0;
        for (int step = 0; step < STEPS; step++) {
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
            KeyRange range = random.range();
            Timestamp within = holds.writerWithin(range);
            Set<Timestamp> writersWithin = writersWithin(naive, range);
            assertThat(within == null).as("seed %d, step %d", seed, step).isEqualTo(writersWithin.isEmpty());
            if (within != null) {
                assertThat(writersWithin).as("seed %d, step %d", seed, step).contains(within);
            }
        }
        assertThat(found).as("seed %d", seed).isGreaterThan(STEPS / 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void leaveNothingBehindWhenAllRangesAreLetGo(long seed) {
        RandomState random = new RandomState(seed);
        RangeHolds ranges = new RangeHolds();
        List<KeyRange> held = new ArrayList<>();
        List<Timestamp> holders = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (held.isEmpty() || random.upTo(3) > 0) {
                held.add(random.range());
                holders.add(random.timestamp());
                ranges.add(held.get(held.size() - 1), holders.get(held.size() - 1));
            } else {
                int one = random.upTo(held.size());
                ranges.remove(held.remove(one), holders.remove(one));
            }
            for (Key key : RandomState.KEYS) {
                List<Timestamp> over = new ArrayList<>();
                for (int i = 0; i < held.size(); i++) {
                    if (held.get(i).contains(key)) {
                        over.add(holders.get(i));
                    }
                }
                assertThat(ranges.over(key))
                        .as("seed %d, step %d", seed, step)
                        .containsExactlyInAnyOrderElementsOf(over);
            }
        }
        while (!held.isEmpty()) {
            int one = random.upTo(held.size());
            ranges.remove(held.remove(one), holders.remove(one));
        }
        assertThat(ranges.pieceCount()).as("seed %d", seed).isZero();
    }
}
