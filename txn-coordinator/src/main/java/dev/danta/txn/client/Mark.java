package dev.danta.txn.client;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much of a relaxed value somebody has seen, without the value: enough to tell whether what a replica has is at least
 * that. It depends on no replica, log or epoch, so it means the same wherever it is taken.
 */
public sealed interface Mark {
    /** The mark of {@code state}. */
    static Mark of(RelaxedState state) {
        if (state instanceof LwwRegister register) {
            return new Stamp(register.stamp());
        }
        if (state instanceof Counter counter) {
            TreeMap<ClientId, Long> sequences = new TreeMap<>();
            counter.totals().forEach((client, total) -> sequences.put(client, total.sequence()));
            return new Sequences(sequences);
        }
        return new OnQuorum();
    }

    /** Whether {@code state} has all that was seen. */
    boolean isIn(@Nullable RelaxedState state);

    /** The mark of both; of two kinds that cannot be joined, {@code later}. */
    Mark and(Mark later);

    /** About how many bytes it takes in a token. */
    int sizeBytes();

    /** Of a register: it was written then. */
    record Stamp(Timestamp written) implements Mark {
        @Override
        public boolean isIn(@Nullable RelaxedState state) {
            return state instanceof LwwRegister register && written.isAtOrBelow(register.stamp());
        }

        @Override
        public Mark and(Mark later) {
            return later instanceof Stamp stamp && written.isAbove(stamp.written()) ? this : later;
        }

        @Override
        public int sizeBytes() {
            return 25;
        }
    }

    /** Of a counter: so many changes of each of these clients. */
    record Sequences(SortedMap<ClientId, Long> byClient) implements Mark {
        public Sequences {
            byClient = Collections.unmodifiableSortedMap(new TreeMap<>(byClient));
        }

        @Override
        public boolean isIn(@Nullable RelaxedState state) {
            if (!(state instanceof Counter counter)) {
                return byClient.isEmpty();
            }
            for (Map.Entry<ClientId, Long> seen : byClient.entrySet()) {
                Counter.Total total = counter.totals().get(seen.getKey());
                if (total == null || total.sequence() < seen.getValue()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public Mark and(Mark later) {
            if (!(later instanceof Sequences other)) {
                return later;
            }
            TreeMap<ClientId, Long> greatest = new TreeMap<>(byClient);
            other.byClient().forEach((client, sequence) -> greatest.merge(client, sequence, Math::max));
            return new Sequences(greatest);
        }

        @Override
        public int sizeBytes() {
            return 5 + 24 * byClient.size();
        }
    }

    /**
     * Of a value of many elements, whose mark would be as large as itself: that a quorum has what was seen. So a quorum is to be
     * asked, which shows all that quorums have acknowledged or shown before.
     */
    record OnQuorum() implements Mark {
        @Override
        public boolean isIn(@Nullable RelaxedState state) {
            return true;
        }

        @Override
        public Mark and(Mark later) {
            return later;
        }

        @Override
        public int sizeBytes() {
            return 1;
        }
    }
}
