package dev.danta.ir.id;

/** A replica of a shard; replicas of different shards on one node share the number. From 1 on. */
public record ReplicaId(int number) implements Comparable<ReplicaId> {
    public ReplicaId {
        if (number < 1) {
            throw new IllegalArgumentException("a replica's number starts at 1: " + number);
        }
    }

    @Override
    public int compareTo(ReplicaId other) {
        return Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return "r" + number;
    }
}
