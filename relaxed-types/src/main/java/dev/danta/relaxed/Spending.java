package dev.danta.relaxed;

import dev.danta.ir.id.Timestamp;

/**
 * What the owner of one allotment of a bounded counter has spent of it, and whether it is over (protocol.md 8). Only the
 * owner raises the sequence, and the cumulative with it; anybody may fence. A fence never goes away: a replica that has it
 * refuses later spends, and what it has then covers every spend that it ever accepted.
 *
 * @param sequence how many times the owner has spent; 0 if nothing of it is known
 * @param cumulative everything the owner has spent as of then, in the counter's unit; not negative
 * @param fenced whether no further spend is accepted
 */
public record Spending(long sequence, long cumulative, boolean fenced) implements RelaxedState {
    public static final Spending NOTHING = new Spending(0, 0, false);

    /** The change that ends an allotment, whatever was spent of it. */
    public static final Spending FENCE = new Spending(0, 0, true);

    public Spending {
        if (sequence < 0 || cumulative < 0 || (sequence == 0 && cumulative > 0)) {
            throw new IllegalArgumentException(
                    "nothing is spent before the first time, and nothing comes back: " + sequence + ", " + cumulative);
        }
    }

    /** The change by which an owner says that it has spent {@code cumulative} now, for the {@code sequence}-th time. */
    public static Spending of(long sequence, long cumulative) {
        return new Spending(sequence, cumulative, false);
    }

    @Override
    public String typeName() {
        return "spending";
    }

    @Override
    public Spending join(RelaxedState other) {
        if (!(other instanceof Spending that)) {
            throw new IllegalArgumentException("a spending cannot be joined with a " + other.typeName());
        }
        boolean isOurs = sequence != that.sequence ? sequence > that.sequence : cumulative >= that.cumulative;
        Spending greater = isOurs ? this : that;
        return new Spending(greater.sequence, greater.cumulative, fenced || that.fenced);
    }

    @Override
    public int sizeBytes() {
        return 64;
    }

    @Override
    public Timestamp greatestStamp() {
        return Timestamp.ZERO;
    }
}
