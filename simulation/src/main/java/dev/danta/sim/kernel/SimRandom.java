package dev.danta.sim.kernel;

import java.util.List;

/**
 * A stream of random numbers of our own (xorshift128+, Vigna 2014, seeded through splitmix64), so that a seed means the
 * same on every JVM. Not thread-safe.
 */
public final class SimRandom {
    private static final double UNIT = 0x1.0p-53;

    private long one;
    private long other;

    public SimRandom(long seed) {
        one = mixed(seed + 0x9e3779b97f4a7c15L);
        other = mixed(seed + 0x3c6ef372fe94f82aL);
        if ((one | other) == 0) {
            other = 1;
        }
    }

    /**
     * The stream called {@code name} of a run. Streams of different names are independent: a draw more from one does not
     * shift what another gives.
     */
    public static SimRandom named(long seed, String name) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
        }
        return new SimRandom(mixed(seed) ^ mixed(hash));
    }

    private static long mixed(long from) {
        long z = from;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** Any long. */
    public long next() {
        long x = one;
        long y = other;
        one = y;
        x ^= x << 23;
        other = x ^ y ^ (x >>> 18) ^ (y >>> 5);
        return other + y;
    }

    /** A uniform number from {@code low} to {@code high}, both inclusive; the span is below 2^62. */
    public long between(long low, long high) {
        if (high < low) {
            throw new IllegalArgumentException("nothing lies between " + low + " and " + high);
        }
        return low + (next() >>> 1) % (high - low + 1);
    }

    /** A uniform number from 0 to {@code bound} - 1. */
    public int below(int bound) {
        return (int) between(0, bound - 1L);
    }

    /** A uniform number in [0, 1). */
    public double unit() {
        return (next() >>> 11) * UNIT;
    }

    public boolean chance(double probability) {
        return unit() < probability;
    }

    /** An exponentially distributed number with this mean; a strict logarithm, so that every JVM agrees. */
    public long exponential(long mean) {
        return (long) (-(double) mean * StrictMath.log(1.0 - unit()));
    }

    /** One of {@code choices}, which is not empty. */
    public <T> T pick(List<T> choices) {
        return choices.get(below(choices.size()));
    }
}
