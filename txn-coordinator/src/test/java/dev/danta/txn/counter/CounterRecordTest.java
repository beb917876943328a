package dev.danta.txn.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The strict record of a bounded counter: what is folded, spent, allotted and closed adds up, to the last unit. */
final class CounterRecordTest {
    private static final CounterBounds TEN = new CounterBounds(10, 0);
    private static final ClientId ONE = new ClientId(0, 1);
    private static final ClientId TWO = new ClientId(0, 2);

    private static Timestamp at(long time) {
        return new Timestamp(time, ONE);
    }

    private static Counter gains(ClientId client, long sequence, long sum) {
        return Counter.of(client, new Counter.Total(sequence, sum));
    }

    /** As it is read when it was committed at {@code time}. */
    private static CounterRecord written(CounterRecord record, long time) {
        CounterRecord read = CounterRecord.of(new Version(at(time), record.encode()), TEN);
        assertThat(read).isNotNull();
        return read;
    }

    @Test
    void whatWasNeverWrittenIsAsItsBoundsSay() {
        CounterBounds bounds = new CounterBounds(-3, 7);

        CounterRecord record = CounterRecord.of(Version.NEVER_THERE, bounds);

        assertThat(record).isEqualTo(CounterRecord.initial(bounds));
        assertThat(record.room()).isEqualTo(-3);
        assertThat(record.allowance()).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> new CounterBounds(0, -1));
    }

    @Test
    void aGainIsFoldedOnce() {
        Counter gains = gains(ONE, 1, 5).join(gains(TWO, 3, 7));

        CounterRecord record = CounterRecord.initial(TEN).folding(gains);

        assertThat(record.room()).isEqualTo(22);
        assertThat(record.folding(gains)).isSameAs(record);
        assertThat(record.folding(gains(ONE, 2, 6)).room()).isEqualTo(23);
    }

    @Test
    void whatIsFoldedNeverGoesBack() {
        CounterRecord record = CounterRecord.initial(TEN).folding(gains(ONE, 4, 9));

        assertThat(record.folding(gains(ONE, 2, 6))).isSameAs(record);
        assertThat(record.folding(gains(ONE, 5, 6))).isSameAs(record);
        assertThat(record.folding(gains(ONE, 6, -6))).isSameAs(record);
        assertThat(record.folding(gains(ONE, 7, 10)).room()).isEqualTo(20);
    }

    /** They stay gains, and count as soon as there is space for them. */
    @Test
    void gainsThatNoLongCanHoldAreLeftForLater() {
        Counter gains = gains(ONE, 1, Long.MAX_VALUE).join(gains(TWO, 1, Long.MAX_VALUE));

        CounterRecord full = CounterRecord.initial(TEN).folding(gains);

        assertThat(full.room()).isEqualTo(Long.MAX_VALUE);
        assertThat(full.folded()).containsOnlyKeys(ONE);
        assertThat(full.folding(gains)).isSameAs(full);
        CounterRecord allotted = written(full.taking(new Allotment(TWO, 100, false, 0)), 5);
        assertThat(allotted.folding(gains)).isSameAs(allotted);
        CounterRecord spent = allotted.closing(at(5), 100).folding(gains);
        assertThat(spent.room()).isEqualTo(Long.MAX_VALUE);
        assertThat(spent.folded().get(ONE).sum() - full.folded().get(ONE).sum()).isEqualTo(10);
        assertThat(spent.folded().get(TWO).sum()).isEqualTo(90);
    }

    @Test
    void thereIsEnoughIfTheRoomReachesOrTheAllowanceDoes() {
        CounterRecord record = CounterRecord.initial(new CounterBounds(10, 5));

        assertThat(record.covers(10, false)).isTrue();
        assertThat(record.covers(11, false)).isFalse();
        assertThat(record.covers(15, true)).isTrue();
        assertThat(record.covers(16, true)).isFalse();
        assertThat(record.spending(15).covers(1, true)).isFalse();
        assertThat(record.covers(Long.MAX_VALUE, true)).isFalse();
        CounterRecord lowest = CounterRecord.initial(new CounterBounds(Long.MIN_VALUE, Long.MAX_VALUE));
        assertThat(lowest.covers(1, true)).isFalse();
        assertThatThrownBy(() -> lowest.spending(1)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void whatATransactionGainsIsRoomAtOnceAndNobodyFoldsIt() {
        CounterRecord record = CounterRecord.initial(TEN).gaining(5);
        assertThat(record.room()).isEqualTo(15);
        assertThat(record.folded()).isEmpty();
        CounterRecord allotted = written(CounterRecord.initial(TEN).taking(new Allotment(ONE, 4, false, 0)), 7);
        assertThatThrownBy(() -> allotted.gaining(Long.MAX_VALUE - 9)).isInstanceOf(ArithmeticException.class);
        assertThat(allotted.gaining(Long.MAX_VALUE - 10).openAmount()).isEqualTo(4);
    }

    @Test
    void aBoundThatIsMovedMovesTheRoomWithIt() {
        CounterRecord raised = written(CounterRecord.initial(TEN).spending(4).bounded(5, 2), 7);
        assertThat(raised.room()).isEqualTo(11);
        assertThat(raised.shift()).isEqualTo(5);
        assertThat(raised.covers(13, true)).isTrue();

        CounterRecord lowered = raised.bounded(-9, 0);
        assertThat(lowered.room()).isEqualTo(-3);
        assertThat(lowered.covers(1, true)).isFalse();
        assertThat(lowered.bounded(5, 2)).isEqualTo(raised);
        assertThatThrownBy(() -> raised.bounded(Long.MAX_VALUE, 0)).isInstanceOf(ArithmeticException.class);
        assertThatIllegalArgumentException().isThrownBy(() -> raised.bounded(5, -1));
    }

    @Test
    void anAllotmentIsNamedByTheVersionThatHasItFirst() {
        CounterRecord record = CounterRecord.initial(TEN).taking(new Allotment(ONE, 4, false, 0));
        assertThat(record.open()).containsOnlyKeys(Timestamp.ZERO);
        assertThatThrownBy(() -> record.taking(new Allotment(TWO, 1, false, 0)))
                .isInstanceOf(IllegalStateException.class);

        CounterRecord read = written(record, 7);

        assertThat(read.open()).isEqualTo(Map.of(at(7), new Allotment(ONE, 4, false, 0)));
        assertThat(read.room()).isEqualTo(6);
        assertThat(written(read, 8)).isEqualTo(read);
        CounterRecord two = written(read.taking(new Allotment(TWO, 2, true, 0)), 9);
        assertThat(two.open()).containsOnlyKeys(at(7), at(9));
        assertThat(two.openAmount()).isEqualTo(6);
    }

    @Test
    void closingReturnsWhatWasNotSpentAndRemembersWhatWas() {
        CounterRecord record = written(CounterRecord.initial(TEN).taking(new Allotment(ONE, 4, false, 0)), 7);

        CounterRecord closed = record.closing(at(7), 3);

        assertThat(closed.room()).isEqualTo(7);
        assertThat(closed.open()).isEmpty();
        assertThat(closed.closed()).isEqualTo(Map.of(at(7), new CounterRecord.Closed(3, Timestamp.ZERO)));
        assertThat(written(closed, 9).closed()).isEqualTo(Map.of(at(7), new CounterRecord.Closed(3, at(9))));
        assertThatIllegalArgumentException().isThrownBy(() -> closed.closing(at(7), 3));
        assertThatIllegalArgumentException().isThrownBy(() -> record.closing(at(7), 5));
        assertThatIllegalArgumentException().isThrownBy(() -> record.closing(at(7), -1));
    }

    @Test
    void anOpenAllotmentCanBeRaisedAndKeptForLonger() {
        CounterRecord lax = written(CounterRecord.initial(TEN).taking(new Allotment(ONE, 4, true, 5)), 7);
        CounterRecord raised = written(lax.raising(at(7), 3).renewing(at(7), 9), 8);
        assertThat(raised.room()).isEqualTo(3);
        assertThat(raised.open()).isEqualTo(Map.of(at(7), new Allotment(ONE, 7, true, 9)));
        assertThat(raised.closing(at(7), 7).room()).isEqualTo(3);
        assertThatIllegalArgumentException().isThrownBy(() -> raised.raising(at(8), 1));
    }

    @Test
    void closedAllotmentsAreForgottenInTime() {
        CounterRecord record = CounterRecord.initial(TEN);
        for (long time = 5; time < 8; time++) {
            record = written(record.taking(new Allotment(ONE, 1, false, 0)), time);
        }
        for (long time = 5; time < 8; time++) {
            record = written(record.closing(at(time), 1), time + 10);
        }

        assertThat(record.forgetting(at(14))).isSameAs(record);
        assertThat(record.forgetting(at(16)).closed()).containsOnlyKeys(at(7));
        assertThat(record.forgetting(at(16)).room()).isEqualTo(record.room());
    }

    /** Its owner, who has spent of it for long, is to learn what became of its last spends. */
    @Test
    void howeverOldAnAllotmentIsWhatClosesItDoesNotForgetIt() {
        CounterRecord record = written(CounterRecord.initial(TEN).taking(new Allotment(ONE, 4, false, 0)), 7);

        CounterRecord closed = written(record.closing(at(7), 3).forgetting(at(50)), 60);

        assertThat(closed.closed()).isEqualTo(Map.of(at(7), new CounterRecord.Closed(3, at(60))));
    }

    /** Clusters keep such records: a later release must read them. */
    @Test
    void recordsLookLikeThis() {
        CounterRecord record = new CounterRecord(
                258,
                3,
                -2,
                new TreeMap<>(Map.of(ONE, new Counter.Total(2, 259))),
                new TreeMap<>(Map.of(
                        Timestamp.ZERO, new Allotment(TWO, 4, true, 0x104), at(5), new Allotment(ONE, 6, false, 0))),
                new TreeMap<>(Map.of(at(7), new CounterRecord.Closed(8, at(9)))));

        assertThat(HexFormat.of().formatHex(record.encode().toArray()))
                .isEqualTo("01" + "0000000000000102" + "0000000000000003" + "fffffffffffffffe"
                        + "00000001" + client(1) + "0000000000000002" + "0000000000000103"
                        + "00000002" + "0000000000000000" + client(0) + client(2) + "0000000000000004" + "01"
                        + "0000000000000104"
                        + "0000000000000005" + client(1) + client(1) + "0000000000000006" + "00" + "0000000000000000"
                        + "00000001" + "0000000000000007" + client(1) + "0000000000000008"
                        + "0000000000000009" + client(1));
    }

    private static String client(int low) {
        return "0000000000000000" + "000000000000000" + low;
    }

    private static CounterRecord any(Random random) {
        SortedMap<ClientId, Counter.Total> folded = new TreeMap<>();
        SortedMap<Timestamp, Allotment> open = new TreeMap<>();
        SortedMap<Timestamp, CounterRecord.Closed> closed = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            folded.put(client(random), new Counter.Total(1 + random.nextInt(9), random.nextInt(1_000)));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            open.put(
                    new Timestamp(2L * (1 + random.nextInt(1_000)), client(random)),
                    new Allotment(client(random), 1 + random.nextInt(1_000), random.nextBoolean(), random.nextLong()));
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            closed.put(
                    new Timestamp(1 + 2L * random.nextInt(1_000), client(random)),
                    new CounterRecord.Closed(random.nextInt(1_000), at(1 + random.nextInt(1_000))));
        }
        return new CounterRecord(
                random.nextLong() >> 4, random.nextInt(100), random.nextInt(100), folded, open, closed);
    }

    private static ClientId client(Random random) {
        return new ClientId(random.nextLong(), random.nextLong());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsWrittenIsRead(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            CounterRecord record = any(random);
            assertThat(written(record, 5_000)).as("seed %d", seed).isEqualTo(record);
        }
    }

    /** Whoever may write versions may write anything: nobody who reads it is to fall over it. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsNoRecordIsNull(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = any(random).encode().toArray();
            for (int change = random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
            }
            int size = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 9) : bytes.length;
            Bytes encoded = Bytes.wrap(java.util.Arrays.copyOf(bytes, size));
            Version version = new Version(at(5_000), encoded);

            CounterRecord record = CounterRecord.of(version, TEN);

            boolean isFirst = record != null
                    && (record.open().containsKey(at(5_000))
                            || record.closed().values().stream()
                                    .anyMatch(one -> one.at().equals(at(5_000))));
            if (record != null && !isFirst) {
                assertThat(record.encode()).as("seed %d", seed).isEqualTo(encoded);
            }
        }
        assertThat(CounterRecord.of(new Version(at(1), Bytes.EMPTY), TEN)).isNull();
        assertThat(CounterRecord.of(new Version(at(1), Bytes.utf8("ten")), TEN)).isNull();
    }

    @Test
    void whatDoesNotFitIsNoRecord() {
        SortedMap<ClientId, Counter.Total> none = Collections.emptySortedMap();
        SortedMap<Timestamp, CounterRecord.Closed> noneClosed = Collections.emptySortedMap();
        SortedMap<Timestamp, Allotment> much = new TreeMap<>(
                Map.of(at(1), new Allotment(ONE, Long.MAX_VALUE, false, 0), at(2), new Allotment(ONE, 1, false, 0)));
        SortedMap<Timestamp, Allotment> one = new TreeMap<>(Map.of(at(1), new Allotment(ONE, 1, false, 0)));

        assertThatThrownBy(() -> new CounterRecord(-5, 0, 0, none, much, noneClosed))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> new CounterRecord(Long.MAX_VALUE, 0, 0, none, one, noneClosed))
                .isInstanceOf(ArithmeticException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CounterRecord(
                        0, 0, 0, none, one, new TreeMap<>(Map.of(at(1), new CounterRecord.Closed(1, at(2))))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CounterRecord(
                        0, 0, 0, none, one, new TreeMap<>(Map.of(Timestamp.ZERO, new CounterRecord.Closed(1, at(2))))));
        assertThatIllegalArgumentException().isThrownBy(() -> new CounterRecord(0, -1, 0, none, one, noneClosed));
        assertThatIllegalArgumentException().isThrownBy(() -> new Allotment(ONE, 0, false, 0));
    }

    /** Any changes in any order: room, open allotments and what was spent are what there was and what was folded. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everythingAddsUp(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean large = random.nextInt(4) == 0;
            long unit = large ? Long.MAX_VALUE / 5 : 9;
            CounterBounds bounds = new CounterBounds(random.nextLong(unit) - unit / 4, random.nextLong(unit));
            CounterRecord record = CounterRecord.initial(bounds);
            Counter gains = Counter.ZERO;
            BigInteger spent = BigInteger.ZERO;
            for (int step = 1; step < 30; step++) {
                long amount = 1 + random.nextLong(unit);
                boolean intoAllowance = random.nextBoolean();
                SortedMap<ClientId, Counter.Total> before = record.folded();
                List<Timestamp> open = new ArrayList<>(record.open().keySet());
                switch (random.nextInt(5)) {
                    case 0 -> {
                        gains = raised(gains, random.nextBoolean() ? ONE : TWO, amount);
                        record = record.folding(gains);
                    }
                    case 1 -> {
                        if (record.covers(amount, intoAllowance)) {
                            record = record.spending(amount);
                            spent = spent.add(BigInteger.valueOf(amount));
                        }
                    }
                    case 2 -> {
                        if (record.covers(amount, intoAllowance)) {
                            record = written(record.taking(new Allotment(ONE, amount, intoAllowance, 0)), step);
                        }
                    }
                    case 3 -> {
                        if (!open.isEmpty() && record.covers(amount, intoAllowance)) {
                            record = record.raising(open.get(random.nextInt(open.size())), amount);
                        }
                    }
                    default -> {
                        if (!open.isEmpty()) {
                            Timestamp id = open.get(random.nextInt(open.size()));
                            long all = record.open().get(id).amount();
                            long part = random.nextBoolean() ? all : random.nextLong(all);
                            record = record.closing(id, part);
                            spent = spent.add(BigInteger.valueOf(part));
                        }
                    }
                }
                BigInteger folded = BigInteger.ZERO;
                for (Map.Entry<ClientId, Counter.Total> one : record.folded().entrySet()) {
                    folded = folded.add(BigInteger.valueOf(one.getValue().sum()));
                    Counter.Total earlier = before.get(one.getKey());
                    assertThat(earlier == null
                                    || earlier.sum() <= one.getValue().sum())
                            .isTrue();
                }
                assertThat(BigInteger.valueOf(record.room())
                                .add(BigInteger.valueOf(record.openAmount()))
                                .add(spent))
                        .as("seed %d, round %d, step %d", seed, round, step)
                        .isEqualTo(BigInteger.valueOf(bounds.initialRoom()).add(folded));
                assertThat(record.room()).isGreaterThanOrEqualTo(Math.min(bounds.initialRoom(), -bounds.allowance()));
            }
        }
    }

    /** What a client gained in all, as far as that fits its total. */
    private static Counter raised(Counter gains, ClientId client, long amount) {
        Counter.Total before = gains.totals().getOrDefault(client, new Counter.Total(1, 0));
        long sum = before.sum() > Long.MAX_VALUE - amount ? Long.MAX_VALUE : before.sum() + amount;
        return gains.join(Counter.of(client, new Counter.Total(before.sequence() + 1, sum)));
    }
}
