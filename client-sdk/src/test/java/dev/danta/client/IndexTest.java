package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Indexes, kept in the transactions that change their tables: three nodes, four shards. */
@Timeout(120)
final class IndexTest {
    private final MemoryCluster cluster = new MemoryCluster(3, 4);
    private final DantaClient client = cluster.client();
    private final Space shop = client.space("shop");
    private final Table<String> people = shop.table("people", Codecs.STRING, Mode.STRICT);

    @AfterEach
    void close() {
        client.close(Duration.ofMillis(200));
        cluster.close();
    }

    /** A person is "city:email"; nobody without a city is in the index of cities. */
    private static Key city(String person) {
        String city = person.split(":")[0];
        return city.isEmpty() ? null : Key.of(city);
    }

    private static Key email(String person) {
        return Key.of(person.split(":")[1]);
    }

    private static List<Long> numbers(Stream<Entry<String>> people) {
        return people.map(entry -> entry.key().getLong(0)).toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anIndexShowsWhatTheTableHas(long seed) {
        Index<String> byCity = people.index("by-city", IndexTest::city);
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
        Random random = new Random(seed);
        Map<Long, String> model = new TreeMap<>();
        for (int round = 0; round < 120; round++) {
            long who = random.nextInt(8);
            String person = (random.nextInt(3) == 0 ? "" : "c" + random.nextInt(3)) + ":" + random.nextInt(10);
            boolean isTaken = model.entrySet().stream()
                    .anyMatch(other ->
                            other.getKey() != who && email(other.getValue()).equals(email(person)));
            if (random.nextInt(4) == 0) {
                shop.execute(tx -> tx.delete(people, Key.of(who)));
                model.remove(who);
            } else if (isTaken) {
                assertThatThrownBy(() -> shop.execute(tx -> tx.put(people, Key.of(who), person)))
                        .isInstanceOf(UniqueViolationException.class);
            } else {
                shop.execute(tx -> {
                    if (random.nextBoolean()) {
                        // Within one transaction there may be several, of which the last one counts.
                        tx.put(people, Key.of(who), "elsewhere:" + (100 + who));
                    }
                    tx.put(people, Key.of(who), person);
                });
                model.put(who, person);
            }

            List<Long> expected = model.entrySet().stream()
                    .filter(entry -> city(entry.getValue()) != null)
                    .sorted(Comparator.<Map.Entry<Long, String>, String>comparing(
                                    entry -> city(entry.getValue()).getString(0))
                            .thenComparing(Map.Entry::getKey))
                    .map(Map.Entry::getKey)
                    .toList();
            List<Long> reversed = new ArrayList<>(expected);
            Collections.reverse(reversed);
            assertThat(numbers(byCity.scan(KeyRange.all())))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
            List<Long> back =
                    shop.read(tx -> numbers(tx.entries(byCity, KeyRange.all().reverse())));
            assertThat(back).isEqualTo(reversed);
            assertThat(numbers(byCity.scan(KeyRange.prefix("c1"))))
                    .isEqualTo(expected.stream()
                            .filter(number -> city(model.get(number)).equals(Key.of("c1")))
                            .toList());
            Key asked = email(person);
            assertThat(byEmail.get(asked).map(Entry::value))
                    .isEqualTo(model.values().stream()
                            .filter(other -> email(other).equals(asked))
                            .findFirst());
        }
    }

    @Test
    void aSecondRecordWithTheSameUniqueKeyIsRefusedAndNothingOfItIsWritten() {
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
        Index<String> byCity = people.index("by-city", IndexTest::city);
        shop.execute(tx -> tx.put(people, Key.of(1), "rome:a@x"));

        UniqueViolationException refused = catchThrowableOfType(
                UniqueViolationException.class, () -> shop.execute(tx -> tx.put(people, Key.of(2), "oslo:a@x")));

        assertThat(refused)
                .hasMessage(
                        "the unique index people#by-email has (\"a@x\") already, for (1): it cannot have it for (2)");
        assertThat(refused.index()).isEqualTo("people#by-email");
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused.retryable()).isFalse();
        shop.execute(tx -> {
            assertThatThrownBy(() -> tx.put(people, Key.of(2), "oslo:a@x"))
                    .isInstanceOf(UniqueViolationException.class);
            tx.put(people, Key.of(3), "oslo:b@x");
        });
        assertThat(numbers(byEmail.scan(KeyRange.all()))).containsExactly(1L, 3L);
        assertThat(numbers(byCity.scan(KeyRange.all()))).containsExactly(3L, 1L);
        assertThat(people.get(Key.of(2), Read.STRICT)).isEmpty();
    }

    /** What a transaction has read may be out of date when it complains. */
    @Test
    void aKeyThatIsFreeAgainIsNoReasonToRefuse() {
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
        shop.execute(tx -> tx.put(people, Key.of(1), "rome:a@x"));
        AtomicInteger attempts = new AtomicInteger();

        shop.execute(tx -> {
            attempts.incrementAndGet();
            try {
                tx.put(people, Key.of(2), "oslo:a@x");
            } catch (UniqueViolationException refused) {
                shop.execute(other -> other.delete(people, Key.of(1)));
                throw refused;
            }
        });

        assertThat(attempts).hasValue(2);
        assertThat(byEmail.get(Key.of("a@x"))).contains(new Entry<>(Key.of(2), "oslo:a@x"));
    }

    @Test
    void ofTwoThatTakeTheSameUniqueKeyAtOnceOneDoes() {
        people.uniqueIndex("by-email", IndexTest::email);
        Tx one = shop.begin();
        Tx other = shop.begin();
        one.put(people, Key.of(1), "rome:a@x");
        other.put(people, Key.of(2), "oslo:a@x");

        one.commit();

        assertThatThrownBy(other::commit).isInstanceOf(ConflictException.class);
        assertThat(people.get(Key.of(2), Read.STRICT)).isEmpty();
    }

    /** Each lists who lives in a city, and moves in if nobody does: never both. */
    @Test
    void whatAnIndexDoesNotShowIsReadToo() {
        Index<String> byCity = people.index("by-city", IndexTest::city);
        for (int round = 0; round < 5; round++) {
            String town = "town" + round;
            Tx one = shop.begin();
            Tx other = shop.begin();
            assertThat(one.entries(byCity, KeyRange.prefix(town))).isEmpty();
            assertThat(other.entries(byCity, KeyRange.prefix(town))).isEmpty();
            one.put(people, Key.of("one", round), town + ":1");
            other.put(people, Key.of("other", round), town + ":2");

            one.commit();

            assertThatThrownBy(other::commit).isInstanceOf(ConflictException.class);
            assertThat(byCity.scan(KeyRange.prefix(town))).hasSize(1);
        }
    }

    @Test
    void aClientThatDoesNotKeepAnIndexMayReadButNotWrite() {
        people.index("by-city", IndexTest::city);
        shop.execute(tx -> tx.put(people, Key.of(1), "rome:1"));
        try (DantaClient other = cluster.client()) {
            Space otherShop = other.space("shop");
            Table<String> same = otherShop.table("people", Codecs.STRING, Mode.STRICT);

            assertThat(same.get(Key.of(1), Read.STRICT)).contains("rome:1");
            for (TxAction<RuntimeException> write : List.<TxAction<RuntimeException>>of(
                    tx -> tx.put(same, Key.of(1), "oslo:1"), tx -> tx.delete(same, Key.of(1)))) {
                IndexNotKeptException refused =
                        catchThrowableOfType(IndexNotKeptException.class, () -> otherShop.execute(write));
                assertThat(refused)
                        .hasMessage("strict table shop/people has the index people#by-city, which this client does not"
                                + " keep: declare it, by Table.index or Table.uniqueIndex, before writing");
                assertThat(refused.index()).isEqualTo("people#by-city");
                assertThat(refused.retryable()).isFalse();
            }
            Index<String> byCity = same.index("by-city", IndexTest::city);
            otherShop.execute(tx -> tx.put(same, Key.of(1), "oslo:1"));
            assertThat(numbers(byCity.scan(KeyRange.prefix("oslo")))).containsExactly(1L);
        }
    }

    /** It wrote before there was an index, and goes on for a moment; then it hears of it. */
    @Test
    void aClientThatWasWritingHearsOfAnIndexThatAnotherHasDeclared() {
        try (DantaClient before =
                cluster.clientBuilder().indexesFresh(Duration.ofMillis(100)).build()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> tx.put(table, Key.of(1), "rome:1"));
            Tx begun = old.begin();
            begun.put(table, Key.of(2), "rome:2");
            Index<String> byCity = people.index("by-city", IndexTest::city);
            shop.execute(tx -> tx.put(people, Key.of(3), "rome:3"));
            await().pollDelay(Duration.ofMillis(120)).until(() -> true);

            assertThatThrownBy(begun::commit)
                    .as("what it has written is in no index")
                    .isInstanceOf(IndexNotKeptException.class);
            assertThatThrownBy(() -> old.execute(tx -> tx.put(table, Key.of(4), "rome:4")))
                    .isInstanceOf(IndexNotKeptException.class);
            assertThat(byCity.build()).isEqualTo(1);
            assertThat(numbers(byCity.scan(KeyRange.all()))).containsExactly(1L, 3L);
            assertThat(table.scan(KeyRange.all())).hasSize(2);
        }
    }

    @Test
    void anIndexThatIsDeclaredWhileATransactionWritesIsNotLeftBehind() {
        Tx begun = shop.begin();
        begun.put(people, Key.of(1), "rome:1");
        Index<String> byCity = people.index("by-city", IndexTest::city);
        begun.put(people, Key.of(2), "rome:2");

        IndexNotKeptException refused = catchThrowableOfType(IndexNotKeptException.class, begun::commit);

        assertThat(refused)
                .hasMessage(
                        "strict table shop/people has got the index people#by-city while a transaction that writes it"
                                + " was under way: begin it anew");
        assertThat(refused.retryable()).isTrue();
        assertThat(people.scan(KeyRange.all())).isEmpty();
        shop.execute(tx -> tx.put(people, Key.of(1), "rome:1"));
        assertThat(byCity.scan(KeyRange.all())).hasSize(1);
    }

    /** Who writes all the time has it asked beside the writes. */
    @Test
    void whatIndexesThereAreIsAskedNowAndThenAndNotWithEachWrite() {
        try (DantaClient busy =
                cluster.clientBuilder().indexesFresh(Duration.ofHours(1)).build()) {
            Space same = busy.space("shop");
            Table<String> table = same.table("people", Codecs.STRING, Mode.STRICT);
            for (int i = 0; i < 20; i++) {
                long number = i;
                same.execute(tx -> tx.put(table, Key.of(number), "rome:" + number));
            }
        }
        assertThat(cluster.desk().asked()).isEqualTo(1);
    }

    @Test
    void anIndexOfATableThatHasRecordsIsBuiltInBatches() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            IntStream.range(0, 3)
                    .forEach(batch -> old.execute(tx -> IntStream.range(100 * batch, 100 * (batch + 1))
                            .forEach(i -> tx.put(table, Key.of(i), (i % 10 == 0 ? "" : "c") + ":" + i))));
        }
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
        Index<String> byCity = people.index("by-city", IndexTest::city);
        shop.execute(tx -> tx.put(people, Key.of(7), "c:new"));

        assertThat(byCity.build()).isEqualTo(270);
        assertThat(byCity.build()).isZero();
        assertThat(byEmail.build()).isEqualTo(299);
        assertThat(byCity.scan(KeyRange.all())).hasSize(270);
        assertThat(numbers(byCity.scan(KeyRange.all().reverse().limit(3)))).containsExactly(299L, 298L, 297L);
        assertThat(byEmail.get(Key.of("new")).map(Entry::key)).contains(Key.of(7));
        assertThat(byEmail.get(Key.of("7"))).isEmpty();
    }

    /** Each batch of more than a few records meets another transaction; what reads one record only does not. */
    @Test
    void anIndexIsBuiltThoughOthersAlwaysWriteInBetween() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> IntStream.range(0, 40).forEach(i -> tx.put(table, Key.of(i), "rome:" + i)));
            AtomicBoolean writes = new AtomicBoolean(true);
            Index<String> byCity = people.index("by-city", person -> {
                int number = Integer.parseInt(person.split(":")[1]);
                if (writes.get() && number % 3 == 0 && number > 0) {
                    old.execute(tx -> tx.put(table, Key.of(number - 1), "rome:" + (number - 1)));
                }
                return city(person);
            });

            assertThat(byCity.build()).isEqualTo(40);
            writes.set(false);
            assertThat(byCity.scan(KeyRange.all())).hasSize(40);
        }
    }

    @Test
    @Timeout(60)
    void aBuildEndsThoughOthersAppendAllTheTime() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> IntStream.range(0, 10).forEach(i -> tx.put(table, Key.of("eu", i), "rome:" + i)));
            AtomicInteger next = new AtomicInteger(10);
            AtomicBoolean appends = new AtomicBoolean(true);
            Index<String> byCity = people.index("by-city", person -> {
                if (appends.get()) {
                    int number = next.getAndIncrement();
                    old.execute(tx -> tx.put(table, Key.of("eu", number), "rome:" + number));
                }
                return city(person);
            });

            assertThat(byCity.build()).isGreaterThanOrEqualTo(10);
            appends.set(false);
            long left = byCity.build();
            assertThat(byCity.scan(KeyRange.all())).hasSize(next.get());
            assertThat(left).isPositive();
        }
    }

    /** While writers are started anew with an index, one by one, some keep it and others do not. */
    @Test
    void whatClientsThatDidNotKeepAnIndexHaveLeftInItIsNotShownAndIsGoneWhenItIsBuilt() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> tx.put(table, Key.of(3), "rome:c"));
            Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
            Index<String> byCity = people.index("by-city", IndexTest::city);
            shop.execute(tx -> {
                tx.put(people, Key.of(1), "rome:a");
                tx.put(people, Key.of(2), "rome:b");
            });
            old.execute(tx -> {
                tx.put(table, Key.of(1), "oslo:new");
                tx.delete(table, Key.of(2));
            });

            assertThat(byEmail.get(Key.of("a"))).as("it has another key").isEmpty();
            assertThat(numbers(byCity.scan(KeyRange.all()))).isEmpty();
            assertThat(byCity.build()).isEqualTo(2);
            assertThat(byEmail.build()).isEqualTo(2);
            assertThat(numbers(byCity.scan(KeyRange.all()))).containsExactly(1L, 3L);
            assertThat(numbers(byCity.scan(KeyRange.all().limit(1)))).containsExactly(1L);
            shop.execute(tx -> tx.put(people, Key.of(4), "bonn:a"));
            shop.execute(tx -> tx.put(people, Key.of(5), "bonn:b"));
            assertThat(byEmail.get(Key.of("a")).map(Entry::key)).contains(Key.of(4));
        }
    }

    @Test
    void aUniqueIndexIsNotBuiltOverTwoOfAKind() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> {
                tx.put(table, Key.of(1), "rome:a");
                tx.put(table, Key.of(2), "oslo:a");
            });
        }
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);

        assertThatThrownBy(byEmail::build)
                .isInstanceOf(UniqueViolationException.class)
                .hasMessageContaining("(1)")
                .hasMessageContaining("(2)");
    }

    /** Two that were alike before there was an index: what one of them leaves is not its own. */
    @Test
    void aRecordThatWasNeverInAUniqueIndexTakesNothingOutOfIt() {
        try (DantaClient before = cluster.client()) {
            Space old = before.space("shop");
            Table<String> table = old.table("people", Codecs.STRING, Mode.STRICT);
            old.execute(tx -> {
                tx.put(table, Key.of(1), "rome:a");
                tx.put(table, Key.of(2), "oslo:a");
            });
        }
        Index<String> byEmail = people.uniqueIndex("by-email", IndexTest::email);
        shop.execute(tx -> tx.put(people, Key.of(2), "oslo:b"));
        shop.execute(tx -> tx.put(people, Key.of(2), "oslo:a"));
        shop.execute(tx -> tx.put(people, Key.of(1), "rome:c"));

        assertThat(byEmail.build()).isZero();
        assertThat(numbers(byEmail.scan(KeyRange.all()))).containsExactly(2L, 1L);
    }

    @Test
    void whatMakesNoIndexIsRefused() {
        Index<String> byCity = people.index("by-city", IndexTest::city);
        Table<String> relaxed = shop.table("relaxed", Codecs.STRING, Mode.RELAXED);

        assertThatThrownBy(() -> relaxed.index("by-city", IndexTest::city)).isInstanceOf(ModeMismatchException.class);
        assertThatThrownBy(() -> people.uniqueIndex("by-city", IndexTest::city))
                .isInstanceOf(ModeMismatchException.class)
                .hasMessageContaining("people#by-city was declared as a index before, not as a unique index");
        assertThatThrownBy(() -> byCity.get(Key.of("rome")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not unique: scan the range of keys that begin with (\"rome\")");
        assertThatThrownBy(() -> shop.table("people#by-city", Codecs.BYTES, Mode.STRICT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'#'");
        assertThatThrownBy(() -> people.index("", IndexTest::city)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Another client's extractor for the same table: the values are read with the index's own codec. */
    @Test
    void aTableOpenedTwiceKeepsTheIndexesOfBoth() {
        Index<String> byCity = people.index("by-city", IndexTest::city);
        Table<byte[]> raw = shop.table("people", Codecs.BYTES, Mode.STRICT);

        shop.execute(tx -> tx.put(raw, Key.of(1), Codecs.STRING.encode("rome:1")));

        assertThat(byCity.scan(KeyRange.prefix("rome")).map(Entry::value)).containsExactly("rome:1");
        assertThat(Optional.of(byCity.name())).contains("people#by-city");
    }
}
