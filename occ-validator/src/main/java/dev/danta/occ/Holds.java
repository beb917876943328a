package dev.danta.occ;

import dev.danta.ir.id.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the undecided transactions of one replica hold: a transaction holds its keys and ranges from its OK vote (or from
 * accepting OK) until its decision. Two holders may conflict only where one of them was accepted against this replica's own
 * NO (protocol.md 2.1 and 5). Derived from the records; rebuilt at a restart. Not thread-safe.
 */
public final class Holds implements WriteHolds {
    private final ValidationRules rules;
    private final Map<Timestamp, AccessSet> byHolder = new LinkedHashMap<>();
    /** For each key, who holds it, in the order in which they came. */
    private final TreeMap<Key, List<Timestamp>> writers = new TreeMap<>();

    private final TreeMap<Key, List<Timestamp>> readers = new TreeMap<>();
    private final RangeHolds ranges = new RangeHolds();

    public Holds() {
        this(ValidationRules.PROTOCOL);
    }

    public Holds(ValidationRules rules) {
        this.rules = rules;
    }

    /** Holds what is in {@code accesses} for {@code holder}; nothing happens if it holds something already. */
    public void hold(Timestamp holder, AccessSet accesses) {
        if (byHolder.putIfAbsent(holder, accesses) != null) {
            return;
        }
        accesses.writes().forEach(write -> add(writers, write.key(), holder));
        accesses.reads().forEach(read -> add(readers, read.key(), holder));
        if (rules.holdsRanges()) {
            accesses.ranges().forEach(range -> ranges.add(range.range(), holder));
        }
    }

    private static void add(Map<Key, List<Timestamp>> holders, Key key, Timestamp holder) {
        holders.computeIfAbsent(key, k -> new ArrayList<>(1)).add(holder);
    }

    /** Ends the hold of {@code holder}, if it has one, and returns what it held. */
    public @Nullable AccessSet release(Timestamp holder) {
        AccessSet accesses = byHolder.remove(holder);
        if (accesses == null) {
            return null;
        }
        accesses.writes().forEach(write -> remove(writers, write.key(), holder));
        accesses.reads().forEach(read -> remove(readers, read.key(), holder));
        if (rules.holdsRanges()) {
            accesses.ranges().forEach(range -> ranges.remove(range.range(), holder));
        }
        return accesses;
    }

    private static void remove(Map<Key, List<Timestamp>> holders, Key key, Timestamp holder) {
        List<Timestamp> of = holders.get(key);
        if (of == null || !of.remove(holder)) {
            throw new IllegalStateException("no hold on " + key + " though " + holder + " held it");
        }
        if (of.isEmpty()) {
            holders.remove(key);
        }
    }

    /** A transaction other than {@code id} whose hold conflicts with {@code accesses}, or null if there is none. */
    public @Nullable Timestamp conflicting(Timestamp id, AccessSet accesses) {
        for (Write write : accesses.writes()) {
            Timestamp holder = firstOther(id, writers.get(write.key()));
            holder = holder != null ? holder : firstOther(id, readers.get(write.key()));
            holder = holder != null ? holder : firstOther(id, ranges.over(write.key()));
            if (holder != null) {
                return holder;
            }
        }
        for (Read read : accesses.reads()) {
            Timestamp holder = firstOther(id, writers.get(read.key()));
            if (holder != null) {
                return holder;
            }
        }
        for (RangeRead range : accesses.ranges()) {
            Timestamp holder = rules.holdsRanges() ? firstOtherWriter(id, range.range()) : null;
            if (holder != null) {
                return holder;
            }
        }
        return null;
    }

    /** All transactions other than {@code id} whose holds conflict with {@code accesses}. */
    public NavigableSet<Timestamp> allConflicting(Timestamp id, AccessSet accesses) {
        NavigableSet<Timestamp> all = new TreeSet<>();
        for (Write write : accesses.writes()) {
            all.addAll(writers.getOrDefault(write.key(), List.of()));
            all.addAll(readers.getOrDefault(write.key(), List.of()));
            all.addAll(ranges.over(write.key()));
        }
        accesses.reads().forEach(read -> all.addAll(writers.getOrDefault(read.key(), List.of())));
        if (rules.holdsRanges()) {
            for (RangeRead range : accesses.ranges()) {
                writers.subMap(range.range().from(), range.range().to())
                        .values()
                        .forEach(all::addAll);
            }
        }
        all.remove(id);
        return all;
    }

    /** Whether {@code id} holds anything. */
    public boolean isHolder(Timestamp id) {
        return byHolder.containsKey(id);
    }

    @Override
    public @Nullable Timestamp writerOf(Key key) {
        return firstOther(null, writers.get(key));
    }

    @Override
    public @Nullable Timestamp writerWithin(KeyRange range) {
        return firstOtherWriter(null, range);
    }

    private @Nullable Timestamp firstOtherWriter(@Nullable Timestamp id, KeyRange range) {
        SortedMap<Key, List<Timestamp>> within = writers.subMap(range.from(), range.to());
        for (List<Timestamp> holders : within.values()) {
            Timestamp holder = firstOther(id, holders);
            if (holder != null) {
                return holder;
            }
        }
        return null;
    }

    private static @Nullable Timestamp firstOther(@Nullable Timestamp id, @Nullable List<Timestamp> holders) {
        if (holders != null) {
            for (Timestamp holder : holders) {
                if (!holder.equals(id)) {
                    return holder;
                }
            }
        }
        return null;
    }

    /** The holders, in the order in which they came. */
    public List<Timestamp> holders() {
        return List.copyOf(byHolder.keySet());
    }
}
