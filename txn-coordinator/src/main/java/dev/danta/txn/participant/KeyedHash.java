package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.Timestamp;

/**
 * SipHash-2-4 with 64 bits (Aumasson and Bernstein, <em>SipHash: a fast short-input PRF</em>, 2012): of two different
 * inputs, that they hash equally under one key says nothing of the next.
 */
final class KeyedHash {
    private long v0;
    private long v1;
    private long v2;
    private long v3;
    private long word;
    private long size;

    KeyedHash(long key0, long key1) {
        v0 = key0 ^ 0x736f6d6570736575L;
        v1 = key1 ^ 0x646f72616e646f6dL;
        v2 = key0 ^ 0x6c7967656e657261L;
        v3 = key1 ^ 0x7465646279746573L;
    }

    /** Keyed by a name that is used once. */
    static KeyedHash of(OpId id) {
        return new KeyedHash(id.client().high() + id.sequence(), id.client().low());
    }

    void add(byte one) {
        word |= (one & 0xffL) << (8 * (size & 7));
        size++;
        if ((size & 7) == 0) {
            compress();
        }
    }

    void add(long number) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            add((byte) (number >>> shift));
        }
    }

    void add(Timestamp timestamp) {
        add(timestamp.timeMicros());
        add(timestamp.client().high());
        add(timestamp.client().low());
    }

    /** With their number, so that what comes behind cannot be taken for a part of them. */
    void add(Bytes bytes) {
        add((long) bytes.size());
        for (int i = 0; i < bytes.size(); i++) {
            add(bytes.at(i));
        }
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
    long end() {
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
