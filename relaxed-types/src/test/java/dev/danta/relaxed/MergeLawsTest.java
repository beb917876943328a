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
import java.util.TreeMap;
import java.util.function.Function;
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

    static Stream<Arguments> types() {
        Map<String, Function<Random, RelaxedState>> generators = Map.of(
                "register", MergeLawsTest::register,
                "counter", MergeLawsTest::counter,
                "spending", MergeLawsTest::spending);
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

    @Test
    void differentTypesDoNotJoin() {
        RelaxedState register = new LwwRegister(Timestamp.ZERO, null);
        RelaxedState counter = Counter.ZERO;
        assertThat(register.joins(counter)).isFalse();
        assertThat(counter.joins(register)).isFalse();
        assertThatThrownBy(() -> register.join(counter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("register")
                .hasMessageContaining("counter");
        assertThatThrownBy(() -> counter.join(register)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSizeGrowsWithWhatIsInIt() {
        int empty = new LwwRegister(Timestamp.ZERO, null).sizeBytes();
        assertThat(new LwwRegister(Timestamp.ZERO, Bytes.utf8("12345")).sizeBytes())
                .isEqualTo(empty + 5);
        assertThat(Counter.of(ONE, new Counter.Total(1, 1)).sizeBytes()).isGreaterThan(Counter.ZERO.sizeBytes());
    }
}
