package dev.danta.cli.stock;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * One sale, over. Moments are nanoseconds since its beginning.
 *
 * @param manner how was sold
 * @param units the stock at first
 * @param sales what was sold, in the order in which buyers were told
 * @param soldOutNanos when each was told who was told that there are none, in order
 * @param unknown sales of which nobody knows whether they were made
 * @param left the stock in the end, read strictly
 */
public record StockRound(Manner manner, int units, List<Sale> sales, List<Long> soldOutNanos, int unknown, long left) {
    /** How many of the last units are looked at by themselves. */
    public static final int LAST_UNITS = 50;

    /** A unit that was sold. */
    public record Sale(long askedNanos, long toldNanos) {}

    /** What became of the stock. */
    public enum Verdict {
        /** Each unit was sold once, and nobody was told that there are none while there was one. */
        EXACT,
        /** More were sold than there were. */
        OVERSOLD,
        /** Some were left, though everybody was told that there are none. */
        STRANDED,
        /** Somebody was told that there are none, and somebody who asked later got one. */
        FALSELY_SOLD_OUT,
        /** Not all outcomes are known, or time was up. */
        UNDECIDED
    }

    public StockRound {
        sales = sales.stream().sorted(Comparator.comparingLong(Sale::toldNanos)).toList();
        soldOutNanos = soldOutNanos.stream().sorted().toList();
    }

    /** What became of the stock. */
    public Verdict verdict() {
        long soldOut = soldOutNanos.isEmpty() ? Long.MAX_VALUE : soldOutNanos.get(0);
        if (sales.size() > units || left < 0) {
            return Verdict.OVERSOLD;
        } else if (sales.stream().anyMatch(sale -> sale.askedNanos() > soldOut)) {
            return Verdict.FALSELY_SOLD_OUT;
        } else if (unknown > 0 || soldOutNanos.isEmpty()) {
            return Verdict.UNDECIDED;
        }
        return sales.size() == units && left == 0 ? Verdict.EXACT : Verdict.STRANDED;
    }

    /** Until the last unit was sold. */
    public long elapsedNanos() {
        return sales.isEmpty() ? 0 : sales.get(sales.size() - 1).toldNanos();
    }

    public double salesPerSecond() {
        return sales.isEmpty() ? 0 : sales.size() * 1e9 / elapsedNanos();
    }

    /** The waiting time that this share of all sales did not exceed; 0 if there was none. */
    public long percentileNanos(double percent) {
        long[] waits = sales.stream()
                .mapToLong(sale -> sale.toldNanos() - sale.askedNanos())
                .toArray();
        Arrays.sort(waits);
        int rank = (int) Math.ceil(percent / 100 * waits.length);
        return waits.length == 0 ? 0 : waits[Math.min(waits.length - 1, Math.max(0, rank - 1))];
    }

    /** From the sale before the last {@link #LAST_UNITS} to the last. */
    public long lastUnitsNanos() {
        int before = sales.size() - 1 - LAST_UNITS;
        return elapsedNanos() - (before < 0 ? 0 : sales.get(before).toldNanos());
    }

    /** From the last sale until everybody was told that there are none. */
    public long untilAllKnewNanos() {
        return soldOutNanos.isEmpty() ? 0 : Math.max(0, soldOutNanos.get(soldOutNanos.size() - 1) - elapsedNanos());
    }
}
