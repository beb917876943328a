package dev.danta.ir.id;

/** Names an operation that is not a transaction, or one question and its answer: who asked, and that client's count. */
public record OpId(ClientId client, long sequence) implements Comparable<OpId> {
    public OpId {
        if (sequence < 0) {
            throw new IllegalArgumentException("a sequence must not be negative: " + sequence);
        }
    }

    @Override
    public int compareTo(OpId other) {
        int order = client.compareTo(other.client);
        return order != 0 ? order : Long.compare(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return client + "#" + sequence;
    }
}
