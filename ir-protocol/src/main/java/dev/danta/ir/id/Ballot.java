package dev.danta.ir.id;

/**
 * The rank of a proposal for one consensus operation: epoch, round, proposer, ordered in this sequence (protocol.md 2).
 * Round 0 belongs to the operation's own client; who settles an orphan uses a higher round. {@link #ZERO} is below every
 * proposal and means that nothing was promised yet.
 */
public record Ballot(long epoch, int round, ClientId proposer) implements Comparable<Ballot> {
    public static final Ballot ZERO = new Ballot(0, 0, ClientId.NONE);

    public Ballot {
        if (epoch < 0 || round < 0) {
            throw new IllegalArgumentException("a ballot's parts must not be negative: " + epoch + ", " + round);
        }
    }

    /** The owner's own ballot ("ballot 0"), in the epoch in which the operation was first proposed. */
    public static Ballot ofOwner(Epoch epoch, ClientId owner) {
        return new Ballot(epoch.number(), 0, owner);
    }

    @Override
    public int compareTo(Ballot other) {
        int order = Long.compare(epoch, other.epoch);
        if (order == 0) {
            order = Integer.compare(round, other.round);
        }
        return order != 0 ? order : proposer.compareTo(other.proposer);
    }

    @Override
    public String toString() {
        return epoch + "." + round + "." + proposer;
    }
}
