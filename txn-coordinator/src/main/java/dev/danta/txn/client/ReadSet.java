package dev.danta.txn.client;

import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt at a transaction has read (protocol.md 4.1): of each key the version that it saw first, and the ranges
 * that it has read. A later read of a key, also inside a range, that shows another version means that the attempt has seen
 * two states: it must begin anew. Not thread-safe.
 */
public final class ReadSet {
    private final ReadRules rules;
    /** Every version seen, by itself or in a range. */
    private final TreeMap<Key, Version> seen = new TreeMap<>();
    /** The keys that were read by themselves. */
    private final TreeMap<Key, Version> keys = new TreeMap<>();
    /** The ranges that were read, by where they begin; none of them overlap. */
    private final TreeMap<Key, KeyRange> ranges = new TreeMap<>();

    public ReadSet(ReadRules rules) {
        this.rules = rules;
    }

    /** The version of {@code key} that was seen first; null if it has not been read, by itself or in a range. */
    public @Nullable Version seen(Key key) {
        Version version = seen.get(key);
        return version != null ? version : isInRange(key) ? Version.NEVER_THERE : null;
    }

    private boolean isInRange(Key key) {
        Map.Entry<Key, KeyRange> range = ranges.floorEntry(key);
        return range != null && range.getValue().contains(key);
    }

    /** A read of {@code key} showed {@code version}; false if an earlier one showed another: the attempt is void. */
    public boolean see(Key key, Version version) {
        Version before = seen(key);
        if (before == null || !rules.keepsFirst()) {
            seen.put(key, version);
        }
        if (!isInRange(key)) {
            keys.put(key, seen.getOrDefault(key, version));
        }
        return before == null || before.equals(version) || !rules.keepsFirst();
    }

    /**
     * A read of {@code range} showed {@code found}, and of its other keys that they were never there; false if an earlier
     * read showed something else: the attempt is void.
     *
     * @throws IllegalArgumentException if a part of the range has been read already: see {@link #unread}
     */
    public boolean see(KeyRange range, List<Verdict.Newest> found) {
        if (!unread(range).equals(List.of(range))) {
            throw new IllegalArgumentException("a part of " + range + " has been read already");
        }
        Map<Key, Version> now = new TreeMap<>();
        found.forEach(one -> now.put(one.key(), one.version()));
        boolean isSame = true;
        for (Map.Entry<Key, Version> before :
                keys.subMap(range.from(), range.to()).entrySet()) {
            isSame &= before.getValue().equals(now.getOrDefault(before.getKey(), Version.NEVER_THERE));
        }
        ranges.put(range.from(), range);
        for (Map.Entry<Key, Version> one : now.entrySet()) {
            if (!one.getValue().equals(Version.NEVER_THERE)) {
                seen.put(one.getKey(), one.getValue());
                if (!rules.keepsFirst()) {
                    keys.computeIfPresent(one.getKey(), (key, before) -> one.getValue());
                }
            }
        }
        return isSame || !rules.keepsFirst();
    }

    /** The parts of {@code range} that have not been read yet, ascending. */
    public List<KeyRange> unread(KeyRange range) {
        List<KeyRange> parts = new ArrayList<>();
        Key from = range.from();
        Map.Entry<Key, KeyRange> before = ranges.floorEntry(from);
        if (before != null && before.getValue().to().compareTo(from) > 0) {
            from = before.getValue().to();
        }
        for (KeyRange read : ranges.tailMap(from, true).values()) {
            if (read.from().compareTo(range.to()) >= 0) {
                break;
            }
            if (from.compareTo(read.from()) < 0) {
                parts.add(new KeyRange(from, read.from()));
            }
            from = read.to();
        }
        if (from.compareTo(range.to()) < 0) {
            parts.add(new KeyRange(from, range.to()));
        }
        return parts;
    }

    /** The keys of {@code range} that were seen to have a version, deletions included, ascending. */
    public List<Key> within(KeyRange range) {
        return List.copyOf(seen.subMap(range.from(), range.to()).keySet());
    }

    /** Every key that was seen, by itself or in a range; not those that were never there in a range. */
    public List<Key> seenKeys() {
        return List.copyOf(seen.keySet());
    }

    public boolean isEmpty() {
        return keys.isEmpty() && ranges.isEmpty();
    }

    /** How many keys and ranges it names, as it counts against the limits. */
    public int size() {
        return seen.size() + ranges.size();
    }

    /** What was read by itself, for the commit. */
    public List<Read> reads() {
        return keys.entrySet().stream()
                .map(entry -> Read.of(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** What was read in ranges, for the commit. */
    public List<RangeRead> ranges() {
        List<RangeRead> all = new ArrayList<>();
        for (KeyRange range : ranges.values()) {
            List<Read> listed = new ArrayList<>();
            seen.subMap(range.from(), range.to()).forEach((key, version) -> {
                if (!version.equals(Version.NEVER_THERE)) {
                    listed.add(Read.of(key, version));
                }
            });
            all.add(new RangeRead(range, listed));
        }
        return all;
    }
}
