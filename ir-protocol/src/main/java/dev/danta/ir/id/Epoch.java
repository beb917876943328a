package dev.danta.ir.id;

/** A shard's membership number, from 1 on; every quorum is counted within one epoch (protocol.md 2 and 9). */
public record Epoch(long number) implements Comparable<Epoch> {
    public static final Epoch FIRST = new Epoch(1);

    /** No shard is ever in it: whoever is asked in it says which epoch there is, and nothing else. */
    public static final Epoch NEVER = new Epoch(Long.MAX_VALUE);

    public Epoch {
        if (number < 1) {
            throw new IllegalArgumentException("an epoch's number starts at 1: " + number);
        }
    }

    @Override
    public int compareTo(Epoch other) {
        return Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "e" + number;
    }
}
