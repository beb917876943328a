package dev.danta.txn.participant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.StateView;
import dev.danta.ir.replica.MemoryRecords;
import dev.danta.ir.replica.StateComparison;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyStates;
import dev.danta.txn.counter.AllotmentKey;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 7: range hashes, what is sent where they differ, and what is taken of it. */
class Section7ComparingTest {
    private static final ClientId CLIENT = new ClientId(1, 2);
    private static final StateView WHOLE = new StateView(new OpId(CLIENT, 7), null, at(10));

    private final Side one = new Side();
    private final Side other = new Side();

    private static Timestamp at(long micros) {
        return new Timestamp(micros, CLIENT);
    }

    private static Key key(int number) {
        return new Key(Bytes.utf8(String.format(Locale.ROOT, "key%06d", number)));
    }

    /** All versions of a few keys, and relaxed values. */
    private static final class Side implements VersionedStore, RelaxedStore {
        private final TreeMap<Key, TreeMap<Timestamp, Version>> versions = new TreeMap<>();
        private final TreeMap<Key, RelaxedState> relaxed = new TreeMap<>();
        private Timestamp deletedBelow = Timestamp.ZERO;

        Side put(int key, long micros, @Nullable String value) {
            versions.computeIfAbsent(key(key), k -> new TreeMap<>())
                    .put(at(micros), new Version(at(micros), value == null ? null : Bytes.utf8(value)));
            return this;
        }

        @Override
        public Version newest(Key key) {
            TreeMap<Timestamp, Version> all = versions.get(key);
            return all == null ? Version.NEVER_THERE : all.lastEntry().getValue();
        }

        @Override
        public Version newest(Key key, Timestamp upTo) {
            var found = versions.getOrDefault(key, new TreeMap<>()).floorEntry(upTo);
            return found == null ? Version.NEVER_THERE : found.getValue();
        }

        @Override
        public Timestamp deletedBelow() {
            return deletedBelow;
        }

        @Override
        public void scan(KeyRange range, Visitor visitor) {
            for (var entry : versions.subMap(range.from(), range.to()).entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue().lastEntry().getValue())) {
                    return;
                }
            }
        }

        @Override
        public void scanBack(KeyRange range, Visitor visitor) {
            for (var entry : versions.subMap(range.from(), true, range.to(), false)
                    .descendingMap()
                    .entrySet()) {
                if (!visitor.visit(entry.getKey(), entry.getValue().lastEntry().getValue())) {
                    return;
                }
            }
        }

        @Override
        public @Nullable RelaxedState relaxed(Key key) {
            return relaxed.get(key);
        }

        @Override
        public List<Key> relaxedKeys(Bytes after, int most) {
            return relaxed.keySet().stream()
                    .filter(key -> key.bytes().compareTo(after) > 0)
                    .limit(most)
                    .toList();
        }

        Participant participant() {
            return new Participant(this, this, new MemoryRecords(1), new Participant.Settings(0));
        }

        void apply(List<Effect> effects) {
            for (Effect effect : effects) {
                var mutation = ((Effect.Persist) effect).mutation();
                if (mutation instanceof PutVersion put) {
                    versions.computeIfAbsent(put.key(), k -> new TreeMap<>())
                            .put(put.version().timestamp(), put.version());
                } else if (mutation instanceof Thinning thinning) {
                    versions.computeIfPresent(thinning.key(), (key, all) -> {
                        thinning.thin(all);
                        return all.isEmpty() ? null : all;
                    });
                } else {
                    PutRelaxed put = (PutRelaxed) mutation;
                    relaxed.put(put.key(), put.state());
                }
            }
        }
    }

    private boolean areEqual(StateView view) {
        List<RangeHash> parts = one.participant().summarize(view, Bytes.EMPTY, Bytes.EMPTY, 32, 32);
        StateComparison compared = other.participant().compare(view, Bytes.EMPTY, parts, false);
        return compared != null && compared.different().isEmpty();
    }

    @Test
    void whatIsEqualHashesEqually() {
        one.put(1, 5, "a").put(2, 20, "b");
        other.put(2, 20, "b").put(1, 5, "a");

        assertThat(areEqual(WHOLE)).isTrue();
    }

    @Test
    void aVersionThatIsMissingShows() {
        one.put(1, 5, "a");
        other.put(1, 5, "a").put(1, 20, "b");

        assertThat(areEqual(WHOLE)).isFalse();
    }

    @Test
    void aDeletionShowsUnlessItIsForgotten() {
        one.put(1, 5, "a");
        other.put(1, 5, "a").put(1, 20, null);

        assertThat(areEqual(WHOLE)).isFalse();

        one.put(1, 9, null);
        other.versions.clear();
        one.versions.get(key(1)).remove(at(5));

        assertThat(areEqual(WHOLE)).isTrue();
    }

    @Test
    void atAHorizonWhatCameLaterDoesNotShow() {
        StateView view = new StateView(new OpId(CLIENT, 8), at(15), at(10));
        one.put(1, 12, "a").put(1, 20, "b").put(2, 30, "c");
        other.put(1, 12, "a");

        assertThat(areEqual(view)).isTrue();
        assertThat(areEqual(WHOLE)).isFalse();
    }

    @Test
    void relaxedValuesShowAtAnyHorizon() {
        StateView view = new StateView(new OpId(CLIENT, 8), Timestamp.ZERO, Timestamp.ZERO);
        one.relaxed.put(key(1), Counter.of(CLIENT, new Counter.Total(1, 5)));
        other.relaxed.put(key(1), Counter.of(CLIENT, new Counter.Total(1, 5)));
        one.relaxed.put(key(2), new LwwRegister(at(3), null));

        assertThat(areEqual(view)).isFalse();

        other.relaxed.put(key(2), new LwwRegister(at(3), null));

        assertThat(areEqual(view)).isTrue();
    }

    /** Whatever differs in a relaxed value, its hash does. */
    @Test
    void relaxedValuesAreComparedInAllTheirParts() {
        Bytes a = Bytes.utf8("a");
        Bytes b = Bytes.utf8("b");
        List<RelaxedState> all = List.of(
                new LwwRegister(at(3), null),
                new LwwRegister(at(3), a),
                Counter.ZERO,
                Counter.of(CLIENT, new Counter.Total(1, 5)),
                LwwSet.EMPTY,
                LwwSet.change(List.of(a), List.of(), at(3)),
                LwwSet.change(List.of(), List.of(a), at(3)),
                LwwSet.change(List.of(a, b), List.of(), at(3)),
                LwwSet.change(List.of(a), List.of(b), at(3)),
                LwwSet.change(List.of(a), List.of(), at(4)),
                LwwMap.EMPTY,
                LwwMap.change(Map.of(a, b), List.of(), at(3)),
                LwwMap.change(Map.of(b, b), List.of(), at(3)),
                LwwMap.change(Map.of(a, a), List.of(), at(3)),
                LwwMap.change(Map.of(), List.of(a), at(3)),
                LwwMap.change(Map.of(a, b), List.of(), at(4)),
                GrowSet.EMPTY,
                GrowSet.of(List.of(a)),
                GrowSet.of(List.of(b)),
                GrowSet.of(List.of(a, b)));
        for (RelaxedState state : all) {
            for (RelaxedState another : all) {
                one.relaxed.put(key(1), state);
                other.relaxed.put(key(1), another);
                assertThat(areEqual(WHOLE)).as("%s, %s", state, another).isEqualTo(state.equals(another));
            }
        }
    }

    @Test
    void whatWasSpentOfAnAllotmentAndItsFenceShow() {
        Key allotment = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), at(20));
        one.relaxed.put(allotment, new Spending(2, 5, true));
        for (Spending differs : List.of(Spending.of(2, 5), new Spending(2, 4, true), new Spending(3, 5, true))) {
            other.relaxed.put(allotment, differs);
            assertThat(areEqual(WHOLE)).as("%s", differs).isFalse();
        }

        other.relaxed.put(allotment, new Spending(2, 5, true));

        assertThat(areEqual(WHOLE)).isTrue();
    }

    @Test
    void theHashOfTheSameIsAnotherInTheNextComparison() {
        one.put(1, 5, "a");
        StateView next = new StateView(new OpId(CLIENT, 8), null, at(10));

        assertThat(one.participant().summarize(WHOLE, Bytes.EMPTY, Bytes.EMPTY, 32, 32))
                .isNotEqualTo(one.participant().summarize(next, Bytes.EMPTY, Bytes.EMPTY, 32, 32));
    }

    @Test
    void rangesThatDoNotAscendAreNotAnswered() {
        List<RangeHash> turned = List.of(new RangeHash(key(2).bytes(), 1), new RangeHash(key(1).bytes(), 1));
        List<RangeHash> endFirst = List.of(new RangeHash(Bytes.EMPTY, 1), new RangeHash(key(1).bytes(), 1));

        assertThat(one.participant().compare(WHOLE, Bytes.EMPTY, turned, true)).isNull();
        assertThat(one.participant().compare(WHOLE, Bytes.EMPTY, endFirst, true))
                .isNull();
        assertThat(one.participant().compare(WHOLE, Bytes.EMPTY, List.of(), true))
                .isNull();
        Bytes tooLong = Bytes.wrap(new byte[Key.SIZE_MAX + 1]);
        assertThat(one.participant().compare(WHOLE, tooLong, List.of(new RangeHash(Bytes.EMPTY, 1)), true))
                .isNull();
    }

    @Test
    void whatAPeerHasIsTakenIfItIsNewerAndNotForgottenHere() {
        one.put(1, 5, "old").put(2, 50, "newer");
        one.deletedBelow = at(10);
        KeyStates theirs = new KeyStates(List.of(
                new KeyStates.KeyState(key(1), new Version(at(20), null), null),
                new KeyStates.KeyState(key(2), new Version(at(30), Bytes.utf8("older")), null),
                new KeyStates.KeyState(key(3), new Version(at(9), Bytes.utf8("forgotten")), null)));

        assertThat(one.participant().join(theirs, Timestamp.ZERO))
                .containsExactly(new Effect.Persist(new PutVersion(key(1), new Version(at(20), null))));
    }

    /** A transfer that was broken off had brought key 2; it was deleted after that, and the deletion is forgotten. */
    @Test
    void whatWhoeverIsReadHasForgottenIsDropped() {
        one.put(1, 5, "first")
                .put(2, 5, "deleted")
                .put(2, 3, "older")
                .put(3, 11, "above")
                .put(4, 5, "deleted too");
        one.put(0, 4, "older").put(0, 5, null).put(5, 5, "out of reach");
        KeyStates theirs = new KeyStates(List.of(
                new KeyStates.KeyState(key(1), new Version(at(5), Bytes.utf8("first")), null),
                new KeyStates.KeyState(key(4), Version.NEVER_THERE, Counter.of(CLIENT, new Counter.Total(1, 5)))));
        StateReach reach = new StateReach(Bytes.EMPTY, key(4).bytes(), at(10));

        assertThat(one.participant().forgetBeside(theirs, List.of(reach)))
                .containsExactly(
                        new Effect.Persist(new DropVersions(key(2), at(10))),
                        new Effect.Persist(new DropVersions(key(4), at(10))));
        one.apply(one.participant().forgetBeside(theirs, List.of(reach)));
        assertThat(one.versions.keySet()).containsExactly(key(0), key(1), key(3), key(5));
    }

    @Test
    void aReachThatNoKeyIsInDropsNothing() {
        one.put(1, 5, "here");
        StateReach reach = new StateReach(Bytes.wrap(new byte[Key.SIZE_MAX + 1]), Bytes.EMPTY, at(10));

        assertThat(one.participant().forgetBeside(new KeyStates(List.of()), List.of(reach)))
                .isEmpty();
    }

    /** In one step what is joined is not read back: a key that is sent twice must not undo itself. */
    @Test
    void ofKeysThatDoNotAscendNothingMoreIsTaken() {
        KeyStates theirs = new KeyStates(List.of(
                new KeyStates.KeyState(key(1), Version.NEVER_THERE, Counter.of(CLIENT, new Counter.Total(1, 5))),
                new KeyStates.KeyState(
                        key(1), Version.NEVER_THERE, Counter.of(new ClientId(3, 4), new Counter.Total(1, 6)))));

        assertThat(one.participant().join(theirs, Timestamp.ZERO)).hasSize(1);
    }

    /** What is read for a whole state goes on behind the longest key there may be; it once ended there. */
    @Test
    void aStateGoesOnBehindAKeyOfFullLength() {
        byte[] longest = new byte[Key.SIZE_MAX];
        longest[0] = 'a';
        Key first = new Key(Bytes.wrap(longest));
        one.versions.put(first, new TreeMap<>());
        one.versions.get(first).put(at(5), new Version(at(5), Bytes.utf8("a")));
        one.put(1, 5, "b");

        StateComparison behind =
                one.participant().compare(WHOLE, first.bytes(), List.of(new RangeHash(Bytes.EMPTY, 1)), true);
        assertThat(behind).isNotNull();
        assertThat(behind.part())
                .isEqualTo(new KeyStates(
                        List.of(new KeyStates.KeyState(key(1), new Version(at(5), Bytes.utf8("b")), null))));
    }

    /** Sixty-four values of a megabyte were one answer, which no message takes: a replica with such could not be copied. */
    @Test
    void whatIsSentOfAStateAtOnceFitsIntoAMessage() {
        for (int i = 1; i <= 7; i++) {
            one.put(i, 5, "v".repeat(400_000));
        }
        for (int i = 8; i <= 600; i++) {
            one.put(i, 5, "small");
        }

        assertThat(sizes()).as("a mebibyte and one, or 256 keys").containsExactly(3, 3, 256, 256, 82);
    }

    /** What is sent to who has nothing. */
    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        Bytes after = Bytes.EMPTY;
        do {
            StateComparison sent =
                    one.participant().compare(WHOLE, after, List.of(new RangeHash(Bytes.EMPTY, 1)), true);
            assertThat(sent).isNotNull();
            sizes.add(((KeyStates) sent.part()).keys().size());
            after = sent.upTo();
        } while (after.size() > 0);
        return sizes;
    }

    /** Two random states, of which one has what the other lacks and more than one answer holds, become equal page by page. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void pageByPageOneGetsAllThatTheOtherHas(long seed) {
        Random random = new Random(seed);
        int keys = 1 + random.nextInt(6_000);
        for (int i = 0; i < keys; i++) {
            long micros = 11L + random.nextInt(50);
            String value = random.nextInt(5) == 0 ? null : "value" + micros;
            other.put(i, micros, value);
            if (random.nextInt(100) > seed * 10) {
                one.put(i, micros, value);
            }
            if (random.nextInt(10) == 0) {
                other.relaxed.put(key(i), Counter.of(CLIENT, new Counter.Total(1 + random.nextInt(3), i)));
            }
            if (random.nextInt(10) == 0) {
                one.relaxed.put(key(i), Counter.of(new ClientId(5, 6), new Counter.Total(1, i)));
            }
        }
        int keysEach = 1 + random.nextInt(32);
        int hashes = random.nextBoolean() ? 32 : StateHashes.PARTS_MAX;

        AtomicInteger steps = new AtomicInteger();
        repair(Bytes.EMPTY, Bytes.EMPTY, keysEach, hashes, steps);

        other.versions.forEach((key, all) ->
                assertThat(one.newest(key)).isEqualTo(all.lastEntry().getValue()));
        other.relaxed.forEach(
                (key, state) -> assertThat(state.join(one.relaxed.get(key))).isEqualTo(one.relaxed.get(key)));
        assertThat(steps.get()).isLessThan(40 + keys);
    }

    private void repair(Bytes from, Bytes to, int keysEach, int hashes, AtomicInteger steps) {
        Bytes after = from;
        boolean more = true;
        while (more) {
            steps.incrementAndGet();
            List<RangeHash> parts = one.participant().summarize(WHOLE, after, to, keysEach, hashes);
            assertThat(parts).hasSizeBetween(1, hashes);
            StateComparison compared = other.participant().compare(WHOLE, after, parts, keysEach == 1);
            assertThat(compared).isNotNull();
            if (compared == null) {
                return;
            }
            if (keysEach == 1) {
                KeyStates sent = (KeyStates) compared.part();
                assertThat(sent).isNotNull();
                if (sent != null) {
                    assertThat(sent.keys()).hasSizeLessThanOrEqualTo(StatePages.DEFAULTS.keysSentMax());
                    one.apply(one.participant().join(sent, Timestamp.ZERO));
                }
            } else {
                for (int place : compared.different()) {
                    Bytes start = place == 0 ? after : parts.get(place - 1).upTo();
                    repair(start, parts.get(place).upTo(), 1, hashes, steps);
                }
            }
            more = compared.upTo().size() > 0 && !compared.upTo().equals(to);
            after = compared.upTo();
        }
    }
}
