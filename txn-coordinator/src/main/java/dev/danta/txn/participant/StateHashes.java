package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.StateView;
import dev.danta.ir.replica.StateComparison;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.txn.KeyStates;
import dev.danta.txn.KeyedHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says in hashes what a replica has, and finds in which ranges of keys it has something else than another (protocol.md 7).
 * A version is hashed by its timestamp, which names it; a relaxed value as a whole. Every look is bounded in the number of
 * keys that are read, wherever they are.
 */
final class StateHashes {
    /** How many hashes one answer has at most. */
    static final int PARTS_MAX = 1_024;
    /** How many keys are looked at where the other has made a part of few. */
    private static final int KEYS_FOR_A_PART = 128;
    /** How many keys one hash stands for at most, whoever asks. */
    static final int KEYS_EACH_MAX = 1_024;

    private final VersionedStore versions;
    private final RelaxedStore relaxed;
    private final StateRules rules;
    private final SpendRules spendRules;
    private final StatePages pages;

    StateHashes(
            VersionedStore versions, RelaxedStore relaxed, StateRules rules, SpendRules spendRules, StatePages pages) {
        this.versions = versions;
        this.relaxed = relaxed;
        this.rules = rules;
        this.spendRules = spendRules;
        this.pages = pages;
    }

    /**
     * What counts under some keys.
     *
     * @param entries by key; the version that counts, {@link Version#NEVER_THERE} where only a relaxed value does
     * @param relaxed the keys that have a relaxed value: hardly any, in most shards
     * @param frontier the last key that was looked at; null if there is nothing further
     */
    private record Found(
            NavigableMap<Key, Version> entries,
            Set<Key> relaxed,
            @Nullable Key frontier) {
        /** Whether everything at or below {@code end} was looked at. */
        boolean reaches(Bytes end) {
            return frontier == null || (end.size() > 0 && end.compareTo(frontier.bytes()) <= 0);
        }

        Bytes frontierOr(Bytes end) {
            return frontier == null ? end : frontier.bytes();
        }
    }

    List<RangeHash> summarize(StateView view, Bytes after, Bytes upTo, int keysEach, int most) {
        if (keysEach < 1 || keysEach > KEYS_EACH_MAX || most < 1 || most > PARTS_MAX) {
            return List.of();
        }
        Found found = look(view, after, upTo, Math.min(pages.keysHashedMax(), keysEach * most));
        List<RangeHash> parts = new ArrayList<>();
        KeyedHash hash = KeyedHash.of(view.id());
        int inPart = 0;
        for (Map.Entry<Key, Version> entry : found.entries().entrySet()) {
            if (inPart == keysEach) {
                // A range ends with its last key: what comes before the next one's first belongs to that.
                parts.add(new RangeHash(lastBefore(found, entry.getKey()), hash.end()));
                if (parts.size() == most) {
                    return parts;
                }
                hash = KeyedHash.of(view.id());
                inPart = 0;
            }
            add(hash, entry.getKey(), entry.getValue(), found.relaxed());
            inPart++;
        }
        parts.add(new RangeHash(found.frontierOr(upTo), hash.end()));
        return parts;
    }

    private static Bytes lastBefore(Found found, Key key) {
        Key before = found.entries().lowerKey(key);
        if (before == null) {
            throw new IllegalStateException("a range that is full has a key before " + key);
        }
        return before.bytes();
    }

    /** Null if {@code parts} do not ascend. */
    @Nullable
    StateComparison compare(StateView view, Bytes after, List<RangeHash> parts, boolean sends) {
        if (!ascend(after, parts)) {
            return null;
        }
        Bytes end = parts.get(parts.size() - 1).upTo();
        // Where the other has hardly anything, there is no use in looking at more than is sent.
        int enough = sends && parts.size() == 1 ? pages.keysSentMax() : parts.size() * KEYS_FOR_A_PART;
        int most = Math.min(enough, pages.keysComparedMax());
        Found found = look(view, after, end, most);
        List<Integer> different = new ArrayList<>();
        Sending sending = new Sending();
        NavigableMap<Key, Version> rest = found.entries();
        for (int i = 0; i < parts.size(); i++) {
            Bytes upTo = parts.get(i).upTo();
            NavigableMap<Key, Version> here = upTo.size() == 0 ? rest : rest.headMap(new Key(upTo), true);
            rest = upTo.size() == 0 ? new TreeMap<>() : rest.tailMap(new Key(upTo), false);
            if (found.reaches(upTo)
                    && hash(view, here, found.relaxed()) == parts.get(i).hash()) {
                continue;
            }
            if (sends && sending.isFull()) {
                Bytes before = i == 0 ? after : parts.get(i - 1).upTo();
                return new StateComparison(different, sending.part(), before);
            }
            different.add(i);
            if (sends) {
                Bytes stoppedAt = sending.add(here.keySet());
                if (stoppedAt != null) {
                    return new StateComparison(different, sending.part(), stoppedAt);
                }
                if (!found.reaches(upTo)) {
                    return new StateComparison(different, sending.part(), found.frontierOr(end));
                }
            }
        }
        return new StateComparison(different, sends ? sending.part() : null, end);
    }

    private static boolean ascend(Bytes after, List<RangeHash> parts) {
        if (parts.isEmpty() || parts.size() > PARTS_MAX || after.size() > Key.SIZE_MAX) {
            return false;
        }
        Bytes before = after;
        for (int i = 0; i < parts.size(); i++) {
            Bytes upTo = parts.get(i).upTo();
            boolean isEnd = upTo.size() == 0 && i == parts.size() - 1;
            if (upTo.size() > Key.SIZE_MAX || (!isEnd && upTo.compareTo(before) <= 0)) {
                return false;
            }
            before = upTo;
        }
        return true;
    }

    /** Gathers what goes into one answer. */
    private final class Sending {
        private final List<KeyStates.KeyState> states = new ArrayList<>();
        private long bytes;

        /** The last key that there was room for; null if there was for all. */
        @Nullable
        Bytes add(Collection<Key> keys) {
            Bytes last = null;
            for (Key key : keys) {
                if (last != null && isFull()) {
                    return last;
                }
                KeyStates.KeyState state = new KeyStates.KeyState(key, versions.newest(key), relaxed.relaxed(key));
                states.add(state);
                bytes += sizeOf(state);
                last = key.bytes();
            }
            return null;
        }

        boolean isFull() {
            return states.size() >= pages.keysSentMax() || bytes >= pages.bytesSentMax();
        }

        KeyStates part() {
            return new KeyStates(states);
        }
    }

    static long sizeOf(KeyStates.KeyState state) {
        return 64L
                + state.key().bytes().size()
                + (state.newest().value() == null ? 0 : state.newest().value().size())
                + (state.relaxed() == null ? 0 : state.relaxed().sizeBytes());
    }

    /** Looks at {@code most} keys with versions and as many with relaxed values, at most. */
    private Found look(StateView view, Bytes after, Bytes upTo, int most) {
        TreeMap<Key, Version> entries = new TreeMap<>();
        KeyRange range = StateExchange.range(after, upTo);
        if (range == null) {
            return new Found(entries, new TreeSet<>(), null);
        }
        TreeMap<Key, Version> seen = new TreeMap<>();
        versions.scan(range, (key, newest) -> {
            seen.put(key, newest);
            return seen.size() <= most;
        });
        List<Key> relaxedKeys = relaxed.relaxedKeys(after, most + 1);
        Key frontier = null;
        if (seen.size() > most) {
            frontier = seen.lowerKey(seen.lastKey());
        }
        if (relaxedKeys.size() > most) {
            Key last = relaxedKeys.get(most - 1);
            frontier = frontier == null || last.compareTo(frontier) < 0 ? last : frontier;
        }
        if (frontier != null && !range.contains(frontier)) {
            frontier = null;
        }
        for (Map.Entry<Key, Version> one : seen.entrySet()) {
            if (frontier == null || one.getKey().compareTo(frontier) <= 0) {
                Version version = counted(view, one.getKey(), one.getValue());
                if (rules.counts(version, view.forgotten())) {
                    entries.put(one.getKey(), version);
                }
            }
        }
        for (Key key : relaxedKeys) {
            if (range.contains(key)
                    && (frontier == null || key.compareTo(frontier) <= 0)
                    && !ClosedAllotments.isForgotten(versions, spendRules, key, view.forgotten())) {
                entries.putIfAbsent(key, Version.NEVER_THERE);
            }
        }
        return new Found(entries, new TreeSet<>(relaxedKeys), frontier);
    }

    private Version counted(StateView view, Key key, Version newest) {
        return view.horizon() == null || newest.timestamp().isAtOrBelow(view.horizon())
                ? newest
                : versions.newest(key, view.horizon());
    }

    private long hash(StateView view, NavigableMap<Key, Version> entries, Set<Key> withRelaxed) {
        KeyedHash hash = KeyedHash.of(view.id());
        entries.forEach((key, version) -> add(hash, key, version, withRelaxed));
        return hash.end();
    }

    private void add(KeyedHash hash, Key key, Version version, Set<Key> withRelaxed) {
        hash.add(key.bytes());
        hash.add(version.timestamp());
        hash.add(withRelaxed.contains(key) ? relaxed.relaxed(key) : null);
    }
}
