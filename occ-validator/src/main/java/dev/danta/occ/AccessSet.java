package dev.danta.occ;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What a transaction read and writes on one shard, ascending: each key at most once as a read by itself and once as a
 * write, each range at most once. A key may stand in several of them; what was read of it is the same then.
 */
public record AccessSet(List<Read> reads, List<RangeRead> ranges, List<Write> writes) {
    public AccessSet {
        reads = sorted(reads, Read::key);
        ranges = sorted(ranges, RangeRead::range);
        writes = sorted(writes, Write::key);
    }

    /** One without ranges. */
    public AccessSet(List<Read> reads, List<Write> writes) {
        this(reads, List.of(), writes);
    }

    private static <T, N extends Comparable<N>> List<T> sorted(List<T> accesses, Function<T, N> name) {
        List<T> sorted = new ArrayList<>(accesses);
        sorted.sort(Comparator.comparing(name));
        for (int i = 1; i < sorted.size(); i++) {
            N next = name.apply(sorted.get(i));
            if (name.apply(sorted.get(i - 1)).equals(next)) {
                throw new IllegalArgumentException("stands twice: " + next);
            }
        }
        return List.copyOf(sorted);
    }

    public boolean isEmpty() {
        return reads.isEmpty() && ranges.isEmpty() && writes.isEmpty();
    }

    /** About how many bytes it takes in memory, and in a message. */
    public int sizeBytes() {
        int size = 0;
        for (Read read : seen()) {
            size += 96 + read.key().bytes().size();
        }
        for (RangeRead range : ranges) {
            size += 96
                    + range.range().from().bytes().size()
                    + range.range().to().bytes().size();
        }
        for (Write write : writes) {
            size += 96
                    + write.key().bytes().size()
                    + (write.value() == null ? 0 : write.value().size());
        }
        return size;
    }

    /** How many things it names: keys read or written, ranges, and what was seen in them. */
    public int size() {
        int size = reads.size() + ranges.size() + writes.size();
        for (RangeRead range : ranges) {
            size += range.seen().size();
        }
        return size;
    }

    /** Every version that was seen, by itself or in a range; a key may come more than once. */
    public List<Read> seen() {
        if (ranges.isEmpty()) {
            return reads;
        }
        List<Read> seen = new ArrayList<>(reads);
        ranges.forEach(range -> seen.addAll(range.seen()));
        return List.copyOf(seen);
    }
}
