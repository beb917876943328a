package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The newest versions that this client has learned of lately: its own commits, and what refusals reported. A replica that
 * has not applied them yet would let the next transaction read an older version only to be refused. Reads are validated
 * anyway, so an entry that is out of date costs a retry and never a wrong commit.
 */
final class KnownVersions {
    private final int entriesMax;
    private final int valueBytesMax;
    private final Map<Key, Version> versions = new LinkedHashMap<>();
    private final TreeSet<Key> sorted = new TreeSet<>();

    KnownVersions(int entriesMax, int valueBytesMax) {
        this.entriesMax = entriesMax;
        this.valueBytesMax = valueBytesMax;
    }

    /**
     * Remembers {@code version} unless a newer one is known; forgets what was learned longest ago beyond the bound. That
     * nothing is there is reported against something older than a dropped deletion: then nothing is known any more.
     */
    void learn(Key key, Version version) {
        if (version.value() != null && version.value().size() > valueBytesMax) {
            return;
        }
        Version before = forget(key);
        if (version.equals(Version.NEVER_THERE)) {
            return;
        }
        versions.put(key, before == null ? version : newer(before, version));
        sorted.add(key);
        if (versions.size() > entriesMax) {
            forget(versions.keySet().iterator().next());
        }
    }

    private @Nullable Version forget(Key key) {
        sorted.remove(key);
        return versions.remove(key);
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
        Version before = Objects.requireNonNullElse(versions.get(key), read);
        if (read.equals(Version.NEVER_THERE) && before.timestamp().isAtOrBelow(deletedBelow)) {
            forget(key);
            return read;
        }
        return newer(before, read);
    }

    private static Version newer(Version one, Version other) {
        return one.timestamp().compareTo(other.timestamp()) > 0 ? one : other;
    }
}
