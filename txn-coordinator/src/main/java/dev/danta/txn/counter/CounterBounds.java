package dev.danta.txn.counter;

/**
 * What a bounded counter is that has no record yet; the same for all counters of a collection, for as long as there is one.
 *
 * @param initialRoom how much may be spent of it at first; negative if it begins beyond its bound
 * @param allowance how far lax allotments, and spends that name it, may take the room below zero; 0: no further than the bound
 */
public record CounterBounds(long initialRoom, long allowance) {
    public CounterBounds {
        if (allowance < 0) {
            throw new IllegalArgumentException("an allowance is not negative: " + allowance);
        }
    }
}
