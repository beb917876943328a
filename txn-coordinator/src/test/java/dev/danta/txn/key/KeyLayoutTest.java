package dev.danta.txn.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ShardId;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** protocol.md 10: a key's bytes are ordered as its tuple. The golden bytes are a format: they must never change. */
class KeyLayoutTest {
    private static String hex(Object... tuple) {
        return HexFormat.of()
                .formatHex(KeyLayout.key("s", "c", List.of(tuple)).bytes().toArray());
    }

    @Test
    void theBytesOfAKeyAreThese() {
        String prefix = "027300" + "026300";
        assertThat(hex("ab", 1L)).isEqualTo(prefix + "02616200" + "038000000000000001");
        assertThat(hex(-1L)).isEqualTo(prefix + "037fffffffffffffff");
        assertThat(hex(Long.MIN_VALUE)).isEqualTo(prefix + "030000000000000000");
        assertThat(hex(Long.MAX_VALUE)).isEqualTo(prefix + "03ffffffffffffffff");
        assertThat(hex(7)).isEqualTo(hex(7L));
        assertThat(hex("")).isEqualTo(prefix + "0200");
        assertThat(hex("a\0b")).isEqualTo(prefix + "026100ff6200");
        assertThat(hex("ä€😀")).isEqualTo(prefix + "02c3a4e282acf09f988000");
        assertThat(hex(Bytes.wrap(new byte[] {0, (byte) 0xff, 1}))).isEqualTo(prefix + "0100ffff0100");
        assertThat(hex(false, true)).isEqualTo(prefix + "04" + "05");
        assertThat(hex(UUID.fromString("fedcba98-7654-3210-0123-456789abcdef")))
                .isEqualTo(prefix + "06fedcba98765432100123456789abcdef");
        assertThat(hex(Instant.EPOCH)).isEqualTo(prefix + "07800000000000000000000000");
        assertThat(hex(Instant.parse("2026-11-21T17:00:00.000000001Z")))
                .isEqualTo(prefix + "07800000006b01ce1000000001");
        assertThat(hex(Instant.ofEpochSecond(-1, 999_999_999))).isEqualTo(prefix + "077fffffffffffffff3b9ac9ff");
        assertThat(hex(List.of("a", List.of(1L)), true))
                .isEqualTo(prefix + "08" + "026100" + "08" + "038000000000000001" + "00" + "00" + "05");
    }

    private static Object element(Random random) {
        return element(random, 0);
    }

    private static Object element(Random random, int depth) {
        int kind = random.nextInt(depth < 3 ? 7 : 6);
        if (kind == 0) {
            long[] places = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 255, 256, -256};
            return places[random.nextInt(places.length)];
        } else if (kind == 3) {
            return random.nextBoolean();
        } else if (kind == 4) {
            long[] halves = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE};
            return new UUID(halves[random.nextInt(halves.length)], halves[random.nextInt(halves.length)]);
        } else if (kind == 5) {
            Instant[] places = {Instant.MIN, Instant.MAX, Instant.EPOCH, Instant.ofEpochSecond(-1, 999_999_999)};
            return random.nextInt(4) > 0
                    ? places[random.nextInt(places.length)]
                    : Instant.ofEpochSecond(random.nextInt(5) - 2, random.nextInt(1000));
        } else if (kind == 6) {
            List<Object> nested = new ArrayList<>();
            for (int size = 1 + random.nextInt(2); size > 0; size--) {
                nested.add(element(random, depth + 1));
            }
            return nested;
        }
        int length = random.nextInt(4);
        if (kind == 1) {
            String alphabet = "\0\u0001ab\u00e4\uffff";
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            return random.nextInt(8) == 0 ? text + "\ud83d\ude00" : text.toString();
        }
        byte[] content = new byte[length];
        byte[] places = {0, 1, 2, 3, (byte) 0xff, (byte) 0x80};
        for (int i = 0; i < length; i++) {
            content[i] = places[random.nextInt(places.length)];
        }
        return Bytes.wrap(content);
    }

    private static int kind(Object element) {
        List<Class<?>> order =
                List.of(Bytes.class, String.class, Long.class, Boolean.class, UUID.class, Instant.class, List.class);
        for (int i = 0; i < order.size(); i++) {
            if (order.get(i).isInstance(element)) {
                return i;
            }
        }
        throw new AssertionError("no such kind: " + element);
    }

    private static byte[] content(Object element) {
        return element instanceof Bytes bytes ? bytes.toArray() : ((String) element).getBytes(StandardCharsets.UTF_8);
    }

    /** The order of tuples as one would say it: element by element, a shorter one before its continuations. */
    private static int compare(List<?> one, List<?> other) {
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            Object a = one.get(i);
            Object b = other.get(i);
            int order = Integer.compare(kind(a), kind(b));
            if (order == 0 && a instanceof Long number) {
                order = Long.compare(number, (Long) b);
            } else if (order == 0 && a instanceof Boolean truth) {
                order = Boolean.compare(truth, (Boolean) b);
            } else if (order == 0 && a instanceof UUID uuid) {
                order = uuid.toString().compareTo(b.toString());
            } else if (order == 0 && a instanceof Instant instant) {
                order = instant.compareTo((Instant) b);
            } else if (order == 0 && a instanceof List<?> nested) {
                order = compare(nested, (List<?>) b);
            } else if (order == 0) {
                order = Arrays.compareUnsigned(content(a), content(b));
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.size(), other.size());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void theOrderOfTheBytesIsTheOrderOfTheTuples(long seed) {
        Random random = new Random(seed);
        List<List<Object>> tuples = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            List<Object> tuple = new ArrayList<>();
            for (int size = 1 + random.nextInt(3); size > 0; size--) {
                tuple.add(element(random));
            }
            tuples.add(tuple);
        }
        for (List<Object> one : tuples) {
            Key left = KeyLayout.key("space", "things", one);
            for (List<Object> other : tuples) {
                Key right = KeyLayout.key("space", "things", other);
                assertThat(Integer.signum(left.compareTo(right)))
                        .as("seed %d: %s against %s", seed, one, other)
                        .isEqualTo(Integer.signum(compare(one, other)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whereAnElementEndsCanBeSeenInTheBytes(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            List<Object> tuple = List.of(element(random), element(random), element(random));
            Bytes whole = KeyLayout.key("s\0", "", tuple).bytes();
            for (int size = 1; size <= 3; size++) {
                Bytes part = KeyLayout.key("s\0", "", tuple.subList(0, size)).bytes();
                assertThat(KeyLayout.endOfElement(whole, 1 + size))
                        .as("seed %d: %s", seed, tuple)
                        .isEqualTo(part.size());
            }
        }
    }

    @Test
    void spacesAndCollectionsThatBeginAlikeDoNotMix() {
        assertThat(KeyLayout.key("a", "bc", List.of("x"))).isNotEqualTo(KeyLayout.key("ab", "c", List.of("x")));
    }

    @Test
    void halfOfACharacterIsRefusedAndNotTakenForAQuestionMark() {
        for (String text : List.of("\ud83d", "a\ude00", "\ud83dx", "\ude00\ud83d")) {
            assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of(text)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("surrogate");
            assertThatThrownBy(() -> KeyLayout.key(text, "c", List.of(1L)))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> KeyLayout.key("s", text, List.of(1L)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEmptyTupleAndOtherTypesAreRefused() {
        assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("element");
        assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of(1.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Double");
        assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of("a", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("element");
    }

    @Test
    void aKeyThatComesOutTooLongIsRefused() {
        int room = Key.SIZE_MAX - 3 - 3 - 2;
        assertThat(KeyLayout.key("s", "c", List.of("x".repeat(room))).bytes().size())
                .isEqualTo(Key.SIZE_MAX);
        assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of("x".repeat(room + 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("480");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "02",
                "0261",
                "0300",
                "0700",
                "0200",
                "02000200",
                "0200020003",
                "020002000380000000000000",
                "02000200070161",
                "0200020006" + "00112233445566778899aabbccddee",
                "0200020007" + "8000000000000000000000",
                "0200020008",
                "020002000800",
                "0200020008" + "04",
                "0200020008" + "0300",
                "0200020008" + "0900",
                "020002000808080808080808080400000000000000000000"
            })
    void whatIsNoKeyOfThisLayoutIsRefused(String hex) {
        Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(hex));
        assertThatThrownBy(() -> KeyLayout.endOfElement(bytes, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200020007800000000000000" + "03b9aca00", "02000200070000000000000000" + "00000000"})
    void anInstantThatThereIsNotIsNoElement(String hex) {
        Key key = new Key(Bytes.wrap(HexFormat.of().parseHex(hex)));
        assertThatThrownBy(() -> KeyLayout.tuple(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tuplesAreNestedSoDeepAndNoDeeper() {
        List<Object> tuple = List.of(true);
        for (int i = 0; i < KeyLayout.NESTING_MAX; i++) {
            tuple = List.of(tuple);
        }
        List<Object> deepest = tuple;
        assertThat(KeyLayout.tuple(KeyLayout.key("s", "c", deepest))).isEqualTo(deepest);
        assertThatThrownBy(() -> KeyLayout.key("s", "c", List.of(deepest)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested");
    }

    /** Whatever the bytes are: a peer may send any. */
    @ParameterizedTest
    @ValueSource(longs = {31, 32})
    void anyBytesAreAKeyOrAreRefused(long seed) {
        Random random = new Random(seed);
        int keys = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(30)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextInt(12) == 0 ? 0xff : random.nextInt(9));
            }
            Key key = new Key(Bytes.wrap(bytes));
            if (KeyLayout.endOfElementIfThere(key.bytes(), 1) > 0) {
                try {
                    List<Object> tuple = KeyLayout.tuple(key);
                    Bytes again = KeyLayout.key("s", "c", tuple.isEmpty() ? List.of(1L) : tuple)
                            .bytes();
                    assertThat(tuple.isEmpty()
                                    || KeyLayout.tuple(new Key(again)).equals(tuple))
                            .isTrue();
                    keys++;
                } catch (IllegalArgumentException refused) {
                    assertThat(refused).hasMessageContaining("not a key of this layout");
                }
            }
        }
        assertThat(keys).isPositive();
    }

    private static List<Object> tuple(Random random) {
        List<Object> tuple = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            tuple.add(element(random));
        }
        return tuple;
    }

    /** Ranges by prefix, and the shards that they can touch. */
    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void aPrefixCoversJustTheTuplesThatBeginSo(long seed) {
        Random random = new Random(seed);
        ShardMap shards = new ShardMap(7);
        int within = 0;
        for (int i = 0; i < 5_000; i++) {
            List<Object> tuple = tuple(random);
            Key key = KeyLayout.key("s", "c", tuple);
            assertThat(KeyLayout.tuple(key)).isEqualTo(tuple);
            List<Object> prefix = random.nextInt(4) == 0 ? List.of() : tuple(random);
            KeyRange range = KeyLayout.prefix("s", "c", prefix);
            boolean begins = prefix.size() <= tuple.size()
                    && tuple.subList(0, prefix.size()).equals(prefix);
            assertThat(range.contains(key))
                    .as("seed %d: %s in %s", seed, tuple, prefix)
                    .isEqualTo(begins);
            assertThat(range.contains(KeyLayout.key("s", "d", tuple))).isFalse();
            List<ShardId> touched = shards.shardsOf(range);
            assertThat(touched).hasSize(prefix.isEmpty() ? 7 : 1);
            if (begins) {
                within++;
                assertThat(touched).contains(shards.shardOf(key));
            }
            Key other = KeyLayout.key("s", "c", tuple(random));
            if (key.compareTo(other) < 0) {
                KeyRange between = new KeyRange(key, other);
                Key third = KeyLayout.key("s", "c", tuple(random));
                if (between.contains(third)) {
                    assertThat(shards.shardsOf(between)).contains(shards.shardOf(third));
                }
            }
        }
        assertThat(within).isGreaterThan(1_000);
    }

    @Test
    void theNextKeyIsTheFirstAboveAlsoOfTheLongest() {
        byte[] longest = new byte[Key.SIZE_MAX];
        Arrays.fill(longest, (byte) 0xff);
        assertThat(new Key(Bytes.copyOf(longest)).next()).isNull();
        longest[2] = 5;
        assertThat(new Key(Bytes.copyOf(longest)).next()).isEqualTo(new Key(Bytes.wrap(new byte[] {-1, -1, 6})));
        assertThat(new Key(Bytes.wrap(new byte[] {1})).next()).isEqualTo(new Key(Bytes.wrap(new byte[] {1, 0})));
    }
}
