package dev.danta.txn;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SipHash-2-4 with 64 bits (Aumasson and Bernstein, <em>SipHash: a fast short-input PRF</em>, 2012): of two different
 * inputs, that they hash equally under one key says nothing of the next. Equal values hash equally on every machine.
 */
public final class KeyedHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long word;
    private long size;

    public KeyedHash(long key0, long key1) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    /** Keyed by a name that is used once. */
    public static KeyedHash of(OpId id) {
        return new KeyedHash(id.client().high() + id.sequence(), id.client().low());
    }

    public void add(byte one) {
        word |= (one & 0xffL) << (8 * (size & 7));
        size++;
        if ((size & 7) == 0) {
            compress();
        }
    }

    /** Its eight bytes, the lowest first. */
    public void add(long number) {
        int shift = (int) (size & 7) * Byte.SIZE;
        word |= number << shift;
        size += Long.BYTES;
        compress();
        word = shift == 0 ? 0 : number >>> (Long.SIZE - shift);
    }

    public void add(Timestamp timestamp) {
        add(timestamp.timeMicros());
        add(timestamp.client().high());
        add(timestamp.client().low());
    }

    /** With their number, so that what comes behind cannot be taken for a part of them. */
    public void add(Bytes bytes) {
        add((long) bytes.size());
        int next = 0;
        for (; next + Long.BYTES <= bytes.size(); next += Long.BYTES) {
            add(bytes.longAt(next));
        }
        for (; next < bytes.size(); next++) {
            add(bytes.at(next));
        }
    }

    /** A relaxed value as a whole; nothing has a hash of its own. */
    public void add(@Nullable RelaxedState state) {
        if (state instanceof LwwRegister register) {
            add((byte) 1);
            addRegister(register);
        } else if (state instanceof Counter counter) {
            add((byte) 2);
            add((long) counter.totals().size());
            counter.totals().forEach((client, total) -> {
                add(client.high());
                add(client.low());
                add(total.sequence());
                add(total.sum());
            });
        } else if (state instanceof Spending spending) {
            add((byte) 3);
            add(spending.sequence());
            add(spending.cumulative());
            add(spending.fenced() ? (byte) 1 : (byte) 0);
        } else if (state instanceof LwwSet set) {
            add((byte) 4);
            addStamps(set.added());
            addStamps(set.removed());
        } else if (state instanceof LwwMap map) {
            add((byte) 5);
            add((long) map.fields().size());
            map.fields().forEach((field, register) -> {
                add(field);
                addRegister(register);
            });
        } else if (state instanceof GrowSet set) {
            add((byte) 6);
            add((long) set.elements().size());
            set.elements().forEach(this::add);
        } else {
            add((byte) 0);
        }
    }

    private void addRegister(LwwRegister register) {
        add(register.stamp());
        add(register.value() == null ? (byte) 0 : (byte) 1);
        add(register.value() == null ? Bytes.EMPTY : register.value());
    }

    private void addStamps(Map<Bytes, Timestamp> stamps) {
        add((long) stamps.size());
        stamps.forEach((element, stamp) -> {
            add(element);
            add(stamp);
        });
    }

    private void compress() {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
        word = 0;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }

    /** The hash of all that was added; nothing may be added any more. */
    public long end() {
        word |= size << 56;
        compress();
        v2 ^= 0xff;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
