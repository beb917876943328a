package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class KeyTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final Instant AT = Instant.parse("2026-11-21T17:00:00Z");
    private static final Collection THINGS = new Collection("s", "things", Collection.Kind.STRICT_TABLE);

    private final Key whole =
            Key.of("eu", -7, true, new byte[] {0, -1}, ID, AT, Key.of("inner", Key.of(1L)), (short) 3, (byte) -4);

    @Test
    void everyElementComesBackAsItWas() {
        Key decoded = Key.decoded(THINGS.encode(whole));

        assertThat(decoded).isEqualTo(whole).hasSameHashCodeAs(whole);
        assertThat(decoded.size()).isEqualTo(9);
        assertThat(decoded.getString(0)).isEqualTo("eu");
        assertThat(decoded.getLong(1)).isEqualTo(-7);
        assertThat(decoded.getBoolean(2)).isTrue();
        assertThat(decoded.getBytes(3)).containsExactly(0, -1);
        assertThat(decoded.getUuid(4)).isEqualTo(ID);
        assertThat(decoded.getInstant(5)).isEqualTo(AT);
        assertThat(decoded.getKey(6)).isEqualTo(Key.of("inner", Key.of(1)));
        assertThat(decoded.getLong(7)).isEqualTo(3);
        assertThat(decoded.getLong(8)).isEqualTo(-4);
        assertThat(decoded.get(6)).isEqualTo(Key.of("inner", Key.of(1)));
    }

    @Test
    void aKeyWithinAKeyIsNotItsElements() {
        assertThat(Key.of(Key.of("a"), "b")).isNotEqualTo(Key.of("a", "b"));
        assertThat(THINGS.encode(Key.of(Key.of("a"), "b"))).isNotEqualTo(THINGS.encode(Key.of("a", "b")));
        assertThat(Key.of("a").and("b", 1)).isEqualTo(Key.of("a", "b", 1L));
    }

    @Test
    void itReadsAsItWasWritten() {
        assertThat(whole)
                .hasToString("(\"eu\", -7, true, \"\\x00\\xff\", " + ID + ", " + AT + ", (\"inner\", (1)), 3, -4)");
    }

    @Test
    void changingTheBytesThatWereGivenOrTakenChangesNothing() {
        byte[] given = {1};
        Key key = Key.of((Object) given);
        given[0] = 2;
        key.getBytes(0)[0] = 3;

        assertThat(key.getBytes(0)).containsExactly(1);
    }

    @Test
    void anotherTypeThanThatOfTheElementIsRefused() {
        assertThatThrownBy(() -> whole.getLong(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("element 0 of the key (\"eu\", -7")
                .hasMessageContaining("is not an integer");
        assertThatThrownBy(() -> whole.getString(9)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void nothingAndNullAndOtherTypesAreRefusedWithWhatWillDo() {
        assertThatThrownBy(Key::of)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a key needs at least one element");
        for (Object element : new Object[] {null, 1.5, 'c', new int[0]}) {
            assertThatThrownBy(() -> Key.of("a", element))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a key is made of String, Long, ")
                    .hasMessageContaining(
                            element == null ? "null" : element.getClass().getName());
        }
        assertThatThrownBy(() -> Key.of((Object[]) null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a key needs at least one element, not null");
        assertThatThrownBy(() -> Key.of("half a pair \ud83d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
    }

    @Test
    void keysStandInKeysSoDeepAndNoDeeper() {
        Key key = Key.of(1);
        for (int i = 0; i < Key.NESTING_MAX; i++) {
            key = Key.of(key);
        }
        Key deepest = key;
        assertThat(Key.decoded(THINGS.encode(deepest))).isEqualTo(deepest);
        assertThatThrownBy(() -> Key.of(deepest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 deep");
    }
}
