package dev.danta.bench;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Single keys, drawn uniformly: reads, blind writes, and (strict only) writes on the condition that nothing changed
 * since the read.
 *
 * @param keys at least 1
 * @param mode strict transactions, or a table in which the last writer wins
 * @param getPercent share of reads
 * @param putPercent share of blind writes; the rest to 100 are conditional updates
 */
public record KeyValueWorkload(int keys, Operation.Mode mode, int getPercent, int putPercent) implements Workload {
    public KeyValueWorkload {
        if (keys < 1) {
            throw new IllegalArgumentException("at least 1 key is needed: " + keys);
        }
        if (getPercent < 0 || putPercent < 0 || getPercent + putPercent > 100) {
            throw new IllegalArgumentException(
                    "shares are percentages, at most 100 together: " + getPercent + " and " + putPercent);
        }
        if (mode == Operation.Mode.RELAXED && getPercent + putPercent != 100) {
            throw new IllegalArgumentException(
                    "a relaxed table has no conditional updates: the shares of get and put must make 100");
        }
    }

    @Override
    public String name() {
        return "kv";
    }

    @Override
    public List<Operation.Fill> preparation() {
        return Fills.of(keys, 0, mode);
    }

    @Override
    public Operation next(SplittableRandom random) {
        int key = random.nextInt(keys);
        int drawn = random.nextInt(100);
        if (drawn < getPercent) {
            return new Operation.Get(key, mode);
        }
        return drawn < getPercent + putPercent
                ? new Operation.Put(key, random.nextLong(1_000_000), mode)
                : new Operation.Update(key, 1);
    }

    @Override
    public boolean isStrict() {
        return mode == Operation.Mode.STRICT;
    }

    @Override
    public Invariant invariant() {
        return new Invariant.None();
    }
}
