package dev.danta.ir.id;

/** A shard of the key space, from 0 on; the number of shards is fixed when a cluster is created. */
public record ShardId(int number) implements Comparable<ShardId> {
    public ShardId {
        if (number < 0) {
            throw new IllegalArgumentException("a shard's number must not be negative: " + number);
        }
    }

    @Override
    public int compareTo(ShardId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "s" + number;
    }
}
