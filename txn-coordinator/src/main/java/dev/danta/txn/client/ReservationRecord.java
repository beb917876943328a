package dev.danta.txn.client;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.key.KeyLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a reservation: a strict record, written first in the transaction that spends its items of their counters, and
 * read and written by each one that ends it. So it ends once: whoever gives its items back has seen that it is held, and a
 * transaction that would end it otherwise is in its way.
 *
 * <p>Beside it there is an entry by time, written and deleted together with it, that says when something is due: an end to what is
 * held, or to the record itself. The two are apart, so that whoever looks for what is to come back finds nothing else.
 *
 * @param untilMicros of the wall clock: held until then; or, once it has ended, kept until then
 * @param items what is reserved, so that nobody has to look it up to give it back
 */
public record ReservationRecord(State state, long untilMicros, List<Item> items) {
    /** How many counters one reservation is of at most. */
    public static final int ITEMS_MAX = 200;

    /** No collection of an application has such a name, nor has the one of a counter's allotments. */
    private static final String COLLECTION = "#reservations";

    private static final String HELD_BY_TIME = "#held";
    private static final String ENDED_BY_TIME = "#ended";
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 2 + Long.BYTES + Integer.BYTES;
    private static final int ITEM_BYTES = Short.BYTES + 3 * Long.BYTES;

    /** What has become of it. */
    public enum State {
        /** Its items are spent, and come back unless it is confirmed in time. */
        HELD(1),
        /** Its items stay spent. */
        CONFIRMED(2),
        /** Its items have come back, because somebody said so. */
        RELEASED(3),
        /** Its items have come back, because its time was over. */
        EXPIRED(4);

        /** As it is written. */
        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }

        private static @Nullable State of(byte code) {
            for (State state : values()) {
                if (state.code == code) {
                    return state;
                }
            }
            return null;
        }
    }

    /** So much of a counter. */
    public record Item(Key counter, CounterBounds bounds, long amount) {
        public Item {
            if (amount < 1) {
                throw new IllegalArgumentException("an amount is at least 1: " + amount);
            }
        }
    }

    public ReservationRecord {
        items = List.copyOf(items);
        if (items.isEmpty() || items.size() > ITEMS_MAX) {
            throw new IllegalArgumentException(
                    "a reservation is of 1 to " + ITEMS_MAX + " items, not of " + items.size());
        }
        if (untilMicros < 0) {
            throw new IllegalArgumentException("a time is not negative: " + untilMicros);
        }
        if (items.stream().map(Item::counter).distinct().count() < items.size()) {
            throw new IllegalArgumentException("a reservation names each counter once: " + items);
        }
    }

    /**
     * Where the record of a reservation is.
     *
     * @throws IllegalArgumentException if {@code id} has no UTF-8 form, or is too long for a key
     */
    public static Key key(String space, String id) {
        return KeyLayout.key(space, COLLECTION, List.of(id));
    }

    /** Where it is said when something is due: with what is held, or with what has ended. */
    public static Key entry(String space, ReservationRecord record, String id) {
        return KeyLayout.key(space, byTime(record.state()), List.of(record.untilMicros(), id));
    }

    private static String byTime(State state) {
        return state == State.HELD ? HELD_BY_TIME : ENDED_BY_TIME;
    }

    /** What is held and comes back at one of these times, or between them. */
    public static KeyRange heldByTime(String space, long fromMicros, long untilMicros) {
        return new KeyRange(
                KeyLayout.prefix(space, HELD_BY_TIME, List.of(fromMicros)).from(),
                KeyLayout.prefix(space, HELD_BY_TIME, List.of(untilMicros)).to());
    }

    /** What has ended and is to be forgotten at a time or before. */
    public static KeyRange endedUntil(String space, long micros) {
        KeyRange all = KeyLayout.prefix(space, ENDED_BY_TIME, List.of());
        return new KeyRange(
                all.from(),
                KeyLayout.prefix(space, ENDED_BY_TIME, List.of(micros)).to());
    }

    /** The reservation that an entry by time is of; null if it is none of ours. */
    public static @Nullable String idOf(Key due) {
        List<Object> tuple = KeyLayout.tuple(due);
        return tuple.size() == 2 && tuple.get(1) instanceof String id ? id : null;
    }

    /** When it says that something is due, in microseconds. */
    public static long microsOf(Key due) {
        return KeyLayout.tuple(due).get(0) instanceof Long micros ? micros : 0;
    }

    /** As it ends, and is kept until {@code keptUntilMicros}. */
    public ReservationRecord ended(State end, long keptUntilMicros) {
        if (state != State.HELD || end == State.HELD) {
            throw new IllegalStateException("a reservation ends once: " + this + " would be " + end);
        }
        return new ReservationRecord(end, keptUntilMicros, items);
    }

    /** What is written as the version's value. */
    public Bytes encode() {
        int size = HEADER_BYTES;
        for (Item item : items) {
            size += ITEM_BYTES + item.counter().bytes().size();
        }
        ByteBuffer buffer = ByteBuffer.allocate(size);
        buffer.put(FORMAT).put(state.code).putLong(untilMicros).putInt(items.size());
        for (Item item : items) {
            byte[] key = item.counter().bytes().toArray();
            buffer.putShort((short) key.length).put(key);
            buffer.putLong(item.bounds().initialRoom())
                    .putLong(item.bounds().allowance())
                    .putLong(item.amount());
        }
        return Bytes.wrap(buffer.array());
    }

    /** What a version says; null if there is none, or it is none of ours: a later release may write others. */
    public static @Nullable ReservationRecord of(Version version) {
        if (version.value() == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(version.value().toArray());
        try {
            return buffer.remaining() < HEADER_BYTES || buffer.get() != FORMAT ? null : decode(buffer);
        } catch (IllegalArgumentException e) {
            // What the parts cannot be.
            return null;
        }
    }

    private static @Nullable ReservationRecord decode(ByteBuffer buffer) {
        State state = State.of(buffer.get());
        long until = buffer.getLong();
        int count = buffer.getInt();
        if (state == null || count < 1 || count > ITEMS_MAX) {
            return null;
        }
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int length = buffer.remaining() < Short.BYTES ? -1 : buffer.getShort();
            if (length < 0 || buffer.remaining() < length + 3 * Long.BYTES) {
                return null;
            }
            byte[] key = new byte[length];
            buffer.get(key);
            CounterBounds bounds = new CounterBounds(buffer.getLong(), buffer.getLong());
            items.add(new Item(new Key(Bytes.wrap(key)), bounds, buffer.getLong()));
        }
        return buffer.hasRemaining() ? null : new ReservationRecord(state, until, items);
    }
}
