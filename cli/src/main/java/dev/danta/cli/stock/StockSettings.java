package dev.danta.cli.stock;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the sales are made from.
 *
 * @param buyers closed loops at the same time, at least 1
 * @param instances clients that they share, 1 to as many as there are buyers
 * @param units the stock of each manner, 1 to {@link #UNITS_MAX}
 * @param within each sale must be over after this long
 */
public record StockSettings(int buyers, int instances, Map<Manner, Integer> units, Duration within) {
    public static final int UNITS_MAX = 10_000_000;

    public StockSettings {
        if (buyers < 1) {
            throw new IllegalArgumentException("there is at least one buyer, not " + buyers);
        }
        if (instances < 1 || instances > buyers) {
            throw new IllegalArgumentException("instances are 1 to as many as there are buyers, not " + instances);
        }
        for (int one : units.values()) {
            if (one < 1 || one > UNITS_MAX) {
                throw new IllegalArgumentException("units are 1 to " + UNITS_MAX + ", not " + one);
            }
        }
        if (within.isZero() || within.isNegative()) {
            throw new IllegalArgumentException("a sale needs time: " + within);
        }
        units = Collections.unmodifiableMap(new TreeMap<>(units));
    }
}
