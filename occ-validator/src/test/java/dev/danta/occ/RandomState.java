package dev.danta.occ;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small random states, in which equal times, ties, conflicts and deletions are frequent. */
final class RandomState {
    static final List<Key> KEYS = List.of(key("a"), key("b"), key("c"), key("d"));

    private final Random random;

    RandomState(long seed) {
        this.random = new Random(seed);
    }

    private static Key key(String name) {
        return new Key(Bytes.utf8(name));
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }

    Timestamp timestamp() {
        return new Timestamp(1 + random.nextInt(6), new ClientId(0, 1 + random.nextInt(3)));
    }

    Version version() {
        int kind = random.nextInt(4);
        if (kind == 0) {
            return Version.NEVER_THERE;
        }
        return new Version(timestamp(), kind == 1 ? null : Bytes.utf8("v" + random.nextInt(9)));
    }

    /** One of the ranges between two keys, or from the last key on. */
    KeyRange range() {
        int from = random.nextInt(KEYS.size());
        int to = from + 1 + random.nextInt(KEYS.size() - from);
        return new KeyRange(KEYS.get(from), to < KEYS.size() ? KEYS.get(to) : key("e"));
    }

    private RangeRead rangeRead() {
        KeyRange range = range();
        List<Read> seen = new ArrayList<>();
        for (Key key : KEYS) {
            Version version = version();
            if (range.contains(key) && !version.equals(Version.NEVER_THERE)) {
                seen.add(Read.of(key, version));
            }
        }
        return new RangeRead(range, seen);
    }

    AccessSet accesses() {
        List<Read> reads = new ArrayList<>();
        List<RangeRead> ranges = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (Key key : KEYS) {
            if (random.nextInt(3) == 0) {
                reads.add(Read.of(key, version()));
            }
            if (random.nextInt(3) == 0) {
                writes.add(new Write(key, random.nextBoolean() ? null : Bytes.utf8("w")));
            }
        }
        for (int i = random.nextInt(6); i > 3; i--) {
            RangeRead read = rangeRead();
            if (ranges.stream().noneMatch(other -> other.range().equals(read.range()))) {
                ranges.add(read);
            }
        }
        return new AccessSet(reads, ranges, writes);
    }
}
