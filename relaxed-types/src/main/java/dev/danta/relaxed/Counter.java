package dev.danta.relaxed;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A counter kept as one cumulative total per client, of which the greatest sequence wins: it heals itself, and needs no
 * list of operations seen (protocol.md 8). Only a client itself raises its own sequence.
 */
public record Counter(SortedMap<ClientId, Total> totals) implements RelaxedState {
    public static final Counter ZERO = new Counter(Collections.emptySortedMap());

    /** Everything one client ever added, as of its {@code sequence}-th change (from 1 on). */
    public record Total(long sequence, long sum) {
        public Total {
            if (sequence < 1) {
                throw new IllegalArgumentException("a sequence starts at 1: " + sequence);
            }
        }

        Total greater(Total other) {
            if (sequence != other.sequence) {
                return sequence > other.sequence ? this : other;
            }
            return sum >= other.sum ? this : other;
        }
    }

    public Counter {
        totals = Collections.unmodifiableSortedMap(new TreeMap<>(totals));
    }

    /** The change by which {@code client} says that its total is now {@code total}. */
    public static Counter of(ClientId client, Total total) {
        TreeMap<ClientId, Total> totals = new TreeMap<>();
        totals.put(client, total);
        return new Counter(totals);
    }

    /**
     * The sum over all clients.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    public long value() {
        long sum = 0;
        for (Total total : totals.values()) {
            sum = Math.addExact(sum, total.sum());
        }
        return sum;
    }

    @Override
    public String typeName() {
        return "counter";
    }

    @Override
    public Counter join(RelaxedState other) {
        if (!(other instanceof Counter that)) {
            throw new IllegalArgumentException("a counter cannot be joined with a " + other.typeName());
        }
        TreeMap<ClientId, Total> joined = new TreeMap<>(totals);
        that.totals.forEach((client, total) -> joined.merge(client, total, Total::greater));
        return new Counter(joined);
    }

    @Override
    public int sizeBytes() {
        return 64 + 128 * totals.size();
    }

    @Override
    public Timestamp greatestStamp() {
        return Timestamp.ZERO;
    }
}
