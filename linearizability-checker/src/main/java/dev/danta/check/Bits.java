package dev.danta.check;

/** Sets of small numbers, as bits of words. */
final class Bits {
    private Bits() {}

    static void set(long[] bits, int bit) {
        bits[bit >>> 6] |= 1L << (bit & 63);
    }

    static void clear(long[] bits, int bit) {
        bits[bit >>> 6] &= ~(1L << (bit & 63));
    }

    static boolean has(long[] bits, int bit) {
        return (bits[bit >>> 6] & (1L << (bit & 63))) != 0;
    }
}
