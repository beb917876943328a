package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.List;

/**
 * A range and every version in it that a transaction saw, deletions included: a key of the range that is not in the list
 * was read as "never there" (protocol.md 4.1).
 *
 * @param seen by ascending key, each key once, all within the range, none of them "never there"
 */
public record RangeRead(KeyRange range, List<Read> seen) {
    public RangeRead {
        seen = List.copyOf(seen);
        for (int i = 0; i < seen.size(); i++) {
            Read read = seen.get(i);
            if (!range.contains(read.key())) {
                throw new IllegalArgumentException("key " + read.key() + " is not in " + range);
            }
            if (read.seen().equals(Timestamp.ZERO)) {
                throw new IllegalArgumentException("what was never there is not listed: " + read.key());
            }
            if (i > 0 && seen.get(i - 1).key().compareTo(read.key()) >= 0) {
                throw new IllegalArgumentException(
                        seen.get(i - 1).key() + " stands before " + read.key() + " in the list of " + range);
            }
        }
    }

    /** What was read of {@code key}, which belongs to the range: "never there" if it is not listed. */
    public Read readOf(Key key) {
        for (Read read : seen) {
            if (read.key().equals(key)) {
                return read;
            }
        }
        return new Read(key, Timestamp.ZERO, false);
    }
}
