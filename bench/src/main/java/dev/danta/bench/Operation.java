package dev.danta.bench;

/**
 * One thing that a workload asks. All keys are numbers of one table, all values are whole numbers; an absent value
 * counts as 0.
 */
public sealed interface Operation {
    /** Which of a target's two tables: the one for strict transactions, or the one where the last writer wins. */
    enum Mode {
        STRICT,
        RELAXED
    }

    /** Strict, two keys: move {@code amount}, unless less than that is there (then: declined). */
    record Transfer(int from, int to, long amount) implements Operation {
        public Transfer {
            if (from == to || amount < 1) {
                throw new IllegalArgumentException("a transfer has two accounts and a positive amount");
            }
        }
    }

    /** Strict, one key: take {@code amount}, unless less than that is there (then: declined). */
    record Take(int key, long amount) implements Operation {
        public Take {
            if (amount < 1) {
                throw new IllegalArgumentException("an amount taken is positive: " + amount);
            }
        }
    }

    /** Strict, one key: a write on the condition that the value is still the one read before. Adds {@code amount}. */
    record Update(int key, long amount) implements Operation {}

    /** The value of one key. */
    record Get(int key, Mode mode) implements Operation {}

    /** Give one key a value, whatever it was. */
    record Put(int key, long value, Mode mode) implements Operation {}

    /** Give each key from {@code first} to {@code last} (both included) a value, strict or not all at once. */
    record Fill(int first, int last, long value, Mode mode) implements Operation {
        public Fill {
            requireRange(first, last);
        }
    }

    /** Strict, in one transaction: the sum over the keys from {@code first} to {@code last} (both included). */
    record Sum(int first, int last) implements Operation {
        public Sum {
            requireRange(first, last);
        }
    }

    private static void requireRange(int first, int last) {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("keys run upwards from 0: " + first + " to " + last);
        }
    }
}
