package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.txn.client.ReservationRecord.Item;
import dev.danta.txn.client.ReservationRecord.State;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.key.KeyLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is kept of a reservation. */
final class ReservationRecordTest {
    private static final Item SHOES = new Item(KeyLayout.key("s", "c", List.of("k")), new CounterBounds(-2, 3), 258);
    private static final ReservationRecord HELD = new ReservationRecord(State.HELD, 77, List.of(SHOES));

    private static Version version(Bytes value) {
        return new Version(new Timestamp(1, new ClientId(0, 1)), value);
    }

    /** Clusters keep such records: a later release must read them. */
    @Test
    void recordsLookLikeThis() {
        assertThat(HexFormat.of().formatHex(HELD.encode().toArray()))
                .isEqualTo("01" + "01" + "000000000000004d" + "00000001"
                        + "0009" + "027300" + "026300" + "026b00"
                        + "fffffffffffffffe" + "0000000000000003" + "0000000000000102");
        for (State state : State.values()) {
            ReservationRecord record = new ReservationRecord(state, 9, List.of(SHOES));
            assertThat(ReservationRecord.of(version(record.encode()))).isEqualTo(record);
        }
        assertThat(HELD.ended(State.EXPIRED, 0).encode().at(1)).isEqualTo((byte) 4);
    }

    @Test
    void itEndsOnce() {
        ReservationRecord ended = HELD.ended(State.CONFIRMED, 99);
        assertThat(ended).isEqualTo(new ReservationRecord(State.CONFIRMED, 99, HELD.items()));
        assertThatIllegalStateException().isThrownBy(() -> ended.ended(State.EXPIRED, 99));
        assertThatIllegalStateException().isThrownBy(() -> HELD.ended(State.HELD, 99));
    }

    @Test
    void whatIsDueIsOrderedByTimeAndNamesWhatItIsOf() {
        ReservationRecord until5 = new ReservationRecord(State.HELD, 5, HELD.items());
        ReservationRecord until6 = new ReservationRecord(State.HELD, 6, HELD.items());
        Key early = ReservationRecord.entry("s", until5, "z");
        Key late = ReservationRecord.entry("s", until6, "a");

        assertThat(early).isLessThan(late);
        assertThat(ReservationRecord.heldByTime("s", 5, 5).contains(early)).isTrue();
        assertThat(ReservationRecord.heldByTime("s", Long.MIN_VALUE, 5).contains(early))
                .isTrue();
        assertThat(ReservationRecord.heldByTime("s", 5, 5).contains(late)).isFalse();
        assertThat(ReservationRecord.heldByTime("s", 6, 9).contains(early)).isFalse();
        assertThat(ReservationRecord.heldByTime("t", 5, 6).contains(early)).isFalse();
        assertThat(ReservationRecord.idOf(late)).isEqualTo("a");
        assertThat(ReservationRecord.microsOf(late)).isEqualTo(6);
        assertThat(ReservationRecord.idOf(SHOES.counter())).isNull();
        assertThat(KeyLayout.collection(SHOES.counter())).isEqualTo("c");
    }

    /** Whoever looks for what comes back is not to wade through what has ended. */
    @Test
    void whatHasEndedIsApartFromWhatIsHeld() {
        Key early = ReservationRecord.entry("s", HELD.ended(State.RELEASED, 5), "z");
        Key late = ReservationRecord.entry("s", HELD.ended(State.EXPIRED, 6), "a");
        assertThat(ReservationRecord.heldByTime("s", 5, 6).contains(early)).isFalse();
        assertThat(ReservationRecord.endedUntil("s", 5).contains(early)).isTrue();
        assertThat(ReservationRecord.endedUntil("s", 5).contains(late)).isFalse();
        assertThat(ReservationRecord.microsOf(late)).isEqualTo(6);
    }

    /** Whoever may write versions may write anything: nobody who reads it is to fall over it. */
    @Test
    void whatIsNoRecordIsNull() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = HELD.encode().toArray();
            for (int change = random.nextInt(3); change > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            int size = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 9) : bytes.length;
            Bytes encoded = Bytes.wrap(Arrays.copyOf(bytes, size));
            ReservationRecord record = ReservationRecord.of(version(encoded));
            if (record != null) {
                assertThat(record.encode()).isEqualTo(encoded);
            }
        }
        assertThat(ReservationRecord.of(version(Bytes.EMPTY))).isNull();
        assertThat(ReservationRecord.of(Version.NEVER_THERE)).isNull();
    }

    @Test
    void whatMakesNoSenseIsNoRecord() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ReservationRecord(State.HELD, 1, List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReservationRecord(State.HELD, 1, List.of(SHOES, SHOES)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReservationRecord(State.HELD, -1, List.of(SHOES)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Item(SHOES.counter(), SHOES.bounds(), 0));
    }
}
