package dev.danta.txn.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where what was spent of an allotment is: beside the counter, and under no name of an application's. */
final class AllotmentKeyTest {
    private static final Timestamp ID = new Timestamp(258, new ClientId(1, 2));

    private static Timestamp id(Random random) {
        return new Timestamp(random.nextLong() >>> 1, new ClientId(random.nextLong(), random.nextLong()));
    }

    private static Object element(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "a#\0".repeat(random.nextInt(3));
            case 1 -> random.nextLong();
            case 2 -> random.nextBoolean();
            case 3 -> new UUID(random.nextLong(), random.nextLong());
            case 4 -> Instant.ofEpochSecond(random.nextInt());
            case 5 -> Bytes.utf8("#\0".repeat(random.nextInt(3)));
            default -> List.of("x", random.nextLong());
        };
    }

    private static List<Object> tuple(Random random) {
        List<Object> tuple = new ArrayList<>();
        do {
            tuple.add(element(random));
        } while (random.nextBoolean());
        return tuple;
    }

    private static Key counter(Random random) {
        String collection = random.nextInt(10) == 0 ? "" : "stock\0".substring(random.nextInt(6));
        return KeyLayout.key("shop#".substring(random.nextInt(5)), collection, tuple(random));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theKeySaysWhichAllotmentItIsAndLiesWhereItsCounterDoes(long seed) {
        Random random = new Random(seed);
        ShardMap shards = new ShardMap(64);
        for (int i = 0; i < 2_000; i++) {
            Key counter = counter(random);
            Timestamp id = id(random);

            Key key = AllotmentKey.of(counter, id);

            assertThat(AllotmentKey.parse(key)).as("%s", key).isEqualTo(new AllotmentKey.Parsed(counter, id));
            assertThat(shards.shardOf(key)).isEqualTo(shards.shardOf(counter));
            assertThat(key.bytes().size() - counter.bytes().size())
                    .isEqualTo(Key.SIZE_MAX - AllotmentKey.COUNTER_KEY_BYTES_MAX);
        }
    }

    /** Clusters keep such keys: a later release must find them. */
    @Test
    void keysLookLikeThis() {
        Key key = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), ID);

        assertThat(HexFormat.of().formatHex(key.bytes().toArray()))
                .isEqualTo("0273686f7000" + "0273746f636b2300" + "026170706c6500" + "038000000000000102" + "06"
                        + "0000000000000001" + "0000000000000002");
    }

    /** What applications name: collections without the mark, and indexes with a name behind it, which may have the mark too. */
    @ParameterizedTest
    @ValueSource(strings = {"", "stock", "stock#sold", "stock#sold#", "stock##", "#stock"})
    void whatAnApplicationNamesIsNoAllotment(String collection) {
        List<Object> tuple = List.of("apple", ID.timeMicros(), new UUID(1, 2));

        assertThat(AllotmentKey.parse(KeyLayout.key("shop", collection, tuple))).isNull();
    }

    @Test
    void whatEndsInNoIdIsNoAllotment() {
        List<List<Object>> tuples = List.of(
                List.of("apple"),
                List.of(258L, new UUID(1, 2)),
                List.of("apple", new UUID(1, 2), 258L),
                List.of("apple", -1L, new UUID(1, 2)),
                List.of("apple", "258", new UUID(1, 2)),
                List.of("apple", 258L, "2"),
                List.of("apple", List.of(258L, new UUID(1, 2))));
        for (List<Object> tuple : tuples) {
            assertThat(AllotmentKey.parse(KeyLayout.key("shop", "stock#", tuple)))
                    .as("%s", tuple)
                    .isNull();
        }
    }

    /** Whatever a peer sends as a key: what is taken for an allotment's is the key of that allotment, to the byte. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noBytesAreTakenForAnAllotmentThatIsNone(long seed) {
        Random random = new Random(seed);
        int parsed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = AllotmentKey.of(counter(random), id(random)).bytes().toArray();
            for (int change = random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(9) : random.nextInt());
            }
            int size = random.nextInt(4) == 0 ? 1 + random.nextInt(bytes.length) : bytes.length;
            Key key = new Key(Bytes.wrap(java.util.Arrays.copyOf(bytes, size)));
            AllotmentKey.Parsed found = AllotmentKey.parse(key);
            if (found != null) {
                assertThat(AllotmentKey.of(found.counter(), found.id())).isEqualTo(key);
                parsed++;
            }
        }
        assertThat(parsed).isGreaterThan(1_000);
    }

    @Test
    void aCountersKeyIsShortEnoughForThoseOfItsAllotments() {
        int others = KeyLayout.key("s", "c", List.of("")).bytes().size();
        String longest = "x".repeat(AllotmentKey.COUNTER_KEY_BYTES_MAX - others);

        assertThat(AllotmentKey.of(KeyLayout.key("s", "c", List.of(longest)), ID)
                        .bytes()
                        .size())
                .isEqualTo(Key.SIZE_MAX);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllotmentKey.of(KeyLayout.key("s", "c", List.of(longest + "x")), ID));
    }

    @Test
    void nothingStandsBesideAnIndexOrBesideAnAllotment() {
        Key index = KeyLayout.key("shop", "stock#sold", List.of("apple"));
        Key allotment = AllotmentKey.of(KeyLayout.key("shop", "stock", List.of("apple")), ID);
        Key foreign = new Key(Bytes.utf8("foreign"));

        assertThatIllegalArgumentException().isThrownBy(() -> AllotmentKey.of(index, ID));
        assertThatIllegalArgumentException().isThrownBy(() -> AllotmentKey.of(allotment, ID));
        assertThatIllegalArgumentException().isThrownBy(() -> AllotmentKey.of(foreign, ID));
    }
}
