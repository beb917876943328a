package dev.danta.sim.invariant;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A store without replicas in which transactions commit one at a time, in the order in which they were first decided
 * (protocol.md 11). A decision lies between a transaction's start and its answer; so if this order gives every read its
 * version, the run was strictly serializable.
 */
final class SerialOracle {
    private final TreeMap<Key, NavigableMap<Timestamp, Version>> versions = new TreeMap<>();
    private final CounterOracle counters;
    private Timestamp droppedBelow = Timestamp.ZERO;

    SerialOracle(CounterOracle counters) {
        this.counters = counters;
    }

    /** Transaction {@code id} has just been decided: COMMIT at {@code timestamp}. */
    void commit(Timestamp id, Timestamp timestamp, Collection<AccessSet> accesses) {
        for (AccessSet share : accesses) {
            for (Read read : share.reads()) {
                Version newest = newest(read.key());
                Violation.unless(
                        agrees(read),
                        "committed transactions, replayed in the order of their decisions, give every read its version",
                        id,
                        read,
                        newest);
            }
        }
        ranges(accesses)
                .forEach((range, seen) -> Violation.unless(
                        shows(range, seen),
                        "committed transactions, replayed in the order of their decisions, give every range its versions",
                        id,
                        range,
                        seen.values(),
                        versions.subMap(range.from(), range.to())));
        for (AccessSet share : accesses) {
            for (Write write : share.writes()) {
                Violation.unless(
                        timestamp.isAbove(newest(write.key()).timestamp()),
                        "the versions of a key are ordered as the decisions",
                        id,
                        timestamp,
                        write.key(),
                        newest(write.key()));
                Version written = new Version(timestamp, write.value());
                versions.computeIfAbsent(write.key(), k -> new TreeMap<>()).put(timestamp, written);
                counters.onWritten(write.key(), written);
            }
        }
    }

    static SortedMap<Key, Read> byKey(Collection<Read> reads) {
        SortedMap<Key, Read> byKey = new TreeMap<>();
        reads.forEach(read -> byKey.put(read.key(), read));
        return byKey;
    }

    /** What was seen in each range, on all of the shards together: one that was left out shows. */
    static SortedMap<KeyRange, SortedMap<Key, Read>> ranges(Collection<AccessSet> accesses) {
        SortedMap<KeyRange, SortedMap<Key, Read>> ranges = new TreeMap<>();
        for (AccessSet share : accesses) {
            for (RangeRead range : share.ranges()) {
                SortedMap<Key, Read> seen = ranges.computeIfAbsent(range.range(), r -> new TreeMap<>());
                range.seen().forEach(read -> seen.put(read.key(), read));
            }
        }
        return ranges;
    }

    /** Deletions at or below {@code deletedBelow} may have been dropped somewhere. */
    void mayBeDropped(Timestamp deletedBelow) {
        droppedBelow = Timestamp.max(droppedBelow, deletedBelow);
    }

    /** Whether this is the key's version at this moment; a deletion may be missing where it can have been dropped. */
    private boolean agrees(Read read) {
        Read now = Read.of(read.key(), newest(read.key()));
        return read.equals(now)
                || (shows(read)
                        && now.seen().isAtOrBelow(droppedBelow)
                        && read.seen().isAtOrBelow(droppedBelow));
    }

    /** Whether the range is just so at this moment, on all shards together. */
    boolean shows(RangeRead read) {
        SortedMap<Key, Read> seen = new TreeMap<>();
        read.seen().forEach(one -> seen.put(one.key(), one));
        return shows(read.range(), seen);
    }

    /** Whether {@code seen} is all that the range is at this moment. */
    private boolean shows(KeyRange range, SortedMap<Key, Read> seen) {
        TreeSet<Key> keys = new TreeSet<>(seen.keySet());
        keys.addAll(versions.subMap(range.from(), range.to()).keySet());
        return keys.stream().allMatch(key -> agrees(seen.getOrDefault(key, new Read(key, Timestamp.ZERO, false))));
    }

    /** Of each key what was replaced at or below {@code below} is not needed any more. */
    void forget(Timestamp below) {
        for (NavigableMap<Timestamp, Version> all : versions.values()) {
            Timestamp kept = all.floorKey(below);
            if (kept != null) {
                all.headMap(kept, false).clear();
            }
        }
    }

    private Version newest(Key key) {
        NavigableMap<Timestamp, Version> all = versions.get(key);
        return all == null ? Version.NEVER_THERE : all.lastEntry().getValue();
    }

    /** Whether this is what the key is at this moment: absent is absent, however it came about. */
    boolean shows(Read read) {
        Version newest = newest(read.key());
        boolean absent = read.deletion() || read.seen().equals(Timestamp.ZERO);
        return absent ? newest.isDeletion() : read.equals(Read.of(read.key(), newest));
    }

    /** The version of {@code key} at this moment. */
    Version now(Key key) {
        return newest(key);
    }

    /** Whether {@code key} was {@code version} at some moment since it was {@code before}. */
    boolean hasShownSince(Key key, Version before, Version version) {
        NavigableMap<Timestamp, Version> all = versions.getOrDefault(key, new TreeMap<>());
        if (version.isDeletion()) {
            return before.isDeletion()
                    || all.tailMap(before.timestamp(), false).values().stream().anyMatch(Version::isDeletion);
        }
        return version.equals(all.get(version.timestamp()))
                && !before.timestamp().isAbove(version.timestamp());
    }

    /** Whether a committed transaction has written exactly this. */
    boolean knows(Key key, Version version) {
        NavigableMap<Timestamp, Version> all = versions.get(key);
        return all == null
                ? version.equals(Version.NEVER_THERE)
                : version.equals(Version.NEVER_THERE) || version.equals(all.get(version.timestamp()));
    }

    /** Every committed version of every key that {@code livesThere}. */
    SortedMap<Key, NavigableMap<Timestamp, Version>> versionsOn(Predicate<Key> livesThere) {
        TreeMap<Key, NavigableMap<Timestamp, Version>> there = new TreeMap<>(versions);
        there.keySet().removeIf(livesThere.negate());
        return there;
    }
}
