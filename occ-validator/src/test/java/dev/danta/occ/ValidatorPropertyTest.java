package dev.danta.occ;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The validator against a second one that follows the sentences of protocol.md 4.2 without a thought. */
class ValidatorPropertyTest {
    private static final int STATES = 20_000;

    private static final class Dumb {
        private final Map<Key, Version> versions;
        private final Map<Timestamp, AccessSet> holders;
        private final Timestamp deletedBelow;

        Dumb(Map<Key, Version> versions, Map<Timestamp, AccessSet> holders, Timestamp deletedBelow) {
            this.versions = versions;
            this.holders = holders;
            this.deletedBelow = deletedBelow;
        }

        private Version newest(Key key) {
            return versions.getOrDefault(key, Version.NEVER_THERE);
        }

        /** "A deletion at or below deletedBelow becomes never there, which is older than every version." */
        private Timestamp rank(Timestamp version, boolean deletion) {
            return deletion && version.compareTo(deletedBelow) <= 0 ? Timestamp.ZERO : version;
        }

        String verdictOn(Timestamp id, AccessSet accesses) {
            Set<Key> stale = new TreeSet<>();
            boolean behind = false;
            for (Read read : everythingRead(accesses)) {
                Version newest = newest(read.key());
                Timestamp here = rank(newest.timestamp(), newest.value() == null);
                Timestamp seen = rank(read.seen(), read.deletion());
                if (here.compareTo(seen) > 0) {
                    stale.add(read.key());
                } else if (here.compareTo(seen) < 0) {
                    if (seen.compareTo(deletedBelow) > 0) {
                        behind = true;
                    } else {
                        stale.add(read.key());
                    }
                }
            }
            if (!stale.isEmpty()) {
                return "stale " + stale;
            }
            if (!conflicting(id, accesses).isEmpty()) {
                return "conflict";
            }
            TreeSet<Timestamp> touched = new TreeSet<>();
            everythingRead(accesses).forEach(read -> {
                touched.add(newest(read.key()).timestamp());
                touched.add(read.seen());
            });
            accesses.writes().forEach(write -> touched.add(newest(write.key()).timestamp()));
            Timestamp voted = id;
            while (!touched.isEmpty() && voted.compareTo(touched.last()) <= 0) {
                voted = new Timestamp(voted.timeMicros() + 1, id.client());
            }
            return "ok " + voted + (behind ? " behind" : "");
        }

        /** "Ranges key by key; a key of a range that is not in the list was read as never there." */
        private static List<Read> everythingRead(AccessSet accesses) {
            List<Read> all = new ArrayList<>(accesses.reads());
            for (RangeRead range : accesses.ranges()) {
                for (Key key : RandomState.KEYS) {
                    if (range.range().contains(key)) {
                        all.add(range.seen().stream()
                                .filter(read -> read.key().equals(key))
                                .findAny()
                                .orElse(new Read(key, Timestamp.ZERO, false)));
                    }
                }
            }
            return all;
        }

        Set<Timestamp> conflicting(Timestamp id, AccessSet accesses) {
            TreeSet<Timestamp> conflicting = new TreeSet<>();
            holders.forEach((holder, held) -> {
                for (Key key : RandomState.KEYS) {
                    boolean both = touches(held, key) && touches(accesses, key);
                    boolean oneWrites = writes(held, key) || writes(accesses, key);
                    if (both && oneWrites && !holder.equals(id)) {
                        conflicting.add(holder);
                    }
                }
            });
            return conflicting;
        }

        private static boolean touches(AccessSet set, Key key) {
            return writes(set, key)
                    || everythingRead(set).stream().anyMatch(read -> read.key().equals(key));
        }

        private static boolean writes(AccessSet set, Key key) {
            return set.writes().stream().anyMatch(write -> write.key().equals(key));
        }
    }

    private static String said(Verdict verdict) {
        if (verdict instanceof Verdict.Stale stale) {
            return "stale " + stale.newest().stream().map(Verdict.Newest::key).toList();
        }
        if (verdict instanceof Verdict.Conflict) {
            return "conflict";
        }
        Verdict.Ok ok = (Verdict.Ok) verdict;
        return "ok " + ok.timestamp() + (ok.behind() ? " behind" : "");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithTheDumbOneOnRandomStates(long seed) {
        RandomState random = new RandomState(seed);
        Map<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < STATES; i++) {
            Map<Key, Version> versions = new LinkedHashMap<>();
            RandomState.KEYS.forEach(key -> versions.put(key, random.version()));
            Map<Timestamp, AccessSet> holders = new LinkedHashMap<>();
            Holds holds = new Holds();
            for (int h = random.upTo(3); h > 0; h--) {
                Timestamp holder = random.timestamp();
                AccessSet held = random.accesses();
                if (holders.putIfAbsent(holder, held) == null) {
                    holds.hold(holder, held);
                }
            }
            Timestamp deletedBelow = random.upTo(2) == 0 ? Timestamp.ZERO : random.timestamp();
            Timestamp id = random.timestamp();
            AccessSet accesses = random.accesses();

            Verdict verdict = Validator.validate(id, accesses, new MapStore(versions), holds, deletedBelow);

            Dumb dumb = new Dumb(versions, holders, deletedBelow);
            String expected = dumb.verdictOn(id, accesses);
            assertThat(said(verdict))
                    .as(
                            "seed %d, state %d: %s over %s, held %s, deletedBelow %s",
                            seed, i, accesses, versions, holders, deletedBelow)
                    .isEqualTo(expected);
            if (verdict instanceof Verdict.Conflict conflict) {
                assertThat(dumb.conflicting(id, accesses))
                        .as("seed %d, state %d", seed, i)
                        .contains(conflict.holder());
            }
            if (verdict instanceof Verdict.Stale stale) {
                for (Verdict.Newest told : stale.newest()) {
                    assertThat(told.version()).as("seed %d, state %d", seed, i).isEqualTo(versions.get(told.key()));
                }
            }
            kinds.merge(expected.split(" ")[0] + expected.endsWith("behind"), 1, Integer::sum);
        }
        assertThat(kinds)
                .as("seed %d: every kind of verdict was met often", seed)
                .hasSize(4);
        assertThat(kinds.values()).as("seed %d: %s", seed, kinds).allMatch(count -> count > STATES / 200);
    }

    /** Two transactions that conflict are never both let in: what strictness rests on (section 5). */
    @Test
    void neverLetsTwoInThatConflict() {
        long seed = 7;
        RandomState random = new RandomState(seed);
        int conflicts = 0;
        for (int i = 0; i < STATES; i++) {
            AccessSet first = random.accesses();
            AccessSet second = random.accesses();
            Timestamp firstId = random.timestamp();
            Timestamp secondId = random.timestamp();
            Holds holds = new Holds();
            holds.hold(firstId, first);
            Map<Timestamp, AccessSet> holders = new TreeMap<>(Map.of(firstId, first));
            boolean conflict = !new Dumb(new TreeMap<>(), holders, Timestamp.ZERO)
                    .conflicting(secondId, second)
                    .isEmpty();
            Verdict verdict = Validator.validate(secondId, second, new MapStore(Map.of()), holds, Timestamp.ZERO);
            if (conflict) {
                conflicts++;
                assertThat(verdict)
                        .as("seed %d, state %d: %s after %s", seed, i, second, first)
                        .isNotInstanceOf(Verdict.Ok.class);
            }
        }
        assertThat(conflicts).isGreaterThan(STATES / 10);
    }
}
