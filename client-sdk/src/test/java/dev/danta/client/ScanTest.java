package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.txn.key.KeyLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges, read within transactions and outside: three nodes, four shards. */
@Timeout(120)
final class ScanTest {
    private final MemoryCluster cluster = new MemoryCluster(3, 4);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<Long> stock = shop.table("stock", Codecs.LONG, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    private void fill(int keys) {
        for (int from = 0; from < keys; from += 500) {
            int begin = from;
            shop.execute(tx -> {
                for (int i = begin; i < Math.min(keys, begin + 500); i++) {
                    tx.put(stock, Key.of(i), (long) i);
                }
            });
        }
    }

    private static List<Long> values(Stream<Entry<Long>> entries) {
        return entries.map(Entry::value).toList();
    }

    private static Key key(Random random) {
        Object[] elements = new Object[1 + random.nextInt(2)];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = random.nextBoolean() ? "" + (char) ('a' + random.nextInt(4)) : random.nextInt(4);
        }
        return Key.of(elements);
    }

    private static dev.danta.occ.Key place(Key key) {
        return KeyLayout.key("s", "c", key.elements());
    }

    /** What a scan must show, found by looking at every key. */
    private static List<Entry<Long>> expected(
            Map<Key, Long> model,
            List<Object> prefix,
            Key from,
            boolean withFrom,
            Key before,
            boolean reversed,
            int most) {
        TreeMap<dev.danta.occ.Key, Entry<Long>> sorted = new TreeMap<>();
        model.forEach((key, value) -> {
            List<Object> elements = key.elements();
            boolean begins = prefix.size() <= elements.size()
                    && elements.subList(0, prefix.size()).equals(prefix);
            int order = from == null ? 1 : place(key).compareTo(place(from));
            boolean isAbove = order > 0 || (order == 0 && withFrom);
            if (begins && isAbove && (before == null || place(key).compareTo(place(before)) < 0)) {
                sorted.put(place(key), new Entry<>(key, value));
            }
        });
        List<Entry<Long>> all = new ArrayList<>(sorted.values());
        if (reversed) {
            Collections.reverse(all);
        }
        return all.subList(0, Math.min(most, all.size()));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everyRangeShowsWhatThereIsInItsOrder(long seed) {
        Random random = new Random(seed);
        Map<Key, Long> model = new LinkedHashMap<>();
        for (int round = 0; round < 150; round++) {
            List<Object> prefix =
                    random.nextInt(3) == 0 ? key(random).elements().subList(0, 1) : List.of();
            Key from = random.nextBoolean() ? key(random) : null;
            boolean withFrom = random.nextBoolean();
            Key before = random.nextBoolean() ? key(random) : null;
            boolean reversed = random.nextBoolean();
            int most = random.nextBoolean() ? 1 + random.nextInt(5) : Integer.MAX_VALUE;
            KeyRange wide = prefix.isEmpty() ? KeyRange.all() : KeyRange.prefix(prefix.toArray());
            KeyRange low = from == null ? wide : withFrom ? wide.from(from) : wide.after(from);
            KeyRange high = before == null ? low : low.before(before);
            KeyRange ranged = reversed ? high.reverse() : high;
            KeyRange range = most == Integer.MAX_VALUE ? ranged : ranged.limit(most);

            boolean writesFirst = random.nextBoolean();
            Key changed = key(random);
            Long value = random.nextInt(3) == 0 ? null : (long) round;
            List<Entry<Long>> seen = new ArrayList<>();
            Map<Key, Long> then = new LinkedHashMap<>(model);
            if (value == null) {
                then.remove(changed);
            } else {
                then.put(changed, value);
            }
            shop.execute(tx -> {
                seen.clear();
                if (random.nextInt(4) == 0) {
                    tx.get(stock, key(random));
                }
                if (!writesFirst) {
                    tx.entries(stock, range).forEach(seen::add);
                }
                if (value == null) {
                    tx.delete(stock, changed);
                } else {
                    tx.put(stock, changed, value);
                }
                if (writesFirst) {
                    tx.entries(stock, range).forEach(seen::add);
                }
            });

            assertThat(seen)
                    .as("seed %d, round %d: %s", seed, round, range)
                    .isEqualTo(expected(writesFirst ? then : model, prefix, from, withFrom, before, reversed, most));
            model.clear();
            model.putAll(then);
            assertThat(stock.scan(range).toList())
                    .as("seed %d, round %d, outside: %s", seed, round, range)
                    .isEqualTo(expected(model, prefix, from, withFrom, before, reversed, most));
        }
        assertThat(model).isNotEmpty();
    }

    @Test
    void aLongScanOutsideIsReadInPages() {
        fill(1200);
        long before = client.stats().strictReads();

        assertThat(values(stock.scan(KeyRange.all())))
                .isEqualTo(Stream.iterate(0L, i -> i + 1).limit(1200).toList());
        assertThat(client.stats().strictReads() - before).isEqualTo(5);
        assertThat(values(stock.scan(KeyRange.all().reverse().limit(700))))
                .isEqualTo(Stream.iterate(1199L, i -> i - 1).limit(700).toList());
        assertThat(stock.scan(KeyRange.all().reverse()).findFirst().orElseThrow())
                .isEqualTo(new Entry<>(Key.of(1199), 1199L));
    }

    @Test
    void anApplicationsOwnPagesFollowEachOther() {
        fill(10);

        assertThat(values(stock.scan(KeyRange.all().after(Key.of(3)).limit(2)))).containsExactly(4L, 5L);
        assertThat(values(stock.scan(KeyRange.all().before(Key.of(3)).reverse().limit(2))))
                .containsExactly(2L, 1L);
        assertThat(values(stock.scan(KeyRange.between(Key.of(3), Key.of(5))))).containsExactly(3L, 4L);
        assertThat(stock.scan(KeyRange.between(Key.of(5), Key.of(3)))).isEmpty();
    }

    /** Only what was read can be out of date: the rest of a stream that nobody came to is none of the transaction's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAStreamHasNotComeToStandsInNobodysWay(boolean reversed) {
        fill(2000);
        KeyRange range = reversed ? KeyRange.all().reverse() : KeyRange.all();
        Tx tx = shop.begin();
        assertThat(tx.entries(stock, range).limit(3).map(Entry::value))
                .isEqualTo(reversed ? List.of(1999L, 1998L, 1997L) : List.of(0L, 1L, 2L));
        tx.put(stock, Key.of("other"), 1L);
        shop.execute(other -> other.put(stock, Key.of(reversed ? 0 : 1999), -1L));

        assertThat(tx.commit().attempts()).isOne();
    }

    /** Two transactions that each list everything and add something: one of them has not seen what the other added. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTwoThatScanAndInsertOneBeginsAnew(boolean reversed) {
        fill(3);
        KeyRange range = reversed ? KeyRange.all().reverse() : KeyRange.all();
        for (int round = 0; round < 10; round++) {
            Tx one = shop.begin();
            Tx other = shop.begin();
            Key first = Key.of("one", round);
            Key second = Key.of("other", round);
            long counted = one.entries(stock, range).count();
            assertThat(other.entries(stock, range).count()).isEqualTo(counted);
            one.put(stock, first, counted);
            other.put(stock, second, counted);

            one.commit();

            assertThatThrownBy(other::commit).isInstanceOf(ConflictException.class);
            assertThat(stock.get(second, Read.STRICT)).isEmpty();
        }
    }

    /** A scan that found nothing on some shard has read that, too. */
    @Test
    void anEmptyRangeIsReadOnEveryShard() {
        for (int round = 0; round < 8; round++) {
            Tx counting = shop.begin();
            Key counter = Key.of("count", round);
            Table<Long> counts = shop.table("counts", Codecs.LONG, Mode.STRICT);
            counting.put(
                    counts, counter, counting.entries(stock, KeyRange.all()).count());
            int which = round;
            shop.execute(tx -> tx.put(stock, Key.of("new", which), 1L));

            assertThatThrownBy(counting::commit).isInstanceOf(ConflictException.class);
            shop.execute(tx -> tx.delete(stock, Key.of("new", which)));
        }
    }

    @Test
    void aStreamOfATransactionEndsWithIt() {
        fill(3);
        Iterator<Entry<Long>> leaked =
                shop.read(tx -> tx.entries(stock, KeyRange.all()).iterator());

        assertThatThrownBy(leaked::hasNext)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ended");
    }

    @Test
    void aRelaxedTableIsNotScannedStrictly() {
        Table<Long> views = shop.table("views", Codecs.LONG, Mode.RELAXED);

        assertThatThrownBy(() -> views.scan(KeyRange.all())).isInstanceOf(ModeMismatchException.class);
        assertThatThrownBy(
                        () -> shop.read(tx -> tx.entries(views, KeyRange.all()).count()))
                .isInstanceOf(ModeMismatchException.class);
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> KeyRange.all().limit(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyRange.all().after(null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> stock.scan(KeyRange.prefix("x".repeat(500))).toList())
                .isInstanceOf(TooLargeException.class)
                .hasMessageContaining("too long");
        assertThat(KeyRange.prefix("eu").after(Key.of("eu", 3)).reverse().limit(2))
                .hasToString("the last 2 keys that begin with [eu] after (\"eu\", 3), reversed");
    }
}
