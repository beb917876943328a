package dev.danta.txn.counter;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Version;
import dev.danta.relaxed.Counter;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is on record of a bounded counter (protocol.md 8): whether there is enough is judged by this alone, and only by a
 * version of it that the transaction that answers has validated. Every change keeps <em>room + open allotments + spent =
 * initial room + shift + folded gains + what transactions gained</em>, exactly.
 *
 * <p>Open allotments fit a long, and so do room and open allotments together, so that closing one cannot fail.
 *
 * @param room how much may be spent by strict transactions; negative where the allowance was used
 * @param allowance how far below zero the room may be taken by those who name it
 * @param shift how far the bound of this counter is from its collection's, in the direction that makes room: the room has moved
 *     with it
 * @param folded what of each client's gains is in the room already, and the last sequence of which something is; neither ever
 *     goes back
 * @param open the allotments that are not closed, by their ids; {@link Timestamp#ZERO} for the one that this version will
 *     give its own timestamp
 * @param closed what became of each allotment that was closed, until it is forgotten
 */
public record CounterRecord(
        long room,
        long allowance,
        long shift,
        SortedMap<ClientId, Counter.Total> folded,
        SortedMap<Timestamp, Allotment> open,
        SortedMap<Timestamp, Closed> closed) {
    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + 3 * Long.BYTES + 3 * Integer.BYTES;
    private static final int CLIENT_BYTES = 2 * Long.BYTES;
    private static final int ID_BYTES = Long.BYTES + CLIENT_BYTES;
    private static final int FOLDED_BYTES = CLIENT_BYTES + 2 * Long.BYTES;
    private static final int OPEN_BYTES = ID_BYTES + CLIENT_BYTES + Long.BYTES + 1 + Long.BYTES;
    private static final int CLOSED_BYTES = 2 * ID_BYTES + Long.BYTES;

    /**
     * What became of an allotment.
     *
     * @param spent how much was spent of it
     * @param at the timestamp of the version in which it is closed first; {@link Timestamp#ZERO} in the record that is going to
     *     be that version
     */
    public record Closed(long spent, Timestamp at) {
        public Closed {
            if (spent < 0) {
                throw new IllegalArgumentException("nothing comes back: " + spent);
            }
        }
    }

    public CounterRecord {
        folded = Collections.unmodifiableSortedMap(new TreeMap<>(folded));
        open = Collections.unmodifiableSortedMap(new TreeMap<>(open));
        closed = Collections.unmodifiableSortedMap(new TreeMap<>(closed));
        if (allowance < 0) {
            throw new IllegalArgumentException("an allowance is not negative: " + allowance);
        }
        if (folded.values().stream().anyMatch(total -> total.sum() < 0)) {
            throw new IllegalArgumentException("gains only grow: " + folded);
        }
        if (closed.containsKey(Timestamp.ZERO) || !Collections.disjoint(open.keySet(), closed.keySet())) {
            throw new IllegalArgumentException("an allotment is open or closed: " + open.keySet() + ", " + closed);
        }
        long sum = 0;
        for (Allotment one : open.values()) {
            sum = Math.addExact(sum, one.amount());
        }
        Math.addExact(sum, room);
    }

    /** A counter of which nothing is on record. */
    public static CounterRecord initial(CounterBounds bounds) {
        return new CounterRecord(
                bounds.initialRoom(),
                bounds.allowance(),
                0,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap());
    }

    /**
     * What {@code version} of a counter's key says; {@link #initial} if it has no value.
     *
     * @return null if it is none of ours: a later release may write others, and an application anything
     */
    public static @Nullable CounterRecord of(Version version, CounterBounds bounds) {
        return version.value() == null ? initial(bounds) : decode(version.value(), version.timestamp());
    }

    /**
     * As what was gained is folded in: of each client what goes beyond what was folded of it. Gains for which there is no
     * space in a long are left for later.
     */
    public CounterRecord folding(Counter gains) {
        TreeMap<ClientId, Counter.Total> after = new TreeMap<>(folded);
        long space = Long.MAX_VALUE - Math.max(0, Math.addExact(room, openAmount()));
        long gained = 0;
        for (Map.Entry<ClientId, Counter.Total> entry : gains.totals().entrySet()) {
            Counter.Total before = folded.get(entry.getKey());
            Counter.Total total = entry.getValue();
            long counted = before == null ? 0 : before.sum();
            if (total.sum() <= counted) {
                continue;
            }
            long more = Math.min(total.sum() - counted, space - gained);
            if (more > 0) {
                gained += more;
                long sequence = before == null ? total.sequence() : Math.max(before.sequence(), total.sequence());
                after.put(entry.getKey(), new Counter.Total(sequence, counted + more));
            }
        }
        return gained == 0 ? this : new CounterRecord(room + gained, allowance, shift, after, open, closed);
    }

    /**
     * Whether there is room for {@code amount}, which is positive.
     *
     * @param intoAllowance whether the allowance may be used for it
     */
    public boolean covers(long amount, boolean intoAllowance) {
        return room >= amount - (intoAllowance ? allowance : 0);
    }

    /**
     * As {@code amount} is spent of the room. Whether that may be is for {@link #covers} to say.
     *
     * @throws ArithmeticException if the room does not fit a long
     */
    public CounterRecord spending(long amount) {
        return new CounterRecord(Math.subtractExact(room, amount), allowance, shift, folded, open, closed);
    }

    /**
     * As {@code amount} is gained by the transaction that writes this: a refund, a release, the other end of a transfer. Nobody
     * folds it.
     *
     * @throws ArithmeticException if the room, or what closing all allotments could make of it, does not fit a long
     */
    public CounterRecord gaining(long amount) {
        return new CounterRecord(Math.addExact(room, amount), allowance, shift, folded, open, closed);
    }

    /**
     * As the bound is moved, and the allowance changed, from now on: by how much more room there is with it. Where it is made
     * less, allotments that can be called in have to be closed first. What was spent stays spent, and the room may become
     * negative.
     *
     * @param newShift from where the collection's bound is
     * @throws IllegalArgumentException if {@code newAllowance} is negative
     * @throws ArithmeticException if the room, or what closing all allotments could make of it, does not fit a long
     */
    public CounterRecord bounded(long newShift, long newAllowance) {
        long moved = Math.addExact(room, Math.subtractExact(newShift, shift));
        return new CounterRecord(moved, newAllowance, newShift, folded, open, closed);
    }

    /**
     * As the amount of {@code allotment} is moved from the room to it; its id is the timestamp of the version that is written.
     * Whether that may be is for {@link #covers} to say.
     *
     * @throws IllegalStateException if this version has an allotment of its own already
     * @throws ArithmeticException if the room does not fit a long
     */
    public CounterRecord taking(Allotment allotment) {
        TreeMap<Timestamp, Allotment> after = new TreeMap<>(open);
        if (after.put(Timestamp.ZERO, allotment) != null) {
            throw new IllegalStateException("a version has one new allotment at most: " + this);
        }
        return new CounterRecord(Math.subtractExact(room, allotment.amount()), allowance, shift, folded, after, closed);
    }

    /**
     * As {@code more} is moved from the room to the open allotment {@code id}, whose owner goes on spending of it meanwhile: it
     * may spend as much as was there in any version that it has seen. Whether that may be is for {@link #covers} to say.
     *
     * @throws ArithmeticException if the room does not fit a long
     */
    public CounterRecord raising(Timestamp id, long more) {
        Allotment before = opened(id);
        long amount = Math.addExact(before.amount(), more);
        return new CounterRecord(
                Math.subtractExact(room, more),
                allowance,
                shift,
                folded,
                with(id, new Allotment(before.owner(), amount, before.lax(), before.leaseMicros())),
                closed);
    }

    /** As the owner of the open allotment {@code id} means to keep it until {@code leaseMicros}. */
    public CounterRecord renewing(Timestamp id, long leaseMicros) {
        Allotment before = opened(id);
        Allotment after = new Allotment(before.owner(), before.amount(), before.lax(), leaseMicros);
        return new CounterRecord(room, allowance, shift, folded, with(id, after), closed);
    }

    private Allotment opened(Timestamp id) {
        Allotment allotment = open.get(id);
        if (allotment == null) {
            throw new IllegalArgumentException(id + " is not open in " + this);
        }
        return allotment;
    }

    private TreeMap<Timestamp, Allotment> with(Timestamp id, Allotment allotment) {
        TreeMap<Timestamp, Allotment> after = new TreeMap<>(open);
        after.put(id, allotment);
        return after;
    }

    /**
     * As the open allotment {@code id} is closed with {@code spent}; the rest of it is room again.
     *
     * @throws IllegalArgumentException if it is not open, or more was spent than it has
     */
    public CounterRecord closing(Timestamp id, long spent) {
        Allotment allotment = open.get(id);
        if (allotment == null || spent < 0 || spent > allotment.amount()) {
            throw new IllegalArgumentException(spent + " cannot have been spent of " + allotment + ", " + id);
        }
        TreeMap<Timestamp, Allotment> stillOpen = new TreeMap<>(open);
        stillOpen.remove(id);
        TreeMap<Timestamp, Closed> after = new TreeMap<>(closed);
        after.put(id, new Closed(spent, Timestamp.ZERO));
        return new CounterRecord(room + (allotment.amount() - spent), allowance, shift, folded, stillOpen, after);
    }

    /**
     * As what was closed at or below {@code deletedBelow} is forgotten: nobody can spend of it any more, and its owner has had
     * its time to ask. Not what this record is going to close, however old it is.
     */
    public CounterRecord forgetting(Timestamp deletedBelow) {
        TreeMap<Timestamp, Closed> after = new TreeMap<>(closed);
        after.values()
                .removeIf(one -> !one.at().equals(Timestamp.ZERO) && one.at().isAtOrBelow(deletedBelow));
        return after.size() == closed.size() ? this : new CounterRecord(room, allowance, shift, folded, open, after);
    }

    /** What all open allotments have together. */
    public long openAmount() {
        return open.values().stream().mapToLong(Allotment::amount).sum();
    }

    /** What is written as the version's value. */
    public Bytes encode() {
        ByteBuffer buffer = ByteBuffer.allocate(
                HEADER_BYTES + FOLDED_BYTES * folded.size() + OPEN_BYTES * open.size() + CLOSED_BYTES * closed.size());
        buffer.put(FORMAT).putLong(room).putLong(allowance).putLong(shift);
        buffer.putInt(folded.size());
        folded.forEach((client, total) -> {
            put(buffer, client);
            buffer.putLong(total.sequence()).putLong(total.sum());
        });
        buffer.putInt(open.size());
        open.forEach((id, allotment) -> {
            put(buffer, id);
            put(buffer, allotment.owner());
            buffer.putLong(allotment.amount()).put((byte) (allotment.lax() ? 1 : 0));
            buffer.putLong(allotment.leaseMicros());
        });
        buffer.putInt(closed.size());
        closed.forEach((id, one) -> {
            put(buffer, id);
            buffer.putLong(one.spent());
            put(buffer, one.at());
        });
        return Bytes.wrap(buffer.array());
    }

    private static void put(ByteBuffer buffer, ClientId client) {
        buffer.putLong(client.high()).putLong(client.low());
    }

    private static void put(ByteBuffer buffer, Timestamp id) {
        buffer.putLong(id.timeMicros());
        put(buffer, id.client());
    }

    private static @Nullable CounterRecord decode(Bytes encoded, Timestamp written) {
        ByteBuffer buffer = ByteBuffer.wrap(encoded.toArray());
        try {
            return buffer.remaining() < HEADER_BYTES || buffer.get() != FORMAT ? null : decode(buffer, written);
        } catch (IllegalArgumentException | ArithmeticException e) {
            // What the parts cannot be.
            return null;
        }
    }

    private static @Nullable CounterRecord decode(ByteBuffer buffer, Timestamp written) {
        long room = buffer.getLong();
        long allowance = buffer.getLong();
        long shift = buffer.getLong();
        TreeMap<ClientId, Counter.Total> folded = new TreeMap<>();
        int foldedCount = count(buffer, FOLDED_BYTES);
        for (int i = 0; i < foldedCount; i++) {
            putAbove(folded, client(buffer), new Counter.Total(buffer.getLong(), buffer.getLong()));
        }
        TreeMap<Timestamp, Allotment> open = new TreeMap<>();
        int openCount = count(buffer, OPEN_BYTES);
        for (int i = 0; i < openCount; i++) {
            putAbove(
                    open, id(buffer), new Allotment(client(buffer), buffer.getLong(), truth(buffer), buffer.getLong()));
        }
        TreeMap<Timestamp, Closed> closed = new TreeMap<>();
        int closedCount = count(buffer, CLOSED_BYTES);
        for (int i = 0; i < closedCount; i++) {
            putAbove(closed, id(buffer), closed(buffer.getLong(), id(buffer), written));
        }
        if (buffer.hasRemaining()) {
            throw new IllegalArgumentException("something is behind it");
        }
        Allotment own = open.remove(Timestamp.ZERO);
        if (own != null && open.put(written, own) != null) {
            throw new IllegalArgumentException("an allotment that is older than itself");
        }
        return new CounterRecord(room, allowance, shift, folded, open, closed);
    }

    private static Closed closed(long spent, Timestamp at, Timestamp written) {
        return new Closed(spent, at.equals(Timestamp.ZERO) ? written : at);
    }

    /** How many entries follow; there is space for them, and for the counts behind them. */
    private static int count(ByteBuffer buffer, int entryBytes) {
        if (buffer.remaining() < Integer.BYTES) {
            throw new IllegalArgumentException("it ends before its end");
        }
        int count = buffer.getInt();
        if (count < 0 || (long) count * entryBytes > buffer.remaining()) {
            throw new IllegalArgumentException("there are not so many: " + count);
        }
        return count;
    }

    private static <K extends Comparable<K>, V> void putAbove(TreeMap<K, V> entries, K key, V value) {
        if (!entries.isEmpty() && entries.lastKey().compareTo(key) >= 0) {
            throw new IllegalArgumentException(key + " is not above the one before it");
        }
        entries.put(key, value);
    }

    private static boolean truth(ByteBuffer buffer) {
        byte truth = buffer.get();
        if (truth != 0 && truth != 1) {
            throw new IllegalArgumentException("neither true nor false: " + truth);
        }
        return truth == 1;
    }

    private static ClientId client(ByteBuffer buffer) {
        return new ClientId(buffer.getLong(), buffer.getLong());
    }

    private static Timestamp id(ByteBuffer buffer) {
        return new Timestamp(buffer.getLong(), client(buffer));
    }
}
