package dev.danta.txn;

import dev.danta.relaxed.RelaxedState;
import org.jspecify.annotations.Nullable;

/** What keys hashes of relaxed values, chosen at random by whoever compares them: of two values that hash alike. See {@link KeyedHash}. */
public record HashKey(long first, long second) {
    /** Of a value, or of none. */
    public long of(@Nullable RelaxedState state) {
        KeyedHash hash = begin();
        hash.add(state);
        return hash.end();
    }

    /** To which what is to be hashed is added. */
    public KeyedHash begin() {
        return new KeyedHash(first, second);
    }
}
