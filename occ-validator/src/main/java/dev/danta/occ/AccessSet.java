package dev.danta.occ;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What a transaction read and writes on one shard: each key at most once as a read and once as a write, ascending. */
public record AccessSet(List<Read> reads, List<Write> writes) {
    public AccessSet {
        reads = sorted(reads);
        writes = sortedWrites(writes);
    }

    private static List<Read> sorted(List<Read> reads) {
        List<Read> sorted = new ArrayList<>(reads);
        sorted.sort((a, b) -> a.key().compareTo(b.key()));
        for (int i = 1; i < sorted.size(); i++) {
            requireDistinct(sorted.get(i - 1).key(), sorted.get(i).key());
        }
        return List.copyOf(sorted);
    }

    private static List<Write> sortedWrites(List<Write> writes) {
        List<Write> sorted = new ArrayList<>(writes);
        sorted.sort((a, b) -> a.key().compareTo(b.key()));
        for (int i = 1; i < sorted.size(); i++) {
            requireDistinct(sorted.get(i - 1).key(), sorted.get(i).key());
        }
        return List.copyOf(sorted);
    }

    private static void requireDistinct(Key one, Key next) {
        if (one.equals(next)) {
            throw new IllegalArgumentException("key stands twice: " + one);
        }
    }

    public boolean isEmpty() {
        return reads.isEmpty() && writes.isEmpty();
    }

    /** About how many bytes it takes in memory, and in a message. */
    public int sizeBytes() {
        int size = 0;
        for (Read read : reads) {
            size += 96 + read.key().bytes().size();
        }
        for (Write write : writes) {
            size += 96
                    + write.key().bytes().size()
                    + (write.value() == null ? 0 : write.value().size());
        }
        return size;
    }

    /** Every key read or written, once, ascending. */
    public List<Key> keys() {
        TreeSet<Key> keys = new TreeSet<>();
        reads.forEach(read -> keys.add(read.key()));
        writes.forEach(write -> keys.add(write.key()));
        return List.copyOf(keys);
    }
}
