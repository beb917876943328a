package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions that this client has learned of lately: its own commits, what refusals reported, and what it read for
 * whoever is content with that. They serve as a floor, since a replica that has not applied them yet would let the next
 * transaction read an older version only to be refused; and as a cache, which saves the question altogether. Whatever was
 * read is validated anyway, so an entry that is out of date costs a retry and never a wrong commit.
 *
 * <p>What a refusal reported is a floor only, until a replica was asked: the key is being fought for, and the next one to
 * change it is likely somebody else again.
 */
final class KnownVersions {
    private final int valueBytesMax;
    private final CacheStores.Store<Entry> entries;
    private final TreeSet<Key> sorted = new TreeSet<>();

    private record Entry(Version version, boolean isCached) implements CacheStores.Sized {
        @Override
        public int sizeBytes() {
            return 96 + (version.value() == null ? 0 : version.value().size());
        }
    }

    KnownVersions(CacheStores stores, int valueBytesMax) {
        this.entries = stores.open("versions", sorted::remove);
        this.valueBytesMax = valueBytesMax;
    }

    /**
     * Remembers {@code version}, of a commit of this client, unless a newer one is known; forgets others beyond the bound.
     */
    void learn(Key key, Version version) {
        remember(key, version, true);
    }

    /**
     * The same of what a replica reported as newer. That nothing is there is reported against something older than a dropped
     * deletion: then nothing is known any more.
     */
    void learnReported(Key key, Version version) {
        remember(key, version, false);
    }

    /**
     * A feed tells of {@code version}. It takes the place of what is remembered, for what that was good for; of a key of which
     * nothing is remembered nobody wants to know.
     */
    void told(Key key, Version version) {
        Entry before = entries.get(key);
        if (before != null && version.timestamp().isAbove(before.version().timestamp())) {
            remember(key, version, before.isCached());
        }
    }

    /** Nobody has told what has become of these keys: what is remembered is a floor, and the next one to read them asks. */
    void distrust(KeyRange range, Predicate<Key> which) {
        for (Key key : within(range)) {
            Entry before = which.test(key) ? entries.get(key) : null;
            if (before != null) {
                put(key, new Entry(before.version(), false));
            }
        }
    }

    private void remember(Key key, Version version, boolean isCached) {
        Entry before = entries.get(key);
        if (version.equals(Version.NEVER_THERE)) {
            forget(key);
        } else if (before != null && before.version().timestamp().isAbove(version.timestamp())) {
            put(key, before);
        } else if (isTooLong(version)) {
            forget(key);
        } else {
            put(key, new Entry(version, isCached));
        }
    }

    private void put(Key key, Entry entry) {
        sorted.add(key);
        entries.put(key, entry);
    }

    private void forget(Key key) {
        sorted.remove(key);
        entries.remove(key);
    }

    /** The keys in {@code range} of which something is known. */
    List<Key> within(KeyRange range) {
        return List.copyOf(sorted.subSet(range.from(), range.to()));
    }

    /**
     * The newer of {@code read} and what is known. A replica that has nothing says "deleted, at my {@code deletedBelow} at
     * the latest" (protocol.md 4.1): what is known from before then is forgotten.
     */
    Version orNewer(Key key, Version read, Timestamp deletedBelow) {
        Entry known = entries.get(key);
        Version before = known == null ? read : known.version();
        if (read.equals(Version.NEVER_THERE) && before.timestamp().isAtOrBelow(deletedBelow)) {
            forget(key);
            return read;
        }
        return before.timestamp().isAbove(read.timestamp()) ? before : read;
    }

    /** What may be taken for the version of {@code key} without asking; null if nothing is. */
    @Nullable
    Version cached(Key key) {
        Entry known = entries.get(key);
        return known != null && known.isCached() ? known.version() : null;
    }

    /** {@code newest}, what {@link #orNewer} has made of an answer, may be taken for the key's version from now on. */
    void cache(Key key, Version newest) {
        if (isTooLong(newest)) {
            forget(key);
        } else {
            put(key, new Entry(newest, true));
        }
    }

    private boolean isTooLong(Version version) {
        return version.value() != null && version.value().size() > valueBytesMax;
    }
}
