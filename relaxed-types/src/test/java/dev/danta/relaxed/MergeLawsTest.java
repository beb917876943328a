package dev.danta.relaxed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 8: joining is commutative, associative, idempotent and monotone, over arbitrary states of every type. */
class MergeLawsTest {
    private static final int STATES = 3_000;
    private static final ClientId ONE = new ClientId(0, 1);
    private static final ClientId OTHER = new ClientId(0, 2);

    private static Timestamp stamp(Random random) {
        return new Timestamp(random.nextInt(4), new ClientId(0, random.nextInt(3)));
    }

    /** Also states that no run can make, such as two values with one stamp: the laws must hold for all. */
    private static RelaxedState register(Random random) {
        int kind = random.nextInt(4);
        return new LwwRegister(stamp(random), kind == 0 ? null : Bytes.utf8("v".repeat(kind)));
    }

    private static RelaxedState counter(Random random) {
        SortedMap<ClientId, Counter.Total> totals = new TreeMap<>();
        for (int client = 0; client < 3; client++) {
            if (random.nextBoolean()) {
                totals.put(new ClientId(0, client), new Counter.Total(1 + random.nextInt(3), random.nextInt(5) - 2));
            }
        }
        return new Counter(totals);
    }

    /** Also two totals with one sequence, which no owner makes. */
    private static RelaxedState spending(Random random) {
        long sequence = random.nextInt(4);
        return new Spending(sequence, sequence == 0 ? 0 : random.nextInt(4), random.nextInt(3) == 0);
    }

    private static final List<Bytes> ELEMENTS = List.of(Bytes.EMPTY, Bytes.utf8("a"), Bytes.utf8("b"));

    private static <V> SortedMap<Bytes, V> some(Random random, Supplier<V> values) {
        SortedMap<Bytes, V> some = new TreeMap<>();
        for (Bytes element : ELEMENTS) {
            if (random.nextBoolean()) {
                some.put(element, values.get());
            }
        }
        return some;
    }

    private static LwwSet set(Random random) {
        return new LwwSet(some(random, () -> stamp(random)), some(random, () -> stamp(random)));
    }

    private static LwwMap map(Random random) {
        return new LwwMap(some(random, () -> (LwwRegister) register(random)));
    }

    private static RelaxedState growSet(Random random) {
        return GrowSet.of(some(random, () -> "").keySet());
    }

    static Stream<Arguments> types() {
        Map<String, Function<Random, RelaxedState>> generators = Map.of(
                "register", MergeLawsTest::register,
                "counter", MergeLawsTest::counter,
                "spending", MergeLawsTest::spending,
                "set", MergeLawsTest::set,
                "map", MergeLawsTest::map,
                "grow-only set", MergeLawsTest::growSet);
        return generators.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(entry ->
                        Stream.of(1L, 2L, 3L).map(seed -> Arguments.of(entry.getKey(), entry.getValue(), seed)));
    }

    /** The order of the lattice: {@code more} contains everything that {@code less} does. */
    private static boolean contains(RelaxedState more, RelaxedState less) {
        return more.join(less).equals(more);
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("types")
    void joinIsCommutativeAssociativeIdempotentAndMonotone(
            String type, Function<Random, RelaxedState> generator, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < STATES; i++) {
            RelaxedState a = generator.apply(random);
            RelaxedState b = generator.apply(random);
            RelaxedState c = generator.apply(random);
            String states = type + ", seed " + seed + ": " + a + ", " + b + ", " + c;
            RelaxedState joined = a.join(b);
            assertThat(joined).as("commutative: %s", states).isEqualTo(b.join(a));
            assertThat(joined.join(c)).as("associative: %s", states).isEqualTo(a.join(b.join(c)));
            assertThat(a.join(a)).as("idempotent: %s", states).isEqualTo(a);
            assertThat(contains(joined, a) && contains(joined, b))
                    .as("an upper bound: %s", states)
                    .isTrue();
            assertThat(contains(joined.join(c), a.join(c)))
                    .as("monotone: %s", states)
                    .isTrue();
            if (contains(c, a) && contains(c, b)) {
                assertThat(contains(c, joined)).as("the least one: %s", states).isTrue();
            }
            assertThat(joined.greatestStamp())
                    .as("the greatest stamp: %s", states)
                    .isEqualTo(Timestamp.max(a.greatestStamp(), b.greatestStamp()));
            assertThat(a.joins(b)).as("joins its like: %s", states).isTrue();
        }
    }

    /** What replicas have is mostly the same: a value of many elements is not copied to find that out. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatBringsNothingNewIsNotCopied(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < STATES; i++) {
            List<Function<Random, RelaxedState>> large =
                    List.of(MergeLawsTest::set, MergeLawsTest::map, MergeLawsTest::growSet);
            for (Function<Random, RelaxedState> type : large) {
                RelaxedState part = type.apply(random);
                RelaxedState whole = part.join(type.apply(random));
                assertThat(whole.join(part)).as("%s, %s", whole, part).isSameAs(whole);
                assertThat(part.join(whole)).as("%s, %s", part, whole).isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("types")
    void replicasThatGetTheSameChangesInAnyOrderAndAnyNumberEndUpEqual(
            String type, Function<Random, RelaxedState> generator, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            List<RelaxedState> changes = new ArrayList<>();
            for (int j = 0; j < 6; j++) {
                changes.add(generator.apply(random));
            }
            List<RelaxedState> again = new ArrayList<>(changes);
            again.addAll(changes.subList(0, random.nextInt(6)));
            Collections.shuffle(again, random);
            assertThat(all(again)).as("%s, seed %d: %s", type, seed, changes).isEqualTo(all(changes));
        }
    }

    private static RelaxedState all(List<RelaxedState> changes) {
        return changes.stream().reduce(RelaxedState::join).orElseThrow();
    }

    @Test
    void theGreaterStampWinsNotTheLaterArrival() {
        LwwRegister early = new LwwRegister(new Timestamp(5, ONE), Bytes.utf8("early"));
        LwwRegister late = new LwwRegister(new Timestamp(6, ONE), Bytes.utf8("late"));
        assertThat(late.join(early)).isEqualTo(late);
        assertThat(early.join(late)).isEqualTo(late);
    }

    @Test
    void theClientIdBreaksATie() {
        LwwRegister one = new LwwRegister(new Timestamp(5, ONE), Bytes.utf8("z"));
        LwwRegister other = new LwwRegister(new Timestamp(5, OTHER), Bytes.utf8("a"));
        assertThat(one.join(other)).isEqualTo(other);
        assertThat(other.join(one)).isEqualTo(other);
    }

    @Test
    void aLaterDeletionWinsAndALaterWriteBringsTheValueBack() {
        LwwRegister value = new LwwRegister(new Timestamp(5, ONE), Bytes.utf8("v"));
        LwwRegister deletion = new LwwRegister(new Timestamp(6, ONE), null);
        LwwRegister back = new LwwRegister(new Timestamp(7, ONE), Bytes.utf8("w"));
        assertThat(value.join(deletion)).isEqualTo(deletion);
        assertThat(deletion.join(back)).isEqualTo(back);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aCounterHealsWhateverIsRepeatedReorderedOrLostAsLongAsTheLastChangeOfEachClientArrives(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            List<RelaxedState> changes = new ArrayList<>();
            List<RelaxedState> last = new ArrayList<>();
            long expected = 0;
            for (int client = 0; client < 3; client++) {
                ClientId id = new ClientId(0, client);
                long sum = 0;
                int count = 1 + random.nextInt(5);
                for (int sequence = 1; sequence <= count; sequence++) {
                    sum += random.nextInt(9) - 4;
                    RelaxedState change = Counter.of(id, new Counter.Total(sequence, sum));
                    (sequence == count ? last : changes).add(change);
                }
                expected += sum;
            }
            changes.removeIf(change -> random.nextInt(3) == 0);
            changes.addAll(List.copyOf(changes));
            changes.addAll(last);
            Collections.shuffle(changes, random);
            Counter counter = Counter.ZERO;
            for (RelaxedState change : changes) {
                counter = counter.join(change);
            }
            assertThat(counter.value()).as("seed %d: %s", seed, changes).isEqualTo(expected);
        }
    }

    @Test
    void anIncrementThatArrivesTwiceCountsOnce() {
        Counter added = Counter.of(ONE, new Counter.Total(1, 5));
        assertThat(Counter.ZERO.join(added).join(added).value()).isEqualTo(5);
    }

    @Test
    void aCounterAddsOverItsClientsAndSaysWhenThatDoesNotFit() {
        Counter two = Counter.of(ONE, new Counter.Total(1, 5)).join(Counter.of(OTHER, new Counter.Total(3, -7)));
        assertThat(two.value()).isEqualTo(-2);
        assertThat(Counter.ZERO.value()).isZero();
        Counter much =
                Counter.of(ONE, new Counter.Total(1, Long.MAX_VALUE)).join(Counter.of(OTHER, new Counter.Total(1, 1)));
        assertThatThrownBy(much::value).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void aCounterIsNotChangedThroughTheMapItWasMadeFrom() {
        SortedMap<ClientId, Counter.Total> totals = new TreeMap<>();
        Counter counter = new Counter(totals);
        totals.put(ONE, new Counter.Total(1, 1));
        assertThat(counter).isEqualTo(Counter.ZERO);
        assertThatThrownBy(() -> counter.totals().put(ONE, new Counter.Total(1, 1)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aSequenceStartsAtOne() {
        assertThatThrownBy(() -> new Counter.Total(0, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    /** T8: whatever is there and whatever the clock says, a change of one's own is seen, and undoes nothing else. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aChangeOfOnesOwnIsSeenAlsoWhenTheClockStepsBack(long seed) {
        Random random = new Random(seed);
        LwwSet set = LwwSet.EMPTY;
        LwwMap map = LwwMap.EMPTY;
        SortedSet<Bytes> members = new TreeSet<>();
        SortedMap<Bytes, Bytes> values = new TreeMap<>();
        for (int i = 0; i < STATES; i++) {
            Bytes element = ELEMENTS.get(random.nextInt(ELEMENTS.size()));
            boolean adds = random.nextBoolean();
            LwwSet before = set;
            set = set.join(adds ? set.adding(element, stamp(random)) : set.removing(element, stamp(random)));
            map = map.join(
                    adds
                            ? map.putting(element, Bytes.utf8("v" + i), stamp(random))
                            : map.removing(element, stamp(random)));
            if (adds) {
                members.add(element);
                values.put(element, Bytes.utf8("v" + i));
            } else {
                members.remove(element);
                values.remove(element);
            }
            assertThat(set.members()).as("seed %d, step %d", seed, i).isEqualTo(members);
            assertThat(map.values()).as("seed %d, step %d", seed, i).isEqualTo(values);
            assertThat(contains(set, before)).as("monotone").isTrue();
        }
    }

    @Test
    void ofAnElementTheGreaterStampsAreKeptNotTheLaterArrival() {
        Bytes element = Bytes.utf8("e");
        LwwSet early = LwwSet.EMPTY.adding(element, new Timestamp(5, ONE));
        LwwSet late = LwwSet.EMPTY.removing(element, new Timestamp(6, ONE));
        assertThat(late.join(early)).isEqualTo(early.join(late));
        assertThat(late.join(early).contains(element)).isFalse();
        LwwSet back = late.adding(element, new Timestamp(7, OTHER));
        assertThat(back.join(early).join(late).contains(element)).isTrue();
    }

    @Test
    void anElementThatWasAddedAndRemovedWithOneStampIsNotInTheSet() {
        Bytes element = Bytes.utf8("e");
        Timestamp stamp = new Timestamp(5, ONE);
        LwwSet both = LwwSet.change(List.of(element), List.of(element), stamp);
        assertThat(both.contains(element)).isFalse();
        assertThat(both.members()).isEmpty();
    }

    @Test
    void whatShowsTheSameNeedNotBeEqual() {
        Bytes element = Bytes.utf8("e");
        LwwSet early = LwwSet.EMPTY.adding(element, new Timestamp(5, ONE));
        LwwSet late = LwwSet.EMPTY.adding(element, new Timestamp(6, ONE));
        assertThat(early.showsTheSame(late)).isTrue();
        assertThat(early).isNotEqualTo(late);
        LwwSet removed = late.join(late.removing(element, new Timestamp(6, ONE)));
        assertThat(removed.showsTheSame(LwwSet.EMPTY)).isTrue();
        assertThat(removed).isNotEqualTo(LwwSet.EMPTY);
        LwwMap gone = LwwMap.EMPTY.removing(element, new Timestamp(6, ONE));
        assertThat(gone.showsTheSame(LwwMap.EMPTY)).isTrue();
        assertThat(gone.get(element)).isNull();
        assertThat(gone).isNotEqualTo(LwwMap.EMPTY);
    }

    /** T8: what is sent goes by what is changed, not by what is there. */
    @Test
    void aChangeOfASetOf100_000ElementsIsSmall() {
        SortedMap<Bytes, Timestamp> added = new TreeMap<>();
        for (int i = 0; i < 100_000; i++) {
            added.put(Bytes.utf8("element-" + i), new Timestamp(i, ONE));
        }
        LwwSet set = new LwwSet(added, new TreeMap<>());
        LwwSet changed = set;
        int sent = 0;
        for (int i = 0; i < 10; i++) {
            LwwSet change = i % 2 == 0
                    ? changed.removing(Bytes.utf8("element-" + 1000 * i), new Timestamp(0, ONE))
                    : changed.adding(Bytes.utf8("another-" + i), new Timestamp(0, ONE));
            sent += change.sizeBytes();
            changed = changed.join(change);
        }
        assertThat(changed.members()).hasSize(100_000);
        assertThat(changed.showsTheSame(set)).isFalse();
        assertThat(100L * sent).isLessThan(set.sizeBytes());
    }

    @Test
    void whatHasManyElementsMayBecomeTooLarge() {
        Bytes large = Bytes.wrap(new byte[RelaxedState.SIZE_MAX - 64 - 128]);
        Bytes tooLarge = Bytes.wrap(new byte[RelaxedState.SIZE_MAX - 64 - 127]);
        Timestamp stamp = new Timestamp(1, ONE);
        assertThat(LwwSet.EMPTY.adding(large, stamp).isTooLarge()).isFalse();
        assertThat(LwwSet.EMPTY.adding(tooLarge, stamp).isTooLarge()).isTrue();
        assertThat(LwwSet.EMPTY.removing(tooLarge, stamp).isTooLarge()).isTrue();
        assertThat(GrowSet.of(List.of(large)).isTooLarge()).isFalse();
        assertThat(GrowSet.of(List.of(tooLarge)).isTooLarge()).isTrue();
        assertThat(LwwMap.EMPTY.putting(Bytes.EMPTY, large, stamp).isTooLarge()).isFalse();
        assertThat(LwwMap.EMPTY.putting(Bytes.EMPTY, tooLarge, stamp).isTooLarge())
                .isTrue();
        assertThat(new LwwRegister(stamp, tooLarge).isTooLarge()).isFalse();
    }

    @Test
    void differentTypesDoNotJoin() {
        List<RelaxedState> one =
                List.of(new LwwRegister(Timestamp.ZERO, null), Counter.ZERO, LwwSet.EMPTY, LwwMap.EMPTY, GrowSet.EMPTY);
        for (RelaxedState state : one) {
            for (RelaxedState other : one) {
                if (state != other) {
                    assertThat(state.joins(other)).isFalse();
                    assertThatThrownBy(() -> state.join(other))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(state.typeName())
                            .hasMessageContaining(other.typeName());
                }
            }
        }
    }

    @Test
    void theSizeGrowsWithWhatIsInIt() {
        int empty = new LwwRegister(Timestamp.ZERO, null).sizeBytes();
        assertThat(new LwwRegister(Timestamp.ZERO, Bytes.utf8("12345")).sizeBytes())
                .isEqualTo(empty + 5);
        assertThat(Counter.of(ONE, new Counter.Total(1, 1)).sizeBytes()).isGreaterThan(Counter.ZERO.sizeBytes());
    }
}
