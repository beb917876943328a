package dev.danta.check;

/**
 * What the model has said lately: the state after an operation of some kind in some state. Forgets what falls on the same
 * place, so it is of fixed size; the model is pure, so what is forgotten can be asked again.
 */
final class Transitions {
    private static final int PLACES_MIN = 64;
    private static final int PLACES_MAX = 1 << 16;

    private final long[] keys;
    private final int[] next;

    Transitions(int operations, MemoryAccount memory) {
        int places = PLACES_MIN;
        while (places < PLACES_MAX && places < 4 * (long) operations) {
            places *= 2;
        }
        memory.reserve(12L * places);
        this.keys = new long[places];
        this.next = new int[places];
    }

    /** Whether what is asked is still known; {@link #next} has it then. */
    boolean has(int state, int kind) {
        long key = key(state, kind);
        return keys[place(key)] == key;
    }

    int next(int state, int kind) {
        return next[place(key(state, kind))];
    }

    void put(int state, int kind, int after) {
        long key = key(state, kind);
        int place = place(key);
        keys[place] = key;
        next[place] = after;
    }

    /** Never 0, which is what an empty place holds. */
    private static long key(int state, int kind) {
        return ((long) state << 32 | kind) + 1;
    }

    private int place(long key) {
        long h = key * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 40) & (keys.length - 1);
    }
}
