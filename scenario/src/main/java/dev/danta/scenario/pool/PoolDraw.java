package dev.danta.scenario.pool;

import dev.danta.scenario.Port;
import java.util.Arrays;

/** Draws the pool that is asked for. Immutable. */
final class PoolDraw {
    private static final double PRECISION = 1L << 40;

    private final PoolSettings settings;
    /** Up to which number each pool is drawn. */
    private final long[] upTo;

    PoolDraw(PoolSettings settings) {
        this.settings = settings;
        this.upTo = new long[settings.pools()];
        double sum = 0;
        for (int i = 0; i < upTo.length; i++) {
            sum += weight(i);
        }
        double before = 0;
        for (int i = 0; i < upTo.length; i++) {
            before += weight(i);
            upTo[i] = (long) (before / sum * PRECISION);
        }
        upTo[upTo.length - 1] = (long) PRECISION;
    }

    private double weight(int pool) {
        return switch (settings.skew()) {
            case UNIFORM -> 1;
            case ZIPF -> 1.0 / (pool + 1);
            case ONE -> pool == 0 ? 1 : 0;
        };
    }

    String draw(Port port) {
        int found = Arrays.binarySearch(upTo, port.draw((long) PRECISION));
        // The pool's share ends before its number.
        return settings.pool(found < 0 ? -found - 1 : found + 1);
    }
}
